"""An employer's history with names where the rows keep numbers: who owns it, which area, which contact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from crm.accounts.models import User
from crm.audit.models import ChangeAction, ChangeRecord
from crm.audit.queries import history_of
from crm.core.db import db
from crm.employers.models import Contact, Employer, Site
from crm.providers.models import Provider
from crm.reference.models import Area, SizeBand

Named = type[User] | type[Employer] | type[Contact] | type[Site] | type[Provider] | type[Area] | type[SizeBand]
NAMED: Mapping[str, Named] = {
    "owner_id": User,
    "merged_into_id": Employer,
    "logged_by_id": User,
    "planned_by_id": User,
    "done_by_id": User,
    "recorded_by_id": User,
    "contact_id": Contact,
    "leader_id": Contact,
    "signatory_id": Contact,
    "site_id": Site,
    "provider_id": Provider,
    "area_id": Area,
    "size_band_id": SizeBand,
}
CODES = frozenset({"legal_form", "status", "kind", "channel", "mode", "cancelled_side", "direction", "outcome"})
CALLED = {
    "interaction": "contact log entry",
    "follow_up": "next step",
    "planned_interaction": "plan",
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


def readable_history(employer_id: int, *, limit: int) -> Sequence[HistoryRow]:
    """What happened to an employer and what belongs to it, newest first. One statement, or two if names are needed."""
    merged = select(Employer.id).where(Employer.merged_into_id == employer_id)
    rows = history_of("employer", employer_id, limit=limit, besides=merged)
    names = _names(rows)
    return [
        HistoryRow(
            row.at,
            row.actor,
            row.reason,
            _called(row, employer_id),
            row.action,
            {column: [_told(column, value, names) for value in pair] for column, pair in row.changes.items()},
        )
        for row in rows
    ]


def _called(row: ChangeRecord, employer_id: int) -> str:
    if row.entity == "employer" and row.entity_id != employer_id:
        return "the employer that became part of this one"
    return CALLED.get(row.entity, row.entity)


def _names(rows: Iterable[ChangeRecord]) -> Names:
    """The names behind the numbers of the changes. One statement, none if there are no numbers."""
    wanted: dict[Named, set[int]] = {}
    for row in rows:
        if row.action is ChangeAction.CHANGED:
            for column in NAMED.keys() & row.changes.keys():
                numbers = {value for value in row.changes[column] if isinstance(value, int)}
                wanted.setdefault(NAMED[column], set()).update(numbers)
    statements: list[Select[*tuple[Any, ...]]] = [
        select(literal(kind.__tablename__), kind.id, kind.name).where(kind.id.in_(numbers))
        for kind, numbers in wanted.items()
        if numbers
    ]
    if not statements:
        return {}
    return {(table, number): name for table, number, name in db.session.execute(union_all(*statements))}


def _told(column: str, value: Any, names: Names) -> Any:
    if column in NAMED and isinstance(value, int):
        return names.get((NAMED[column].__tablename__, value), value)
    if column in CODES and isinstance(value, str):
        return value.replace("_", " ")
    return value
