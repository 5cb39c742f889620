"""Scheduling, changing and cancelling an opportunity."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, WholeNumberField
from crm.employers.forms.shared import EmployerField
from crm.employers.models import Contact, Site
from crm.opportunities.forms.describing import Described
from crm.opportunities.forms.timing import Timed
from crm.opportunities.models import Opportunity, Side
from crm.opportunities.particulars import Part
from crm.opportunities.services import OpportunityDetails
from crm.pledges.kinds import SMALL_GROUP_KINDS, Mode, OpportunityKind
from crm.providers.models import Provider

LARGEST = 10_000  # young people
LONGEST_TITLE = 255
LONGEST_TEXT = 2000
FILLED_IN = ("kind", "provider", "capacity", "first_day", "request")  # what an address may say of a new opportunity
SIDES = [(side.value, side.label) for side in Side]


class OpportunityForm(Described, Timed):
    """What is arranged. The choices of provider, site and leader are offered by the view; so is the group limit."""

    limit = 0  # the most young people in a small group before a reason is needed

    kind = SelectField(
        "What is it?",
        choices=[("", "Choose"), *((kind.value, kind.label) for kind in OpportunityKind)],
        validators=[InputRequired("Select what it is")],
    )
    title = StringField(
        "Title",
        description="Leave it empty to name it after its kind and the employer",
        validators=[Length(max=LONGEST_TITLE, message="Shorten the title to 255 characters")],
    )
    capacity = WholeNumberField(
        "Places",
        description="How many young people can take part",
        validators=[
            InputRequired("Enter how many young people can take part, like 6"),
            NumberRange(1, LARGEST, "The number of places must be between 1 and 10,000"),
        ],
    )
    group_limit_reason = TextAreaField(
        "Why is the group larger than the limit?",
        validators=[Length(max=LONGEST_TEXT, message="Shorten the reason to 2,000 characters")],
        render_kw={"rows": 2},
    )
    mode = RadioField(
        "How",
        choices=[(mode.value, mode.label) for mode in Mode],
        default=Mode.IN_PERSON.value,
        validators=[InputRequired("Select how it takes place")],
        render_kw={"inline": True},
    )
    site = SelectField("Site", coerce=id_or_none)
    place_or_link = TextAreaField(
        "Place or online link",
        description="Where, if it is not at one of their sites; or the link to join",
        validators=[Length(max=LONGEST_TEXT, message="Shorten this to 2,000 characters")],
        render_kw={"rows": 2},
    )
    leader = SelectField("Who leads it?", coerce=id_or_none, description="The employer’s speaker, mentor or supervisor")
    provider = SelectField("For which provider?", coerce=id_or_none)
    as_draft = BooleanField("Keep it a draft for now: not everything is agreed yet")

    def offer(self, sites: Sequence[Site], leaders: Sequence[Contact], providers: Sequence[Provider]) -> None:
        self.site.choices = [("", "None of their sites"), *((str(each.id), each.name) for each in sites)]
        self.leader.choices = [("", "Not known yet"), *((str(each.id), _with_title(each)) for each in leaders)]
        self.provider.choices = [("", "Any provider"), *((str(each.id), each.name) for each in providers)]

    def begin_with(self, said: Mapping[str, str]) -> None:
        """Open the form with what an address says. What cannot be is left out."""
        kind, first_day = said.get("kind"), said.get("first_day", "")
        self.kind.data = kind if kind in set(OpportunityKind) else None
        self.provider.data = id_or_none(said.get("provider"))
        self.capacity.data = id_or_none(said.get("capacity"))
        with suppress(ValueError):
            self.first_day.data = date.fromisoformat(first_day)

    def show_but_for_days(self, opportunity: Opportunity) -> None:
        """Open the form on what is stored, for a copy on another day: times of day stay."""
        self.kind.data, self.mode.data = opportunity.kind.value, opportunity.mode.value
        self.title.data, self.capacity.data = opportunity.title, opportunity.capacity
        self.show_time_of_day(opportunity)
        self.site.data, self.leader.data = opportunity.site_id, opportunity.leader_id
        self.provider.data, self.place_or_link.data = opportunity.provider_id, opportunity.place_or_link
        self.group_limit_reason.data = opportunity.group_limit_reason
        self.describe(opportunity)

    def validate_venue(self, _field: RadioField) -> None:
        self.refuse_elsewhere(self.site.data, self.mode.data)

    def validate_group_limit_reason(self, field: TextAreaField) -> None:
        if self.is_large_group and not field.data:
            raise ValidationError(f"Say why the group is larger than {self.limit}")

    @property
    def is_large_group(self) -> bool:
        return self.kind.data in SMALL_GROUP_KINDS and (self.capacity.data or 0) > self.limit

    def details(self, parts: Mapping[Part, bool] | None = None) -> OpportunityDetails:
        """The validated answers, with the meaningful parts that are known. Call only after `validate_on_submit()`."""
        assert self.capacity.data is not None
        timing = self.timing
        return OpportunityDetails(
            kind=OpportunityKind(self.kind.data),
            title=self.title.data or "",
            provider_id=self.provider.data,
            first_day=timing.first_day,
            last_day=timing.last_day,
            starts=timing.starts,
            ends=timing.ends,
            hours=self.chosen_hours,
            mode=Mode(self.mode.data),
            site_id=self.site.data,
            place_or_link=self.place_or_link.data or "",
            leader_id=self.leader.data,
            capacity=self.capacity.data,
            group_limit_reason=(self.group_limit_reason.data or "") if self.is_large_group else "",
            venue=self.chosen_venue,
            activity=self.activity.data or "",
            programme=self.chosen_programme,
            lists=self.lists(parts or {}),
            as_draft=bool(self.as_draft.data),
            warned=bool(self.anyway.data),
        )


class EditOpportunityForm(OpportunityForm, EditForm):
    def show(self, opportunity: Opportunity) -> None:
        """Open the form on what is stored."""
        self.show_but_for_days(opportunity)
        self.show_days(opportunity)
        self.version.data = opportunity.version


class ChooseEmployerForm(FilterForm):
    """Whose opportunity it is, when that is not in the address."""

    name = EmployerField()

    @property
    def is_asked(self) -> bool:
        return self.name.data is not None or bool(self.name.typed)


class FellThroughForm(Form):
    """On whose side something fell through, and why."""

    side = RadioField("On whose side did it fall through?", choices=SIDES, validators=[InputRequired("Select a side")])
    reason = TextAreaField(
        "Why?",
        validators=[
            InputRequired("Enter why"),
            Length(max=LONGEST_TEXT, message="Shorten the reason to 2,000 characters"),
        ],
        render_kw={"rows": 3},
    )

    @property
    def chosen_side(self) -> Side:
        """Call only after `validate_on_submit()` was true."""
        return Side(self.side.data)


def _with_title(contact: Contact) -> str:
    return f"{contact.name}, {contact.job_title}" if contact.job_title else contact.name
