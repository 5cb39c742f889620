"""Planning a contact, changing a plan, cancelling it, and narrowing the list of plans."""

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, TimeField, UkDateField
from crm.employers.forms.shared import EmployerField
from crm.interactions.forms.fields import People, PeopleField
from crm.interactions.models import Channel, PlannedInteraction, PlanStatus
from crm.interactions.queries.planned import PlanFilters
from crm.interactions.services import PlanDetails

LONGEST_ABOUT = 2_000
LONGEST_REASON = 500


class _PlanFields:
    contacts = PeopleField("Who at the employer?", render_kw={"inline": True})
    channel = RadioField(
        "How?",
        choices=[(channel.value, channel.label) for channel in Channel],
        validators=[InputRequired("Select how you will be in contact")],
        render_kw={"inline": True},
    )
    planned_on = UkDateField(
        "Day", validators=[InputRequired("Enter the day, like fri or 3 12")], description="Fri, 3 12 or 3 12 2026"
    )
    starts_at = TimeField("Time", validators=[Optional()], description="Leave empty if any time that day will do")
    about = TextAreaField(
        "What is it about?",
        validators=[
            InputRequired("Enter what it is about, in a few words"),
            Length(max=LONGEST_ABOUT, message="Shorten what it is about to 2,000 characters"),
        ],
        render_kw={"rows": 3},
    )
    officers = PeopleField("Who of us takes part?", render_kw={"inline": True})

    def validate_planned_on(self, field: UkDateField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError("The day must be today or later. Log what has happened instead")

    def details(self) -> PlanDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.planned_on.data
        assert self.about.data
        return PlanDetails(
            channel=Channel(self.channel.data),
            planned_on=self.planned_on.data,
            about=self.about.data,
            starts_at=self.starts_at.data,
            contact_ids=self.contacts.ids,
            officer_ids=self.officers.ids,
        )


class PlanForm(_PlanFields, Form):
    """Plan a contact."""

    employer = EmployerField()
    came_from = HiddenField()


class EditPlanForm(_PlanFields, EditForm):
    """A plan, opened on a version of it."""

    came_from = HiddenField()

    def fill(self, plan: PlannedInteraction) -> None:
        """Open the form with what is stored."""
        self.contacts.show(each.id for each in plan.contacts)
        self.officers.show(each.id for each in plan.officers)
        self.channel.data = plan.channel.value
        self.planned_on.data, self.starts_at.data = plan.planned_on, plan.starts_at
        self.about.data = plan.about
        self.version.data = plan.version


class CancelPlanForm(Form):
    reason = StringField(
        "Why will it not happen?",
        validators=[
            InputRequired("Enter why it will not happen, like They have moved it to spring"),
            Length(max=LONGEST_REASON, message="Shorten the reason to 500 characters"),
        ],
    )
    came_from = HiddenField()


class PlanFilterForm(FilterForm):
    """What narrows the list of plans. It lives in the address."""

    employer = HiddenField()
    officer = SelectField("Officer", coerce=id_or_none, validate_choice=False)
    status = SelectField(
        "State",
        choices=[("", "Still to come"), (PlanStatus.LOGGED.value, "Logged"), (PlanStatus.CANCELLED.value, "Cancelled")],
        validate_choice=False,
    )

    def offer_officers(self, officers: People) -> None:
        self.officer.choices = [("", "Anybody"), *((str(each), name) for each, name in officers)]

    def filters(self) -> PlanFilters:
        """What was asked for; what could not be read narrows nothing."""
        status = self.status.data if self.status.data in set(PlanStatus) else PlanStatus.PLANNED
        return PlanFilters(
            officer_id=self.officer.data, employer_id=id_or_none(self.employer.data), status=PlanStatus(status)
        )
