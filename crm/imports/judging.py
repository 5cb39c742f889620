"""Which of the rows that an import wrote can be taken back: those still as it left them, and used by nothing else."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select

from crm.core.db import Base, db
from crm.imports.ledger import MADE, PARTS, pieces, seals
from crm.imports.models import ImportChange

MODELS: Mapping[str, Any] = {model.__tablename__: model for model in MADE}
ORDER = tuple(MODELS)  # nothing that is left refers to what is taken away
CALLED = {
    "follow_up": "next step",
    "interaction": "entry of the contact log",
    "contact": "contact",
    "employer": "employer",
}
DERIVED = frozenset({"likely_pair"})  # worked out from other rows, again and again: no use of them
SECTORS = "sectors"  # what the ledger calls the list of an employer's
EDITED = "It has been edited or moved since"
GONE = "It is no longer there"

Row = tuple[str, int]  # table and id


@dataclass
class Verdicts:
    """What is to become of some rows of the ledger."""

    undone: list[ImportChange] = field(default_factory=list)
    kept: list[tuple[ImportChange, str]] = field(default_factory=list)


def judge_made(entity: str, changes: Sequence[ImportChange], leaving: Collection[Row] = frozenset()) -> Verdicts:
    """Judge rows that an import made.

    Args:
        entity: their table.
        changes: of the ledger.
        leaving: rows that will have gone by then, and so use nothing any more.
    """
    ids = [change.entity_id for change in changes]
    now, used = seals(entity, ids), _used(entity, ids, leaving)
    verdicts = Verdicts()
    for change in changes:
        seal = now.get(change.entity_id)
        why = GONE if seal is None else EDITED if seal != change.seal else used.get(change.entity_id)
        if why is None:
            verdicts.undone.append(change)
        else:
            verdicts.kept.append((change, why))
    return verdicts


def edited_cells(thing: Any, change: ImportChange) -> list[str]:
    """Which cells of a row that an import changed have been changed again."""
    return [
        column
        for column, (_, after) in (change.changes or {}).items()
        if column != SECTORS and plain(getattr(thing, column)) != after
    ]


def why_cells_stay(columns: Sequence[str]) -> str | None:
    if not columns:
        return None
    return f"Edited since: {', '.join(column.removesuffix('_id').replace('_', ' ') for column in columns)}"


def plain(value: Any) -> Any:
    """A value as the ledger keeps it."""
    return getattr(value, "value", value)


def _used(entity: str, ids: Sequence[int], leaving: Collection[Row]) -> dict[int, str]:
    """Which rows something else refers to, and what. Every foreign key to their table is asked, whoever made it."""
    found: dict[int, str] = {}
    own = {part for part, _ in PARTS.get(entity, ())}
    for table, column in references_to(entity):
        if table.name in own | DERIVED:
            continue
        whole, owner = _whole_of(table)
        for some in pieces(ids):
            statement = select(table.c[column], table.c[owner]).where(table.c[column].in_(some)).distinct()
            for id_, by in db.session.execute(statement.order_by(table.c[column], table.c[owner])):
                if (whole, by) not in leaving:
                    called = CALLED.get(whole, whole.replace("_", " "))
                    found.setdefault(id_, f"It is used by something that stays ({called})")
    return found


def references_to(entity: str) -> Iterator[tuple[Table, str]]:
    """Every column that refers to a table."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda each: str(each.parent.name)):
            if key.column.table.name == entity:
                yield table, str(key.parent.name)


_OWNERS = {part: (whole, owner) for whole, parts in PARTS.items() for part, owner in parts}


def _whole_of(table: Table) -> tuple[str, str]:
    """The table whose rows a row is part of, and the column that says of which: itself, for most."""
    return _OWNERS.get(table.name, (table.name, "id"))


def named(rows: Sequence[Row]) -> dict[Row, str]:
    """What to call rows of the ledger on a page, as far as they are there."""
    by_entity: dict[str, list[int]] = defaultdict(list)
    for entity, id_ in rows:
        by_entity[entity].append(id_)
    found: dict[Row, str] = {}
    for entity, ids in by_entity.items():
        model = MODELS[entity]
        label = {"interaction": "summary", "follow_up": "what"}.get(entity, "name")
        for some in pieces(ids):
            for id_, text in db.session.execute(select(model.id, getattr(model, label)).where(model.id.in_(some))):
                found[entity, id_] = f"{CALLED[entity].capitalize()}: {text.splitlines()[0][:120]}"
    return found
