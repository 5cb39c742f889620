"""A mentoring programme half-way through, a talk that is repeated, and a day on which a school is closed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta

from crm.audit.recording import set_actor
from crm.core import clock
from crm.demo.happenings import places_of
from crm.demo.organisations import Classes, Known
from crm.opportunities.models import Opportunity, PlaceStatus
from crm.opportunities.particulars import Venue
from crm.opportunities.series.clashing import Present, clashes
from crm.opportunities.series.queries import open_days
from crm.opportunities.series.rule import Rule, plan
from crm.opportunities.series.services import SeriesDetails, make_series, mark_grid
from crm.opportunities.services import Attendance
from crm.opportunities.timing import Timing
from crm.pledges.kinds import OpportunityKind
from crm.providers.closed_days.services import Closure, close

MENTEES = 4
OUTCOMES = (PlaceStatus.ATTENDED, PlaceStatus.ATTENDED, PlaceStatus.ATTENDED, PlaceStatus.NO_SHOW, PlaceStatus.ATTENDED)


def repeat(everybody: Sequence[Known], schools: Sequence[Classes], today: date) -> None:
    """Needs employers whose second contact has not left, at a time at which they are free."""
    school = schools[0]
    close(school.provider, Closure(today + timedelta(days=16), today + timedelta(days=16), "Staff training"))
    mentoring = Rule(
        every_weeks=1,
        weekday=today.weekday() if today.weekday() < 5 else 1,  # noqa: PLR2004  # a working day
        first_on=today - timedelta(weeks=4),
        starts=time(16, 15),
        ends=time(17),
        times=8,
    )
    talks = Rule(
        every_weeks=2,
        weekday=2,
        first_on=today + timedelta(days=2),
        starts=time(12, 40),
        ends=time(13, 10),
        times=4,
    )
    _mentor(next(_free(everybody, mentoring, school)), school, mentoring, today)
    _speak(next(_free(everybody[10:], talks, school)), school, talks)


def _free(everybody: Iterable[Known], rule: Rule, school: Classes) -> Iterator[Known]:
    for known in everybody:
        leader = known.contacts[1] if len(known.contacts) > 1 else None
        if leader is not None and leader.left_at is None and not known.employer.is_archived:
            timings = [Timing(day, day, rule.starts, rule.ends) for day in _days(rule, school)]
            if not clashes(timings, Present(leader_id=leader.id)):
                yield known


def _days(rule: Rule, school: Classes) -> list[date]:
    return plan(rule, open_days(school.provider, since=rule.first_on)).meetings


def _mentor(known: Known, school: Classes, rule: Rule, today: date) -> None:
    set_actor(known.officer.name)
    details = SeriesDetails(
        kind=OpportunityKind.MENTORING,
        rule=rule,
        capacity=MENTEES,
        title="Mentoring: what comes next?",
        provider_id=school.provider.id,
        leader_id=known.contacts[1].id,
        venue=Venue.PROVIDER,
        place_or_link="The library",
        activity="Talk with somebody who does the work, set a goal, and say next time what came of it.",
    )
    made = make_series(
        known.employer,
        details,
        _days(rule, school),
        references="\n".join(school.references[-MENTEES:]),
        made_by=known.officer,
    )
    past = [each for each in made.meetings if clock.local_date(each.starts_at) < today]
    mark_grid(made.series, _marks(past[:-1] or past))


def _marks(meetings: Iterable[Opportunity]) -> dict[int, Attendance]:
    places = [place.id for each in meetings for place in places_of(each)]
    return {each: Attendance(OUTCOMES[number % len(OUTCOMES)]) for number, each in enumerate(places)}


def _speak(known: Known, school: Classes, rule: Rule) -> None:
    set_actor(known.officer.name)
    details = SeriesDetails(
        kind=OpportunityKind.TALK,
        rule=rule,
        capacity=12,
        title="Lunchtime talk: how I got this job",
        provider_id=school.provider.id,
        leader_id=known.contacts[1].id,
        venue=Venue.PROVIDER,
    )
    make_series(known.employer, details, _days(rule, school), made_by=known.officer)
