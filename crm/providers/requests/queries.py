"""Which requests there are, and who may know about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import NotFound
from crm.providers.models import Provider
from crm.providers.queries import own_provider_ids
from crm.providers.requests.models import OPEN_STATUSES, Request, RequestStatus
from crm.reference.kinds import OpportunityKind

IN_ORDER = (Request.status.not_in(sorted(OPEN_STATUSES)), Request.wanted_by, Request.id)


@dataclass(frozen=True, slots=True)
class WantedRequests:
    """What narrows the list."""

    statuses: tuple[RequestStatus, ...] = ()
    provider_id: int | None = None
    kind: OpportunityKind | None = None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list."""

    id: int
    provider: str
    kind: OpportunityKind
    young_people: int
    wanted_from: date | None
    wanted_by: date
    words: str
    status: RequestStatus
    taken_by: str | None
    declined_reason: str | None

    def is_late(self, today: date) -> bool:
        """Whether the day it was wanted by is over and it still waits."""
        return self.status in OPEN_STATUSES and self.wanted_by < today


def visible_to(viewer: User) -> Select[Request]:
    """The requests a user may know about: staff all of them, a provider's coordinator their own, nobody else any."""
    requests = select(Request)
    if viewer.is_staff:
        return requests
    if viewer.role is Role.PROVIDER:
        return requests.where(Request.provider_id.in_(own_provider_ids(viewer)))
    return requests.where(false())


def get_request(request_id: int, *, viewer: User) -> Request:
    """A request with its provider, people, year groups and sectors loaded. Three statements.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        visible_to(viewer)
        .where(Request.id == request_id)
        .options(
            joinedload(Request.provider),
            joinedload(Request.asked_by),
            joinedload(Request.taken_by),
            selectinload(Request.year_groups),
            selectinload(Request.sectors),
        )
        .execution_options(populate_existing=True)
    )
    request = db.session.scalars(statement).one_or_none()
    if request is None:
        raise NotFound("We could not find that request.")
    return request


def request_rows(
    viewer: User, wanted: WantedRequests, *, limit: int | None = None, offset: int = 0
) -> Sequence[RequestRow]:
    """The requests that fit: open ones first, the one wanted soonest on top. One statement."""
    statement = _rows(_chosen(viewer, wanted)).limit(limit).offset(offset)
    return [RequestRow(*row) for row in db.session.execute(statement)]


def waiting_for(officer_id: int, *, limit: int) -> Sequence[RequestRow]:
    """What anybody may take, and what the officer took and has still to meet. One statement."""
    mine = (Request.status == RequestStatus.TAKEN) & (Request.taken_by_id == officer_id)
    statement = _rows(select(Request).where((Request.status == RequestStatus.NEW) | mine)).limit(limit)
    return [RequestRow(*row) for row in db.session.execute(statement)]


def _rows(chosen: Select[Request]) -> Select[*tuple[Any, ...]]:
    return (
        chosen.join(Request.provider)
        .outerjoin(Request.taken_by)
        .with_only_columns(
            Request.id,
            Provider.name,
            Request.kind,
            Request.young_people,
            Request.wanted_from,
            Request.wanted_by,
            Request.words,
            Request.status,
            User.name,
            Request.declined_reason,
        )
        .order_by(*IN_ORDER)
    )


def how_many_requests(viewer: User, wanted: WantedRequests) -> int:
    """How many fit. One statement."""
    return db.session.scalar(_chosen(viewer, wanted).with_only_columns(func.count(Request.id))) or 0


def _chosen(viewer: User, wanted: WantedRequests) -> Select[Request]:
    chosen = visible_to(viewer)
    if wanted.statuses:
        chosen = chosen.where(Request.status.in_(wanted.statuses))
    if wanted.provider_id is not None:
        chosen = chosen.where(Request.provider_id == wanted.provider_id)
    if wanted.kind is not None:
        chosen = chosen.where(Request.kind == wanted.kind)
    return chosen
