"""Logging a contact, and putting an entry right."""

from collections.abc import Sequence
from datetime import date

from wtforms import HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from crm.core import clock
from crm.core.forms import EditForm, Form, UkDateField
from crm.employers.forms.quiet import QuietFields
from crm.employers.forms.shared import EmployerField
from crm.interactions.forms.fields import (
    LONGEST_STEP,
    NO_STEP,
    UNWORDED,
    DayPastField,
    NewcomerFields,
    PeopleField,
    StepFields,
)
from crm.interactions.models import (
    OUTCOME_LABELS,
    Channel,
    Direction,
    Interaction,
    Outcome,
    PlannedInteraction,
    QuickEntry,
)
from crm.interactions.services import InteractionDetails, NextStep

LONGEST_SUMMARY = 10_000


class _ContactFields:
    """What is written down about a contact, new or put right."""

    contacts = PeopleField("Who at the employer?", render_kw={"inline": True, "small": True})
    channel = RadioField(
        "How?",
        choices=[(channel.value, channel.label) for channel in Channel],
        validators=[InputRequired("Select how you were in contact")],
        render_kw={"inline": True, "small": True},
    )
    direction = RadioField(
        "Who contacted whom?",
        choices=[(direction.value, direction.label) for direction in Direction],
        default=Direction.OUTGOING.value,
        render_kw={"inline": True, "small": True},
    )
    outcome = RadioField(
        "What came of it?",
        choices=[*((outcome.value, label) for outcome, label in OUTCOME_LABELS.items()), ("", "Not said")],
        default="",
        render_kw={"inline": True, "small": True},
    )
    happened_on = DayPastField(
        "When?",
        validators=[InputRequired("Enter the day, like today or 17 7 2026")],
        description="Like today, fri or 17 7",
    )
    summary = TextAreaField(
        "What was said?",
        validators=[
            InputRequired("Enter what was said, in a few words"),
            Length(max=LONGEST_SUMMARY, message="Shorten what was said to 10,000 characters"),
        ],
        render_kw={"rows": 4},
    )
    officers = PeopleField("Who of us took part?", render_kw={"small": True})

    def validate_happened_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("The day must be today or earlier. Plan a contact that is still to come")

    def details(self) -> InteractionDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.happened_on.data
        assert self.summary.data
        return InteractionDetails(
            channel=Channel(self.channel.data),
            happened_on=self.happened_on.data,
            summary=self.summary.data,
            contact_ids=self.contacts.ids,
            officer_ids=self.officers.ids,
            direction=Direction(self.direction.data),
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
        )


class LogForm(_ContactFields, NewcomerFields, QuietFields, StepFields, Form):
    """Log a contact: one short form."""

    employer = EmployerField()
    next_step = StringField(
        "Next step",
        validators=[
            Optional(),
            Length(max=LONGEST_STEP, message="Shorten the next step to 255 characters"),
        ],
    )
    came_from = HiddenField()
    plan = HiddenField()  # what is logged was planned

    def begin_as(self, plan: PlannedInteraction, today: date) -> None:
        """Open the form with what was planned, as if it had happened so."""
        self.plan.data = str(plan.id)
        self.employer.data = plan.employer_id
        self.contacts.show(each.id for each in plan.contacts)
        self.officers.show(each.id for each in plan.officers)
        self.channel.data = plan.channel.value
        self.happened_on.data = min(plan.planned_on, today)
        self.summary.data = plan.about

    def validate_next_step(self, _field: StringField) -> None:
        """Runs only when something was typed: without a day nobody would be reminded of it."""
        if self.due.data in {NO_STEP, None, ""}:
            raise ValidationError("Select when the next step is due, or clear it")

    def fill_in(self, entries: Sequence[QuickEntry]) -> None:
        """Put a quick entry into the form, as quick-entries.js does. What was typed stays."""
        for entry in entries:
            self.channel.data = entry.channel.value if entry.channel else self.channel.data
            self.outcome.data = entry.outcome.value if entry.outcome else self.outcome.data
            self.summary.data = self.summary.data or entry.summary
            if entry.next_step and not self.next_step.data:
                self.next_step.data, self.due.data = entry.next_step, entry.due

    def step(self, today: date) -> NextStep | None:
        """The next step, if there is to be one."""
        due_on = self.due_day(today)
        return None if due_on is None else NextStep(self.next_step.data or UNWORDED, due_on, self.owner.data)


class EditInteractionForm(_ContactFields, EditForm):
    """An entry, opened on a version of it. Without a reason while its writer may still edit it freely."""

    reason = StringField(
        "Why is it corrected?",
        description="Shown beside the entry, with what it said before",
        validators=[
            InputRequired("Enter why it is corrected, like Wrong employer named"),
            Length(max=LONGEST_STEP, message="Shorten the reason to 255 characters"),
        ],
    )

    def fill(self, interaction: Interaction) -> None:
        """Open the form with what is stored."""
        self.contacts.show(each.id for each in interaction.contacts)
        self.officers.show(each.id for each in interaction.officers)
        self.channel.data = interaction.channel.value
        self.direction.data = interaction.direction.value
        self.outcome.data = interaction.outcome.value if interaction.outcome else ""
        self.happened_on.data = interaction.happened_on
        self.summary.data = interaction.summary
        self.version.data = interaction.version
