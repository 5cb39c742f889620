"""What imports there were, are and are to be done."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from crm.core.db import db
from crm.core.errors import NotFound
from crm.imports.findings import Finding
from crm.imports.models import (
    ImportChange,
    ImportMapping,
    ImportProblem,
    ImportRejectedRow,
    ImportRun,
    ImportSheet,
    ImportUndo,
    RunStatus,
    UndoStatus,
)

MOST_RUNS = 25


def get_run(run_id: int) -> ImportRun:
    """An import with its sheets and its undoing. Raises NotFound."""
    statement = select(ImportRun).where(ImportRun.id == run_id, ImportRun.status != RunStatus.DISCARDED)
    run = db.session.scalars(
        statement.options(selectinload(ImportRun.sheets), selectinload(ImportRun.undo))
    ).one_or_none()
    if run is None:
        raise NotFound("We could not find that import.")
    return run


def get_sheet(run: ImportRun, sheet_id: int) -> ImportSheet:
    """Raises NotFound."""
    sheet = next((each for each in run.sheets if each.id == sheet_id), None)
    if sheet is None:
        raise NotFound("We could not find that sheet.")
    return sheet


def recent_runs() -> Sequence[ImportRun]:
    return db.session.scalars(
        select(ImportRun)
        .where(ImportRun.status != RunStatus.DISCARDED)
        .options(selectinload(ImportRun.undo))
        .order_by(ImportRun.id.desc())
        .limit(MOST_RUNS)
    ).all()


def findings_of(sheet_id: int) -> list[Finding]:
    statement = (
        select(ImportProblem).where(ImportProblem.sheet_id == sheet_id).order_by(ImportProblem.row, ImportProblem.id)
    )
    return [
        Finding(each.severity, each.row, each.column, each.value, each.reason) for each in db.session.scalars(statement)
    ]


def rejected_rows_of(sheet_id: int) -> Sequence[ImportRejectedRow]:
    return db.session.scalars(
        select(ImportRejectedRow)
        .where(ImportRejectedRow.sheet_id == sheet_id)
        .order_by(ImportRejectedRow.row, ImportRejectedRow.id)
    ).all()


def has_rejected_rows(run: ImportRun) -> bool:
    ids = [sheet.id for sheet in run.sheets]
    statement = select(ImportRejectedRow.id).where(ImportRejectedRow.sheet_id.in_(ids)).limit(1)
    return db.session.scalar(statement) is not None


def waiting_runs() -> Sequence[int]:
    """Runs to do, oldest first: queued ones, and any left behind by a process that died."""
    statement = select(ImportRun.id).where(
        or_(ImportRun.status == RunStatus.QUEUED, ImportRun.status == RunStatus.RUNNING)
    )
    return db.session.scalars(statement.order_by(ImportRun.id)).all()


def waiting_undos() -> Sequence[int]:
    """Runs to undo, in the order in which it was asked for."""
    statement = select(ImportUndo.run_id).where(
        or_(ImportUndo.status == UndoStatus.QUEUED, ImportUndo.status == UndoStatus.RUNNING)
    )
    return db.session.scalars(statement.order_by(ImportUndo.id)).all()


def mappings_of(shapes: Sequence[str]) -> dict[str, ImportMapping]:
    """What is remembered of files of some shapes."""
    found = db.session.scalars(select(ImportMapping).where(ImportMapping.shape.in_(shapes)))
    return {mapping.shape: mapping for mapping in found}


def runs_past_undoing(ended_before: datetime) -> Sequence[int]:
    """Imports that can no longer be undone and whose rejected rows or former values are still kept."""
    old = select(ImportRun.id).where(ImportRun.ended_at < ended_before)
    with_rows = select(ImportSheet.run_id).join(ImportRejectedRow, ImportRejectedRow.sheet_id == ImportSheet.id)
    with_values = select(ImportChange.run_id).where(ImportChange.changes.is_not(None))
    return db.session.scalars(old.where(or_(ImportRun.id.in_(with_rows), ImportRun.id.in_(with_values)))).all()
