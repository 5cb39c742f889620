"""What people do with an import: upload a file, correct its columns, start it, give it up."""

import hashlib
import logging
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from sqlalchemy import or_, update

from crm.accounts.models import User
from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import db, reading
from crm.core.errors import Conflict
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import Sheet, read_spreadsheet
from crm.imports import queries, running
from crm.imports.columns import Layout
from crm.imports.findings import Counts, Report
from crm.imports.models import ImportRun, RunStatus

log = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=3)  # without a sign of life from whoever runs it
KEPT_FOR = timedelta(days=2)  # an upload nobody imports
COMMAND_LINE = "The command line"


@dataclass(frozen=True)
class Preview:
    """What an upload would do."""

    sheet: Sheet
    layout: Layout | None
    report: Report | None
    trouble: str | None


def stage(content: bytes, file_name: str, sheet: str, by: User) -> ImportRun:
    """Keep an uploaded file, which has been read once, until somebody has looked at what it would do."""
    run = new_run(content, file_name, at=clock.now())
    run.started_by_id, run.started_by_name = by.id, by.name
    run.sheet = sheet or None
    run.content = content
    db.session.add(run)
    db.session.flush()
    return run


def new_run(content: bytes, file_name: str, *, at: datetime) -> ImportRun:
    """A run of a file, begun on the command line unless somebody's name is put on it."""
    return ImportRun(
        file_name=safe_file_name(file_name),
        sha256=hashlib.sha256(content).hexdigest(),
        status=RunStatus.CHECKING,
        started_by_name=COMMAND_LINE,
        uploaded_at=at,
    )


def safe_file_name(name: str) -> str:
    """The last part of a name, printable and short: it is shown, never used as a path."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w .,()&+–-]", "_", last).strip()[-120:] or "file"


def read(content: bytes, sheet: str | None = None) -> Sheet:
    """Raises UnreadableFile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        return read_spreadsheet(path, sheet=sheet)


def preview(run: ImportRun) -> Preview:
    """What the import would do as its columns are understood now. Changes nothing.

    Raises UnreadableFile if the file itself cannot be read.
    """
    sheet = read(_content(run), run.sheet)
    layout: Layout | None = None
    try:
        layout = running.layout_for(sheet, run.header_row, run.columns)
        return Preview(sheet, layout, running.dry_run(running.make_plan(sheet, layout)), None)
    except UnreadableFile as refusal:
        return Preview(sheet, layout, None, str(refusal))


def correct(run: ImportRun, *, sheet: str | None, header_row: int | None, columns: Mapping[str, str] | None) -> None:
    """Say which sheet, which row has the headings, and what the columns are. None: find out."""
    _refuse_unless_checking(run)
    run.sheet, run.header_row, run.columns = sheet, header_row, None if columns is None else dict(columns)


def queue(run: ImportRun, *, at: datetime) -> None:
    """Leave the import to the scheduler."""
    _refuse_unless_checking(run)
    run.status, run.queued_at = RunStatus.QUEUED, at


def discard(run: ImportRun, *, at: datetime) -> None:
    """Give an upload up. Its file is deleted."""
    _refuse_unless_checking(run)
    run.status, run.ended_at, run.content = RunStatus.DISCARDED, at, None


def discard_old(now: datetime) -> int:
    """Delete the files of uploads nobody has imported. Returns how many."""
    old = (
        update(ImportRun)
        .where(ImportRun.status == RunStatus.CHECKING, ImportRun.uploaded_at < now - KEPT_FOR)
        .values(status=RunStatus.DISCARDED, ended_at=now, content=None)
    )
    return int(getattr(db.session.execute(old), "rowcount", 0))


def claim(run_id: int, *, at: datetime) -> bool:
    """Take on a run that waits, or one whose runner has died. Of two who try, one gets True."""
    taken = (
        update(ImportRun)
        .where(
            ImportRun.id == run_id,
            or_(
                ImportRun.status == RunStatus.QUEUED,
                (ImportRun.status == RunStatus.RUNNING) & (ImportRun.heard_at < at - LOST_AFTER),
            ),
        )
        .values(status=RunStatus.RUNNING, heard_at=at)
    )
    return bool(getattr(db.session.execute(taken), "rowcount", 0))


def run_claimed(run_id: int) -> None:
    """Import a claimed run's file. Begun again after a crash, it finds the first part unchanged and does the rest."""
    try:
        with reading():
            run = queries.get_run(run_id)
            sheet = read(_content(run), run.sheet)
            plan = running.make_plan(sheet, running.layout_for(sheet, run.header_row, run.columns))
        running.carry_out(plan, run_id)
    except UnreadableFile as refusal:
        why = str(refusal)
        in_one_unit(lambda: _fail(run_id, why))
    except Exception:
        log.exception("import %d failed", run_id)
        in_one_unit(
            lambda: _fail(run_id, "Something went wrong that is not the file’s fault. Tell your administrator.")
        )


def report_of(run: ImportRun) -> Report:
    """The report of an import that is done."""
    kept = run.outcome or {}
    return Report(
        counts=Counts(**kept.get("counts", {})),
        findings=queries.findings_of(run),
        blank_rows=kept.get("blank_rows", []),
        joined=[(row, first) for row, first in kept.get("joined", [])],
        above=kept.get("above", 0),
        not_imported=[(heading, filled) for heading, filled in kept.get("not_imported", [])],
        notes=tuple(kept.get("notes", ())),
    )


def _fail(run_id: int, why: str) -> None:
    run = db.session.get_one(ImportRun, run_id)
    run.status, run.trouble, run.ended_at, run.content = RunStatus.FAILED, why, clock.now(), None


def _content(run: ImportRun) -> bytes:
    if run.content is None:
        raise Conflict("The file of this import has been deleted. Upload it again.")
    return run.content


def _refuse_unless_checking(run: ImportRun) -> None:
    if run.status is not RunStatus.CHECKING:
        raise Conflict("This import has been started already.")
