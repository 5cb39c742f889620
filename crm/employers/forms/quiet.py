"""Until when, and why, an employer is to be left in peace."""

from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from crm.core import clock
from crm.core.forms import Form, UkDateField
from crm.employers.forms.shared import short
from crm.employers.services import Quiet


class QuietForm(Form):
    until = UkDateField(
        "Do not call before",
        description="The first day they may be called again, like 11 1 2027",
        validators=[InputRequired("Enter the first day they may be called again, like 11 1 2027")],
    )
    reason = StringField(
        "Why?",
        description="For example, asked to be left in peace until after stocktaking",
        validators=[InputRequired("Enter why they should be left in peace"), short("The reason")],
    )

    def validate_until(self, field: UkDateField) -> None:
        if field.data and field.data <= clock.today():
            raise ValidationError("The day they may be called again must be after today")

    def quiet(self) -> Quiet:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.until.data
        assert self.reason.data
        return Quiet(until=self.until.data, reason=self.reason.data)
