"""Listens to every flush and writes history. Nothing has to remember to call it, so nothing can forget."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import AttributeState, InstanceState, Mapper, ORMExecuteState, Session

from crm.audit.models import ChangeAction, ChangeRecord
from crm.core import clock
from crm.core.db import Audited, Base, db

NOBODY = "Threefold"  # what acts when no person does: a job, a command
UNINTERESTING = frozenset({"id", "created_at", "updated_at", "version"})

_actor: ContextVar[str] = ContextVar("actor", default=NOBODY)
_reason: ContextVar[str | None] = ContextVar("reason", default=None)


def set_actor(name: str | None) -> None:
    """Say who is at the keyboard for the rest of this request (None: nobody)."""
    _actor.set(name or NOBODY)


@contextmanager
def because(reason: str, *, actor: str | None = None) -> Iterator[None]:
    """Give every change in the block one reason, and optionally another actor (a job acting for somebody)."""
    reason_token = _reason.set(reason)
    actor_token = _actor.set(actor) if actor else None
    try:
        yield
    finally:
        _reason.reset(reason_token)
        if actor_token:
            _actor.reset(actor_token)


def write_down(entity: str, changes: Iterable[tuple[int, Mapping[str, list[Any]]]]) -> None:
    """Write history for changes that pass no flush: of each row of a table, its id and {column: [before, after]}.

    The reason and the actor are those of the block (`because`). The rows belong to no parent's history: whoever
    changes many at once writes one line for the parent as well.
    """
    rows = [
        {
            "at": clock.now(),
            "actor": _actor.get(),
            "reason": _reason.get(),
            "entity": entity,
            "entity_id": row_id,
            "parent_entity": None,
            "parent_id": None,
            "action": ChangeAction.CHANGED,
            "changes": dict(what),
        }
        for row_id, what in changes
    ]
    if rows:
        db.session.execute(insert(ChangeRecord), rows)


@event.listens_for(Mapper, "after_configured")
def know_what_was_there_before() -> None:
    """Otherwise a column set without having been read, as after a commit, would have no former value to tell."""
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Audited):
            for column in mapper.column_attrs:
                event.listen(getattr(mapper.class_, column.key), "set", _look_first, active_history=True)


def _look_first(*_: object) -> None:
    """Listening is enough: the former value has been loaded."""


@event.listens_for(Session, "after_flush")
def record_changes(session: Session, _context: object) -> None:
    rows = [
        row
        for action, things in (
            (ChangeAction.ADDED, session.new),
            (ChangeAction.CHANGED, session.dirty),
            (ChangeAction.REMOVED, session.deleted),
        )
        for thing in things
        if isinstance(thing, Audited) and (row := _record(thing, action))
    ]
    if rows:
        session.connection().execute(insert(ChangeRecord), rows)


@event.listens_for(Session, "do_orm_execute")
def refuse_unrecorded_changes(execution: ORMExecuteState) -> None:
    """A bulk UPDATE or DELETE passes no flush, so it would leave no history."""
    mapper = execution.bind_mapper
    if (
        (execution.is_update or execution.is_delete)
        and mapper is not None
        and issubclass(mapper.class_, Audited)
        and not execution.execution_options.get("audited_elsewhere")
    ):
        raise RuntimeError(f"A bulk change of {mapper.class_.__name__} would leave no history.")


def _record(thing: Audited, action: ChangeAction) -> dict[str, Any] | None:
    state: InstanceState[Any] = inspect(thing)
    changes = dict(_column_changes(state, action)) | dict(_list_changes(state, action))
    if not changes and action is ChangeAction.CHANGED:
        return None
    assert isinstance(thing, Base)  # noqa: S101  # every audited thing is a model
    parent, column = type(thing).__history_parent__ or (None, None)
    return {
        "at": clock.now(),
        "actor": _actor.get(),
        "reason": _reason.get(),
        "entity": type(thing).__tablename__,
        "entity_id": thing.id,
        "parent_entity": parent,
        "parent_id": getattr(thing, column) if column else None,
        "action": action,
        "changes": changes,
    }


def _column_changes(state: InstanceState[Any], action: ChangeAction) -> Iterator[tuple[str, list[Any]]]:
    hidden = UNINTERESTING | state.class_.__history_hides__
    for attribute in state.mapper.column_attrs:
        if attribute.key in hidden:
            continue
        if action is ChangeAction.CHANGED:
            history = AttributeState(state, attribute.key).history
            if not history.has_changes():
                continue
            before, after = (plain(each[0]) if each else None for each in (history.deleted, history.added))
            if before != after:
                yield attribute.key, [before, after]
        elif (value := plain(state.dict.get(attribute.key))) not in (None, ""):
            yield attribute.key, [None, value] if action is ChangeAction.ADDED else [value, None]


def _list_changes(state: InstanceState[Any], action: ChangeAction) -> Iterator[tuple[str, list[Any]]]:
    for key, naming in state.class_.__history_lists__.items():
        history = AttributeState(state, key).history
        if action is not ChangeAction.REMOVED and (history.added or history.deleted):
            kept = [getattr(each, naming) for each in history.unchanged or ()]
            before, after = (
                ", ".join(sorted([*kept, *(getattr(each, naming) for each in moved or ())]))
                for moved in (history.deleted, history.added)
            )
            yield key, [before or None, after or None]


def plain(value: object) -> Any:
    """What JSON can hold, in the words the database uses."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
