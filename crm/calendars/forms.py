"""What narrows the calendar, and what is asked for before a feed is made."""

from collections.abc import Sequence
from datetime import date

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from crm.accounts.models import User
from crm.calendars.models import FeedPurpose
from crm.calendars.periods import Period
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, Form, UkDateField
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.queries import Wanted
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider
from crm.reference.models import Area

ON = (OpportunityStatus.DRAFT, OpportunityStatus.OPEN, OpportunityStatus.DELIVERED)  # only officers know of drafts

LONGEST_LABEL = 60
EXAMPLES = {
    FeedPurpose.PERSON: "For example, My phone. You can leave it empty.",
    FeedPurpose.PROVIDER: "For example, The careers office. You can leave it empty.",
    FeedPurpose.EMPLOYER: "For example, Front desk. You can leave it empty.",
}


class CalendarFilterForm(FilterForm):
    """Lives in the address, with the day that is looked at."""

    on = UkDateField("Go to a day", description="")
    mine = BooleanField("Mine only: my employers, and what I planned")
    q = StringField("Title or employer contains", render_kw={"autocomplete": "off"})
    kind = SelectMultipleField("Kind", choices=[(kind.value, kind.label) for kind in OpportunityKind])
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    area = SelectField("Area", coerce=id_or_none, validate_choice=False)
    employer = HiddenField()

    def offer(self, providers: Sequence[Provider], areas: Sequence[Area]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]
        # The day is written as people write it, though links say it otherwise; it is where one is, and no filter.
        self.on.raw_data = None
        self.area.choices = [("", "Any"), *((str(each.id), each.name) for each in areas)]

    def day(self, *, today: date) -> date:
        """The day that is looked at; today if none is asked for, or one that is none."""
        return self.on.data or today

    def is_mine(self, viewer: User) -> bool:
        return bool(self.mine.data) and viewer.is_staff

    def wanted(self, viewer: User, period: Period) -> Wanted:
        """Values that mean nothing are left out: an address may come from anywhere."""
        return Wanted(
            text=self.q.data or "",
            first_day=period.first_day,
            last_day=period.last_day,
            kinds=[kind for kind in OpportunityKind if kind.value in (self.kind.data or ())],
            statuses=ON,
            provider_id=self.provider.data,
            employer_id=id_or_none(self.employer.data),
            owner_id=viewer.id if self.is_mine(viewer) else None,
            area_id=self.area.data,
        )


class FeedForm(Form):
    label = StringField(
        "Where will you read it?",
        description=EXAMPLES[FeedPurpose.PERSON],
        validators=[Length(max=LONGEST_LABEL, message=f"Use {LONGEST_LABEL} letters or fewer")],
        render_kw={"autocomplete": "off"},
    )

    def ask_of(self, purpose: FeedPurpose) -> None:
        """Ask who reads it rather than where, unless it is one's own."""
        self.label.description = EXAMPLES[purpose]
        if purpose is not FeedPurpose.PERSON:
            self.label.label.text = "Who will read it?"
