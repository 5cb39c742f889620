"""Attendance and feedback in the employer's own word. Nothing here moves a figure: an officer decides."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Base, Timestamped
from crm.employers.models import Contact

LOWEST, HIGHEST = 1, 5


class EmployerWord(Timestamped, Base):
    """What one person at the employer says of one opportunity. What they did not say is empty."""

    __tablename__ = "employer_word"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "contact_id", name="uq_employer_word_of_a_person"),
        CheckConstraint("came IS NULL OR came BETWEEN 0 AND 10000", name="came_in_range"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating_in_range"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    came: Mapped[int | None]  # young people
    rating: Mapped[int | None]  # how it went, from 1 (badly) to 5 (very well)
    went_well: Mapped[str] = mapped_column(Text, default="")
    to_change: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]

    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
