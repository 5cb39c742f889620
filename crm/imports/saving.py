"""Brings the employers of a file into the database, or finds out what that would change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import func, select

from crm.core import clock
from crm.core.db import Base, db
from crm.employers.models import Contact, Employer
from crm.employers.services import carry_objections
from crm.imports import queries
from crm.imports.entries import Entry
from crm.imports.findings import Counts
from crm.imports.interpreting import Incoming
from crm.imports.ledger import Ledger
from crm.imports.matching import Match
from crm.imports.names import known_as
from crm.imports.people import PERSONAL, Person
from crm.reference.models import Sector

ITS_OWN = frozenset({"name", "company_number"})  # of an employer, whatever those it has swallowed were called
NumberedT = TypeVar("NumberedT", bound=Base)
Located = tuple[int, Entry]  # the id of an employer, and a contact with it


@dataclass
class Outcome:
    """What a batch did, or would do.

    Attributes:
        located: what its rows say of contacts, for the log.
        told: the employers, with their ids, for the sheets after this one.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    contacts_added: int = 0
    contacts_updated: int = 0
    located: list[Located] = field(default_factory=list)
    told: list[tuple[int, Incoming]] = field(default_factory=list)

    def add_to(self, counts: Counts) -> None:
        counts.created += self.created
        counts.updated += self.updated
        counts.unchanged += self.unchanged
        counts.contacts_added += self.contacts_added
        counts.contacts_updated += self.contacts_updated


@dataclass(frozen=True)
class _Stored:
    """What the database has on the employers of a batch, and which of them this very import has made."""

    employers: Mapping[int, Employer]
    contacts: Mapping[int, list[Contact]]
    sectors: Mapping[int, Sector]
    made_before: frozenset[int] = frozenset()


def save(batch: Sequence[Match], ledger: Ledger, made_before: frozenset[int] = frozenset()) -> Outcome:
    """Write a batch. Nothing filled is ever emptied; sectors and contacts are added, never taken away.

    Args:
        batch: employers of the file and who they are.
        ledger: of the import, still open.
        made_before: employers that this import made before it was interrupted; they count as created.
    """
    outcome, stored = Outcome(), _load(batch, made_before)
    new = [(match.incoming, _new_employer(match.incoming, stored)) for match in batch if match.employer_id is None]
    add_numbered(Employer, [employer for _, employer in new])
    outcome.created = len(new)
    contacts: list[Contact] = []
    for incoming, employer in new:
        contacts += (new_contact(employer.id, person) for person in incoming.people)
        outcome.located += ((employer.id, entry) for entry in incoming.entries)
        outcome.told.append((employer.id, incoming))
    for match, employer, known in _existing(batch, stored):
        additions, changes = _of_people(match.incoming, known)
        contacts += (new_contact(employer.id, person) for person in additions)
        for contact, values in changes:
            ledger.changed(contact, _set(contact, values))
        touched = _update(employer, match, stored, ledger)
        _count(outcome, employer.id in made_before, touched=touched, added=len(additions), changed=len(changes))
        outcome.located += ((employer.id, entry) for entry in match.incoming.entries)
        outcome.told.append((employer.id, match.incoming))
    outcome.contacts_added = len(contacts)
    carry_objections(contacts)
    add_numbered(Contact, contacts)
    db.session.flush()
    ledger.made([employer for _, employer in new])
    ledger.made(contacts)
    return outcome


def compare(batch: Sequence[Match], pending_id: Callable[[Incoming], int], pending: Mapping[int, Incoming]) -> Outcome:
    """What `save` would do, without doing it.

    Args:
        batch: of employers. One that an earlier sheet of the file would create has a negative id.
        pending_id: what stands for the id of one that this batch would create.
        pending: what earlier sheets tell of those that they would create.
    """
    outcome, stored = Outcome(), _load(batch)
    for match in batch:
        if match.employer_id is None:
            outcome.created += 1
            outcome.contacts_added += len(match.incoming.people)
        elif match.employer_id < 0:
            _compare_pending(outcome, match, pending[match.employer_id])
        id_ = pending_id(match.incoming) if match.employer_id is None else match.employer_id
        outcome.located += ((id_, entry) for entry in match.incoming.entries)
    for match, employer, known in _existing(batch, stored):
        additions, changes = _of_people(match.incoming, known)
        touched = bool(_changes(employer, match) or _missing_sectors(employer, match.incoming))
        _count(outcome, False, touched=touched, added=len(additions), changed=len(changes))
        outcome.contacts_added += len(additions)
    return outcome


