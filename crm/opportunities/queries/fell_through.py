"""The fell-through ledger: cancelled opportunities, and places that were lost one by one, with side and reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from crm.core.clock import local_date, start_of_day
from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus, Side
from crm.opportunities.notice import days_of_notice, notice
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider, YoungPerson

AT_ONCE = 500  # rows fetched at a time
MOST_REASONS = 12
DID_NOT_COME = "Did not come"


class What(StrEnum):
    """What fell through."""

    OPPORTUNITY = "opportunity"  # cancelled, with every place in it
    PLACE = "place"  # a confirmed one that ended
    OFFER = "offer"  # declined, taken back or not answered
    NO_SHOW = "no_show"

    @property
    def label(self) -> str:
        return {"opportunity": "Opportunity", "no_show": "No-show"}.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class Lost:
    """One line of the ledger."""

    what: What
    opportunity_id: int
    title: str
    kind: OpportunityKind
    starts_at: datetime
    employer_id: int
    employer: str
    provider: str | None  # whose places they were; of a cancelled opportunity, the one it was arranged for
    who: str | None  # the young person's reference
    places: int  # lost with it
    side: Side
    reason: str
    ended_at: datetime

    @property
    def days_of_notice(self) -> int:
        return days_of_notice(local_date(self.ended_at), self.starts_at)

    @property
    def notice(self) -> str:
        return "no notice" if self.what is What.NO_SHOW else notice(local_date(self.ended_at), self.starts_at)


@dataclass(frozen=True, slots=True)
class WantedLosses:
    """What the ledger is narrowed to; None and empty leave everything."""

    first_day: date | None = None  # on which it fell through, in London
    last_day: date | None = None
    whats: Sequence[What] = ()
    sides: Sequence[Side] = ()
    kinds: Sequence[OpportunityKind] = ()
    provider_id: int | None = None
    employer_id: int | None = None
    text: str = ""  # in the title, the employer's name or the reason


@dataclass(frozen=True, slots=True)
class Total:
    """How much fell through for one reason, or on one side."""

    name: str
    times: int
    places: int


def lost(wanted: WantedLosses, *, limit: int | None = None, offset: int = 0) -> Sequence[Lost]:
    """The ledger, latest first. One statement."""
    statement = _ordered(wanted).limit(limit).offset(offset)
    return [_lost(row) for row in db.session.execute(statement)]


def every_lost(wanted: WantedLosses) -> Iterator[Lost]:
    """The same without pages, fetched piece by piece."""
    for row in db.session.execute(_ordered(wanted).execution_options(yield_per=AT_ONCE)):
        yield _lost(row)


def how_many_lost(wanted: WantedLosses) -> int:
    return db.session.scalar(select(func.count()).select_from(_ledger(wanted).subquery())) or 0


def totals_by_side(wanted: WantedLosses) -> Sequence[Total]:
    """How much fell through on each side, every side in its order. One statement."""
    ledger = _ledger(wanted).subquery()
    rows = db.session.execute(
        select(ledger.c.side, func.count(), func.sum(ledger.c.places)).group_by(ledger.c.side)
    ).all()
    found = {side: (times, places) for side, times, places in rows}
    return [Total(side.label, *map(int, found.get(side.value, (0, 0)))) for side in Side]


def totals_by_reason(wanted: WantedLosses) -> Sequence[Total]:
    """The most frequent reasons, however they are capitalised, the most frequent first. One statement."""
    ledger = _ledger(wanted).subquery()
    same = func.lower(func.trim(ledger.c.reason))
    statement = (
        select(func.min(ledger.c.reason), func.count(), func.sum(ledger.c.places))
        .group_by(same)
        .order_by(func.count().desc(), same)
        .limit(MOST_REASONS)
    )
    return [Total(reason, times, int(places)) for reason, times, places in db.session.execute(statement)]


def _lost(row: Any) -> Lost:
    found = {name: value for name, value in row._mapping.items() if name != "place_id"}  # noqa: SLF001  # public API
    return Lost(
        **found | {"what": What(row.what), "kind": OpportunityKind(row.kind), "side": Side(row.side)},
    )


def _ordered(wanted: WantedLosses) -> Select[*tuple[Any, ...]]:
    ledger = _ledger(wanted).subquery()
    return select(ledger).order_by(ledger.c.ended_at.desc(), ledger.c.opportunity_id, ledger.c.place_id)


def _ledger(wanted: WantedLosses) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(_cancelled(wanted), _places(wanted))


def _cancelled(wanted: WantedLosses) -> Select[*tuple[Any, ...]]:
    with_it = select(func.coalesce(func.sum(Place.seats), 0)).where(
        Place.opportunity_id == Opportunity.id, _with_its_opportunity(), Place.ended_from == PlaceStatus.CONFIRMED
    )
    return (
        select(
            literal(What.OPPORTUNITY.value, String).label("what"),
            Opportunity.id.label("opportunity_id"),
            Opportunity.title.label("title"),
            cast(Opportunity.kind, String).label("kind"),
            Opportunity.starts_at.label("starts_at"),
            Employer.id.label("employer_id"),
            Employer.name.label("employer"),
            Provider.name.label("provider"),
            literal(None, String).label("who"),
            cast(with_it.scalar_subquery(), Integer).label("places"),
            cast(Opportunity.cancelled_side, String).label("side"),
            Opportunity.cancelled_reason.label("reason"),
            Opportunity.cancelled_at.label("ended_at"),
            literal(0, Integer).label("place_id"),
        )
        .join(Opportunity.employer)
        .outerjoin(Opportunity.provider)
        .where(
            Opportunity.status == OpportunityStatus.CANCELLED,
            *_narrowed(
                wanted,
                what=literal(What.OPPORTUNITY.value, String),
                ended_at=Opportunity.cancelled_at,
                side=cast(Opportunity.cancelled_side, String),
                reason=Opportunity.cancelled_reason,
                provider_id=Opportunity.provider_id,
            ),
        )
    )


def _places(wanted: WantedLosses) -> Select[*tuple[Any, ...]]:
    missed = Place.status == PlaceStatus.NO_SHOW
    what = case(
        (missed, literal(What.NO_SHOW.value, String)),
        (Place.ended_from == PlaceStatus.OFFERED, literal(What.OFFER.value, String)),
        else_=literal(What.PLACE.value, String),
    )
    side = case((missed, literal(Side.YOUNG_PERSON.value, String)), else_=cast(Place.ended_side, String))
    reason = case((missed, literal(DID_NOT_COME, String)), else_=Place.ended_reason)
    ended_at = case((missed, Opportunity.starts_at), else_=Place.ended_at)
    lost_one = and_(Place.ended_from.in_((PlaceStatus.CONFIRMED, PlaceStatus.OFFERED)), ~_with_its_opportunity())
    provider_id = func.coalesce(YoungPerson.provider_id, Place.provider_id)
    return (
        select(
            what.label("what"),
            Opportunity.id.label("opportunity_id"),
            Opportunity.title.label("title"),
            cast(Opportunity.kind, String).label("kind"),
            Opportunity.starts_at.label("starts_at"),
            Employer.id.label("employer_id"),
            Employer.name.label("employer"),
            Provider.name.label("provider"),
            YoungPerson.reference.label("who"),
            Place.seats.label("places"),
            side.label("side"),
            reason.label("reason"),
            ended_at.label("ended_at"),
            Place.id.label("place_id"),
        )
        .join(Place.opportunity)
        .join(Opportunity.employer)
        .outerjoin(Place.young_person)
        .outerjoin(Provider, Provider.id == provider_id)
        .where(
            or_(missed, lost_one),
            *_narrowed(wanted, what=what, ended_at=ended_at, side=side, reason=reason, provider_id=provider_id),
        )
    )


def _with_its_opportunity() -> ColumnElement[bool]:
    """That a place was lost because its whole opportunity was: both ended at the same instant."""
    return and_(
        Place.status == PlaceStatus.CANCELLED,
        Opportunity.status == OpportunityStatus.CANCELLED,
        Place.ended_at == Opportunity.cancelled_at,
    )


def _narrowed(
    wanted: WantedLosses,
    *,
    what: ColumnElement[str],
    ended_at: Any,
    side: ColumnElement[str],
    reason: Any,
    provider_id: Any,
) -> Iterator[ColumnElement[bool]]:
    if wanted.first_day is not None:
        yield ended_at >= start_of_day(wanted.first_day)
    if wanted.last_day is not None:
        yield ended_at < start_of_day(wanted.last_day + timedelta(days=1))
    yield from _one_of(wanted, what=what, side=side)
    if wanted.provider_id is not None:
        yield provider_id == wanted.provider_id
    if wanted.employer_id is not None:
        yield Opportunity.employer_id == wanted.employer_id
    if wanted.text:
        texts = (Opportunity.title, Employer.name, reason)
        yield or_(*(text.icontains(wanted.text, autoescape=True) for text in texts))


def _one_of(
    wanted: WantedLosses, *, what: ColumnElement[str], side: ColumnElement[str]
) -> Iterator[ColumnElement[bool]]:
    if wanted.whats:
        yield what.in_([each.value for each in wanted.whats])
    if wanted.sides:
        yield side.in_([each.value for each in wanted.sides])
    if wanted.kinds:
        yield Opportunity.kind.in_(wanted.kinds)
