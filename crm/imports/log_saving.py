"""Brings entries into the contact log, or finds out which would be new."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from crm.accounts.models import User
from crm.employers.models import Contact
from crm.employers.services import carry_objections
from crm.imports import queries
from crm.imports.entries import Entry, NextThing, normal
from crm.imports.ledger import Ledger, known_keys
from crm.imports.names import known_as
from crm.imports.people import Person
from crm.imports.saving import Located, add_numbered, new_contact
from crm.interactions.models import FollowUp, Interaction


@dataclass
class Logged:
    """What became of a batch of entries.

    Attributes:
        new: rows whose entry was, or would be, written; a next step without an entry is no row of these.
        known: rows whose entry is in the log already.
    """

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    follow_ups: int = 0
    contacts_added: int = 0
    overdue: int = 0


def without_repeats(located: Iterable[Located]) -> tuple[list[Located], list[tuple[int, int]]]:
    """Each entry once, and the rows that only repeat an earlier one, with that one's number."""
    first: dict[str, int] = {}
    kept: list[Located] = []
    repeats: list[tuple[int, int]] = []
    for employer_id, entry in located:
        key = entry.key(employer_id)
        if key in first:
            repeats.append((entry.row, first[key]))
        else:
            first[key] = entry.row
            kept.append((employer_id, entry))
    return kept, repeats


def split_known(located: Sequence[Located], run_id: int | None = None) -> tuple[list[Located], Logged]:
    """Which entries are not in the log yet. Ones that this very run wrote before it was interrupted count as new."""
    logged = Logged()
    keys = known_keys([entry.key(employer_id) for employer_id, entry in located if employer_id > 0])
    same = _recorded(located)
    missing: list[Located] = []
    for employer_id, entry in located:
        run = keys.get(entry.key(employer_id))
        if run is None and not _is_there(employer_id, entry, same):
            missing.append((employer_id, entry))
        elif entry.day is not None:
            (logged.new if run is not None and run == run_id else logged.known).append(entry.row)
    return missing, logged


def save_entries(missing: Sequence[Located], ledger: Ledger, *, by: User, today: date) -> Logged:
    """Write entries that are not in the log, with new contacts and the next steps.

    Args:
        missing: of employers that are in the database.
        ledger: of the import, still open.
        today: in London; what was due before is counted as overdue.
        by: who imports; took part where the file names nobody of ours, and owns what nobody else does.
    """
    people = _People([employer_id for employer_id, _ in missing])
    for employer_id, entry in missing:
        people.meet(employer_id, entry.people)
    people.save(ledger)
    officers = queries.officers_by_id({*(each for _, entry in missing for each in entry.officer_ids), by.id})
    interactions: dict[int, Interaction] = {}
    for number, (employer_id, entry) in enumerate(missing):
        if entry.day is not None:
            interactions[number] = Interaction(
                employer_id=employer_id,
                logged_by_id=by.id,
                channel=entry.channel,
                direction=entry.direction,
                outcome=entry.outcome,
                happened_on=entry.day,
                summary=entry.summary,
                contacts=people.who(employer_id, entry.people),
                officers=[officers[id_] for id_ in sorted(entry.officer_ids or {by.id})],
            )
    add_numbered(Interaction, list(interactions.values()))
    follow_ups = {
        number: FollowUp(
            employer_id=employer_id,
            interaction_id=interactions[number].id if number in interactions else None,
            owner_id=_owner(entry, by),
            what=entry.next_thing.what,
            due_on=entry.next_thing.due_on,
        )
        for number, (employer_id, entry) in enumerate(missing)
        if entry.next_thing is not None
    }
    add_numbered(FollowUp, list(follow_ups.values()))
    keys = [entry.key(employer_id) for employer_id, entry in missing]
    ledger.made(interactions.values(), {each.id: keys[number] for number, each in interactions.items()})
    alone = {each.id: keys[number] for number, each in follow_ups.items() if number not in interactions}
    ledger.made(follow_ups.values(), alone)
    overdue = sum(each.due_on < today for each in follow_ups.values())
    return Logged(_dated(missing), [], len(follow_ups), people.added, overdue)


def foresee(missing: Sequence[Located], today: date, expected: Mapping[int, Sequence[Person]]) -> Logged:
    """What `save_entries` would do. Changes nothing.

    Args:
        missing: entries that are not in the log.
        today: in London.
        expected: contacts that employers will have by then, by the employer's id.
    """
    people = _People([employer_id for employer_id, _ in missing], expected)
    for employer_id, entry in missing:
        people.meet(employer_id, entry.people)
    next_things = [entry.next_thing for _, entry in missing if entry.next_thing]
    overdue = sum(each.due_on < today for each in next_things)
    return Logged(_dated(missing), [], len(next_things), people.added, overdue)


