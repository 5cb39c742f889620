"""How a promise passes from one state to the next, as officers say it."""

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crm.core import clock
from crm.core.forms import Form, UkDateField


def required(day: str) -> InputRequired:
    return InputRequired(f"Enter the date {day}, like 17 7 2027")


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
    """A no: its reason of the administrators' list, and what else they said."""

    reason = SelectField("Why not?", validators=[InputRequired("Select why they said no")], default="")
    detail = StringField(
        "In their words",
        validators=[Optional(), Length(max=1000, message="Shorten what they said to 1,000 characters")],
        description="Such as: we are moving in March",
    )
    on = UkDateField("When did they say so?", validators=[required("they said so")])

    def offer_reasons(self, reasons: Sequence[tuple[int, str]]) -> None:
        self.reason.choices = [("", "Choose"), *((str(reason_id), name) for reason_id, name in reasons)]

    @property
    def reason_id(self) -> int:
        return int(self.reason.data)

    @property
    def why(self) -> str:
        name = next(str(label) for value, label, *_ in self.reason.iter_choices() if value == self.reason.data)
        return ": ".join(filter(None, (name, self.detail.data)))


class WithdrawnForm(StepForm):
    reason = StringField(
        "Why is it withdrawn?",
        validators=[InputRequired("Enter why it is withdrawn"), Length(max=1000, message="Shorten the reason")],
        description="What was attended until now still counts as delivered",
    )
    on = UkDateField("From when?", validators=[required("from which it no longer holds")])
