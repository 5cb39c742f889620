"""The forms of providers, cohorts and young people: strings become values here, and nowhere else."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, EmailField, FilterForm, Form, PhoneField, UkDateField, WholeNumberField
from crm.providers.models import Cohort, Provider, ProviderType, YearGroup, YoungPerson
from crm.providers.references import may_be_a_name, read_reference, read_references
from crm.providers.services import CohortDetails, ProviderDetails
from crm.reference.models import Area, Sector

LARGEST_COHORT = 100_000
LONGEST_NAME = 255
LONGEST_PASTE = 100_000  # characters
SHOWN = 5  # examples in a message
TYPES = [("", "Choose"), *((each.value, each.value.replace("_", " ").capitalize()) for each in ProviderType)]
YEAR_GROUPS = [("", "Choose"), *((each.value, each.label) for each in YearGroup)]
NO_NAMES = (
    "The provider’s own reference, such as a pupil number. Never a name, an e-mail address or a date of birth: "
    "we must not be able to tell who it is"
)


class ProviderForm(Form):
    name = StringField(
        "Name",
        validators=[
            InputRequired("Enter the provider’s name"),
            Length(max=LONGEST_NAME, message="Shorten the name to 255 characters"),
        ],
    )
    type = SelectField("Type", choices=TYPES, validators=[InputRequired("Select what kind of provider it is")])
    area = SelectField("Area", coerce=id_or_none)
    contact_name = StringField("Contact’s name", validators=[Length(max=LONGEST_NAME)])
    email = EmailField("Contact’s e-mail address", validators=[Optional()])
    phone = PhoneField("Contact’s phone number", validators=[Optional()])

    def offer_areas(self, areas: Sequence[Area]) -> None:
        self.area.choices = [("", "Not known"), *((str(area.id), area.name) for area in areas)]

    def details(self) -> ProviderDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return ProviderDetails(
            name=self.name.data or "",
            type=ProviderType(self.type.data),
            area_id=self.area.data,
            contact_name=self.contact_name.data or None,
            email=self.email.data or None,
            phone=self.phone.data or None,
        )


class EditProviderForm(ProviderForm, EditForm):
    def show(self, provider: Provider) -> None:
        """Open the form on what is stored."""
        self.name.data, self.type.data, self.area.data = provider.name, provider.type.value, provider.area_id
        self.contact_name.data, self.email.data = provider.contact_name, provider.email
        self.phone.data, self.version.data = provider.phone, provider.version


class CohortForm(Form):
    year_group = SelectField("Year group", choices=YEAR_GROUPS, validators=[InputRequired("Select the year group")])
    size = WholeNumberField(
        "Young people on the roll",
        validators=[
            InputRequired("Enter how many young people, like 180"),
            NumberRange(0, LARGEST_COHORT, "The number must be between 0 and 100,000"),
        ],
    )
    counted_on = UkDateField(
        "Counted on",
        validators=[InputRequired("Enter the date it was counted on, like 1 10 2026")],
        description="For example, 1 10 2026. The same day again corrects that count",
    )

    def validate_counted_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("Enter a day that is not in the future")

    def show(self, count: Cohort) -> None:
        self.year_group.data, self.size.data, self.counted_on.data = (
            count.year_group.value,
            count.size,
            count.counted_on,
        )

    def details(self) -> CohortDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.size.data is not None
        assert self.counted_on.data is not None
        return CohortDetails(YearGroup(self.year_group.data), self.size.data, self.counted_on.data)


def refuse_personal_data(text: str) -> None:
    """Raise ValidationError, naming the first line, if pasted references contain what plainly is none."""
    refused = read_references(text).refused
    if refused:
        more = f" {len(refused) - 1} more lines cannot be used either." if len(refused) > 1 else ""
        raise ValidationError(f"“{refused[0].text[:60]}”: {refused[0].reason}.{more}")


def names_among(text: str) -> list[str]:
    """References that look like names, for a question before they are saved."""
    return [reference for reference in read_references(text).references if may_be_a_name(reference)]


class NotNames:
    """What pasting references has in common: personal data is refused, what may be a name is asked about."""

    asks_about_names = False

    references: TextAreaField
    not_names = BooleanField("These are references, not names")

    def validate_references(self, field: TextAreaField) -> None:
        refuse_personal_data(field.data or "")
        names = names_among(field.data or "")
        if names and not self.not_names.data:
            self.asks_about_names = True
            listed = ", ".join(names[:SHOWN])
            raise ValidationError(f"This may be a name: {listed}. Use the provider’s reference, or tick that it is one")


class YoungPeopleForm(NotNames, Form):
    """One reference or several, one on a line."""

    provider = SelectField("Provider", coerce=id_or_none, validators=[InputRequired("Select the provider")])
    references = TextAreaField(
        "References, one on each line",
        description=NO_NAMES,
        validators=[
            InputRequired("Enter at least one reference"),
            Length(max=LONGEST_PASTE, message="Paste fewer references at once"),
        ],
        render_kw={"rows": 8, "spellcheck": "false", "autocomplete": "off"},
    )
    year_group = SelectField("Year group", choices=YEAR_GROUPS, validators=[InputRequired("Select the year group")])

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]

    @property
    def chosen_year_group(self) -> YearGroup:
        """Call only after `validate_on_submit()` was true."""
        return YearGroup(self.year_group.data)


class YoungPersonForm(EditForm):
    reference = StringField("Reference", description=NO_NAMES, render_kw={"width": 20, "autocomplete": "off"})
    year_group = SelectField("Year group", choices=YEAR_GROUPS, validators=[InputRequired("Select the year group")])
    sector_ids = SelectMultipleField(
        "Sectors they are interested in",
        description="Matching prefers places in these",
        choices=[],
        coerce=int,
        render_kw={"small": True},
    )

    def offer_sectors(self, sectors: Sequence[Sector]) -> None:
        self.sector_ids.choices = [(each.id, each.name) for each in sectors]

    def validate_reference(self, field: StringField) -> None:
        try:
            read_reference(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def show(self, person: YoungPerson) -> None:
        self.reference.data, self.year_group.data = person.reference, person.year_group.value
        self.sector_ids.data, self.version.data = [each.id for each in person.sectors], person.version

    @property
    def chosen_year_group(self) -> YearGroup:
        """Call only after `validate_on_submit()` was true."""
        return YearGroup(self.year_group.data)


class ProviderFilterForm(FilterForm):
    q = StringField("Name contains", render_kw={"autocomplete": "off"})
    type = SelectField("Type", choices=[("", "Any"), *TYPES[1:]])
    archived = SelectField("Archived", choices=[("", "Leave out"), ("yes", "Show as well")])
