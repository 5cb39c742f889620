"""The short form that opens in a row of My day: how, what came of it, one line, and when next."""

from datetime import date

from wtforms import BooleanField, HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.core.fields import id_or_none
from crm.core.forms import Form
from crm.interactions.due import quick_days
from crm.interactions.forms.fields import LONGEST_STEP, NO_STEP, UNWORDED, PeopleField
from crm.interactions.models import OUTCOME_LABELS, Channel, Outcome, PlannedInteraction
from crm.interactions.services import InteractionDetails, NextStep

LONGEST_LINE = 1000
STEP_ROW, PLAN_ROW = "step-", "plan-"


class ShortLogForm(Form):
    """Logs a contact of today. `at` is the row it is open in.

    "step-12" is a next step, which it may tick off; "plan-7" a plan, which it logs as it turned out.
    """

    employer = HiddenField()
    at = HiddenField()
    officer = HiddenField()
    contacts = PeopleField("Who at the employer?", render_kw={"inline": True, "small": True})
    channel = RadioField(
        "How?",
        choices=[(channel.value, channel.label) for channel in Channel],
        default=Channel.CALL.value,
        validators=[InputRequired("Select how you were in contact")],
        render_kw={"inline": True, "small": True},
    )
    outcome = RadioField(
        "What came of it?",
        choices=[*((outcome.value, label) for outcome, label in OUTCOME_LABELS.items()), ("", "Not said")],
        default="",
        render_kw={"inline": True, "small": True},
    )
    summary = StringField(
        "What was said?",
        description="One line. It may stay empty if what came of it says enough",
        validators=[Length(max=LONGEST_LINE, message="Shorten what was said to 1,000 characters")],
        render_kw={"autocomplete": "off"},
    )
    due = RadioField("When is the next step due?", validate_choice=False, render_kw={"inline": True, "small": True})
    next_step = StringField(
        "Next step",
        validators=[Length(max=LONGEST_STEP, message="Shorten the next step to 255 characters")],
        render_kw={"autocomplete": "off"},
    )
    finished = BooleanField("Tick off the step it was about")

    def open_at(self, employer_id: int, row: str, officer_id: int) -> None:
        """Open the form in a row of an officer's day."""
        self.employer.data, self.at.data, self.officer.data = str(employer_id), row, str(officer_id)
        self.finished.data = self.follow_up_id is not None

    @property
    def employer_id(self) -> int:
        """The employer's id; none has the number 0."""
        return id_or_none(self.employer.data) or 0

    @property
    def follow_up_id(self) -> int | None:
        """The next step in whose row the form is open."""
        return self._row(STEP_ROW)

    @property
    def plan_id(self) -> int | None:
        """The plan in whose row the form is open."""
        return self._row(PLAN_ROW)

    def _row(self, kind: str) -> int | None:
        at = str(self.at.data or "")
        return id_or_none(at.removeprefix(kind)) if at.startswith(kind) else None

    def show_plan(self, plan: PlannedInteraction) -> None:
        """Begin with how and with whom it was planned."""
        self.channel.data = plan.channel.value
        self.contacts.show(each.id for each in plan.contacts)

    def offer_days(self, today: date) -> None:
        days = [(key, f"{words}, {day.day} {day:%b}") for key, (words, day) in quick_days(today).items()]
        self.due.choices = [(NO_STEP, "No next step"), *days]
        if not self.due.raw_data:
            self.due.data = NO_STEP

    def validate_summary(self, field: StringField) -> None:
        if not field.data and not self.outcome.data:
            raise ValidationError("Enter what was said, or select what came of it")

    def validate_next_step(self, field: StringField) -> None:
        if field.data and self.due.data in {NO_STEP, None, ""}:
            raise ValidationError("Select when the next step is due, or clear it")

    def details(self, today: date) -> InteractionDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        outcome = Outcome(self.outcome.data) if self.outcome.data else None
        return InteractionDetails(
            channel=Channel(self.channel.data),
            happened_on=today,
            summary=self.summary.data or f"{outcome.label if outcome else ''}.",
            contact_ids=self.contacts.ids,
            outcome=outcome,
        )

    def step(self, today: date, *, owner_id: int, unworded: str = UNWORDED) -> NextStep | None:
        """The next step, if there is to be one; `unworded` is what it says if nothing was typed."""
        days = quick_days(today)
        if self.due.data not in days:
            return None
        return NextStep(self.next_step.data or unworded, days[self.due.data][1], owner_id)
