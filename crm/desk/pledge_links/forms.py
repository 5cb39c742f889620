"""The form that sends a pledge."""

from collections.abc import Sequence

from wtforms import TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from crm.core.forms import Form
from crm.desk.pledge_links.queries import Candidate
from crm.interactions.forms.fields import PeopleField

LONGEST_WORDS = 2000


class SendForm(Form):
    """Who gets a link, and what the officer says before the rest of the mail."""

    to = PeopleField(
        "Who is to answer?", description="Each gets an e-mail with a link of their own. The first answer counts"
    )
    own_words = TextAreaField(
        "Your own words",
        description="Plain text, before the rest of the e-mail",
        validators=[
            Optional(),
            Length(max=LONGEST_WORDS, message="Shorten your own words to 2,000 characters"),
        ],
        render_kw={"rows": 4},
    )

    def offer(self, people: Sequence[Candidate]) -> None:
        self.to.offer([(each.contact.id, each.contact.name) for each in people])

    def validate_to(self, field: PeopleField) -> None:
        if not field.ids:
            raise ValidationError("Select who is to answer")
