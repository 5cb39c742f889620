"""Versions of counting policies. They never change: figures name the version they were counted by."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base
from crm.reference.academic_years import AcademicYear
from crm.reference.kinds import OpportunityKind

FEWEST, MOST = 1, 6  # places each


class CountedKind(Base):
    """That a version counts opportunities of a kind."""

    __tablename__ = "counted_kind"
    __table_args__ = (UniqueConstraint("version_id", "kind", name="uq_counted_kind_pair"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("counting_policy.id", ondelete="RESTRICT"))
    kind: Mapped[OpportunityKind]


class CountingPolicyVersion(Base):
    """What counts towards the three in an academic year. Rows never change nor vanish (the database refuses it)."""

    __tablename__ = "counting_policy"
    __table_args__ = (
        UniqueConstraint("academic_year", "number", name="uq_counting_policy_version"),
        # Version 1 of every year is what the service came with.
        CheckConstraint("number >= 2", name="number_follows_the_first"),
        CheckConstraint("target BETWEEN 1 AND 6", name="target_in_range"),
        CheckConstraint("different_employers BETWEEN 1 AND target", name="no_more_employers_than_places"),
        CheckConstraint("minimum_hours IS NULL OR minimum_hours > 0", name="hours_are_positive"),
        CheckConstraint("length(trim(note)) > 0", name="says_why"),
    )

    academic_year_name: Mapped[str] = mapped_column("academic_year", String(7))
    number: Mapped[int]  # from 2 on, within its year
    minimum_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))  # of a place
    target: Mapped[int]  # places for each young person
    different_employers: Mapped[int]  # that those must be with at least
    note: Mapped[str] = mapped_column(Text)  # what changes, and who decided so
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    kinds: Mapped[list[CountedKind]] = relationship(order_by=CountedKind.id, lazy="raise_on_sql")
    published_by: Mapped[User] = relationship(lazy="raise_on_sql")

    @property
    def academic_year(self) -> AcademicYear:
        return AcademicYear(self.academic_year_name)
