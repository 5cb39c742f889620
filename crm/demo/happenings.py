"""What came of the promises: opportunities arranged, places given, attendance marked, some of it fallen through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from crm.core.db import db
from crm.demo import city
from crm.demo.days import mondays, term_days
from crm.demo.organisations import Classes, Known
from crm.demo.particulars import ACTIVITIES, WHY_EXEMPT, lists_for, say_what_was_meaningful
from crm.demo.promises import Promise
from crm.fulfilment.due import due_by
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus, Side
from crm.opportunities.services import (
    Adding,
    Attendance,
    OpportunityDetails,
    add_headcount,
    add_places_by_reference,
    cancel_opportunity,
    end_place,
    exempt_from_checks,
    headcount,
    mark_attendance,
    open_opportunity,
    schedule_opportunity,
)
from crm.pledges.kinds import Mode
from crm.pledges.kinds import OpportunityKind as Kind
from crm.pledges.models import PledgeLine
from crm.reference.school_days import SchoolDays

OUTCOMES = (*[PlaceStatus.ATTENDED] * 16, PlaceStatus.PART_ATTENDED, PlaceStatus.NO_SHOW)
SOON = timedelta(days=75)
KEEN = 7  # of a provider's young people take part more often than the others
WEEK = 4  # days from Monday to Friday


@dataclass(frozen=True)
class Manner:
    """How one kind of thing is usually done."""

    most: int  # young people at a time
    days: int = 1
    starts: time = time(9, 30)
    ends: time = time(15, 30)
    hours: Decimal | None = None
    mode: Mode = Mode.IN_PERSON
    at_school: bool = False  # rather than at the employer's
    role: int = 2  # which contact leads it: 1 speaks and mentors, 2 supervises


MANNERS: Mapping[Kind, Manner] = {
    Kind.PLACEMENT: Manner(3, days=5, hours=Decimal(30)),
    Kind.WORKPLACE_VISIT: Manner(8, starts=time(10), ends=time(14)),
    Kind.JOB_SHADOWING: Manner(2),
    Kind.EMPLOYER_PROJECT: Manner(8, starts=time(9, 30), ends=time(12, 30)),
    Kind.VIRTUAL_PLACEMENT: Manner(12, days=5, hours=Decimal(20), mode=Mode.ONLINE),
    Kind.TALK: Manner(12, starts=time(13, 30), ends=time(14, 30), at_school=True, role=1),
    Kind.ONLINE_PRESENTATION: Manner(12, starts=time(11), ends=time(12), mode=Mode.ONLINE, role=1),
    Kind.MENTORING: Manner(4, starts=time(15), ends=time(16), at_school=True, role=1),
    Kind.MOCK_INTERVIEW: Manner(10, starts=time(9, 30), ends=time(12), at_school=True, role=1),
    Kind.CAREERS_ROUNDTABLE: Manner(8, starts=time(10), ends=time(12), role=1),
}


# Titles of what is much the same everywhere; the rest is called after the employer's trade.
TITLES: Mapping[Kind, Sequence[str]] = {
    Kind.JOB_SHADOWING: ("A day beside somebody at work", "Follow a shift"),
    Kind.EMPLOYER_PROJECT: ("Solve a problem we really have", "Pitch us your idea"),
    Kind.VIRTUAL_PLACEMENT: ("A week with us, online",),
    Kind.MENTORING: ("Mentoring after school", "Mentoring: what comes next?"),
    Kind.MOCK_INTERVIEW: ("Practice interviews", "Your first interview"),
}


@dataclass
class Diary:
    """Arranges things so that nobody of an employer's is in two places at once."""

    random: Random
    schools: Sequence[Classes]
    today: date
    school_days: SchoolDays
    taken: dict[int, set[date]] = field(default_factory=dict)  # days by employer
    arranged: int = 0

    def day_for(self, known: Known, kind: Kind, first: date, last: date) -> date | None:
        """A free day between two, on which such a thing could begin; None if there is none."""
        days = mondays(first, last) if MANNERS[kind].days > 1 else term_days(first, last)
        used = self.taken.setdefault(known.employer.id, set())
        free = [day for day in days if not used & set(_days(day, kind))]
        if not free:
            return None
        day = self.random.choice(free)
        used.update(_days(day, kind))
        return day

    def arrange(self, known: Known, kind: Kind, day: date, capacity: int) -> tuple[Opportunity, Classes]:
        manner, school = MANNERS[kind], self.random.choice(self.schools)
        titles = TITLES.get(kind) or (known.trade.topics if manner.role == 1 else known.trade.titles)
        leader = known.contacts[min(manner.role, len(known.contacts) - 1)]
        self.arranged += 1
        details = OpportunityDetails(
            kind=kind,
            title=titles[self.arranged % len(titles)],
            first_day=day,
            last_day=_days(day, kind)[-1],
            starts=manner.starts,
            ends=manner.ends,
            capacity=capacity,
            provider_id=school.provider.id,
            hours=manner.hours,
            mode=manner.mode,
            site_id=None if manner.at_school or manner.mode is Mode.ONLINE else known.sites[0].id,
            place_or_link=_where(manner, school),
            leader_id=None if leader.left_at else leader.id,
            activity=ACTIVITIES.get(kind, ""),
            lists=lists_for(known, kind),
        )
        opportunity = schedule_opportunity(known.employer, details, scheduled_by=known.officer)
        if opportunity.status is OpportunityStatus.DRAFT and self.arranged % 2:  # the other half waits for its checks
            exempt_from_checks(opportunity, reason=WHY_EXEMPT, by=known.officer)
            open_opportunity(opportunity)
        return opportunity, school

    def fill(
        self, opportunity: Opportunity, school: Classes, how_many: int, *, named: bool, over_delivery: bool = False
    ) -> None:
        """Give places in what is open."""
        if opportunity.status is OpportunityStatus.DRAFT:
            return
        adding = Adding(over_delivery=over_delivery)
        if named:
            keen = school.references[:KEEN] if self.random.random() < 0.7 else school.references  # noqa: PLR2004
            chosen = self.random.sample(keen, min(how_many, len(keen)))
            add_places_by_reference(opportunity, school.provider, "\n".join(chosen), adding=adding)
        else:
            add_headcount(opportunity, school.provider, how_many, adding=adding)


