"""Undoing an import as one. What somebody has edited or used since is kept, and named.

Each unit of work looks at some of what the import wrote, with those rows locked, and either takes it back or keeps
it; the ledger says which. A process that dies half-way loses nothing: the next one goes on where the ledger ends.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy import inspect as look_at
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from crm.audit.recording import because
from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import Base, db
from crm.core.errors import EditedMeanwhile
from crm.employers.models import Employer
from crm.imports.judging import (
    DERIVED,
    GONE,
    MODELS,
    ORDER,
    SECTORS,
    Row,
    Verdicts,
    edited_cells,
    judge_made,
    references_to,
    why_cells_stay,
)
from crm.imports.ledger import PARTS, pieces
from crm.imports.models import Fate, ImportChange, ImportRun, ImportUndo, UndoStatus
from crm.imports.running import Superseded

BATCH = 200
CHANGED = ""  # stands for the rows that were there before, where a table is asked for
TAKEN = "What it was before is taken by another one now"


def foresee_undo(run_id: int) -> Verdicts:
    """What undoing an import would take back and what it would keep, as things are now. Changes nothing."""
    verdicts = Verdicts()
    for change in _rows(run_id, CHANGED, None):
        thing = db.session.get(MODELS[change.entity], change.entity_id)
        why = GONE if thing is None else why_cells_stay(edited_cells(thing, change))
        if why is None:
            verdicts.undone.append(change)
        else:
            verdicts.kept.append((change, why))
    leaving: set[Row] = set()
    for entity in ORDER:
        judged = judge_made(entity, _rows(run_id, entity, None), leaving)
        leaving |= {(entity, change.entity_id) for change in judged.undone}
        verdicts.undone += judged.undone
        verdicts.kept += judged.kept
    return verdicts


def carry_out_undo(run_id: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Undo an import whose undoing has been claimed.

    Raises:
        Superseded: by another process.
    """
    claim, reason, actor = in_one_unit(lambda: _begin(run_id))
    with because(reason, actor=actor):
        for entity in (CHANGED, *ORDER):
            while (count := _in_a_unit(run_id, claim, entity, BATCH)) > 0:
                progress(count)
    in_one_unit(lambda: _end(run_id, claim))


def _in_a_unit(run_id: int, claim: str | None, entity: str, most: int) -> int:
    """Settle some rows; if the database refuses one of them, settle one alone, and keep it if it is that one."""
    try:
        return in_one_unit(lambda: _settle(run_id, claim, entity, most))
    except (IntegrityError, EditedMeanwhile):
        if most > 1:
            return _in_a_unit(run_id, claim, entity, 1)
        return in_one_unit(lambda: _keep_one(run_id, claim, entity))


def _settle(run_id: int, claim: str | None, entity: str, most: int) -> int:
    undo = _still_ours(run_id, claim)
    changes = _rows(run_id, entity, most)
    if entity == CHANGED:
        verdicts = Verdicts()
        for change in changes:
            _put_back(change, verdicts)
    else:
        _lock(entity, [change.entity_id for change in changes])
        verdicts = judge_made(entity, changes)
        _remove(entity, [change.entity_id for change in verdicts.undone])
    return _note(undo, verdicts)


def _keep_one(run_id: int, claim: str | None, entity: str) -> int:
    undo = _still_ours(run_id, claim)
    return _note(undo, Verdicts(kept=[(change, TAKEN) for change in _rows(run_id, entity, 1)]))


def _note(undo: ImportUndo, verdicts: Verdicts) -> int:
    for change in verdicts.undone:
        change.fate = Fate.UNDONE
    for change, why in verdicts.kept:
        change.fate, change.why_kept = Fate.KEPT, why
    count = len(verdicts.undone) + len(verdicts.kept)
    undo.done, undo.heard_at = undo.done + count, clock.now()
    db.session.flush()
    return count


