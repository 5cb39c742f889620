"""Attendance and feedback in the employer's own word. Nothing here moves a figure: an officer decides."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base, Timestamped
from crm.employers.models import Contact

LOWEST, HIGHEST = 1, 5


class EmployerWord(Timestamped, Base):
    """What one person at the employer says of one opportunity. What they did not say is empty."""

    __tablename__ = "employer_word"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "contact_id", name="uq_employer_word_of_a_person"),
        CheckConstraint("came IS NULL OR came BETWEEN 0 AND 10000", name="came_in_range"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating_in_range"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    came: Mapped[int | None]  # young people
    rating: Mapped[int | None]  # how it went, from 1 (badly) to 5 (very well)
    went_well: Mapped[str] = mapped_column(Text, default="")
    to_change: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # when an officer decided between this number and the register's
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    settled_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
