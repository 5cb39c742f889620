"""Until when, and why, an employer is to be left in peace."""

from wtforms import BooleanField, StringField, ValidationError
from wtforms.validators import InputRequired

from crm.core import clock
from crm.core.forms import Form, UkDateField
from crm.employers.forms.shared import short
from crm.employers.services import Quiet


class QuietFields:
    """The same within another form, where it may be left out; and that it is over."""

    quiet_until = UkDateField("Do not call before", description="The first day they may be called again")
    quiet_reason = StringField("Why?", description="For example, stocktaking", validators=[short("The reason")])
    quiet_over = BooleanField("They may be called again before that day")

    def validate_quiet_until(self, field: UkDateField) -> None:
        if field.data is None and self.quiet_reason.data:
            raise ValidationError("Enter the first day they may be called again, or clear the reason")
        if field.data and field.data <= clock.today():
            raise ValidationError("The day they may be called again must be after today")

    def validate_quiet_reason(self, field: StringField) -> None:
        if self.quiet_until.data and not field.data:
            raise ValidationError("Enter why they should be left in peace")

    @property
    def speaks_of_quiet(self) -> bool:
        return bool(self.quiet_until.raw_data and self.quiet_until.raw_data[0]) or bool(self.quiet_reason.data)

    def quiet(self) -> Quiet | None:
        """What was answered, if it was. Call only after `validate_on_submit()` was true."""
        if self.quiet_until.data is None:
            return None
        return Quiet(until=self.quiet_until.data, reason=self.quiet_reason.data or "")


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
