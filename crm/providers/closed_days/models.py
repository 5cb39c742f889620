"""Days on which a provider is closed."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Audited, Base, Timestamped
from crm.providers.models import Provider


class ClosedDay(Audited, Timestamped, Base):
    """That a provider is closed on a day, or from one day to another, beyond weekends, holidays and bank holidays."""

    __tablename__ = "closed_day"
    __history_parent__ = ("provider", "provider_id")
    __table_args__ = (
        UniqueConstraint("provider_id", "first_day", name="uq_closed_day_first_day"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"))
    first_day: Mapped[date]  # in London
    last_day: Mapped[date]
    reason: Mapped[str]  # "Staff training"

    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")

    def includes(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day
