"""Making a series of a rule's days, and adding meetings to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Employer
from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import Venue
from crm.opportunities.series.models import MOST_MENTEES, Series
from crm.opportunities.series.policies import SERIES_KINDS
from crm.opportunities.series.queries import mentees_of
from crm.opportunities.series.rule import MOST_MEETINGS, Rule
from crm.opportunities.series.services.locking import lock_series
from crm.opportunities.series.services.places import Missed, give_places
from crm.opportunities.services import OpportunityDetails, schedule_opportunity
from crm.pledges.kinds import Mode, OpportunityKind
from crm.providers.models import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDetails:
    """What the meetings have in common, and the rule that makes them."""

    kind: OpportunityKind
    rule: Rule
    capacity: int  # young people in each meeting
    title: str = ""  # made of the kind and the employer's name
    provider_id: int | None = None
    leader_id: int | None = None  # mentor or speaker
    mode: Mode = Mode.IN_PERSON
    venue: Venue | None = None  # where its site and mode say it is
    site_id: int | None = None
    place_or_link: str = ""
    group_limit_reason: str = ""
    activity: str = ""  # what the young people will do

    def on(self, day: date) -> OpportunityDetails:
        """The meeting of a day."""
        return OpportunityDetails(
            kind=self.kind,
            title=self.title,
            first_day=day,
            starts=self.rule.starts,
            ends=self.rule.ends,
            capacity=self.capacity,
            provider_id=self.provider_id,
            mode=self.mode,
            venue=self.venue,
            site_id=self.site_id,
            place_or_link=self.place_or_link,
            leader_id=self.leader_id,
            group_limit_reason=self.group_limit_reason,
            activity=self.activity,
        )


@dataclass(frozen=True, slots=True)
class Made:
    """What was arranged, and who could not be given a place in some of it."""

    series: Series
    meetings: Sequence[Opportunity]
    missed: Sequence[Missed]


def make_series(
    employer: Employer, details: SeriesDetails, days: Sequence[date], *, references: str = "", made_by: User
) -> Made:
    """Arrange a meeting on each of these days, and give those who take part a place in every one they are free for.

    Args:
        employer: whose people lead it.
        details: as for one opportunity, with the rule that proposed the days.
        days: chosen from what `crm.opportunities.series.rule.plan` proposed.
        references: the provider's young people, one on a line; may be empty.
        made_by: who arranges it.

    Raises:
        NotAllowed: only staff arrange.
        Conflict: there is no day, the kind is not repeated, somebody is not known, too many take part, or whoever
            leads it is elsewhere on one of the days; and as `schedule_opportunity`.
    """
    _refuse_impossible(details, days)
    title = details.title.strip() or f"{details.kind.label} with {employer.name}"
    rule = details.rule
    series = Series(
        employer_id=employer.id,
        employer=employer,
        provider_id=details.provider_id,
        leader_id=details.leader_id,
        kind=details.kind,
        title=title,
        every_weeks=rule.every_weeks,
        weekday=rule.weekday,
        first_on=rule.first_on,
        starts=rule.starts,
        ends=rule.ends,
        times=rule.times,
        until=rule.until,
        in_term_only=rule.in_term_only,
    )
    db.session.add(series)
    db.session.flush()
    return _arrange(series, replace(details, title=title), days, references, made_by)


def add_meetings(series: Series, details: SeriesDetails, days: Sequence[date], *, made_by: User) -> Made:
    """Arrange further meetings, with a place for everybody who takes part now. The series' employer must be loaded.

    Raises like `make_series`; and Conflict if it would have more meetings than a series may have.
    """
    lock_series(series)
    _refuse_impossible(details, days)
    if _last_number(series) + len(days) > MOST_MEETINGS:
        raise Conflict(f"A series has at most {MOST_MEETINGS} meetings. Make another series of the others.")
    references = "\n".join(each.reference for each in mentees_of(series.id) if each.provider_id == series.provider_id)
    return _arrange(series, details, days, references, made_by)


def _arrange(series: Series, details: SeriesDetails, days: Sequence[date], references: str, made_by: User) -> Made:
    provider = _provider(details.provider_id, references)
    last = _last_number(series)
    meetings: list[Opportunity] = []
    missed: list[Missed] = []
    for number, day in enumerate(sorted(days), start=last + 1):
        meeting = schedule_opportunity(
            series.employer, details.on(day), scheduled_by=made_by, in_series=(series.id, number)
        )
        meetings.append(meeting)
        if provider is not None:
            missed += give_places(meeting, provider, references)
    return Made(series, meetings, missed)


def _provider(provider_id: int | None, references: str) -> Provider | None:
    if not references.strip():
        return None
    if provider_id is None:
        raise Conflict("Select the provider whose young people take part.")
    return db.session.get_one(Provider, provider_id)


def _refuse_impossible(details: SeriesDetails, days: Sequence[date]) -> None:
    if details.kind not in SERIES_KINDS:
        raise Conflict(f"{details.kind.plural.capitalize()} are arranged one by one.")
    if details.kind is OpportunityKind.MENTORING and details.capacity > MOST_MENTEES:
        raise Conflict(f"A mentor has at most {MOST_MENTEES} mentees.")
    if not days:
        raise Conflict("Choose at least one day.")
    if len(days) > MOST_MEETINGS:
        raise Conflict(f"A series has at most {MOST_MEETINGS} meetings.")


def _last_number(series: Series) -> int:
    highest = select(func.max(Opportunity.series_number)).where(Opportunity.series_id == series.id)
    return db.session.scalar(highest) or 0
