"""Imports: which file, by whom, how far, with what result."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base
from crm.imports.findings import Severity


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


class ImportRun(Base):
    """One file that was uploaded or named on the command line. Its file is deleted when the run has ended."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("rows_done >= 0 AND rows_total >= 0", name="counts_not_negative"),
        Index("ix_import_run_status", "status", "id"),
    )

    file_name: Mapped[str]  # as its sender called it; never a path of ours
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # the file, until the run has ended
    sheet: Mapped[str | None]
    header_row: Mapped[int | None]  # as the sender counts: 1 is the first
    columns: Mapped[dict[str, str] | None] = mapped_column(JSON)  # column index to target, if corrected
    status: Mapped[RunStatus]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    started_by_name: Mapped[str]
    uploaded_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]  # the last sign of life of whoever runs it
    ended_at: Mapped[datetime | None]
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # counts, and what was not imported
    trouble: Mapped[str | None] = mapped_column(Text)  # why it failed, in words

    started_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def is_under_way(self) -> bool:
        return self.status in {RunStatus.QUEUED, RunStatus.RUNNING}

    @property
    def share_done(self) -> int:
        """In percent."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0


class ImportProblem(Base):
    """One remark on one row or cell of an imported file."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_run", "run_id", "row", "id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="RESTRICT"))
    severity: Mapped[Severity]
    row: Mapped[int]
    column: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
