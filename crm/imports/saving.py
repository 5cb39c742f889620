"""Brings the employers of a file into the database, or finds out what that would change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.core import clock
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.imports import queries
from crm.imports.findings import Counts
from crm.imports.interpreting import Incoming
from crm.imports.matching import Match
from crm.imports.people import Person
from crm.reference.models import Sector

PERSONAL = ("job_title", "email", "phone", "mobile")


@dataclass
class Outcome:
    """What a batch did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    contacts_added: int = 0
    contacts_updated: int = 0

    def add_to(self, counts: Counts) -> None:
        counts.created += self.created
        counts.updated += self.updated
        counts.unchanged += self.unchanged
        counts.contacts_added += self.contacts_added
        counts.contacts_updated += self.contacts_updated


@dataclass(frozen=True)
class _Stored:
    """What the database has on the employers of a batch."""

    employers: Mapping[int, Employer]
    contacts: Mapping[int, list[Contact]]
    sectors: Mapping[int, Sector]


def save(batch: Sequence[Match]) -> Outcome:
    """Write a batch. Nothing filled is ever emptied; sectors and contacts are added, never taken away."""
    outcome, stored = Outcome(), _load(batch)
    new = [(match.incoming, _new_employer(match.incoming, stored)) for match in batch if match.employer_id is None]
    _number([employer for _, employer in new])
    db.session.add_all(employer for _, employer in new)
    db.session.flush()  # now they have ids
    outcome.created = len(new)
    contacts: list[Contact] = []
    for incoming, employer in new:
        contacts += (_new_contact(employer.id, person) for person in incoming.people)
    for match, employer, known in _existing(batch, stored):
        additions, changes = _of_people(match.incoming, known)
        contacts += (_new_contact(employer.id, person) for person in additions)
        for contact, values in changes:
            _set(contact, values)
        touched = _update(employer, match.incoming, stored)
        _count(outcome, touched=touched, added=len(additions), changed=len(changes))
    outcome.contacts_added = len(contacts)
    db.session.add_all(contacts)
    db.session.flush()
    return outcome


def compare(batch: Sequence[Match]) -> Outcome:
    """What `save` would do, without doing it."""
    outcome, stored = Outcome(), _load(batch)
    for match in batch:
        if match.employer_id is None:
            outcome.created += 1
            outcome.contacts_added += len(match.incoming.people)
    for match, employer, known in _existing(batch, stored):
        additions, changes = _of_people(match.incoming, known)
        touched = bool(_changes(employer, match.incoming) or _missing_sectors(employer, match.incoming))
        _count(outcome, touched=touched, added=len(additions), changed=len(changes))
        outcome.contacts_added += len(additions)
    return outcome


def _count(outcome: Outcome, *, touched: bool, added: int, changed: int) -> None:
    outcome.contacts_updated += changed
    if touched or added or changed:
        outcome.updated += 1
    else:
        outcome.unchanged += 1


def _load(batch: Sequence[Match]) -> _Stored:
    ids = [match.employer_id for match in batch if match.employer_id is not None]
    return _Stored(queries.employers_to_update(ids), queries.contacts_of(ids), queries.sectors_by_id())


def _existing(batch: Sequence[Match], stored: _Stored) -> Iterator[tuple[Match, Employer, list[Contact]]]:
    for match in batch:
        if match.employer_id is not None:
            yield match, stored.employers[match.employer_id], stored.contacts.get(match.employer_id, [])


def _new_employer(incoming: Incoming, stored: _Stored) -> Employer:
    sectors = [stored.sectors[id_] for id_ in incoming.sectors]
    return Employer(name_key=incoming.name_key, sectors=sectors, **incoming.values)


def _number(employers: Sequence[Employer]) -> None:
    """On SQLite, say ids in advance, so that one statement inserts them all.

    Otherwise it inserts them one by one to learn their ids. Nobody else can take an id meanwhile: this unit of work
    holds the only lock for writing.
    """
    if db.engine.dialect.name != "sqlite":
        return
    now, last = clock.now(), queries.last_employer_id()
    for id_, employer in enumerate(employers, start=last + 1):
        employer.id, employer.created_at, employer.updated_at = id_, now, now


def _new_contact(employer_id: int, person: Person) -> Contact:
    return Contact(
        employer_id=employer_id,
        name=person.name,
        job_title=person.job_title,
        email=person.email,
        phone=person.phone,
        mobile=person.mobile,
    )


def _update(employer: Employer, incoming: Incoming, stored: _Stored) -> bool:
    changes, missing = _changes(employer, incoming), _missing_sectors(employer, incoming)
    _set(employer, changes)
    employer.sectors.extend(stored.sectors[id_] for id_ in missing)
    return bool(changes or missing)


def _changes(employer: Employer, incoming: Incoming) -> dict[str, Any]:
    """The columns the file fills differently. Another spelling of the same name is no change."""
    changes = {column: value for column, value in incoming.values.items() if getattr(employer, column) != value}
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
    by_name = {contact.name.casefold(): contact for contact in reversed(known)}
    holders = {contact.email: contact for contact in known if contact.email}
    additions: list[Person] = []
    changes: list[tuple[Contact, dict[str, Any]]] = []
    for person in incoming.people:
        contact = by_name.get(person.name.casefold())
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


def _set(thing: Employer | Contact, values: Mapping[str, Any]) -> None:
    for column, value in values.items():
        setattr(thing, column, value)
