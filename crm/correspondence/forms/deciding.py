"""What becomes of one mail: filed, discarded, moved."""

from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.core.forms import EditForm, SearchSelectField
from crm.correspondence.forms.people import NewcomersField
from crm.employers.forms.shared import EmployerField
from crm.interactions.forms.fields import DayPastField

LONGEST_REASON = 1_000
ANOTHER, TRAY = "another", "tray"


def _reason(label: str, missing: str) -> TextAreaField:
    too_long = Length(max=LONGEST_REASON, message="The reason must be 1,000 characters or fewer")
    return TextAreaField(label, validators=[InputRequired(missing), too_long], render_kw={"rows": 2})


class FileForm(EditForm):
    """Out of the tray, into an employer's log."""

    employer = EmployerField()
    on = DayPastField(
        "Date",
        validators=[InputRequired("Enter the day, like today or 17 7 2026")],
        description="Like today, fri or 17 7",
    )
    newcomers = NewcomersField("Add as contacts")


class DiscardForm(EditForm):
    reason = _reason("Why does it belong in no log?", "Enter why, like Spam or Not about employers")


class MoveForm(EditForm):
    """Out of the log it was filed in by mistake."""

    where = RadioField(
        "Where does it belong?",
        choices=[(ANOTHER, "With another employer"), (TRAY, "Back in the mail tray, until somebody knows")],
        validators=[InputRequired("Select where it belongs")],
    )
    employer = EmployerField("Which employer?", [])
    reason = _reason("What was wrong?", "Enter what was wrong, like Another company of the same name")

    def validate_employer(self, field: SearchSelectField) -> None:
        if self.where.data == ANOTHER and field.data is None:
            raise ValidationError("Enter part of the other employer’s name")
