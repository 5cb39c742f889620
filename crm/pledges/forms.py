"""The forms of pledges: strings become values here, and nowhere else."""

from collections.abc import Iterator, Sequence
from datetime import date

from wtforms import FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from crm.core import clock
from crm.core.forms import EditForm, Form, PartForm, UkDateField, WholeNumberField
from crm.employers.forms.shared import EmployerField
from crm.employers.models import Contact
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import EACH, MOST_EACH, MOST_YOUNG_PEOPLE, LineDetails
from crm.pledges.models import Pledge
from crm.pledges.services import PledgeDetails
from crm.reference.academic_years import AcademicYear

ROWS_AT_FIRST = 3
MOST_ROWS = 20
LONGEST_NOTE = 5000
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
    starts_on = UkDateField("From", validators=[IfGiven()], description="")
    ends_on = UkDateField("To", validators=[IfGiven()], description="")

    @property
    def is_blank(self) -> bool:
        return not (self.kind.data or self.young_people.data or self.starts_on.data or self.ends_on.data)

    def validate_kind(self, field: SelectField) -> None:
        if not field.data and (self.is_needed or not self.is_blank):
            raise ValidationError("Select what is promised")

    def validate_starts_on(self, field: UkDateField) -> None:
        self._refuse_outside(field)

    def validate_ends_on(self, field: UkDateField) -> None:
        self._refuse_outside(field)
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The last day must not be before the first day")

    def _refuse_outside(self, field: UkDateField) -> None:
        if field.data and self.year and field.data not in self.year:
            raise ValidationError(f"The date must be inside the academic year {self.year}")

    def details(self) -> LineDetails:
        return LineDetails(
            kind=OpportunityKind(self.kind.data),
            young_people=self.young_people.data,
            each=self.each.data or EACH,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            line_id=self.line_id.data,
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
        """Show one more row. What was typed in the others stays."""
        if len(self.lines.entries) < MOST_ROWS:
            self.lines.append_entry()

    def promise(self, year: AcademicYear, contacts: Sequence[Contact]) -> PledgeDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        signatory = next((each for each in contacts if each.id == self.signatory.data), None)
        lines = [row.details() for row in self.filled_rows]
        return PledgeDetails(year, lines, signatory, self.note.data or "")

    def expect(self, year: AcademicYear) -> None:
        """Say, before validation, which year the lines must lie inside; at least one of them must be filled."""
        for row in self.rows:
            row.year = year
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
            self.lines.append_entry(
                {
                    "line_id": line.id,
                    "kind": line.kind.value,
                    "young_people": line.young_people,
                    "each": line.each,
                    "starts_on": _unless(line.window_starts_on, year.first_day),
                    "ends_on": _unless(line.window_ends_on, year.last_day),
                }
            )
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
