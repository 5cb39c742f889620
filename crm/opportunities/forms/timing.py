"""When an opportunity takes place: fields of its form, and the form that moves it."""

from decimal import Decimal, InvalidOperation

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from crm.core.forms import EditForm, Form, TimeField, UkDateField
from crm.opportunities.models import Opportunity
from crm.opportunities.timing import Timing

MOST_HOURS = 2000


class Timed(Form):
    """Days, times of day in London, hours per person; and that a clash is known."""

    first_day = UkDateField(
        "First day",
        description="For example, 17 7 2027. It may be past",
        validators=[InputRequired("Enter the first day, like 17 7 2027")],
    )
    last_day = UkDateField("Last day", description="Leave it empty for one day", validators=[Optional()])
    starts = TimeField("Starts at", validators=[InputRequired("Enter when it starts, like 9:30am")])
    ends = TimeField("Ends at", validators=[InputRequired("Enter when it ends, like 3:30pm")])
    hours = StringField(
        "Hours per person",
        description="Over all its days, such as 30. Empty for one day: as long as it lasts",
        render_kw={"width": 5, "inputmode": "decimal"},
    )
    anyway = BooleanField("Save it all the same")

    def validate_last_day(self, field: UkDateField) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("The last day must not be before the first day")

    def validate_ends(self, field: TimeField) -> None:
        one_day = self.last_day.data in (None, self.first_day.data)
        if one_day and field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError("It must end after it starts")

    def validate_hours(self, field: StringField) -> None:
        if field.data:
            _hours(field.data)

    def show_time_of_day(self, opportunity: Opportunity) -> None:
        timing = Timing.of(opportunity)
        self.starts.data, self.ends.data = timing.starts, timing.ends
        self.hours.data = None if opportunity.hours in (None, timing.hours) else f"{float(opportunity.hours or 0):g}"

    def show_days(self, opportunity: Opportunity) -> None:
        timing = Timing.of(opportunity)
        self.first_day.data = timing.first_day
        self.last_day.data = None if timing.is_one_day else timing.last_day

    @property
    def timing(self) -> Timing:
        """When it takes place. Call only after `validate_on_submit()` was true."""
        assert self.first_day.data is not None
        assert self.starts.data is not None
        assert self.ends.data is not None
        return Timing(self.first_day.data, self.last_day.data or self.first_day.data, self.starts.data, self.ends.data)

    @property
    def chosen_hours(self) -> Decimal | None:
        """Per person; None for as long as it lasts."""
        return _hours(self.hours.data) if self.hours.data else None


class RescheduleForm(Timed, EditForm):
    def show(self, opportunity: Opportunity) -> None:
        """Open the form on what is stored."""
        self.show_days(opportunity)
        self.show_time_of_day(opportunity)
        self.version.data = opportunity.version


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValidationError("Enter the hours as a number, like 30 or 1.5") from None
    if not hours.is_finite() or not 0 < hours <= MOST_HOURS:
        raise ValidationError("The hours must be more than 0 and at most 2,000")
    return hours.quantize(Decimal("0.01"))
