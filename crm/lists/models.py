"""Saved views."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned


class ListName(StrEnum):
    EMPLOYERS = "employers"
    CONTACT_LOG = "contact-log"
    PLEDGES = "pledges"
    OPPORTUNITIES = "opportunities"


class SavedView(Audited, Timestamped, Versioned, Base):
    """A list's address under a name. The address says everything, so a view can also be shared by copying it."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        UniqueConstraint("owner_id", "list_name", "name", name="uq_saved_view_name"),
        Index("ix_saved_view_list", "list_name", "is_shared"),
        # One list opens in one way for one person.
        Index(
            "uq_saved_view_default",
            "owner_id",
            "list_name",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    list_name: Mapped[ListName]
    name: Mapped[str]
    query: Mapped[str] = mapped_column(Text)  # as in the address, known parameters only, in one order
    is_shared: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)  # how the list opens for its owner

    owner: Mapped[User] = relationship(lazy="raise_on_sql")
