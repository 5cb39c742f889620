"""The form of an employer."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core.forms import (
    CompanyNumberField,
    EditForm,
    EmailField,
    Form,
    PhoneField,
    PostcodeField,
    WebsiteField,
    WholeNumberField,
)
from crm.core.normalise import name_key
from crm.employers.forms.shared import LONGEST_ADDRESS, NOT_KNOWN, Choices, chooser, or_not_known, short
from crm.employers.likely import Described, LikelyEmployer
from crm.employers.models import Employer, LegalForm, SicVersion
from crm.employers.services import PLAIN, EmployerDetails
from crm.employers.wording import LEGAL_FORM_LABELS, SIC_VERSION_LABELS

LONGEST_REASON = 1000
MOST_PEOPLE = 1_000_000
SIC_LENGTH = 5


def _legal_form(value: Any) -> LegalForm | None:
    return LegalForm(value) if value else None


def _sic_version(value: Any) -> SicVersion | None:
    return SicVersion(value) if value else None


class _Employer:
    """The questions about an employer, for adding and for changing one."""

    name = StringField(
        "Name", validators=[InputRequired("Enter the employer’s name"), short("The name")], render_kw={"width": 30}
    )
    trading_name = StringField(
        "Trading name",
        description="If people know it by another name",
        validators=[Optional(), short("The trading name")],
        render_kw={"width": 30},
    )
    company_number = CompanyNumberField(
        "Company or charity number", description="8 characters, like 01234567 or SC123456", validators=[Optional()]
    )
    legal_form = SelectField(
        "Legal form",
        description="Decides whether we may send e-mail about new offers",
        choices=[NOT_KNOWN, *((form.value, label) for form, label in LEGAL_FORM_LABELS.items())],
        coerce=_legal_form,
    )
    sector_ids = SelectMultipleField(
        "Sectors", description="Select all that apply", choices=[], coerce=int, render_kw={"small": True}
    )
    size_band_id = chooser("Size", description="Employees of the whole enterprise, everywhere")
    local_headcount = WholeNumberField(
        "People employed here",
        description="In this area only, like 45",
        validators=[
            Optional(),
            NumberRange(0, MOST_PEOPLE, "The number of people employed here must be between 0 and 1,000,000"),
        ],
    )
    sic_code = StringField(
        "SIC code",
        description="5 digits, like 16230",
        validators=[Optional()],
        render_kw={"width": 5, "inputmode": "numeric"},
    )
    sic_version = SelectField(
        "Which list the SIC code is from",
        choices=[(version.value, label) for version, label in SIC_VERSION_LABELS.items()],
        default=SicVersion.SIC_2007,
        coerce=_sic_version,
    )
    address = TextAreaField(
        "Address",
        description="Without the postcode",
        validators=[Optional(), Length(max=LONGEST_ADDRESS, message="The address must be 1,000 characters or fewer")],
        render_kw={"rows": 3},
    )
    postcode = PostcodeField("Postcode", validators=[Optional()])
    area_id = chooser("Area")
    website = WebsiteField("Website", validators=[Optional()])
    phone = PhoneField(
        "Phone", description="The switchboard; people’s own numbers go with the contacts", validators=[Optional()]
    )
    email = EmailField(
        "E-mail address", description="The general one, like office@example.com", validators=[Optional()]
    )
    owner_id = chooser("Owner", description="The officer who looks after this employer")
    tag_ids = SelectMultipleField(
        "Tags", description="The council’s own marks, for lists", choices=[], coerce=int, render_kw={"small": True}
    )

    def offer(self, *, sectors: Choices, size_bands: Choices, areas: Choices, owners: Choices, tags: Choices) -> None:
        """What can be chosen. Call before validating or drawing."""
        self.tag_ids.choices = [(str(each), name) for each, name in tags]
        self.sector_ids.choices = [(str(each), name) for each, name in sectors]
        self.size_band_id.choices = or_not_known(size_bands)
        self.area_id.choices = or_not_known(areas)
        self.owner_id.choices = [("", "Nobody yet"), *((str(each), name) for each, name in owners)]

    def validate_name(self, field: StringField) -> None:
        try:
            name_key(field.data or "")
        except ValueError as nothing_to_match_by:  # neither a letter nor a digit
            raise ValidationError(str(nothing_to_match_by)) from nothing_to_match_by

    def validate_sic_code(self, field: StringField) -> None:
        field.data = re.sub(r"[\s./-]", "", field.data or "")
        if not (field.data.isascii() and field.data.isdigit() and len(field.data) == SIC_LENGTH):
            raise ValidationError("Enter a SIC code of 5 digits, like 16230")

    def details(self) -> EmployerDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        answers = {name: getattr(self, name).data for name in PLAIN}
        given: dict[str, Any] = {name: None if answer == "" else answer for name, answer in answers.items()}
        if given["sic_code"] is None:
            given["sic_version"] = None
        return EmployerDetails(
            **given, sector_ids=frozenset(self.sector_ids.data or ()), tag_ids=frozenset(self.tag_ids.data or ())
        )


class AddEmployerForm(_Employer, Form):
    """A new employer. `seen` names the likely duplicates that were shown, so that a second press goes on."""

    seen = HiddenField()

    def has_shown(self, likely: Sequence[LikelyEmployer]) -> bool:
        """Whether the person has seen these and pressed again. The same company number can't be pressed away."""
        shown = set((self.seen.data or "").split())
        return all(str(each.id) in shown and not each.has_same_number for each in likely)

    def show(self, likely: Sequence[LikelyEmployer]) -> None:
        self.seen.data = " ".join(str(each.id) for each in likely if not each.has_same_number)


def described(details: EmployerDetails) -> Described:
    """What an employer is recognised by."""
    return Described(**{name: getattr(details, name) for name in Described.__slots__})


class ChangeEmployerForm(_Employer, EditForm):
    """An employer's details, opened on a version of them."""


def employer_answers(employer: Employer) -> dict[str, Any]:
    """An employer's details as the form's `data`. Its sectors and tags must be loaded."""
    answers = {name: getattr(employer, name) for name in (*PLAIN, "version")}
    answers["sic_version"] = employer.sic_version or SicVersion.SIC_2007
    lists = {"sector_ids": [sector.id for sector in employer.sectors], "tag_ids": [tag.id for tag in employer.tags]}
    return answers | lists


class ArchiveForm(Form):
    reason = TextAreaField(
        "Why is this employer archived?",
        description="For example, closed in March, or merged with another employer",
        validators=[
            InputRequired("Enter why this employer is archived"),
            Length(max=LONGEST_REASON, message="The reason must be 1,000 characters or fewer"),
        ],
        render_kw={"rows": 3},
    )
