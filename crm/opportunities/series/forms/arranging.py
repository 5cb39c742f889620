"""Making a series, adding to it, and changing what follows a meeting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core.dates import WEEKDAYS
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, Form, TimeField, UkDateField, WholeNumberField
from crm.employers.models import Contact, Site
from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import Venue
from crm.opportunities.series.models import MOST_MENTEES, Series
from crm.opportunities.series.policies import SERIES_KINDS
from crm.opportunities.series.rule import MOST_MEETINGS, MOST_WEEKS_APART, ORDINALS, Rule
from crm.opportunities.series.services import Change, SeriesDetails
from crm.opportunities.series.services.following import rule_of
from crm.opportunities.timing import Timing
from crm.pledges.kinds import SMALL_GROUP_KINDS, Mode, OpportunityKind
from crm.providers.forms import LONGEST_PASTE, NO_NAMES, NotNames
from crm.providers.models import Provider

LARGEST = 10_000  # young people
LONGEST_TEXT = 2000
WEEKDAY_CHOICES = [(str(number), name.capitalize()) for number, name in enumerate(WEEKDAYS)]
RHYTHMS = [("1", "Every week"), *((str(n), f"Every {ORDINALS[n]} week") for n in range(2, MOST_WEEKS_APART + 1))]


class _WhenAndWhere(Form):
    """What every meeting has: when on its day, where, and who leads it."""

    title = StringField(
        "Title",
        description="Leave it empty to name it after its kind and the employer",
        validators=[Length(max=255, message="Shorten the title to 255 characters")],
    )
    weekday = SelectField("On", choices=WEEKDAY_CHOICES, default="1")
    starts = TimeField("Starts at", validators=[InputRequired("Enter when it starts, like 3:30pm")])
    ends = TimeField("Ends at", validators=[InputRequired("Enter when it ends, like 4:30pm")])
    leader = SelectField("Mentor or speaker", coerce=id_or_none, description="Somebody at the employer")
    venue = RadioField(
        "Where",
        choices=[(each.value, each.label) for each in (Venue.PROVIDER, Venue.SITE, Venue.ONLINE, Venue.ELSEWHERE)],
        default=Venue.PROVIDER.value,
        validators=[InputRequired("Select where it takes place")],
        render_kw={"small": True},
    )
    site = SelectField("Which of their sites", coerce=id_or_none)
    place_or_link = TextAreaField(
        "Room, address or link",
        description="Such as the library, or the address to join online",
        validators=[Length(max=LONGEST_TEXT, message="Shorten this to 2,000 characters")],
        render_kw={"rows": 2},
    )

    def offer(self, sites: Sequence[Site], leaders: Sequence[Contact]) -> None:
        self.site.choices = [("", "None of their sites"), *((str(each.id), each.name) for each in sites)]
        self.leader.choices = [("", "Not known yet"), *((str(each.id), each.name) for each in leaders)]

    def validate_ends(self, field: TimeField) -> None:
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError("It must end after it starts")

    def validate_site(self, field: SelectField) -> None:
        if field.data and self.venue.data != Venue.SITE.value:
            raise ValidationError(f"Select “{Venue.SITE.label}” above, or none of their sites")

    @property
    def chosen_venue(self) -> Venue:
        return Venue(self.venue.data)


class SeriesForm(NotNames, _WhenAndWhere):
    """A mentoring programme or a repeated talk, with the rule that makes its meetings."""

    limit = 0  # the most young people in a small group before a reason is needed

    kind = SelectField(
        "What is it?",
        choices=[(kind.value, kind.label) for kind in sorted(SERIES_KINDS, key=lambda each: each.value != "mentoring")],
    )
    provider = SelectField("For which provider?", coerce=id_or_none)
    activity = TextAreaField(
        "What the young people will do",
        validators=[Length(max=LONGEST_TEXT, message="Shorten this to 2,000 characters")],
        render_kw={"rows": 3},
    )
    every_weeks = SelectField("How often", choices=RHYTHMS, default="1")
    first_on = UkDateField(
        "From",
        description="The first meeting is on that weekday on or after this date",
        validators=[InputRequired("Enter the date it begins, like 5 1 2027")],
    )
    times = WholeNumberField("How many meetings")
    until = UkDateField("or until", description="The last day there may be one", validators=[Optional()])
    in_term_only = BooleanField("In term time only", default=True)
    capacity = WholeNumberField(
        "Places in each meeting",
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
    references = TextAreaField(
        "Who takes part in every meeting? One reference on each line",
        description=NO_NAMES,
        validators=[Length(max=LONGEST_PASTE, message="Paste fewer references at once")],
        render_kw={"rows": 4, "spellcheck": "false", "autocomplete": "off"},
    )
    not_names = BooleanField("These are references, not names")
    seen = HiddenField()  # which dates were shown
    days = SelectMultipleField("Dates", validate_choice=False)

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Any provider"), *((str(each.id), each.name) for each in providers)]

    def validate_until(self, field: UkDateField) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError("The last day must not be before the first")

    def validate_times(self, field: WholeNumberField) -> None:
        if (field.data is None) == (self.until.data is None) and not self.until.process_errors:
            raise ValidationError("Enter how many meetings, like 8, or the last day – one of the two")
        if field.data is not None and not 1 <= field.data <= MOST_MEETINGS:
            raise ValidationError(f"Enter between 1 and {MOST_MEETINGS} meetings")

    def validate_capacity(self, field: WholeNumberField) -> None:
        if self.kind.data == OpportunityKind.MENTORING and (field.data or 0) > MOST_MENTEES:
            raise ValidationError(f"A mentor has at most {MOST_MENTEES} mentees. Enter a number up to {MOST_MENTEES}")

    def validate_group_limit_reason(self, field: TextAreaField) -> None:
        if self.is_large_group and not field.data:
            raise ValidationError(f"Say why the group is larger than {self.limit}")

    def validate_provider(self, field: SelectField) -> None:
        if self.references.data and not field.data:
            raise ValidationError("Select the provider whose young people take part")

    @property
    def is_large_group(self) -> bool:
        return self.kind.data in SMALL_GROUP_KINDS and (self.capacity.data or 0) > self.limit

    def rule(self) -> Rule:
        """Call only after `validate()` was true."""
        assert self.first_on.data is not None
        assert self.starts.data is not None
        assert self.ends.data is not None
        return Rule(
            every_weeks=int(self.every_weeks.data),
            weekday=int(self.weekday.data),
            first_on=self.first_on.data,
            starts=self.starts.data,
            ends=self.ends.data,
            times=self.times.data,
            until=self.until.data,
            in_term_only=bool(self.in_term_only.data),
        )

    def details(self) -> SeriesDetails:
        """The validated answers. Call only after `validate()` was true."""
        assert self.capacity.data is not None
        venue = self.chosen_venue
        return SeriesDetails(
            kind=OpportunityKind(self.kind.data),
            rule=self.rule(),
            capacity=self.capacity.data,
            title=self.title.data or "",
            provider_id=self.provider.data,
            leader_id=self.leader.data,
            mode=Mode.ONLINE if venue is Venue.ONLINE else Mode.IN_PERSON,
            venue=venue,
            site_id=self.site.data,
            place_or_link=self.place_or_link.data or "",
            group_limit_reason=(self.group_limit_reason.data or "") if self.is_large_group else "",
            activity=self.activity.data or "",
        )

    def chosen(self, proposed: Sequence[date]) -> list[date]:
        """The proposed days that are ticked."""
        ticked = set(self.days.data or ())
        return [day for day in proposed if day.isoformat() in ticked]


class FollowingForm(_WhenAndWhere, EditForm):
    """What a meeting and all that follow it shall have; `version` is the series'."""

    seen = HiddenField()

    def show(self, series: Series, meeting: Opportunity) -> None:
        """Open the form on what the meeting has."""
        timing = Timing.of(meeting)
        self.title.data, self.leader.data = meeting.title, meeting.leader_id
        self.weekday.data = str(timing.first_day.weekday())
        self.starts.data, self.ends.data = timing.starts, timing.ends
        self.venue.data, self.site.data = meeting.venue.value, meeting.site_id
        self.place_or_link.data, self.version.data = meeting.place_or_link, series.version

    def change(self, meeting: Opportunity) -> Change:
        """The validated answers. Call only after `validate()` was true."""
        assert self.starts.data is not None
        assert self.ends.data is not None
        venue = self.chosen_venue
        in_person = Mode.IN_PERSON if meeting.mode is Mode.ONLINE else meeting.mode
        return Change(
            title=self.title.data or meeting.title,
            weekday=int(self.weekday.data),
            starts=self.starts.data,
            ends=self.ends.data,
            mode=Mode.ONLINE if venue is Venue.ONLINE else in_person,
            venue=venue,
            site_id=self.site.data,
            place_or_link=self.place_or_link.data or "",
            leader_id=self.leader.data,
        )