def _compare_pending(outcome: Outcome, match: Match, before: Incoming) -> None:
    stand_in = Employer(name_key=before.name_key, **before.values)
    additions, changes = _of_people(match.incoming, [new_contact(0, person) for person in before.people])
    touched = bool(_changes(stand_in, match) or set(match.incoming.sectors) - set(before.sectors))
    _count(outcome, False, touched=touched, added=len(additions), changed=len(changes))
    outcome.contacts_added += len(additions)


def _count(outcome: Outcome, made_before: bool, *, touched: bool, added: int, changed: int) -> None:
    outcome.contacts_updated += changed
    if made_before:
        outcome.created += 1
    elif touched or added or changed:
        outcome.updated += 1
    else:
        outcome.unchanged += 1


def _load(batch: Sequence[Match], made_before: frozenset[int] = frozenset()) -> _Stored:
    ids = [match.employer_id for match in batch if match.employer_id is not None and match.employer_id > 0]
    employers, contacts = queries.employers_to_update(ids), queries.contacts_of(ids)
    return _Stored(employers, contacts, queries.sectors_by_id(), made_before)


def _existing(batch: Sequence[Match], stored: _Stored) -> Iterator[tuple[Match, Employer, list[Contact]]]:
    for match in batch:
        if match.employer_id is not None and match.employer_id > 0:
            yield match, stored.employers[match.employer_id], stored.contacts.get(match.employer_id, [])


def _new_employer(incoming: Incoming, stored: _Stored) -> Employer:
    sectors = [stored.sectors[id_] for id_ in incoming.sectors]
    return Employer(name_key=incoming.name_key, sectors=sectors, **incoming.values)


def add_numbered(model: type[NumberedT], things: Sequence[NumberedT]) -> None:
    """Add new rows and give them ids.

    On SQLite we say the ids in advance, so that one statement inserts them all; otherwise it inserts them one by one
    to learn them. Nobody else can take an id meanwhile: this unit of work holds the only lock for writing.
    """
    if not things:
        return
    if db.engine.dialect.name == "sqlite":
        now, last = clock.now(), db.session.scalar(select(func.max(model.id))) or 0
        for id_, thing in enumerate(things, start=last + 1):
            thing.id = id_
            thing.created_at, thing.updated_at = now, now  # type: ignore[attr-defined]  # every one is Timestamped
    db.session.add_all(things)
    db.session.flush()


def new_contact(employer_id: int, person: Person) -> Contact:
    return Contact(
        employer_id=employer_id,
        name=person.name,
        job_title=person.job_title,
        email=person.email,
        phone=person.phone,
        mobile=person.mobile,
    )


def _update(employer: Employer, match: Match, stored: _Stored, ledger: Ledger) -> bool:
    missing = _missing_sectors(employer, match.incoming)
    changes = _set(employer, _changes(employer, match))
    employer.sectors.extend(stored.sectors[id_] for id_ in missing)
    if missing:
        changes["sectors"] = [[], missing]
    ledger.changed(employer, changes)
    return bool(changes)


def _changes(employer: Employer, match: Match) -> dict[str, Any]:
    """The columns the file fills differently. Another spelling of the same name is no change."""
    incoming = match.incoming
    changes = {column: value for column, value in incoming.values.items() if getattr(employer, column) != value}
    if match.by_old_name:
        return {column: value for column, value in changes.items() if column not in ITS_OWN}
    if employer.name_key == incoming.name_key:
        changes.pop("name", None)
    elif "name" in changes:
        changes["name_key"] = incoming.name_key
    return changes


def _missing_sectors(employer: Employer, incoming: Incoming) -> list[int]:
    present = {sector.id for sector in employer.sectors}
    return [id_ for id_ in incoming.sectors if id_ not in present]


def _of_people(
    incoming: Incoming, known: Sequence[Contact]
) -> tuple[list[Person], list[tuple[Contact, dict[str, Any]]]]:
    """People the employer does not have yet, and what the file says more of those it has."""
    by_name = {known_as(contact.name): contact for contact in reversed(known)}
    holders = {contact.email: contact for contact in known if contact.email}
    additions: list[Person] = []
    changes: list[tuple[Contact, dict[str, Any]]] = []
    for person in incoming.people:
        contact = by_name.get(known_as(person.name))
        values = {column: value for column in PERSONAL if (value := getattr(person, column)) is not None}
        # An address that another contact of the employer has stays with that one.
        if person.email in holders and holders[person.email] is not contact:
            del values["email"]
        if contact is None:
            additions.append(Person(person.name, **values))
            continue
        different = {column: value for column, value in values.items() if getattr(contact, column) != value}
        if different:
            changes.append((contact, different))
    return additions, changes


def _set(thing: Employer | Contact, values: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """Set columns, and say what each was and is."""
    changes: dict[str, Sequence[Any]] = {column: [getattr(thing, column), value] for column, value in values.items()}
    for column, value in values.items():
        setattr(thing, column, value)
    return changes
