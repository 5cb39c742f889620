"""Feedback in a provider's own word. Who came, its coordinators mark in the register."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.providers.models import Provider


class ProviderWord(Audited, Timestamped, Versioned, Base):
    """What a provider says of one opportunity, all its coordinators together. What they did not say is empty."""

    __tablename__ = "provider_word"
    __history_parent__ = ("opportunity", "opportunity_id")
    __table_args__ = (
        UniqueConstraint("opportunity_id", "provider_id", name="uq_provider_word_of_a_provider"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_in_range"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)
    rating: Mapped[int]  # how it went, from 1 (badly) to 5 (very well)
    went_well: Mapped[str] = mapped_column(Text, default="")
    to_change: Mapped[str] = mapped_column(Text, default="")
    said_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    said_at: Mapped[datetime]

    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")
    said_by: Mapped[User] = relationship(lazy="raise_on_sql")  # who saved it last
