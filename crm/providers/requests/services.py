"""What becomes of requests. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.providers.models import Provider, YearGroup
from crm.providers.requests.models import Request, RequestStatus, RequestYearGroup
from crm.reference.kinds import OpportunityKind
from crm.reference.models import Sector


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDetails:
    """What a provider asks for. Days are London's."""

    kind: OpportunityKind
    young_people: int
    wanted_by: date
    words: str
    wanted_from: date | None = None
    year_groups: frozenset[YearGroup] = frozenset()
    sector_ids: frozenset[int] = frozenset()


def ask(provider: Provider, details: RequestDetails, *, by: User) -> Request:
    """Post a request. Raises Conflict if the provider is archived."""
    if provider.archived_at is not None:
        raise Conflict(f"{provider.name} is archived, so nothing can be asked for it.")
    request = Request(provider_id=provider.id, asked_by_id=by.id)
    request.year_groups, request.sectors = [], []
    _write(request, details)
    db.session.add(request)
    db.session.flush()
    return request


def edit_request(request: Request, details: RequestDetails, *, seen: int | None) -> None:
    """Change a request nobody works on yet. Its year groups and sectors must be loaded.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: somebody works on it, or it is over.
    """
    check_version(request, seen)
    _refuse_unless(request, RequestStatus.NEW)
    _write(request, details)
    db.session.flush()


def take(request: Request, *, by: User, at: datetime) -> None:
    """Make a request one's own. Of two who try at once one has it, and the other is told.

    Raises Conflict if it is not new.
    """
    lock(request)
    _refuse_unless(request, RequestStatus.NEW)
    request.status, request.taken_by_id, request.taken_at = RequestStatus.TAKEN, by.id, at
    db.session.flush()


def put_back(request: Request) -> None:
    """Let somebody else take it. Raises Conflict if nobody works on it."""
    lock(request)
    _refuse_unless(request, RequestStatus.TAKEN)
    _make_new(request)


def decline(request: Request, *, reason: str) -> None:
    """Say no, and why: the provider reads the reason. Raises Conflict if it is over already."""
    lock(request)
    _refuse_unless(request, RequestStatus.NEW, RequestStatus.TAKEN)
    request.status, request.declined_reason = RequestStatus.DECLINED, reason
    db.session.flush()


def mark_met(request: Request) -> None:
    """Something was found. Raises Conflict if nobody works on it."""
    lock(request)
    _refuse_unless(request, RequestStatus.TAKEN)
    request.status = RequestStatus.MET
    db.session.flush()


def settle(request: Request, *, found: int, by: User, at: datetime) -> None:
    """After places were found for it or lost: met while they are enough, being worked on while they are not.

    A request that nobody works on becomes that of `by`. Raises Conflict if it was declined or withdrawn.
    """
    lock(request)
    _refuse_unless(request, RequestStatus.NEW, RequestStatus.TAKEN, RequestStatus.MET)
    if request.taken_by_id is None:
        request.taken_by_id, request.taken_at = by.id, at
    request.status = RequestStatus.MET if found >= request.young_people else RequestStatus.TAKEN
    db.session.flush()


def reopen(request: Request) -> None:
    """Undo a yes or a no: it is new again. Raises Conflict if it is neither met nor declined."""
    lock(request)
    _refuse_unless(request, RequestStatus.MET, RequestStatus.DECLINED)
    _make_new(request)


def withdraw(request: Request) -> None:
    """The provider needs it no longer. Raises Conflict if it is over already."""
    lock(request)
    _refuse_unless(request, RequestStatus.NEW, RequestStatus.TAKEN)
    request.status = RequestStatus.WITHDRAWN
    db.session.flush()


def _make_new(request: Request) -> None:
    request.status = RequestStatus.NEW
    request.taken_by_id = request.taken_at = request.declined_reason = None
    db.session.flush()


def _write(request: Request, details: RequestDetails) -> None:
    sectors = db.session.scalars(select(Sector).where(Sector.id.in_(details.sector_ids))).all()
    request.kind, request.young_people = details.kind, details.young_people
    request.wanted_from, request.wanted_by, request.words = details.wanted_from, details.wanted_by, details.words
    if {each.year_group for each in request.year_groups} != details.year_groups:
        chosen = sorted(details.year_groups, key=lambda each: each.position)
        kept = {each.year_group: each for each in request.year_groups}
        request.year_groups = [kept.get(each) or RequestYearGroup(year_group=each) for each in chosen]
        request.updated_at = clock.now()  # a list is not a column: without this the version would stay
    if {each.id for each in request.sectors} != details.sector_ids:
        request.sectors = list(sectors)
        request.updated_at = clock.now()


def lock(request: Request) -> None:
    """Wait for whoever is deciding about it, and see what they decided."""
    statement = select(Request).where(Request.id == request.id).with_for_update()
    db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _refuse_unless(request: Request, *statuses: RequestStatus) -> None:
    if request.status not in statuses:
        said = {
            RequestStatus.NEW: "Nobody works on this request yet.",
            RequestStatus.TAKEN: "Somebody works on this request already.",
            RequestStatus.MET: "This request is met already.",
            RequestStatus.DECLINED: "This request was declined.",
            RequestStatus.WITHDRAWN: "The provider withdrew this request.",
        }
        raise Conflict(said[request.status])
