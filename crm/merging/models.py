"""What was merged, and how to take it back; pairs that look alike, and pairs that are not the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Audited, Base
from crm.employers.models import Employer

_STANDS = text("undone_at IS NULL")


class EmployerMerge(Base):
    """That one employer became part of another. Undone merges are kept."""

    __tablename__ = "employer_merge"
    __table_args__ = (
        CheckConstraint("loser_id <> survivor_id", name="of_two"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_name IS NULL)", name="undone_by_somebody"),
        Index(
            "uq_employer_merge_standing", "loser_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),  # an employer is merged away once at a time
        Index("ix_employer_merge_merged_at", "merged_at", "id"),
    )

    survivor_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    loser_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    survivor_name: Mapped[str]  # as they were called before
    loser_name: Mapped[str]
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    merged_by_name: Mapped[str]
    outcome: Mapped[list[list[Any]]] = mapped_column(JSON)  # [what, how many moved, how many stayed]
    undone_at: Mapped[datetime | None]
    undone_by_name: Mapped[str | None]
    left_as_it_is: Mapped[list[str] | None] = mapped_column(JSON)  # what undoing did not put back, in sentences

    rows: Mapped[list["MergedRow"]] = relationship(
        back_populates="merge", order_by="MergedRow.id", cascade="all", lazy="raise_on_sql"
    )


class MergedRow(Base):
    """One row that a merge changed, kept while it can be undone: from the last change to the first."""

    __tablename__ = "employer_merge_row"

    merge_id: Mapped[int] = mapped_column(ForeignKey("employer_merge.id", ondelete="RESTRICT"), index=True)
    table_name: Mapped[str]
    row_id: Mapped[int]
    changes: Mapped[dict[str, list[Any]]] = mapped_column(JSON)  # {column: [before, after]}

    merge: Mapped[EmployerMerge] = relationship(back_populates="rows", lazy="raise_on_sql")


class NotDuplicates(Audited, Base):
    """That somebody looked at two employers and found that they are two."""

    __tablename__ = "not_duplicates"
    __history_parent__ = ("employer", "first_id")
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_not_duplicates_pair"),
        CheckConstraint("first_id < second_id", name="smaller_id_first"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    second_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    decided_at: Mapped[datetime]
    decided_by_name: Mapped[str]

    first: Mapped[Employer] = relationship(foreign_keys=first_id, lazy="raise_on_sql")
    second: Mapped[Employer] = relationship(foreign_keys=second_id, lazy="raise_on_sql")


class LikelyPair(Base):
    """Two employers that may be one, as the latest search found them."""

    __tablename__ = "likely_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_likely_pair_pair"),
        CheckConstraint("first_id < second_id", name="smaller_id_first"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        Index("ix_likely_pair_score", "score", "id"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    second_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON)

    first: Mapped[Employer] = relationship(foreign_keys=first_id, lazy="raise_on_sql")
    second: Mapped[Employer] = relationship(foreign_keys=second_id, lazy="raise_on_sql")


class DuplicateSearch(Base):
    """One search of all employers for likely pairs, asked for by somebody or by the night."""

    __tablename__ = "duplicate_search"
    __table_args__ = (CheckConstraint("done >= 0 AND total >= 0", name="counts_not_negative"),)

    asked_at: Mapped[datetime]
    asked_by_name: Mapped[str]
    heard_at: Mapped[datetime | None]  # the last sign of life of whoever does it
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)  # employers looked at
    total: Mapped[int] = mapped_column(default=0)

    @property
    def share_done(self) -> int:
        """In percent."""
        return 100 * self.done // self.total if self.total else 0
