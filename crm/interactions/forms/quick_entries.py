"""The form of a quick entry."""

from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from crm.core.forms import EditForm, Form
from crm.interactions.due import DUE_LABELS, Due
from crm.interactions.forms.fields import LONGEST_STEP
from crm.interactions.models import OUTCOME_LABELS, Channel, Outcome, QuickEntry
from crm.interactions.services import QuickEntryDetails

LONGEST_NAME = 40  # fits on a button
LONGEST_SUMMARY = 1000


class _QuickEntry:
    name = StringField(
        "Words on the button",
        validators=[
            InputRequired("Enter the words on the button, like Left message"),
            Length(max=LONGEST_NAME, message="Shorten the words on the button to 40 characters"),
        ],
        render_kw={"width": 20},
    )
    channel = RadioField(
        "How?",
        choices=[("", "As chosen on the form"), *((each.value, each.label) for each in Channel)],
        default="",
        render_kw={"inline": True, "small": True},
    )
    outcome = SelectField(
        "What came of it?",
        choices=[("", "Not said"), *((each.value, label) for each, label in OUTCOME_LABELS.items())],
    )
    summary = TextAreaField(
        "What was said?",
        validators=[
            InputRequired("Enter what is written into the log, like Left a message"),
            Length(max=LONGEST_SUMMARY, message="Shorten what was said to 1,000 characters"),
        ],
        render_kw={"rows": 3},
    )
    next_step = StringField(
        "Next step",
        description="Leave empty if nothing is to follow",
        validators=[Optional(), Length(max=LONGEST_STEP, message="Shorten the next step to 255 characters")],
    )
    due = RadioField(
        "When is it due?",
        choices=[("", "No next step"), *((each.value, label) for each, label in DUE_LABELS.items())],
        default="",
        render_kw={"inline": True, "small": True},
    )

    def validate_due(self, field: RadioField) -> None:
        if bool(field.data) != bool(self.next_step.data):
            raise ValidationError("Select when the next step is due, and say what it is; or leave both")

    def details(self) -> QuickEntryDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return QuickEntryDetails(
            name=self.name.data or "",
            summary=self.summary.data or "",
            channel=Channel(self.channel.data) if self.channel.data else None,
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            next_step=self.next_step.data or None,
            due=Due(self.due.data) if self.due.data else None,
        )


class AddQuickEntryForm(_QuickEntry, Form):
    """A new quick entry."""


class ChangeQuickEntryForm(_QuickEntry, EditForm):
    """A quick entry, opened on a version of it."""


def quick_entry_answers(entry: QuickEntry) -> dict[str, Any]:
    """A quick entry as the form's `data`."""
    codes = {name: getattr(entry, name) or "" for name in ("channel", "outcome", "due")}
    return codes | {name: getattr(entry, name) for name in ("name", "summary", "next_step", "version")}
