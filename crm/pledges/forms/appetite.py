"""What an employer says of a year, without a number."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from crm.core.fields import id_or_none
from crm.core.forms import EditForm
from crm.pledges.appetites import LONGEST_DETAIL, AppetiteDetails
from crm.pledges.models import Appetite, Attitude

ATTITUDES = [(each.value, each.label) for each in Attitude]


class AppetiteForm(EditForm):
    """The latest word on one year. Version 0 stands for none yet."""

    attitude = RadioField("What do they say?", choices=ATTITUDES, validate_choice=False)
    reason = SelectField("If not this year, why not?", coerce=id_or_none, default="")
    detail = TextAreaField(
        "In their words",
        validators=[Optional(), Length(max=LONGEST_DETAIL, message="Shorten it to 2,000 characters")],
        description="Such as: ask again after Easter",
        render_kw={"rows": 3},
    )

    def offer_reasons(self, reasons: Sequence[tuple[int, str]]) -> None:
        self.reason.choices = [("", "Choose"), *((str(reason_id), name) for reason_id, name in reasons)]

    def validate_attitude(self, field: RadioField) -> None:
        if field.data not in dict(ATTITUDES):
            raise StopValidation("Select what they say")

    def validate_reason(self, field: SelectField) -> None:
        if self.attitude.data == Attitude.NOT_THIS_YEAR and field.data is None:
            raise ValidationError("Select why not this year")

    def details(self) -> AppetiteDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return AppetiteDetails(Attitude(self.attitude.data), reason_id=self.reason.data, detail=self.detail.data or "")


def appetite_answers(stored: Appetite | None) -> dict[str, object]:
    """What is stored as the form's `data`."""
    if stored is None:
        return {"version": 0}
    return {
        "version": stored.version,
        "attitude": stored.attitude.value,
        "reason": stored.reason_id,
        "detail": stored.detail,
    }