def _days(day: date, kind: Kind) -> list[date]:
    return [day + timedelta(days=number) for number in range(MANNERS[kind].days)]


def _where(manner: Manner, school: Classes) -> str:
    if manner.mode is Mode.ONLINE:
        return "https://meet.example.com/northmoor"
    return school.provider.name if manner.at_school else ""


def places_of(opportunity: Opportunity) -> Sequence[Place]:
    return db.session.scalars(select(Place).where(Place.opportunity_id == opportunity.id).order_by(Place.id)).all()


def keep(diary: Diary, promise: Promise) -> None:
    """Arrange what the employer promised, up to today, as far as the promise is kept; and something for later."""
    for number, line in enumerate(promise.pledge.lines):
        due = due_by(line, diary.today, diary.school_days)
        wanted = min(line.promised, round(due * promise.kept)) if line.young_people else 2
        if promise.extra and number == 0:
            wanted = line.promised + promise.extra
        came = 0
        while came < wanted:
            took_part = _one_that_happened(diary, promise.known, line, wanted - came, exactly=bool(promise.extra))
            if not took_part:
                break
            came += took_part
        if line.promised > came and promise.kept:
            _one_to_come(diary, promise.known, line, line.promised - came)


def _one_that_happened(diary: Diary, known: Known, line: PledgeLine, wanted: int, *, exactly: bool) -> int:
    """How many attended; 0 if there was no day left on which it could have happened."""
    manner = MANNERS[line.kind]
    last = min(diary.today, line.window_ends_on) - timedelta(days=manner.days)
    day = diary.day_for(known, line.kind, line.window_starts_on, last)
    if day is None:
        return 0
    how_many = min(wanted, manner.most)
    opportunity, school = diary.arrange(known, line.kind, day, capacity=max(how_many, manner.most))
    named = manner.role != 1 or diary.random.random() < 0.4  # noqa: PLR2004
    diary.fill(opportunity, school, how_many, named=named, over_delivery=exactly)
    return attend(diary, opportunity, everybody=exactly)


