"""What an import wrote, kept in the same unit of work, so that it can be undone and is never counted twice."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert, select, type_coerce
from sqlalchemy.types import NULLTYPE

from crm.core.db import Base, db
from crm.employers.models import Contact, Employer
from crm.imports.models import Fate, ImportChange
from crm.interactions.models import FollowUp, Interaction

AT_ONCE = 400  # SQLite takes only so many values in one statement
# What an import makes, in the order in which it is taken away again: nothing refers to what is before it.
MADE: tuple[type[Base], ...] = (FollowUp, Interaction, Contact, Employer)
# Rows that are part of another: the table, and its column that says of which.
PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "employer": (("employer_sector", "employer_id"), ("employer_tag", "employer_id")),
    "interaction": (("interaction_contact", "interaction_id"), ("interaction_officer", "interaction_id")),
}
# Nobody saves the day of the newest contact: it follows the contact log.
NOT_SEALED = frozenset({"id", "created_at", "last_contact_on", "updated_at", "version"})


@dataclass
class Ledger:
    """The writing of one batch of one import."""

    run_id: int
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _made: dict[str, list[int]] = field(default_factory=dict)
    _keys: dict[tuple[str, int], str] = field(default_factory=dict)

    def made(self, things: Iterable[Base], keys: Mapping[int, str] | None = None) -> None:
        """Note rows that were made and have their ids; `keys` by id."""
        for thing in things:
            self._made.setdefault(thing.__tablename__, []).append(thing.id)
            if keys and thing.id in keys:
                self._keys[thing.__tablename__, thing.id] = keys[thing.id]

    def ids_made(self, entity: str) -> list[int]:
        """In the order in which they were noted."""
        return self._made.get(entity, [])

    def changed(self, thing: Base, changes: Mapping[str, Sequence[Any]]) -> None:
        """Note a row that was there: {column: [before, after]}."""
        if changes:
            plain = {column: [_plain(each) for each in pair] for column, pair in changes.items()}
            self._rows.append(self._row(thing.__tablename__, thing.id, changes=plain))

    def close(self) -> None:
        """Write it down. What was made is sealed as the database has it now."""
        for entity, ids in self._made.items():
            digests = seals(entity, ids)
            self._rows += [self._row(entity, id_, seal=digests[id_], key=self._keys.get((entity, id_))) for id_ in ids]
        if self._rows:
            db.session.execute(insert(ImportChange), self._rows)

    def _row(self, entity: str, entity_id: int, **more: Any) -> dict[str, Any]:
        blank = {"seal": None, "changes": None, "key": None, "fate": None, "why_kept": None}
        return {"run_id": self.run_id, "entity": entity, "entity_id": entity_id, **blank, **more}


def seals(entity: str, ids: Sequence[int]) -> dict[int, str]:
    """A digest of each row as it is now, with its parts; whoever saves the row without changing it changes nothing."""
    table = Base.metadata.tables[entity]
    columns = [column for column in table.columns if column.name not in NOT_SEALED]
    texts: dict[int, str] = {}
    for some in pieces(ids):
        rows = select(table.c.id, *(type_coerce(column, NULLTYPE) for column in columns)).where(table.c.id.in_(some))
        texts |= {row[0]: repr(tuple(row[1:])) for row in db.session.execute(rows)}
        for part, owner in PARTS.get(entity, ()):
            for id_, other in _pairs(Base.metadata.tables[part], owner, some):
                texts[id_] += f"|{part} {other}"
    return {id_: hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for id_, text in texts.items()}


def _pairs(table: Table, owner: str, ids: Sequence[int]) -> Iterable[tuple[int, int]]:
    (other,) = (column for column in table.columns if column.name not in {"id", owner})
    statement = select(table.c[owner], other).where(table.c[owner].in_(ids)).order_by(table.c[owner], other)
    return ((row[0], row[1]) for row in db.session.execute(statement))


def made_in(run_id: int, entity: str) -> frozenset[int]:
    """Ids of the rows of a table that an import has made so far, for going on after a crash."""
    made = select(ImportChange.entity_id).where(
        ImportChange.run_id == run_id, ImportChange.entity == entity, ImportChange.seal.is_not(None)
    )
    return frozenset(db.session.scalars(made))


def known_keys(keys: Sequence[str]) -> dict[str, int]:
    """Which entries of a log have been imported before and not been undone: key to the run."""
    found: dict[str, int] = {}
    for some in pieces(keys):
        statement = select(ImportChange.key, ImportChange.run_id).where(
            ImportChange.key.in_(some), ImportChange.fate.is_distinct_from(Fate.UNDONE)
        )
        found |= {str(key): run_id for key, run_id in db.session.execute(statement.order_by(ImportChange.id))}
    return found


def pieces(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value
