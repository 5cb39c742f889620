"""The form of a closed day."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from crm.core.forms import Form, UkDateField
from crm.providers.closed_days.services import Closure


class ClosedDayForm(Form):
    first_day = UkDateField("First day", validators=[InputRequired("Enter the day it is closed, like 27 11 2026")])
    last_day = UkDateField("Last day", description="Leave it empty for one day", validators=[Optional()])
    reason = StringField(
        "Why",
        description="Such as staff training. Officers see it beside the dates it keeps free",
        validators=[
            InputRequired("Enter why it is closed, like Staff training"),
            Length(max=255, message="Shorten the reason to 255 characters"),
        ],
    )

    def closure(self) -> Closure:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.first_day.data is not None
        return Closure(self.first_day.data, self.last_day.data or self.first_day.data, self.reason.data or "")
