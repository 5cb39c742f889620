"""One line of a promise, as it is typed."""

from collections.abc import Sequence
from datetime import date

from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from crm.core.fields import id_or_none
from crm.core.forms import PartForm, UkDateField, WholeNumberField
from crm.employers.models import Site
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.lines import EACH, MOST_EACH, MOST_YOUNG_PEOPLE, LineDetails
from crm.pledges.models import PledgeLine, PledgeLineYearGroup
from crm.providers.models import YearGroup
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Sector

Choices = Sequence[tuple[int, str]]  # id and name
KINDS = [(kind.value, kind.label) for kind in OpportunityKind]


class IfGiven(Optional):
    """Optional without saying so: in a table of boxes the word would be on every box."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


def needed_in_a_filled_row(form: "LineForm", field: WholeNumberField) -> None:
    if not field.raw_data or not str(field.raw_data[0]).strip():
        raise StopValidation(*([] if form.is_blank else ["Enter how many each, like 3"]))


SO_MANY_YOUNG_PEOPLE = NumberRange(
    1, MOST_YOUNG_PEOPLE, f"The number of young people must be between 1 and {MOST_YOUNG_PEOPLE:,}"
)
SO_MANY_EACH = NumberRange(1, MOST_EACH, f"The number each must be between 1 and {MOST_EACH}")


class LineForm(PartForm):
    """One line of a promise. A row left empty is no line, unless `is_needed`."""

    year: AcademicYear | None = None  # that its dates must lie inside
    is_needed = False

    line_id = IntegerField(widget=HiddenInput(), validators=[IfGiven()])
    kind = SelectField("What", choices=[("", "Choose"), *KINDS], default="")
    young_people = WholeNumberField(
        "Young people",
        validators=[IfGiven(), SO_MANY_YOUNG_PEOPLE],
    )
    each = WholeNumberField(
        "Each",
        default=str(EACH),
        validators=[needed_in_a_filled_row, SO_MANY_EACH],
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


def _unless(day: date, usual: date) -> date | None:
    return None if day == usual else day
