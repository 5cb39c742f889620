"""The form of the next version of the statement of the pledge."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from crm.core.forms import EditForm
from crm.pledges.statements import StatementTexts

LONGEST_STATEMENT = 10_000
AS_TYPED = "A blank line begins a paragraph. Begin a line with “- ” to make it an entry of a list."


class StatementForm(EditForm):
    """The next version of the statement of the pledge. `version` is the number of the one it follows."""

    too_long = Length(max=LONGEST_STATEMENT, message="Shorten this to 10,000 characters")

    wording = TextAreaField(
        "The pledge",
        description=f"What an employer promises, and what it does not. {AS_TYPED}",
        validators=[InputRequired("Enter what an employer promises"), too_long],
        render_kw={"rows": 14},
    )
    what_counts = TextAreaField(
        "What counts",
        description="Which experiences count towards the pledge, and how they are counted.",
        validators=[InputRequired("Enter what counts towards the pledge"), too_long],
        render_kw={"rows": 12},
    )
    data_protection = TextAreaField(
        "Data protection",
        description="What is kept about the people at an employer, why, and whom they ask.",
        validators=[InputRequired("Enter how the employer’s data are looked after"), too_long],
        render_kw={"rows": 12},
    )
    note = StringField(
        "What changes, and why",
        description="For your colleagues; employers do not see it.",
        validators=[InputRequired("Enter what changes"), Length(max=200, message="Shorten this to 200 characters")],
    )

    def texts(self) -> StatementTexts:
        """What was written, as it is stored. Call only after the form was found valid."""
        return StatementTexts(self.wording.data or "", self.what_counts.data or "", self.data_protection.data or "")
