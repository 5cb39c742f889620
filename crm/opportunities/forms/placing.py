"""Ending places, and asking for them."""

from collections.abc import Iterable

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.core.forms import Form, WholeNumberField
from crm.opportunities.models import Side
from crm.providers.forms import LONGEST_PASTE, NO_NAMES, NotNames

LARGEST = 10_000  # young people
LONGEST_REASON = 500
# What is said most often: offered while typing, so that the ledger adds up what is the same.
USUAL_REASONS = (
    "Ill",
    "Changed their mind",
    "Exams or lessons then",
    "School trip",
    "Moved to another school",
    "Cannot travel there",
    "Supervisor not available",
    "Too few young people",
    "Not what was asked for",
)


class EndPlacesForm(Form):
    """On whose side places ended, and why."""

    side = RadioField("On whose side?", validators=[InputRequired("Select on whose side it was")])
    reason = StringField(
        "Why?",
        description="Say what happened, not who: no names",
        validators=[
            InputRequired("Enter why"),
            Length(max=LONGEST_REASON, message="Shorten the reason to 500 characters"),
        ],
        render_kw={"list": "usual-reasons", "autocomplete": "off"},
    )

    def offer(self, sides: Iterable[Side]) -> None:
        self.side.choices = [(side.value, side.label) for side in sides]

    @property
    def chosen_side(self) -> Side:
        """Call only after `validate_on_submit()` was true."""
        return Side(self.side.data)


class AskForm(NotNames, Form):
    """A provider's wish for places in something that is open to its young people."""

    references = TextAreaField(
        "References of your young people, one on each line",
        description=NO_NAMES,
        validators=[Optional(), Length(max=LONGEST_PASTE, message="Paste fewer references at once")],
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    seats = WholeNumberField(
        "Or how many, without references",
        validators=[Optional(), NumberRange(1, LARGEST, "The number must be between 1 and 10,000")],
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Either references or a number."""
        valid = super().validate(extra_validators)
        if valid and bool((self.references.data or "").strip()) == bool(self.seats.data):
            self.refuse("Enter either references or how many young people", self.references)
            return False
        return bool(valid)
