"""Somebody asked for the link to their page, or to be forgotten."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped
from crm.employers.models import Contact

_OPEN = text("settled_at IS NULL")


class HubRequest(Base):
    """An address that asked for a link. Gone as soon as it was looked at: most addresses are nobody's business."""

    __tablename__ = "hub_request"

    email: Mapped[str]  # normalised
    asked_at: Mapped[datetime] = mapped_column(index=True)


class ErasureRequest(Audited, Timestamped, Base):
    """Somebody at an employer asked us to forget them (UK GDPR, Article 17). An officer does, within a month."""

    __tablename__ = "erasure_request"
    __history_parent__ = ("contact", "contact_id")
    __table_args__ = (
        Index("uq_erasure_request_open", "contact_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    settled_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
