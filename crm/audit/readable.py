"""History in words: names where the rows keep numbers, words for codes and for what was changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Enum, Select, Table, literal, select, union_all

from crm.audit.models import ChangeAction, ChangeRecord
from crm.audit.queries import history_of
from crm.core.db import Base, db

CALLED = {
    "employer_group": "group",
    "follow_up": "next step",
    "interaction": "contact log entry",
    "mail": "e-mail",
    "not_duplicates": "note that two employers differ",
    "planned_interaction": "plan",
    "site_check": "check",
}  # the other tables are called what they are
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What components/history.html shows of a change."""

    at: datetime
    actor: str
    reason: str | None
    entity: str
    action: ChangeAction
    changes: Mapping[str, Sequence[Any]]


def readable_history(
    entity: str, entity_id: int, *, limit: int = 50, besides: Select[int] | None = None
) -> Sequence[HistoryRow]:
    """As `history_of`, for people. One statement, or two if names are needed."""
    rows = history_of(entity, entity_id, limit=limit, besides=besides)
    names = _names(rows)
    return [
        HistoryRow(row.at, row.actor, row.reason, _called(row, entity, entity_id), row.action, _told(row, names))
        for row in rows
    ]


def _called(row: ChangeRecord, entity: str, entity_id: int) -> str:
    called = CALLED.get(row.entity, row.entity)
    return (
        f"the {called} that became part of this one" if row.entity == entity and row.entity_id != entity_id else called
    )


def _told(row: ChangeRecord, names: Names) -> Mapping[str, Sequence[Any]]:
    return {name: [_in_words(_column(row, name), value, names) for value in pair] for name, pair in row.changes.items()}


def _in_words(column: Column[Any] | None, value: Any, names: Names) -> Any:
    if column is None or value is None:
        return value
    if (table := _named(column)) is not None:
        return names.get((table.name, value), value)
    return value.replace("_", " ") if isinstance(column.type, Enum) else value


def _column(row: ChangeRecord, name: str) -> Column[Any] | None:
    """None for a list, and for what was recorded before a table or a column was renamed."""
    table = Base.metadata.tables.get(row.entity)
    return None if table is None else table.c.get(name)


def _named(column: Column[Any]) -> Table | None:
    """The table a key leads to, if what is in it has a name."""
    return next((key.column.table for key in column.foreign_keys if "name" in key.column.table.c), None)


def _names(rows: Iterable[ChangeRecord]) -> Names:
    """The names behind the numbers of the changes. One statement, none if there are no numbers."""
    wanted: dict[Table, set[int]] = {}
    for table, number in _numbers(rows):
        wanted.setdefault(table, set()).add(number)
    if not wanted:
        return {}
    statements = [
        select(literal(table.name), table.c.id, table.c.name).where(table.c.id.in_(numbers))
        for table, numbers in wanted.items()
    ]
    return {(table, number): name for table, number, name in db.session.execute(union_all(*statements))}


def _numbers(rows: Iterable[ChangeRecord]) -> Iterator[tuple[Table, int]]:
    for row in rows:
        if row.action is ChangeAction.CHANGED:  # of what was added or removed the page shows no values
            for name, pair in row.changes.items():
                column = _column(row, name)
                table = None if column is None else _named(column)
                if table is not None:
                    yield from ((table, value) for value in pair if isinstance(value, int))
