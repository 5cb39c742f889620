"""Choosing to keep names, writing, reading and forgetting them. Callers open the unit of work; nothing here commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.names import sealing
from crm.names.models import NameKeeping, NameRead, SealedName
from crm.names.pasting import NamedLine
from crm.providers.models import Provider, YoungPerson
from crm.providers.queries import by_reference, folded

NO_KEY = "This installation has no key for names (NAMES_KEY), so none can be kept. Ask an administrator of the server."
NOT_CHOSEN = "Names of these young people are not kept here."
KEPT_AFTER_LEAVING = timedelta(days=90)


def keep_names(provider: Provider, *, by: User, at: datetime) -> None:
    """Let a provider keep names. Safe to repeat. Raises Conflict where there is no key, or it is archived."""
    if not sealing.is_possible():
        raise Conflict(NO_KEY)
    if provider.archived_at is not None:
        raise Conflict(f"{provider.name} is archived, so no names are kept for it.")
    if _keeping(provider.id) is not None:
        return
    db.session.add(NameKeeping(provider_id=provider.id, chosen_by_id=by.id, chosen_at=at))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody else has just chosen that.") from error


def stop_keeping_names(provider: Provider) -> int:
    """Forget every name of a provider's for good, and keep none from now on. Returns how many there were."""
    keeping = _keeping(provider.id)
    if keeping is None:
        return 0
    gone = db.session.execute(delete(SealedName).where(SealedName.keeping_id == keeping.id))
    db.session.delete(keeping)
    db.session.flush()
    return int(getattr(gone, "rowcount", 0))


def write_name(person: YoungPerson, name: str, *, at: datetime) -> None:
    """Keep a name, in place of the one that was kept. Raises Conflict where names are not kept, or they left."""
    keeping = _keeping_or_refuse(person.provider_id)
    if person.left_at is not None:
        raise Conflict(f"{person.reference} has left, so their name is not kept.")
    row = db.session.scalars(
        select(SealedName).where(SealedName.young_person_id == person.id).with_for_update()
    ).one_or_none()
    if row is None:
        row = SealedName(keeping_id=keeping.id, young_person_id=person.id)
        db.session.add(row)
    row.sealed, row.written_at = sealing.seal(person.id, name), at
    db.session.flush()


def write_names(provider: Provider, lines: Sequence[NamedLine], *, at: datetime) -> int:
    """Keep the names of several, or of nobody: all references must be known. Returns how many.

    Raises Conflict, naming them, for references that are not known or of people who left.
    """
    known = by_reference(provider.id, [line.reference for line in lines])
    here = {key: person for key, person in known.items() if person.left_at is None}
    missing = [line.reference for line in lines if folded(line.reference) not in here]
    if missing:
        raise Conflict(
            f"We know no young people of {provider.name} with these references: {', '.join(missing[:12])}"
            f"{' and others' if len(missing) > 12 else ''}. No name was kept. Correct them, or record them first."  # noqa: PLR2004
        )
    for line in lines:
        write_name(here[folded(line.reference)], line.name, at=at)
    return len(lines)


def read_name(person: YoungPerson, *, by: User, at: datetime) -> str:
    """The name of a young person; that it was read is written down with it.

    Raises:
        NotFound: none is kept.
        Conflict: it cannot be opened any more.
    """
    sealed = db.session.scalar(select(SealedName.sealed).where(SealedName.young_person_id == person.id))
    if sealed is None:
        raise NotFound("No name of this young person is kept.")
    db.session.add(NameRead(young_person_id=person.id, read_by_id=by.id, read_at=at))
    db.session.flush()
    try:
        return sealing.opened(person.id, sealed)
    except sealing.CannotOpen as error:
        raise Conflict("This name cannot be opened: the server’s key for names was changed. Write it again.") from error


def forget_name(person: YoungPerson) -> None:
    """Forget the name of a young person for good. Safe to repeat."""
    db.session.execute(delete(SealedName).where(SealedName.young_person_id == person.id))


def forget_old(now: datetime) -> int:
    """Forget the names of those who left long ago. Returns how many."""
    left = select(YoungPerson.id).where(YoungPerson.left_at < now - KEPT_AFTER_LEAVING)
    gone = db.session.execute(delete(SealedName).where(SealedName.young_person_id.in_(left)))
    return int(getattr(gone, "rowcount", 0))


def seal_anew() -> int:
    """Seal every name under the first of the keys, so that the others can be thrown away. Returns how many."""
    rows = db.session.scalars(select(SealedName).order_by(SealedName.id).with_for_update()).all()
    for row in rows:
        row.sealed = sealing.sealed_anew(row.sealed)
    db.session.flush()
    return len(rows)


def _keeping_or_refuse(provider_id: int) -> NameKeeping:
    if not sealing.is_possible():
        raise Conflict(NO_KEY)
    keeping = _keeping(provider_id)
    if keeping is None:
        raise Conflict(NOT_CHOSEN)
    return keeping


def _keeping(provider_id: int) -> NameKeeping | None:
    """Locked, so that nobody writes a name while they are forgotten."""
    statement = select(NameKeeping).where(NameKeeping.provider_id == provider_id).with_for_update()
    return db.session.scalars(statement).one_or_none()
