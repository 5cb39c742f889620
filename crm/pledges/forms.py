"""The forms of pledges: strings become values here, and nowhere else."""

from collections.abc import Iterator, Sequence
from datetime import date

from wtforms import FieldList, FormField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, Form, PartForm, UkDateField, WholeNumberField
from crm.employers.forms.shared import EmployerField
from crm.employers.models import Contact, Site
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.lines import EACH, MOST_EACH, MOST_YOUNG_PEOPLE, LineDetails
from crm.pledges.models import Pledge, PledgeLine, PledgeLineYearGroup
from crm.pledges.services import PledgeDetails
from crm.providers.models import YearGroup
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Sector

ROWS_AT_FIRST = 3
MOST_ROWS = 20
LONGEST_NOTE = 5000
Choices = Sequence[tuple[int, str]]  # id and name
KINDS = [(kind.value, kind.label) for kind in OpportunityKind]


def required(day: str) -> InputRequired:
    return InputRequired(f"Enter the date {day}, like 17 7 2027")


class IfGiven(Optional):
    """Optional without saying so: in a table of boxes the word would be on every box."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


def needed_in_a_filled_row(form: "LineForm", field: WholeNumberField) -> None:
    if not field.raw_data or not str(field.raw_data[0]).strip():
        raise StopValidation(*([] if form.is_blank else ["Enter how many each, like 3"]))


class LineForm(PartForm):
    """One line of a promise. A row left empty is no line, unless `is_needed`."""

    year: AcademicYear | None = None  # that its dates must lie inside
    is_needed = False

    line_id = IntegerField(widget=HiddenInput(), validators=[IfGiven()])
    kind = SelectField("What", choices=[("", "Choose"), *KINDS], default="")
    young_people = WholeNumberField(
        "Young people",
        validators=[
            IfGiven(),
            NumberRange(1, MOST_YOUNG_PEOPLE, "The number of young people must be between 1 and 10,000"),
        ],
    )
    each = WholeNumberField(
        "Each",
        default=str(EACH),
        validators=[needed_in_a_filled_row, NumberRange(1, MOST_EACH, "The number each must be between 1 and 100")],
    )
    starts_on = UkDateField("From", validators=[IfGiven()], description="Empty: 1 September")
    ends_on = UkDateField("To", validators=[IfGiven()], description="Empty: 31 August")
    site = SelectField("Site", coerce=id_or_none, default="")
    mode = SelectField("How", choices=[("", "Not said"), *((mode.value, mode.label) for mode in Mode)], default="")
    year_groups = SelectMultipleField("Year groups", choices=[(each.value, each.label) for each in YearGroup])
    sectors = SelectMultipleField("Sectors", coerce=int)
    profile = SelectField(
        "How it is spread",
        choices=[(profile.value, profile.label) for profile in DeliveryProfile],
        default=DeliveryProfile.TERM_TIME.value,
    )
    due_on = UkDateField("All by", description="If it is all due by a date")

    def offer(self, sites: Choices, sectors: Choices) -> None:
        self.site.choices = [("", "Not said"), *((str(site_id), name) for site_id, name in sites)]
        self.sectors.choices = list(sectors)

    @property
    def is_blank(self) -> bool:
        return not (self.kind.data or self.young_people.data or self.has_more)

    @property
    def has_more(self) -> bool:
        """Whether anything is said besides the numbers, or wrongly said: its part of the page stands open then."""
        more = (self.starts_on, self.ends_on, self.site, self.mode, self.year_groups, self.sectors, self.due_on)
        is_usual = self.profile.data in {None, DeliveryProfile.TERM_TIME.value}
        return not is_usual or any(field.data or field.errors for field in more)

    def validate_kind(self, field: SelectField) -> None:
        if not field.data and (self.is_needed or not self.is_blank):
            raise ValidationError("Select what is promised")

    def validate_starts_on(self, field: UkDateField) -> None:
        self._refuse_outside(field)

    def validate_ends_on(self, field: UkDateField) -> None:
        self._refuse_outside(field)
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The last day must not be before the first day")

    def validate_due_on(self, field: UkDateField) -> None:
        is_by_date = self.profile.data == DeliveryProfile.BY_DATE
        if field.data is None and is_by_date:
            raise ValidationError("Enter the date by which all of it is due, like 12 2 2027")
        if field.data is not None and not is_by_date:
            raise ValidationError("Select “All by a date”, or empty this date")
        first, last = self._window()
        if field.data and first and last and not first <= field.data <= last:
            raise ValidationError("The date must be between the line’s first and last day")

    def _window(self) -> tuple[date | None, date | None]:
        first, last = self.starts_on.data, self.ends_on.data
        return (first or self.year.first_day, last or self.year.last_day) if self.year else (first, last)

    def _refuse_outside(self, field: UkDateField) -> None:
        if field.data and self.year and field.data not in self.year:
            raise ValidationError(f"The date must be inside the academic year {self.year}")

    def show(self, line: PledgeLine, year: AcademicYear) -> None:
        """Open the row on a line as it is stored, in full."""
        self.line_id.data, self.kind.data = line.id, line.kind.value
        self.young_people.data, self.each.data = line.young_people, line.each
        self.starts_on.data = _unless(line.window_starts_on, year.first_day)
        self.ends_on.data = _unless(line.window_ends_on, year.last_day)
        self.site.data, self.mode.data = line.site_id, line.mode.value if line.mode else ""
        self.profile.data, self.due_on.data = line.profile.value, line.due_on
        self.year_groups.data = [each.year_group.value for each in line.year_groups]
        self.sectors.data = [sector.id for sector in line.sectors]

    def details(self) -> LineDetails:
        return LineDetails(
            kind=OpportunityKind(self.kind.data),
            young_people=self.young_people.data,
            each=self.each.data or EACH,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            line_id=self.line_id.data,
            site_id=self.site.data,
            mode=Mode(self.mode.data) if self.mode.data else None,
            profile=DeliveryProfile(self.profile.data),
            due_on=self.due_on.data,
            sector_ids=frozenset(self.sectors.data or ()),
            year_groups=frozenset(YearGroup(each) for each in self.year_groups.data or ()),
        )

    def as_line(self, year: AcademicYear) -> PledgeLine:
        """What was typed as a line that is never stored, to be read beside the one that is."""
        typed = self.details()
        sites = {value: label for value, label, *_ in self.site.iter_choices() if value}
        site = sites.get(str(typed.site_id))
        return PledgeLine(
            kind=typed.kind,
            young_people=typed.young_people,
            each=typed.each,
            window_starts_on=typed.starts_on or year.first_day,
            window_ends_on=typed.ends_on or year.last_day,
            site=Site(name=site) if site else None,
            mode=typed.mode,
            profile=typed.profile,
            due_on=typed.due_on,
            sectors=[Sector(name=str(label)) for _, label, chosen, *_ in self.sectors.iter_choices() if chosen],
            year_groups=[PledgeLineYearGroup(year_group=each) for each in typed.year_groups],
        )


class _Promise:
    """What recording a promise and changing one have in common."""

    lines = FieldList(FormField(LineForm), min_entries=ROWS_AT_FIRST, max_entries=MOST_ROWS)
    signatory = SelectField("Who signs for the employer?", coerce=lambda text: int(text) if text else None)
    note = TextAreaField(
        "Note",
        validators=[Optional(), Length(max=LONGEST_NOTE, message="Shorten the note to 5,000 characters")],
        description="What was agreed besides, such as which weeks suit them",
        render_kw={"rows": 3},
    )

    def signatory_name(self, contact_id: int | None) -> str:
        wanted = str(contact_id or "")
        return next(
            (label for value, label, *_ in self.signatory.iter_choices() if value == wanted), "Somebody who left"
        )

    def offer_signatories(self, contacts: Sequence[Contact]) -> None:
        self.signatory.choices = [("", "Not known yet"), *((str(each.id), _with_title(each)) for each in contacts)]

    @property
    def rows(self) -> Iterator[LineForm]:
        return (entry.form for entry in self.lines.entries)

    @property
    def filled_rows(self) -> list[LineForm]:
        return [row for row in self.rows if not row.is_blank]

    def add_row(self) -> None:
        """Show one more row, offering what the others do. What was typed in them stays."""
        if len(self.lines.entries) < MOST_ROWS:
            first = next(self.rows)
            self.lines.append_entry()
            added = self.lines.entries[-1].form
            added.site.choices, added.sectors.choices = first.site.choices, first.sectors.choices

    def promise(self, year: AcademicYear, contacts: Sequence[Contact]) -> PledgeDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        signatory = next((each for each in contacts if each.id == self.signatory.data), None)
        lines = [row.details() for row in self.filled_rows]
        return PledgeDetails(year, lines, signatory, self.note.data or "")

    def expect(self, year: AcademicYear, sites: Choices, sectors: Choices) -> None:
        """Say, before validation, what the lines must lie inside and can name; at least one of them must be filled."""
        for row in self.rows:
            row.year = year
            row.offer(sites, sectors)
        if not self.filled_rows:
            next(self.rows).is_needed = True


class PledgeForm(_Promise, Form):
    """Record a promise."""

    academic_year = SelectField("Academic year")

    def offer_years(self, years: Sequence[AcademicYear], chosen: AcademicYear) -> None:
        self.academic_year.choices = [(year.name, _year_in_words(year)) for year in years]
        if not self.is_submitted():
            self.academic_year.data = chosen.name

    @property
    def year(self) -> AcademicYear:
        """The year chosen; the current one where the choice is none of those offered, which validation refuses."""
        offered = {value for value, *_ in self.academic_year.iter_choices()}
        chosen = str(self.academic_year.data)
        return AcademicYear(chosen) if chosen in offered else AcademicYear.of(clock.today())


class ChangePledgeForm(_Promise, EditForm):
    """Change a promise that has not been answered."""

    def show(self, pledge: Pledge) -> None:
        """Open the form on a pledge as it is stored, with one empty row to add to."""
        year = pledge.academic_year
        self.move_to(pledge.version)
        self.signatory.data = pledge.signatory_id
        self.note.data = pledge.note
        while self.lines.entries:
            self.lines.pop_entry()
        for line in pledge.lines:
            self.lines.append_entry()
            self.lines.entries[-1].form.show(line, year)
        self.lines.append_entry()


class ChooseEmployerForm(PartForm):
    """Whose promise it is. It lives in the address: nothing is saved."""

    employer = EmployerField("Which employer?")


class StepForm(Form):
    """On which day a pledge passed from one state to the next. A child asks for the day in its own words."""

    on: UkDateField

    def validate_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("The date must be today or in the past")

    @property
    def day(self) -> date:
        assert self.on.data
        return self.on.data

    @property
    def why(self) -> str:
        """The reason, where the step asks for one."""
        return str(self["reason"].data)


class SentForm(StepForm):
    on = UkDateField("When was it sent?", validators=[required("it was sent")])


class ConfirmedForm(StepForm):
    on = UkDateField("When did they confirm?", validators=[required("they confirmed")])


class DeclinedForm(StepForm):
    reason = StringField(
        "Why not?",
        validators=[InputRequired("Enter why they said no"), Length(max=1000, message="Shorten the reason")],
        description="In their words, such as: not this year, we are moving",
    )
    on = UkDateField("When did they say so?", validators=[required("they said so")])


class WithdrawnForm(StepForm):
    reason = StringField(
        "Why is it withdrawn?",
        validators=[InputRequired("Enter why it is withdrawn"), Length(max=1000, message="Shorten the reason")],
        description="What was attended until now still counts as delivered",
    )
    on = UkDateField("From when?", validators=[required("from which it no longer holds")])


def _unless(day: date, usual: date) -> date | None:
    return None if day == usual else day


def _with_title(contact: Contact) -> str:
    return f"{contact.name}, {contact.job_title}" if contact.job_title else contact.name


def _year_in_words(year: AcademicYear) -> str:
    return f"{year}: September {year.first_day.year} to August {year.last_day.year}"
