"""Changing rows of any table and remembering how they were, so that every change can be taken back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, RowMapping, Table, insert, select, update

from crm.audit.recording import plain, write_down
from crm.core.db import Audited, Base, UtcDateTime, db
from crm.employers.models import Employer
from crm.merging.models import MergedRow

AT_ONCE = 400  # SQLite takes only so many values in one statement
Change = dict[str, list[Any]]  # {column: [before, after]}, as JSON holds them


@dataclass
class Ledger:
    """Every change of one merge, in order."""

    merge_id: int
    rows: list[tuple[str, int, Change]] = field(default_factory=list)

    def change(self, name: str, ids: Iterable[int], values: Mapping[str, Any], *, seen: bool = False) -> None:
        """Give rows these values. `seen` raises their versions, so that a form that is open on one notices."""
        table = Base.metadata.tables[name]
        for some in pieces(sorted(ids)):
            for row in lock_rows(table, some, values):
                changes = {
                    column: [plain(row[column]), plain(value)]
                    for column, value in values.items()
                    if plain(row[column]) != plain(value)
                }
                if changes:
                    self.rows.append((name, row["id"], changes))
            db.session.execute(update(table).where(table.c.id.in_(some)).values({**values, **kept(table, seen=seen)}))

    def close(self) -> None:
        """Store what was done, and tell the history of each row."""
        stored = [
            {"merge_id": self.merge_id, "table_name": name, "row_id": row_id, "changes": changes}
            for name, row_id, changes in self.rows
        ]
        if stored:
            db.session.execute(insert(MergedRow), stored)
        tell_histories(self.rows)


def tell_histories(rows: Sequence[tuple[str, int, Change]]) -> None:
    """Write history for the rows of models that have one. Employers are told of by whoever merges them."""
    audited = {each.local_table.description for each in Base.registry.mappers if issubclass(each.class_, Audited)}
    for name in dict.fromkeys(name for name, _, _ in rows):
        if name in audited and name != "employer":
            write_down(name, [(row_id, changes) for table, row_id, changes in rows if table == name])


def told_of_employers(rows: Iterable[tuple[str, int, Change]], *ids: int) -> dict[int, Change]:
    """What changed of each of these employers, from first to last, as one line of its history tells it."""
    told: dict[int, Change] = {each: {} for each in ids}
    for table, row_id, changes in rows:
        if table == "employer" and row_id in told:
            for column, (before, after) in changes.items():
                told[row_id][column] = [told[row_id].get(column, [before])[0], after]
    hidden = Employer.__history_hides__
    return {
        each: {column: pair for column, pair in changes.items() if column not in hidden and pair[0] != pair[1]}
        for each, changes in told.items()
    }


def lock_rows(table: Table, ids: Sequence[int], names: Iterable[str]) -> Sequence[RowMapping]:
    """Rows as they are now, in the order of their ids; nobody changes them until this unit of work ends."""
    columns = (table.c[name] for name in names if name != "id")
    statement = select(table.c.id, *columns).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()
    return db.session.execute(statement).mappings().all()


def kept(table: Table, *, seen: bool) -> dict[str, Any]:
    """What an UPDATE of ours does with a row's version and time: a row that only changes hands keeps both."""
    values: dict[str, Any] = {}
    if "version" in table.c and seen:
        values["version"] = table.c.version + 1
    elif "updated_at" in table.c:
        values["updated_at"] = table.c.updated_at
    return values


def as_stored(column: Column[Any], value: Any) -> Any:
    """What the database holds for a value that JSON held."""
    if isinstance(value, str) and isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value


def pieces(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
