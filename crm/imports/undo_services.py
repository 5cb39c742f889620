"""Asking for an import to be undone, and the undoing's turn with the scheduler."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict, NotAllowed
from crm.imports import policies, run_queries
from crm.imports.judging import CALLED, ORDER, Verdicts, named
from crm.imports.models import Fate, ImportChange, ImportRejectedRow, ImportRun, ImportSheet, ImportUndo, UndoStatus
from crm.imports.services import COMMAND_LINE, LOST_AFTER
from crm.imports.undoing import forget_values

UNDONE_ALREADY = "This import is being undone already, or has been."


def ask_for_undo(run: ImportRun, *, by: User | None, at: datetime) -> ImportUndo:
    """Leave the undoing of an import to the scheduler. Once it has failed it may be asked for again.

    Args:
        run: with its undoing loaded.
        by: who asks; None is whoever has the command line.
        at: the instant.

    Raises:
        NotAllowed: neither did they run it nor do they manage.
        Conflict: it is too late or too early, or it is being undone or has been.
    """
    if by is not None and not policies.may_undo(by, run):
        raise NotAllowed("Only whoever ran an import, or a manager, can undo it.")
    why_not = policies.why_not_undone(run, at)
    if why_not is not None:
        raise Conflict(why_not)
    name = by.name if by is not None else COMMAND_LINE
    if run.undo is None:
        run.undo = ImportUndo(status=UndoStatus.QUEUED, asked_by_name=name, asked_at=at)
    elif run.undo.status is UndoStatus.FAILED:
        run.undo.status, run.undo.asked_by_name, run.undo.asked_at = UndoStatus.QUEUED, name, at
    else:
        raise Conflict(UNDONE_ALREADY)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody asked a moment before us
        raise Conflict(UNDONE_ALREADY) from error
    return run.undo


def claim_undo(run_id: int, *, at: datetime) -> bool:
    """Take on an undoing that waits, or one whose runner has died. Of two who try, one gets True."""
    taken = (
        update(ImportUndo)
        .where(
            ImportUndo.run_id == run_id,
            or_(
                ImportUndo.status == UndoStatus.QUEUED,
                (ImportUndo.status == UndoStatus.RUNNING) & (ImportUndo.heard_at < at - LOST_AFTER),
            ),
        )
        .values(status=UndoStatus.RUNNING, heard_at=at, claimed_by=secrets.token_hex(16))
    )
    return bool(getattr(db.session.execute(taken), "rowcount", 0))


def fail_undo(run_id: int, *, at: datetime) -> None:
    """Give an undoing up; what it has settled stays settled, and it may be asked for again."""
    undo = db.session.scalars(select(ImportUndo).where(ImportUndo.run_id == run_id)).one()
    undo.status, undo.ended_at = UndoStatus.FAILED, at


@dataclass(frozen=True)
class UndoSummary:
    """What undoing an import would do."""

    taken: Sequence[tuple[str, int]]  # what, and how many
    put_back: int  # rows that were there before
    kept: Sequence[tuple[str, str]]  # what, and why


def summarised(verdicts: Verdicts) -> UndoSummary:
    made = Counter(change.entity for change in verdicts.undone if change.seal is not None)
    return UndoSummary(
        taken=[(CALLED[entity], made[entity]) for entity in reversed(ORDER) if made[entity]],
        put_back=sum(change.seal is None for change in verdicts.undone),
        kept=_with_names(verdicts.kept),
    )


def kept_with_names(run: ImportRun) -> list[tuple[str, str]]:
    """What an undoing left as it is, in words, and why."""
    return _with_names(kept_by_undo(run))


def _with_names(kept: Sequence[tuple[ImportChange, str]]) -> list[tuple[str, str]]:
    names = named([(change.entity, change.entity_id) for change, _ in kept])
    gone = "{} that is gone"
    return [
        (names.get((change.entity, change.entity_id), gone.format(CALLED[change.entity].capitalize())), why)
        for change, why in kept
    ]


def kept_by_undo(run: ImportRun) -> list[tuple[ImportChange, str]]:
    """What an undoing left as it is, and why."""
    kept = select(ImportChange).where(ImportChange.run_id == run.id, ImportChange.fate == Fate.KEPT)
    return [(change, change.why_kept or "") for change in db.session.scalars(kept.order_by(ImportChange.id))]


def forget_what_cannot_be_undone(now: datetime) -> int:
    """Forget rejected rows and former values of imports that are past undoing. Returns how many imports."""
    ids = run_queries.runs_past_undoing(now - policies.UNDONE_WITHIN)
    forget_values(ids)
    sheets = select(ImportSheet.id).where(ImportSheet.run_id.in_(ids))
    for row in db.session.scalars(select(ImportRejectedRow).where(ImportRejectedRow.sheet_id.in_(sheets))):
        db.session.delete(row)
    return len(ids)