def _dated(located: Iterable[Located]) -> list[int]:
    return [entry.row for _, entry in located if entry.day is not None]


def _owner(entry: Entry, by: User) -> int:
    return min(entry.officer_ids, default=by.id)


@dataclass
class _Somebody:
    """A contact, or somebody whom the file names and who is none yet."""

    name: str  # as names.known_as spells it
    email: str | None
    contact: Contact | None = None
    told: tuple[int, Person] | None = None  # employer and person, of somebody new


class _People:
    """The contacts of some employers, those of the file among them."""

    def __init__(self, employer_ids: Sequence[int], expected: Mapping[int, Sequence[Person]] | None = None) -> None:
        self._known: dict[int, list[_Somebody]] = defaultdict(list)
        for id_, contacts in queries.contacts_of([each for each in dict.fromkeys(employer_ids) if each > 0]).items():
            self._known[id_] = [_Somebody(known_as(each.name), each.email, each) for each in contacts]
        self._new: list[_Somebody] = []
        for employer_id in dict.fromkeys(employer_ids):
            self.meet(employer_id, (expected or {}).get(employer_id, ()))
        self._new.clear()

    @property
    def added(self) -> int:
        return len(self._new)

    def meet(self, employer_id: int, people: Sequence[Person]) -> None:
        """Add whoever is not known there. An address that another contact has stays with that one."""
        for person in people:
            if self._find(employer_id, person) is None:
                known = self._known[employer_id]
                email = None if person.email in {each.email for each in known} else person.email
                told = (employer_id, replace(person, email=email))
                new = _Somebody(known_as(person.name), email, told=told)
                known.append(new)
                self._new.append(new)

    def save(self, ledger: Ledger) -> None:
        """Write the new ones."""
        for each in self._new:
            each.contact = new_contact(*each.told) if each.told else None
        contacts = [each.contact for each in self._new if each.contact is not None]
        carry_objections(contacts)
        add_numbered(Contact, contacts)
        ledger.made(contacts)

    def who(self, employer_id: int, people: Sequence[Person]) -> list[Contact]:
        """The contacts that some people are. Only once the new ones are saved."""
        found = (self._find(employer_id, person) for person in people)
        return list(dict.fromkeys(each.contact for each in found if each is not None and each.contact is not None))

    def _find(self, employer_id: int, person: Person) -> _Somebody | None:
        """By full name; a first name alone is whoever is the only one to have it."""
        known, name = self._known[employer_id], known_as(person.name)
        for each in known:
            if each.name == name:
                return each
        if " " in name:
            return None
        namesakes = [each for each in known if each.name.partition(" ")[0] == name]
        return namesakes[0] if len(namesakes) == 1 else None


@dataclass(frozen=True)
class _Same:
    """What the database has on the days and the next steps of some entries."""

    interactions: dict[tuple[int, date], list[tuple[str, frozenset[int]]]]
    plans: frozenset[tuple[int, date, str]]


def _recorded(located: Sequence[Located]) -> _Same:
    ids = sorted({employer_id for employer_id, _ in located if employer_id > 0})
    interactions: dict[tuple[int, date], list[tuple[str, frozenset[int]]]] = defaultdict(list)
    for employer_id, day, summary, officers in queries.interactions_on(
        ids, sorted({entry.day for _, entry in located if entry.day})
    ):
        interactions[employer_id, day].append((normal(summary), officers))
    plans = queries.follow_ups_of([employer_id for employer_id, entry in located if entry.day is None])
    return _Same(interactions, frozenset((id_, due_on, normal(what)) for id_, due_on, what in plans))


def _is_there(employer_id: int, entry: Entry, same: _Same) -> bool:
    """Whether an entry of the same text by the same officers is there: typed in by hand, or before imports had keys."""
    if entry.day is None:
        return _plans(employer_id, entry.next_thing, same)
    return any(
        text == normal(entry.summary) and (not entry.officer_ids or officers == entry.officer_ids)
        for text, officers in same.interactions.get((employer_id, entry.day), ())
    )


def _plans(employer_id: int, next_thing: NextThing | None, same: _Same) -> bool:
    return next_thing is not None and (employer_id, next_thing.due_on, normal(next_thing.what)) in same.plans
