"""Changing or cancelling one meeting of a series and all that follow. What is past or marked stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from crm.core import clock
from crm.core.clock import local_date
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.core.formatting import short_date
from crm.opportunities.models import TAKES_PART, Opportunity, Place, Side
from crm.opportunities.particulars import Venue
from crm.opportunities.series.clashing import Present, clashes
from crm.opportunities.series.models import Series
from crm.opportunities.series.rule import OpenDays, Plan, PlannedDay, Rule, plan
from crm.opportunities.series.services.locking import lock_leader, lock_series, lock_to_come
from crm.opportunities.services import cancel_opportunity
from crm.opportunities.services.clashes import lock_people
from crm.opportunities.services.fulfilling import relink_places
from crm.opportunities.services.scheduling import refuse_anothers
from crm.opportunities.timing import Timing
from crm.pledges.kinds import Mode

NOTHING_LEFT = "Nothing is to come from this meeting on, so there is nothing to change."


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a meeting and those that follow shall have. What the meeting has already stays as it is in the others."""

    title: str
    weekday: int
    starts: time
    ends: time
    mode: Mode
    venue: Venue
    site_id: int | None
    place_or_link: str
    leader_id: int | None

    def timing_on(self, day: date, meeting: Opportunity, was: Timing) -> Timing:
        """When a meeting takes place on a day; it keeps its own time unless the change gives another one."""
        own = Timing.of(meeting)
        same = (self.starts, self.ends) == (was.starts, was.ends)
        return Timing(day, day, own.starts if same else self.starts, own.ends if same else self.ends)


def rule_of(series: Series) -> Rule:
    """The rule a series was made by."""
    return Rule(
        every_weeks=series.every_weeks,
        weekday=series.weekday,
        first_on=series.first_on,
        starts=series.starts,
        ends=series.ends,
        times=series.times,
        until=series.until,
        in_term_only=series.in_term_only,
    )


def laid_out(
    series: Series, meetings: Sequence[Opportunity], weekday: int, open_days: OpenDays, *, taken: frozenset[date]
) -> Plan:
    """The days of meetings, given in order, if they fall on a weekday from now on.

    On the weekday they have, each keeps its day. On another they are laid out anew from the week of the first one, in
    the series' rhythm, past the days on which there can be none; `taken` are days of meetings that stay.
    """
    days = [local_date(each.starts_at) for each in meetings]
    if days[0].weekday() == weekday:
        return Plan([PlannedDay(day) for day in days], [], is_short=False)
    monday = days[0] - timedelta(days=days[0].weekday())
    rule = Rule(
        every_weeks=series.every_weeks,
        weekday=weekday,
        first_on=max(monday, clock.today() + timedelta(days=1)),
        starts=series.starts,
        ends=series.ends,
        times=len(days),
        in_term_only=series.in_term_only,
    )
    return plan(rule, open_days, taken=taken)


def change_following(
    series: Series, meeting: Opportunity, change: Change, days: Sequence[date], *, seen_version: int | None
) -> Sequence[Opportunity]:
    """Change a meeting of a series and all that follow it.

    Args:
        series: of the meeting, with its employer loaded.
        meeting: from which on.
        change: see there.
        days: of each meeting that changes, in order, as `laid_out` proposed.
        seen_version: of the series, when the form was opened.

    Returns the meetings that were changed.

    Raises:
        EditedMeanwhile: the series was changed since.
        Conflict: nothing is to come, the meetings to come are others than when the days were worked out, or somebody
            would be in two places at once, or site or leader are another employer's.
    """
    refuse_anothers(series.employer, change.site_id, change.leader_id)
    lock_series(series)
    check_version(series, seen_version)
    meetings = lock_to_come(series, since=meeting.starts_at)
    if not meetings:
        raise Conflict(NOTHING_LEFT)
    if len(meetings) != len(days):
        raise Conflict("The meetings to come have changed meanwhile. Look at the dates again.")
    _refuse_clashes(meetings, change, _timings(meeting, meetings, change, days))
    _write(meeting, meetings, change, days)
    _remember(series, change)
    db.session.flush()
    for each in meetings:
        relink_places(each)
    return meetings


def _timings(
    meeting: Opportunity, meetings: Sequence[Opportunity], change: Change, days: Sequence[date]
) -> Sequence[Timing]:
    was = Timing.of(meeting)
    return [change.timing_on(day, each, was) for each, day in zip(meetings, days, strict=True)]


def _refuse_clashes(meetings: Sequence[Opportunity], change: Change, timings: Sequence[Timing]) -> None:
    lock_leader(change.leader_id)
    ids = [each.id for each in meetings]
    people = lock_people(
        select(Place.young_person_id).where(Place.opportunity_id.in_(ids), Place.status.in_(TAKES_PART))
    )
    present = Present(leader_id=change.leader_id, people=[each.id for each in people], mode=change.mode, besides=ids)
    for day, found in sorted(clashes(timings, present).items()):
        for each in found:
            if not each.is_perhaps:
                raise Conflict(f"{short_date(day)}: {each.who} is at another opportunity then: {each.where}.")


def _write(meeting: Opportunity, meetings: Sequence[Opportunity], change: Change, days: Sequence[date]) -> None:
    timings = _timings(meeting, meetings, change, days)
    place = (change.mode, change.venue, change.site_id, change.place_or_link)
    moves = place != (meeting.mode, meeting.venue, meeting.site_id, meeting.place_or_link)
    title, leader = change.title != meeting.title, change.leader_id != meeting.leader_id
    for each, timing in zip(meetings, timings, strict=True):
        each.starts_at, each.ends_at, each.hours = timing.starts_at, timing.ends_at, timing.hours
        if moves:
            each.mode, each.venue, each.site_id, each.place_or_link = place
        if title:
            each.title = change.title
        if leader:
            each.leader_id = change.leader_id


def _remember(series: Series, change: Change) -> None:
    """Meetings that are added later are like these."""
    series.title, series.leader_id, series.weekday = change.title, change.leader_id, change.weekday
    series.starts, series.ends = change.starts, change.ends


def cancel_following(series: Series, meeting: Opportunity, *, side: Side, reason: str) -> int:
    """Cancel a meeting of a series and all that follow it, and everybody's places in them. Returns how many.

    Raises Conflict if nothing is to come, or no reason is given.
    """
    lock_series(series)
    meetings = lock_to_come(series, since=meeting.starts_at)
    if not meetings:
        raise Conflict(NOTHING_LEFT)
    for each in meetings:
        cancel_opportunity(each, side=side, reason=reason)
    return len(meetings)
