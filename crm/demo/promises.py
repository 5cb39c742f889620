"""What Northmoor's employers promised: for last year and this one, in every state a pledge can be in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crm.audit.recording import set_actor
from crm.demo import city
from crm.demo.days import one_between
from crm.demo.organisations import Known
from crm.pledges.kinds import OpportunityKind as Kind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge
from crm.pledges.services import (
    PledgeDetails,
    change_pledge,
    confirm,
    decline,
    mark_sent,
    next_version,
    record_pledge,
    withdraw,
)
from crm.reference.academic_years import AcademicYear

Shape = tuple[LineDetails, ...]

FOR_SMALL: tuple[Shape, ...] = (
    (LineDetails(Kind.PLACEMENT, 1),),
    (LineDetails(Kind.PLACEMENT, 2),),
    (LineDetails(Kind.WORKPLACE_VISIT, 6, 1), LineDetails(Kind.JOB_SHADOWING, 2, 1)),
    (LineDetails(Kind.TALK, 12, 1),),
    (LineDetails(Kind.MENTORING, 3, 3),),
)
FOR_LARGER: tuple[Shape, ...] = (
    (LineDetails(Kind.PLACEMENT, 8),),
    (LineDetails(Kind.PLACEMENT, 4), LineDetails(Kind.TALK, 12, 2)),
    (LineDetails(Kind.WORKPLACE_VISIT, 5, 1), LineDetails(Kind.JOB_SHADOWING, 5, 1), LineDetails(Kind.PLACEMENT, 5, 1)),
    (LineDetails(Kind.PLACEMENT, 20, 1),),
    (LineDetails(Kind.TALK, 15, 2),),
    (LineDetails(Kind.EMPLOYER_PROJECT, 8, 1), LineDetails(Kind.MOCK_INTERVIEW, 10, 1)),
    (LineDetails(Kind.PLACEMENT, 5),),
    (LineDetails(Kind.VIRTUAL_PLACEMENT, 12, 1), LineDetails(Kind.ONLINE_PRESENTATION, 24, 1)),
    (LineDetails(Kind.PLACEMENT, 10),),
    (LineDetails(Kind.MENTORING, 6, 3),),
)
LAST_YEAR = 32  # employers with a pledge
DELIVERED_LAST_YEAR = (1.0, 0.9, 1.0, 0.7, 1.0, 0.8, 0.4, 1.0)  # of what was promised; the second firm does more
DELIVERED_THIS_YEAR = (1.5, 2.2, 1.0, 0.2, 2.8, 0.0, 1.8, 0.6)  # of what is due by now


@dataclass(frozen=True)
class Promise:
    """A confirmed pledge and how well it is kept."""

    known: Known
    pledge: Pledge
    kept: float  # attended of what is due by now
    extra: int = 0  # places beyond everything that was promised
    afterwards: Callable[[], object] | None = None  # what becomes of the pledge once its places are given


def last_years(random: Random, everybody: Sequence[Known], year: AcademicYear) -> Iterator[Promise]:
    for place, known in enumerate(everybody[:LAST_YEAR]):
        confirmed_on = one_between(random, year.first_day - timedelta(days=40), year.first_day + timedelta(days=60))
        pledge = _confirmed(random, known, year, _shape(known, place), confirmed_on)
        kept = DELIVERED_LAST_YEAR[place % len(DELIVERED_LAST_YEAR)]
        yield Promise(known, pledge, kept, extra=3 if place == 1 else 0)


def this_years(random: Random, everybody: Sequence[Known], today: date) -> Iterator[Promise]:
    """Confirmed ones, first; then one of each other state, most of which nothing came of."""
    year = AcademicYear.of(today)
    firms = iter(everybody[4:])
    for place in range(24):
        known = next(firms)
        latest = min(today, year.first_day + timedelta(days=70))
        confirmed_on = one_between(random, year.first_day - timedelta(days=45), latest)
        pledge = _confirmed(random, known, year, _shape(known, place + 3), confirmed_on)
        kept = DELIVERED_THIS_YEAR[place % len(DELIVERED_THIS_YEAR)]
        yield Promise(known, pledge, kept, extra=2 if place == 1 else 0)
    yield _with_second_version(random, next(firms), year, today)
    yield _with_draft_of_second_version(random, next(firms), year)
    yield _of_unknown_number(random, next(firms), year)
    yield _confirmed_before_withdrawal(random, next(firms), year, today)
    _still_open(random, firms, year, today)


def _shape(known: Known, place: int) -> Shape:
    shapes = FOR_SMALL if known.firm.size in {city.MICRO, ""} else FOR_LARGER
    return shapes[place % len(shapes)]


def _record(known: Known, year: AcademicYear, lines: Sequence[LineDetails], note: str = "") -> Pledge:
    set_actor(known.officer.name)
    details = PledgeDetails(year, lines, signatory=known.contacts[0], note=note)
    return record_pledge(known.employer, details, known.officer)


def _confirmed(random: Random, known: Known, year: AcademicYear, lines: Shape, confirmed_on: date) -> Pledge:
    pledge = _record(known, year, lines)
    mark_sent(pledge, confirmed_on - timedelta(days=random.randint(2, 15)))
    confirm(pledge, confirmed_on)
    return pledge


def _before(year: AcademicYear, days: int) -> date:
    return year.first_day - timedelta(days=days)


def _with_second_version(random: Random, known: Known, year: AcademicYear, today: date) -> Promise:
    first = _confirmed(random, known, year, (LineDetails(Kind.PLACEMENT, 4),), _before(year, 30))
    second = next_version(first, recorded_by=known.officer)
    more = LineDetails(Kind.PLACEMENT, 6, line_id=second.lines[0].id)
    change_pledge(
        second, PledgeDetails(year, [more, LineDetails(Kind.TALK, 12, 1)], known.contacts[0], "After a good start")
    )
    mark_sent(second, _before(year, 8))
    confirm(second, min(today, year.first_day + timedelta(days=12)))
    return Promise(known, second, kept=1.0)


def _with_draft_of_second_version(random: Random, known: Known, year: AcademicYear) -> Promise:
    pledge = _confirmed(random, known, year, (LineDetails(Kind.PLACEMENT, 3),), _before(year, 21))
    return Promise(known, pledge, kept=0.8, afterwards=lambda: next_version(pledge, recorded_by=known.officer))


def _of_unknown_number(random: Random, known: Known, year: AcademicYear) -> Promise:
    lines = (LineDetails(Kind.PLACEMENT, None), LineDetails(Kind.TALK, 10, 1))
    return Promise(known, _confirmed(random, known, year, lines, _before(year, 14)), kept=0.6)


def _confirmed_before_withdrawal(random: Random, known: Known, year: AcademicYear, today: date) -> Promise:
    pledge = _confirmed(random, known, year, (LineDetails(Kind.PLACEMENT, 5),), _before(year, 35))
    return Promise(known, pledge, kept=1.0, afterwards=lambda: withdraw(pledge, reason=city.WHY_WITHDRAWN, on=today))


def _still_open(random: Random, firms: Iterator[Known], year: AcademicYear, today: date) -> None:
    """Declined, sent and drafts."""
    for reason in city.WHY_NOT:
        known = next(firms)
        pledge = _record(known, year, _shape(known, 1))
        mark_sent(pledge, today - timedelta(days=random.randint(20, 40)))
        decline(pledge, reason=reason, on=today - timedelta(days=random.randint(1, 19)))
    for place in range(7):
        known = next(firms)
        mark_sent(_record(known, year, _shape(known, place)), today - timedelta(days=random.randint(2, 25)))
    for place in range(4):
        known = next(firms)
        _record(known, year, _shape(known, place), "Waiting for their insurer" if place == 1 else "")
