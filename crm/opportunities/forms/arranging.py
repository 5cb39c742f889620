"""Scheduling, changing and cancelling an opportunity."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, TimeField, UkDateField, WholeNumberField
from crm.employers.forms.shared import EmployerField
from crm.employers.models import Contact, Site
from crm.opportunities.models import Opportunity, Side
from crm.opportunities.services import OpportunityDetails
from crm.opportunities.timing import Timing
from crm.pledges.kinds import SMALL_GROUP_KINDS, Mode, OpportunityKind
from crm.providers.models import Provider

LARGEST = 10_000  # young people
MOST_HOURS = 2000
LONGEST_TITLE = 255
LONGEST_TEXT = 2000
FILLED_IN = ("kind", "provider", "capacity", "first_day")  # what an address may say of a new opportunity
SIDES = [(side.value, side.label) for side in Side]


class OpportunityForm(Form):
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
    first_day = UkDateField(
        "First day",
        description="For example, 17 7 2027. It may be past",
        validators=[InputRequired("Enter the first day, like 17 7 2027")],
    )
    last_day = UkDateField("Last day", description="Leave it empty for one day", validators=[Optional()])
    starts = TimeField("Starts at", validators=[InputRequired("Enter when it starts, like 9:30am")])
    ends = TimeField("Ends at", validators=[InputRequired("Enter when it ends, like 3:30pm")])
    hours = StringField(
        "Hours per person",
        description="Over all its days, such as 30. Empty for one day: as long as it lasts",
        render_kw={"width": 5, "inputmode": "decimal"},
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

    def validate_last_day(self, field: UkDateField) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("The last day must not be before the first day")

    def validate_ends(self, field: TimeField) -> None:
        one_day = self.last_day.data in (None, self.first_day.data)
        if one_day and field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError("It must end after it starts")

    def validate_hours(self, field: StringField) -> None:
        if field.data:
            _hours(field.data)

    def validate_group_limit_reason(self, field: TextAreaField) -> None:
        if self.is_large_group and not field.data:
            raise ValidationError(f"Say why the group is larger than {self.limit}")

    @property
    def is_large_group(self) -> bool:
        return self.kind.data in SMALL_GROUP_KINDS and (self.capacity.data or 0) > self.limit

    def details(self) -> OpportunityDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.first_day.data is not None
        assert self.starts.data is not None
        assert self.ends.data is not None
        assert self.capacity.data is not None
        return OpportunityDetails(
            kind=OpportunityKind(self.kind.data),
            title=self.title.data or "",
            provider_id=self.provider.data,
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            starts=self.starts.data,
            ends=self.ends.data,
            hours=_hours(self.hours.data) if self.hours.data else None,
            mode=Mode(self.mode.data),
            site_id=self.site.data,
            place_or_link=self.place_or_link.data or "",
            leader_id=self.leader.data,
            capacity=self.capacity.data,
            group_limit_reason=(self.group_limit_reason.data or "") if self.is_large_group else "",
        )


class EditOpportunityForm(OpportunityForm, EditForm):
    def show(self, opportunity: Opportunity) -> None:
        """Open the form on what is stored."""
        timing = Timing.between(opportunity.starts_at, opportunity.ends_at)
        self.kind.data, self.mode.data = opportunity.kind.value, opportunity.mode.value
        self.title.data, self.capacity.data = opportunity.title, opportunity.capacity
        self.first_day.data, self.starts.data, self.ends.data = timing.first_day, timing.starts, timing.ends
        self.last_day.data = None if timing.is_one_day else timing.last_day
        self.hours.data = None if opportunity.hours in (None, timing.hours) else f"{float(opportunity.hours or 0):g}"
        self.site.data, self.leader.data = opportunity.site_id, opportunity.leader_id
        self.provider.data, self.place_or_link.data = opportunity.provider_id, opportunity.place_or_link
        self.group_limit_reason.data, self.version.data = opportunity.group_limit_reason, opportunity.version

    def written(self) -> dict[str, Any]:
        """What the form says, by label and in words, for comparing two versions."""
        return {field.label.text: _in_words(field) for field in self if field.name not in ("version", "submission_key")}


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


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValidationError("Enter the hours as a number, like 30 or 1.5") from None
    if not hours.is_finite() or not 0 < hours <= MOST_HOURS:
        raise ValidationError("The hours must be more than 0 and at most 2,000")
    return hours.quantize(Decimal("0.01"))


def _with_title(contact: Contact) -> str:
    return f"{contact.name}, {contact.job_title}" if contact.job_title else contact.name


def _in_words(field: Any) -> Any:
    choices = getattr(field, "iter_choices", None)
    if choices is None:
        return field._value() if hasattr(field, "_value") else field.data  # noqa: SLF001  # WTForms' way to ask a field
    return next((label for value, label, selected, *_ in choices() if selected), "")
