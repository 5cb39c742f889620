"""What people do with an import: upload a file, say what its sheets are, start it, give it up."""

import hashlib
import re
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from sqlalchemy import or_, update

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import SentFile, Sheet, read_sheets
from crm.imports import remembering
from crm.imports.columns import kind_of
from crm.imports.models import ImportRun, ImportSheet, RunStatus
from crm.imports.planning import Setting, SheetPlan, circumstances
from crm.imports.previewing import preview_sheets
from crm.imports.targets import SheetKind
from crm.interactions.models import Channel

LOST_AFTER = timedelta(minutes=3)  # without a sign of life from whoever runs it
KEPT_FOR = timedelta(days=2)  # an upload nobody imports
COMMAND_LINE = "The command line"
PASTED = "Pasted rows"
LONGEST_PASTE = 2 * 2**20  # bytes


@dataclass(frozen=True)
class Preview:
    """What an upload would do, sheet by sheet, and which of its sheets are hidden and so not read."""

    plans: Sequence[SheetPlan]
    hidden: Sequence[str]

    @property
    def can_be_imported(self) -> bool:
        """Whether something is to be imported and nothing is in the way."""
        wanted = [plan for plan in self.plans if plan.setting.kind is not SheetKind.LEFT_OUT]
        return bool(wanted) and not any(plan.trouble for plan in wanted)


@dataclass(frozen=True)
class Answer:
    """What somebody says a sheet is. None: to be found out."""

    kind: SheetKind
    header_row: int | None
    columns: Mapping[str, str] | None
    channel: Channel
    creates_employers: bool


def stage(content: bytes, file_name: str, sent: SentFile, by: User) -> ImportRun:
    """Keep an uploaded file, which has been read once, until somebody has looked at what it would do."""
    run = new_run(content, file_name, sent, at=clock.now())
    run.started_by_id, run.started_by_name = by.id, by.name
    run.content = content
    db.session.add(run)
    db.session.flush()
    return run


def new_run(content: bytes, file_name: str, sent: SentFile, *, at: datetime) -> ImportRun:
    """A run of a file, begun on the command line unless somebody's name is put on it."""
    return ImportRun(
        file_name=safe_file_name(file_name),
        sha256=hashlib.sha256(content).hexdigest(),
        status=RunStatus.CHECKING,
        started_by_name=COMMAND_LINE,
        uploaded_at=at,
        hidden_sheets=list(sent.hidden),
        sheets=[_new_sheet(sheet, position) for position, sheet in enumerate(sent.sheets)],
    )


def _new_sheet(sheet: Sheet, position: int) -> ImportSheet:
    """A sheet as it was taken for last time, or as its headings say."""
    found, remembered = remembering.recall(sheet, Setting(position, sheet.name, _kind_found(sheet)))
    return ImportSheet(
        position=position,
        name=sheet.name,
        kind=found.kind,
        header_row=found.header_row,
        columns=None if found.columns is None else dict(found.columns),
        channel=found.channel,
        creates_employers=found.creates_employers,
        remembered_from=remembered,
    )


def _kind_found(sheet: Sheet) -> SheetKind:
    """What a sheet is by its headings. Of the only table there is somebody has to say what its columns are."""
    kind = SheetKind.LEFT_OUT if sheet.trouble else kind_of(sheet.rows)
    return SheetKind.EMPLOYERS if kind is SheetKind.LEFT_OUT and not sheet.name else kind


def as_pasted(text: str) -> bytes:
    """Rows copied from a spreadsheet program, as a file: cells separated by tabs, whatever else is in them.

    Raises UnreadableFile.
    """
    content = f"sep=\t\n{text}".encode(errors="ignore")
    if len(content) > LONGEST_PASTE:
        raise UnreadableFile("This is too much to paste. Save it as a workbook and upload that.")
    return content


def safe_file_name(name: str) -> str:
    """The last part of a name, printable and short: it is shown, never used as a path."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w .,()&+–-]", "_", last).strip()[-120:] or "file"


def read(content: bytes) -> SentFile:
    """Raises UnreadableFile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        return read_sheets(path)


def setting_of(sheet: ImportSheet) -> Setting:
    return Setting(
        position=sheet.position,
        name=sheet.name,
        kind=sheet.kind,
        header_row=sheet.header_row,
        columns=sheet.columns,
        channel=sheet.channel,
        creates_employers=sheet.creates_employers,
        id=sheet.id,
    )


def pairs_of(run: ImportRun, sent: SentFile) -> list[tuple[Sheet, Setting]]:
    """Each sheet of a run's file with what it is taken for."""
    return [(sent.sheets[each.position], setting_of(each)) for each in run.sheets]


def preview(run: ImportRun) -> Preview:
    """What the import would do as its sheets are understood now. Changes nothing.

    Raises UnreadableFile if the file itself cannot be read.
    """
    sent = read(content_of(run))
    plans = preview_sheets(pairs_of(run, sent), circumstances(run.file_name, [each.name for each in run.sheets]))
    return Preview(plans, sent.hidden)


def correct(run: ImportRun, sheet: ImportSheet, answer: Answer) -> None:
    """Say what a sheet is, which row has the headings, and what the columns are."""
    _refuse_unless_checking(run)
    sheet.kind, sheet.header_row = answer.kind, answer.header_row
    sheet.columns = None if answer.columns is None else dict(answer.columns)
    sheet.channel, sheet.creates_employers = answer.channel, answer.creates_employers
    sheet.remembered_from = None


def forget_mapping(run: ImportRun, sheet: ImportSheet) -> None:
    """Recognise this sheet, and files of its shape from now on, by the headings alone."""
    _refuse_unless_checking(run)
    sent = read(content_of(run)).sheets[sheet.position]
    remembering.forget(sent)
    sheet.kind = _kind_found(sent)
    sheet.header_row = sheet.columns = sheet.remembered_from = None
    sheet.channel, sheet.creates_employers = Channel.CALL, False


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
        .values(status=RunStatus.RUNNING, heard_at=at, claimed_by=secrets.token_hex(16), phase="Reading the file")
    )
    return bool(getattr(db.session.execute(taken), "rowcount", 0))


def content_of(run: ImportRun) -> bytes:
    if run.content is None:
        raise Conflict("The file of this import has been deleted. Upload it again.")
    return run.content


def _refuse_unless_checking(run: ImportRun) -> None:
    if run.status is not RunStatus.CHECKING:
        raise Conflict("This import has been started already.")
