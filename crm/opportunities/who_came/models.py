"""One side's mark of one place."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base
from crm.opportunities.models import Place, PlaceStatus


class MarkedBy(StrEnum):
    COUNCIL = "council"  # an officer
    PROVIDER = "provider"  # a coordinator


class AttendanceMark(Base):
    """What one side said of a place last. The later of two sides is what the place says, and what counts."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        UniqueConstraint("place_id", "side", name="uq_attendance_mark_of_a_side"),
        CheckConstraint("status IN ('attended', 'part_attended', 'no_show')", name="is_marked"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    side: Mapped[MarkedBy]
    status: Mapped[PlaceStatus]
    came: Mapped[int | None]  # as of the place
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    marked_at: Mapped[datetime]

    place: Mapped[Place] = relationship(lazy="raise_on_sql")
    marked_by: Mapped[User] = relationship(lazy="raise_on_sql")
