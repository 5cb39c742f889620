"""What somebody looks after, and who could look after it instead."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select, true

from crm.accounts.models import User
from crm.audit.models import ChangeRecord
from crm.core.access import STAFF
from crm.core.db import Base, db
from crm.leaving.rules import EMPLOYERS, OWNED, Owned, reason_of
from crm.reference.models import Area

MOST_NAMED = 50  # of each kind in a preview


@dataclass(frozen=True, slots=True)
class Person:
    """A user and how much they look after, by the key of the rule."""

    id: int
    name: str
    disabled_at: datetime | None
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Things:
    """What somebody looks after, of one kind."""

    rule: Owned
    ids: Sequence[int]
    names: Sequence[str]  # the first of them


def people() -> Sequence[Person]:
    """Staff, and whoever else looks after something: those who cannot sign in any more first. One statement."""
    return _people(true())


def left_with_something() -> Sequence[Person]:
    """Those who cannot sign in any more and look after something nevertheless. One statement."""
    return [each for each in _people(User.disabled_at.is_not(None)) if each.total]


def owned_by(user_id: int) -> Sequence[Things]:
    """Everything somebody looks after, by kind. Two statements for each kind."""
    return [
        Things(rule, ids, _names(rule, user_id))
        for rule in OWNED
        if (ids := db.session.scalars(_of(rule, user_id)).all())
    ]


@dataclass(frozen=True, slots=True)
class Handed:
    """What a colleague was handed of one kind and has still, open as it was."""

    rule: Owned
    takers: Mapping[int, int]  # row to whoever has it now
    names: Sequence[str]  # the first of them

    @property
    def ids(self) -> Sequence[int]:
        return sorted(self.takers)


def handed_over(leaver: User, *, since: datetime) -> Sequence[Handed]:
    """What went from somebody to colleagues since an instant and is still with them, by kind.

    The history tells, so only what has one is here: no shared views, and no parts in planned contacts. Two or three
    statements for each kind.
    """
    handed = []
    for rule in (each for each in OWNED if each.part_of is None):
        if takers := _still_with(rule, _last_taker(rule, leaver, since)):
            table = _table(rule)
            chosen = select(table.c.id).where(table.c.id.in_(takers)).order_by(table.c.id)
            handed.append(Handed(rule, takers, _named(rule, chosen)))
    return handed


def _last_taker(rule: Owned, leaver: User, since: datetime) -> dict[int, int]:
    records = (
        select(ChangeRecord.entity_id, ChangeRecord.changes)
        .where(ChangeRecord.entity == rule.table, ChangeRecord.reason == reason_of(leaver.name))
        .where(ChangeRecord.at >= since)
        .order_by(ChangeRecord.id)
    )
    pairs = ((row_id, changes.get(rule.column, [None, None])) for row_id, changes in db.session.execute(records))
    return {row_id: after for row_id, (before, after) in pairs if before == leaver.id}


def _still_with(rule: Owned, takers: Mapping[int, int]) -> dict[int, int]:
    table = _table(rule)
    now = select(table.c.id, table.c[rule.column]).where(table.c.id.in_(takers), is_open(rule, table))
    return {row_id: owner_id for row_id, owner_id in db.session.execute(now) if owner_id == takers[row_id]}


def employers_by_area(user_id: int) -> Sequence[tuple[int | None, str, Sequence[int]]]:
    """The employers somebody looks after, by area: its id, its name, their ids. One statement."""
    table = _table(EMPLOYERS)
    rows = db.session.execute(
        select(table.c.area_id, Area.name, table.c.id)
        .outerjoin(Area, Area.id == table.c.area_id)
        .where(table.c.owner_id == user_id)
        .order_by(table.c.area_id.is_(None), Area.position, Area.id, table.c.id)
    )
    areas: dict[tuple[int | None, str], list[int]] = {}
    for area_id, name, employer_id in rows:
        areas.setdefault((area_id, name or "No area"), []).append(employer_id)
    return [(area_id, name, ids) for (area_id, name), ids in areas.items()]


def fingerprint(things: Sequence[Things | Handed]) -> str:
    """What a preview showed: different as soon as one thing more or less is looked after."""
    shown = repr([(each.rule.key, sorted(each.ids)) for each in things])
    return hashlib.sha256(shown.encode()).hexdigest()


def is_open(rule: Owned, table: Table) -> ColumnElement[bool]:
    """Whether a row still has to be looked after, or what it is part of."""
    if rule.part_of is not None:
        column, name = rule.part_of
        whole = Base.metadata.tables[name]
        return table.c[column].in_(select(whole.c.id).where(_has(rule, whole)))
    return _has(rule, table)


def _has(rule: Owned, table: Table) -> ColumnElement[bool]:
    conditions = (or_(*(table.c[name] == value for value in values)) for name, values in rule.while_open.items())
    return and_(true(), *conditions)


def _people(condition: ColumnElement[bool]) -> Sequence[Person]:
    counts = [
        select(func.count())
        .select_from(_table(rule))
        .where(_table(rule).c[rule.column] == User.id, is_open(rule, _table(rule)))
        .correlate(User)
        .scalar_subquery()
        for rule in OWNED
    ]
    statement = (
        select(User.id, User.name, User.disabled_at, User.role, *counts)
        .where(condition)
        .order_by(User.disabled_at.is_(None), func.lower(User.name), User.id)
    )
    found = [
        (role, Person(user_id, name, disabled_at, dict(zip((rule.key for rule in OWNED), rest, strict=True))))
        for user_id, name, disabled_at, role, *rest in db.session.execute(statement)
    ]
    return [person for role, person in found if person.total or (role in STAFF and person.disabled_at is None)]


def _of(rule: Owned, user_id: int) -> Select[int]:
    table = _table(rule)
    return select(table.c.id).where(table.c[rule.column] == user_id, is_open(rule, table)).order_by(table.c.id)


def _names(rule: Owned, user_id: int) -> Sequence[str]:
    return _named(rule, _of(rule, user_id))


def _named(rule: Owned, chosen: Select[int]) -> Sequence[str]:
    table, employer = _table(rule), Base.metadata.tables["employer"]
    statement = chosen.limit(MOST_NAMED)
    if rule.part_of is not None:
        part, (column, name) = table, rule.part_of
        table = Base.metadata.tables[name]
        statement = statement.join(table, table.c.id == part.c[column])
    if "employer_id" not in table.c:
        return [str(name) for (name,) in db.session.execute(statement.with_only_columns(table.c[rule.named_by]))]
    told = statement.join(employer, employer.c.id == table.c.employer_id).with_only_columns(
        employer.c.name, table.c[rule.named_by]
    )
    return [f"{name}: {what}" for name, what in db.session.execute(told)]


def _table(rule: Owned) -> Table:
    return Base.metadata.tables[rule.table]