class MoreMeetingsForm(Form):
    """Further meetings in the rhythm of a series."""

    first_on = UkDateField("From", validators=[InputRequired("Enter the date to go on from, like 5 1 2027")])
    times = WholeNumberField(
        "How many more",
        validators=[
            InputRequired("Enter how many more meetings, like 4"),
            NumberRange(1, MOST_MEETINGS, f"Enter between 1 and {MOST_MEETINGS} meetings"),
        ],
    )
    seen = HiddenField()
    days = SelectMultipleField("Dates", validate_choice=False)

    def rule(self, series: Series) -> Rule:
        """Call only after `validate()` was true."""
        assert self.first_on.data is not None
        return replace(rule_of(series), first_on=self.first_on.data, times=self.times.data, until=None)

    def details(self, series: Series, like: Opportunity) -> SeriesDetails:
        """As the series has it, and where it has nothing, as one of its meetings has it."""
        return SeriesDetails(
            kind=series.kind,
            rule=self.rule(series),
            capacity=like.capacity,
            title=series.title,
            provider_id=series.provider_id,
            leader_id=series.leader_id,
            mode=like.mode,
            venue=like.venue,
            site_id=like.site_id,
            place_or_link=like.place_or_link,
            group_limit_reason=like.group_limit_reason or "",
            activity=like.activity,
        )

    def chosen(self, proposed: Sequence[date]) -> list[date]:
        """The proposed days that are ticked."""
        ticked = set(self.days.data or ())
        return [day for day in proposed if day.isoformat() in ticked]