def _rows(run_id: int, entity: str, most: int | None) -> Sequence[ImportChange]:
    """What is not settled yet, the last first: rows made in a table, or rows that were there before."""
    wanted = (
        ImportChange.changes.is_not(None)
        if entity == CHANGED
        else (ImportChange.entity == entity) & ImportChange.seal.is_not(None)
    )
    statement = select(ImportChange).where(ImportChange.run_id == run_id, ImportChange.fate.is_(None), wanted)
    return db.session.scalars(statement.order_by(ImportChange.id.desc()).limit(most)).all()


def _put_back(change: ImportChange, verdicts: Verdicts) -> None:
    """Give the cells that an import changed their former values, but for those that have been changed again."""
    thing = _locked(MODELS[change.entity], change.entity_id)
    if thing is None:
        verdicts.kept.append((change, GONE))
        return
    edited = edited_cells(thing, change)
    for column, (before, after) in (change.changes or {}).items():
        if column == SECTORS:
            _take_sectors(thing, after)
        elif column not in edited:
            setattr(thing, column, before)
    db.session.flush()
    why = why_cells_stay(edited)
    if why is None:
        verdicts.undone.append(change)
    else:
        verdicts.kept.append((change, why))


def _take_sectors(employer: Employer, ids: Sequence[int]) -> None:
    db.session.refresh(employer, ["sectors"])
    employer.sectors = [sector for sector in employer.sectors if sector.id not in ids]


def _remove(entity: str, ids: Sequence[int]) -> None:
    """Delete rows with their parts. Their history stays, and says so."""
    model = MODELS[entity]
    lists = [each.key for each in look_at(model).relationships if each.uselist]
    for some in pieces(ids):
        for part, owner in PARTS.get(entity, ()):
            table = Base.metadata.tables[part]
            db.session.execute(delete(table).where(table.c[owner].in_(some)))
        for table, column in references_to(entity):
            if table.name in DERIVED:
                db.session.execute(delete(table).where(table.c[column].in_(some)))
        loaded = [selectinload(getattr(model, key)) for key in lists]  # or they would be fetched one by one
        for thing in db.session.scalars(select(model).where(model.id.in_(some)).options(*loaded)):
            db.session.delete(thing)
    db.session.flush()


def _locked(model: Any, id_: int) -> Any:
    wanted = select(model).where(model.id == id_).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(wanted).one_or_none()


def _lock(entity: str, ids: Sequence[int]) -> None:
    """Nobody edits these rows, or refers to them anew, until this unit of work ends."""
    column = Base.metadata.tables[entity].c.id
    for some in pieces(ids):
        db.session.execute(select(column).where(column.in_(some)).order_by(column).with_for_update())


def _begin(run_id: int) -> tuple[str | None, str, str]:
    undo = db.session.scalars(select(ImportUndo).where(ImportUndo.run_id == run_id)).one()
    run = db.session.get_one(ImportRun, run_id)
    left = select(func.count()).select_from(ImportChange)
    count = db.session.scalar(left.where(ImportChange.run_id == run_id, ImportChange.fate.is_(None)))
    undo.heard_at, undo.total = clock.now(), undo.done + (count or 0)
    return undo.claimed_by, f"import of {run.file_name} undone", undo.asked_by_name


def _still_ours(run_id: int, claim: str | None) -> ImportUndo:
    undo = db.session.scalars(select(ImportUndo).where(ImportUndo.run_id == run_id).with_for_update()).one()
    if undo.claimed_by != claim:
        raise Superseded
    return undo


def _end(run_id: int, claim: str | None) -> None:
    undo = _still_ours(run_id, claim)
    undo.status, undo.ended_at = UndoStatus.DONE, clock.now()


def forget_values(run_ids: Sequence[int]) -> None:
    """Forget what the rows that imports changed were before. That rows were made stays: it is how they are known."""
    for some in pieces(run_ids):
        values = ImportChange.run_id.in_(some) & ImportChange.changes.is_not(None)
        db.session.execute(delete(ImportChange).where(values))