def attend(diary: Diary, opportunity: Opportunity, *, everybody: bool = False) -> int:
    """Mark the register. Returns how many came."""
    marks = dict(_marks(diary.random, places_of(opportunity), everybody=everybody))
    mark_attendance(opportunity, marks)
    say_what_was_meaningful(opportunity, diary.arranged)
    return sum(place.came or 0 for place in places_of(opportunity))


def _marks(random: Random, places: Sequence[Place], *, everybody: bool) -> Iterator[tuple[int, Attendance]]:
    for place in places:
        if place.provider_id is not None:
            yield place.id, headcount(place.seats if everybody else max(1, place.seats - random.randint(0, 2)))
        else:
            yield place.id, Attendance(PlaceStatus.ATTENDED if everybody else random.choice(OUTCOMES))


def _one_to_come(diary: Diary, known: Known, line: PledgeLine, left: int) -> None:
    """Arranged for the coming weeks, and partly filled."""
    tomorrow = max(diary.today + timedelta(days=1), line.window_starts_on)
    day = diary.day_for(known, line.kind, tomorrow, min(diary.today + SOON, line.window_ends_on))
    if day is None or diary.random.random() < 0.35:  # noqa: PLR2004  # not everything is arranged yet
        return
    capacity = min(left, MANNERS[line.kind].most)
    opportunity, school = diary.arrange(known, line.kind, day, capacity)
    booked = diary.random.randint(0, capacity)
    if booked:
        diary.fill(opportunity, school, booked, named=MANNERS[line.kind].role != 1)


def go_wrong(diary: Diary, everybody: Sequence[Known], first: date) -> None:
    """What fell through on each side, a large talk with its reason, and one register that nobody has marked yet."""
    last = diary.today - timedelta(days=6)
    for known, side, reason in zip(
        everybody, (Side.EMPLOYER, Side.PROVIDER, Side.COUNCIL), city.WHY_CANCELLED, strict=False
    ):
        day = diary.day_for(known, Kind.PLACEMENT, first, last)
        if day:
            opportunity, school = diary.arrange(known, Kind.PLACEMENT, day, capacity=3)
            diary.fill(opportunity, school, 2, named=True)
            cancel_opportunity(opportunity, side=side, reason=reason)
    for known in everybody[3:6]:
        day = diary.day_for(known, Kind.WORKPLACE_VISIT, first, last)
        if day:
            opportunity, school = diary.arrange(known, Kind.WORKPLACE_VISIT, day, capacity=8)
            diary.fill(opportunity, school, 6, named=True)
            for place in places_of(opportunity)[:1]:
                end_place(place, side=Side.YOUNG_PERSON, reason="Moved to another school")
            if known is not everybody[5]:
                attend_rest(diary, opportunity)


def attend_rest(diary: Diary, opportunity: Opportunity) -> None:
    held = [place for place in places_of(opportunity) if place.status is PlaceStatus.CONFIRMED]
    mark_attendance(opportunity, dict(_marks(diary.random, held, everybody=False)))


def large_talk(diary: Diary, known: Known, first: date) -> None:
    """Beyond the group limit, with the reason."""
    day = diary.day_for(known, Kind.TALK, first, diary.today - timedelta(days=1))
    if day is None:
        return
    school, manner = diary.schools[0], MANNERS[Kind.TALK]
    details = OpportunityDetails(
        kind=Kind.TALK,
        title="Your city needs you: an assembly",
        first_day=day,
        starts=manner.starts,
        ends=manner.ends,
        capacity=60,
        provider_id=school.provider.id,
        place_or_link=school.provider.name,
        leader_id=known.contacts[1].id,
        group_limit_reason="The whole year group asked for it before choosing options.",
    )
    opportunity = schedule_opportunity(known.employer, details, scheduled_by=known.officer)
    add_headcount(opportunity, school.provider, 56)
    attend(diary, opportunity)
