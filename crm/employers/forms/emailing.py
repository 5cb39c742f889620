"""Writing down what a contact said about e-mail, and lifting an objection."""

from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.core import clock
from crm.core.forms import EditForm, Form, UkDateField
from crm.employers.forms.shared import short
from crm.employers.services import EmailingDetails, Said
from crm.employers.wording import SAID_LABELS

LONGEST_REASON = 1000


class EmailingForm(EditForm):
    """What somebody said, opened on a version of the contact."""

    said = RadioField(
        "What did they say?",
        choices=[(said.value, label) for said, label in SAID_LABELS.items()],
        validators=[InputRequired("Select what they said")],
        render_kw={"small": True},
    )
    on = UkDateField(
        "When?",
        description="Like today or 17 7 2026",
        validators=[InputRequired("Enter the day, like today or 17 7 2026")],
    )
    how = StringField(
        "How do we know?",
        description="For example, said so by phone, or form signed at the visit",
        validators=[InputRequired("Enter how we know, like by phone"), short("How we know")],
    )

    def validate_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("The day must be today or earlier")

    def details(self) -> EmailingDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.on.data
        assert self.how.data
        return EmailingDetails(said=Said(self.said.data), on=self.on.data, how=self.how.data)


class LiftObjectionForm(Form):
    reason = TextAreaField(
        "Why may they be e-mailed again?",
        description="For example, they asked for the newsletter at the breakfast in May",
        validators=[
            InputRequired("Enter why they may be e-mailed again"),
            Length(max=LONGEST_REASON, message="The reason must be 1,000 characters or fewer"),
        ],
        render_kw={"rows": 2},
    )
