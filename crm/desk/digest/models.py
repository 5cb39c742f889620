"""Whose digest of a day was decided about."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base


class DigestDay(Base):
    """That somebody's digest of a day was written, or not worth writing: it is decided once, so nothing follows later.

    Unique, so that of two schedulers at the same moment one decides.
    """

    __tablename__ = "digest_day"
    __table_args__ = (UniqueConstraint("user_id", "day", name="uq_digest_day_pair"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    day: Mapped[date] = mapped_column(index=True)  # in London
