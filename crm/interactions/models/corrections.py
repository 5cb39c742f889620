"""Corrections: what an entry of the log said before, once it was old enough to have been relied on."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base

Words = dict[str, str]  # by the column or list that changed; "" for nothing


class InteractionCorrection(Base):
    """That somebody corrected an entry: what differed, before and after in words, when and why. Never changed."""

    __tablename__ = "interaction_correction"
    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),)

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"), index=True)
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    corrected_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[Words] = mapped_column(JSON)
    after: Mapped[Words] = mapped_column(JSON)

    corrected_by: Mapped[User] = relationship(lazy="raise_on_sql")
