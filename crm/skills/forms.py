"""The form of the next version of the list."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from crm.core import clock
from crm.core.forms import EditForm, UkDateField
from crm.skills.services import ListDetails
from crm.skills.wording import read_lines


class SkillsListForm(EditForm):
    """The next version of the list. `version` is the number of the one it follows; 0: it is the first."""

    skills = TextAreaField(
        "Skills",
        description="One on a line, in the order they are shown; what one means goes after a colon, "
        "like “Listening: taking in what others say, and asking when it is not clear”",
        validators=[InputRequired("Enter the skills, one on a line"), Length(max=20_000, message="Shorten the list")],
        render_kw={"rows": 14},
    )
    meeting = StringField(
        "Which meeting agreed it?",
        description="Like “Employers’ roundtable at Gladstone Hall”",
        validators=[
            InputRequired("Enter which meeting agreed the list"),
            Length(max=200, message="Shorten this to 200 characters"),
        ],
    )
    agreed_on = UkDateField("When?", validators=[InputRequired("Enter when the meeting was, like 12 3 2026")])
    note = StringField(
        "What changes, and why",
        description="If it does not speak for itself",
        validators=[Length(max=500, message="Shorten this to 500 characters")],
    )

    def validate_skills(self, field: TextAreaField) -> None:
        try:
            read_lines(field.data or "")
        except ValueError as advice:
            raise ValidationError(str(advice)) from advice

    def validate_agreed_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("Enter a day that is not in the future: a list is published once it is agreed")

    def details(self) -> ListDetails:
        """The validated answers. Call only after the form was found valid."""
        assert self.agreed_on.data is not None
        return ListDetails(
            lines=read_lines(self.skills.data or ""),
            agreed_on=self.agreed_on.data,
            meeting=self.meeting.data or "",
            note=self.note.data or "",
        )
