"""Recording a promise, and changing one."""

from collections.abc import Iterator, Sequence

from wtforms import FieldList, FormField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from crm.core import clock
from crm.core.forms import EditForm, Form, PartForm
from crm.employers.forms.shared import EmployerField
from crm.employers.models import Contact
from crm.pledges.forms.lines import Choices, LineForm
from crm.pledges.models import Pledge
from crm.pledges.services import PledgeDetails
from crm.reference.academic_years import AcademicYear

ROWS_AT_FIRST = 3
MOST_ROWS = 20
LONGEST_NOTE = 5000


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


def _with_title(contact: Contact) -> str:
    return f"{contact.name}, {contact.job_title}" if contact.job_title else contact.name


def _year_in_words(year: AcademicYear) -> str:
    return f"{year}: September {year.first_day.year} to August {year.last_day.year}"
