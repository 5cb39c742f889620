"""Why a rule does not hold for an opportunity."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from crm.core.forms import Form

TOO_LONG = Length(max=2000, message="Shorten the reason to 2,000 characters")


class ExemptForm(Form):
    reason = TextAreaField(
        "Why does it need no checks?",
        description="For example, who saw the premises and what the insurer confirmed. No names of young people",
        validators=[InputRequired("Enter why it needs no checks"), TOO_LONG],
        render_kw={"rows": 4},
    )


class AllowBlockForm(Form):
    reason = TextAreaField(
        "Why do Years 7 to 9 take part?",
        description="For example, what the school agreed and how they are looked after. No names of young people",
        validators=[InputRequired("Enter why Years 7 to 9 take part"), TOO_LONG],
        render_kw={"rows": 4},
    )
