"""Imports: which file, by whom, how far, with what result, and what it takes to undo them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base
from crm.imports.findings import Severity
from crm.imports.targets import SheetKind
from crm.interactions.models import Channel


class RunStatus(StrEnum):
    CHECKING = "checking"  # uploaded; somebody looks at the preview
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        return {"checking": "Not imported yet", "queued": "Waiting", "running": "Importing"}.get(
            self, self.capitalize()
        )

    @property
    def meaning(self) -> str:
        """What colour its tag has."""
        return {"done": "done", "failed": "warning", "discarded": "stopped", "running": "active"}.get(self, "waiting")


class UndoStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Fate(StrEnum):
    """What an undo did with something an import had written."""

    UNDONE = "undone"
    KEPT = "kept"


class ImportRun(Base):
    """One file that was uploaded, pasted or named on the command line. Its file is deleted when the run has ended."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("rows_done >= 0 AND rows_total >= 0", name="counts_not_negative"),
        Index("ix_import_run_status", "status", "id"),
    )

    file_name: Mapped[str]  # as its sender called it; never a path of ours
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # the file, until the run has ended
    status: Mapped[RunStatus]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    started_by_name: Mapped[str]
    uploaded_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]  # the last sign of life of whoever runs it
    ended_at: Mapped[datetime | None]
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the figures of all sheets together
    trouble: Mapped[str | None] = mapped_column(Text)  # why it failed, in words
    phase: Mapped[str | None]  # what is being done, in words
    claimed_by: Mapped[str | None] = mapped_column(String(32))  # whoever runs it; a newer claim stops an older one
    hidden_sheets: Mapped[list[str] | None] = mapped_column(JSON)  # names; not read

    started_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    sheets: Mapped[list["ImportSheet"]] = relationship(order_by="ImportSheet.position", lazy="raise_on_sql")
    undo: Mapped["ImportUndo | None"] = relationship(lazy="raise_on_sql")

    @property
    def is_under_way(self) -> bool:
        return self.status in {RunStatus.QUEUED, RunStatus.RUNNING}

    @property
    def share_done(self) -> int:
        """In percent."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0


class ImportSheet(Base):
    """One visible sheet of a file: what it is taken for, and what became of its rows."""

    __tablename__ = "import_sheet"
    __table_args__ = (UniqueConstraint("run_id", "position", name="uq_import_sheet_place"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="RESTRICT"))
    position: Mapped[int]
    name: Mapped[str]  # empty for CSV and pasted rows
    kind: Mapped[SheetKind]
    header_row: Mapped[int | None]  # as the sender counts; 0 if there is none; None: to be found
    columns: Mapped[dict[str, str] | None] = mapped_column(JSON)  # column index to target, if corrected
    channel: Mapped[Channel] = mapped_column(default=Channel.CALL)  # of entries that do not say
    creates_employers: Mapped[bool] = mapped_column(default=False)  # that only a log names
    remembered_from: Mapped[str | None]  # "by Priya Shah on 3 November 2026", if taken from an earlier import
    headings: Mapped[list[str] | None] = mapped_column(JSON)  # once it has been imported
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # counts, and what was not imported


class ImportMapping(Base):
    """What the columns of files of one shape were last taken for. One council-wide answer per shape."""

    __tablename__ = "import_mapping"

    shape: Mapped[str] = mapped_column(String(64), unique=True)  # columns.shape_of(headings)
    kind: Mapped[SheetKind]
    columns: Mapped[dict[str, str]] = mapped_column(JSON)  # squeezed heading to target
    channel: Mapped[Channel]
    creates_employers: Mapped[bool]
    used_by_name: Mapped[str]
    used_at: Mapped[datetime]


class ImportProblem(Base):
    """One remark on one row or cell of an imported file."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_run", "run_id", "row", "id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="RESTRICT"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id", ondelete="RESTRICT"), index=True)
    severity: Mapped[Severity]
    row: Mapped[int]
    column: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class ImportRejectedRow(Base):
    """A row that was not imported, as it was, to be mended and imported again. Forgotten with the right to undo."""

    __tablename__ = "import_rejected_row"
    __table_args__ = (Index("ix_import_rejected_row_sheet", "sheet_id", "row"),)

    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id", ondelete="RESTRICT"))
    row: Mapped[int]
    cells: Mapped[list[Any]] = mapped_column(JSON)  # dates and times tagged
    reason: Mapped[str] = mapped_column(Text)


class ImportChange(Base):
    """One row of the database that an import made or changed: what it takes to undo it."""

    __tablename__ = "import_change"
    __table_args__ = (
        CheckConstraint("(seal IS NULL) <> (changes IS NULL)", name="made_or_changed"),
        Index("ix_import_change_run", "run_id", "fate", "id"),
        Index("ix_import_change_entity", "entity", "entity_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="RESTRICT"))
    entity: Mapped[str] = mapped_column(String(32))  # table
    entity_id: Mapped[int]
    seal: Mapped[str | None] = mapped_column(String(32))  # of a row that was made: a digest of it as it was made
    changes: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # of a row that was there: {column: [before, after]}
    key: Mapped[str | None] = mapped_column(String(64), index=True)  # by which an entry of a log is known again
    fate: Mapped[Fate | None]  # None: not undone so far
    why_kept: Mapped[str | None] = mapped_column(Text)


class ImportUndo(Base):
    """That an import is to be undone, or was."""

    __tablename__ = "import_undo"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="RESTRICT"), unique=True)
    status: Mapped[UndoStatus]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)

    @property
    def is_under_way(self) -> bool:
        return self.status in {UndoStatus.QUEUED, UndoStatus.RUNNING}

    @property
    def share_done(self) -> int:
        """In percent."""
        return 100 * self.done // self.total if self.total else 0
