"""The loads of what the register says of companies (crm.employers.companies)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base


class LoadStatus(StrEnum):
    CHECKED = "checked"  # read; somebody looks at what it would do
    DONE = "done"
    UNDONE = "undone"
    DISCARDED = "discarded"


class CompanyLoad(Base):
    """One file of Companies House's, read for the numbers of our employers."""

    __tablename__ = "company_load"
    __table_args__ = (CheckConstraint("rows_read >= 0 AND rows_unreadable >= 0", name="counts_not_negative"),)

    file_name: Mapped[str]
    as_at: Mapped[date]  # the day the file was made
    is_whole: Mapped[bool]  # the whole register, so that a number it lacks is not on it
    status: Mapped[LoadStatus]
    rows_read: Mapped[int]
    rows_unreadable: Mapped[int]
    entries: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # what it says of our numbers, until it is done
    likely: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # companies that employers without an entry may be
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # what it did
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # what it takes to undo it
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    started_by_name: Mapped[str]
    read_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    started_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
