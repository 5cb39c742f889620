"""A change of many employers, and what it does to each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer
from crm.interactions.models import Interaction


class BulkAction(StrEnum):
    ASSIGN = "assign"
    ADD_TAG = "add-tag"
    REMOVE_TAG = "remove-tag"
    ARCHIVE = "archive"
    RESTORE = "restore"
    EMAIL = "email"


class BulkStatus(StrEnum):
    PREPARED = "prepared"  # looked at, nothing changed yet
    DONE = "done"
    UNDONE = "undone"


class ItemState(StrEnum):
    """What becomes, or became, of one employer (of one of its contacts, for e-mail)."""

    WILL = "will"
    ALREADY = "already"  # is so without us
    CANNOT = "cannot"  # `why` says why
    CHANGED = "changed"
    MEANWHILE = "meanwhile"  # somebody saved it between preview and confirmation: left alone
    UNDONE = "undone"
    KEPT = "kept"  # somebody changed the same thing after the change: the undo left it alone


class BulkChange(Timestamped, Versioned, Base):
    """One change of many employers. "Bulk change 12" is the reason in the history of each."""

    __tablename__ = "bulk_change"
    __table_args__ = (
        CheckConstraint("(action IN ('add-tag', 'remove-tag')) = (tag_name IS NOT NULL)", name="tags_have_a_tag"),
        CheckConstraint("(action = 'archive') = (reason IS NOT NULL)", name="archived_with_a_reason"),
        CheckConstraint("(action = 'email') = (subject IS NOT NULL AND body IS NOT NULL)", name="mails_say_something"),
        CheckConstraint("action = 'assign' OR new_owner_id IS NULL", name="only_assigning_has_an_owner"),
        CheckConstraint("(status = 'prepared') = (done_at IS NULL)", name="done_has_its_time"),
        CheckConstraint("(status = 'undone') = (undone_at IS NOT NULL)", name="undone_has_its_time"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_somebody"),
        Index("ix_bulk_change_status", "status", "created_at"),
    )

    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    action: Mapped[BulkAction]
    status: Mapped[BulkStatus] = mapped_column(default=BulkStatus.PREPARED)
    came_from: Mapped[str] = mapped_column(Text, default="")  # the list's query, to go back to
    new_owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    tag_name: Mapped[str | None]  # the tag may not exist before the change is done
    reason: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None]
    body: Mapped[str | None] = mapped_column(Text)  # with placeholders
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id], lazy="raise_on_sql")
    new_owner: Mapped[User | None] = relationship(foreign_keys=[new_owner_id], lazy="raise_on_sql")
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id], lazy="raise_on_sql")


class BulkChangeItem(Base):
    """One employer in a bulk change."""

    __tablename__ = "bulk_change_item"
    __table_args__ = (
        UniqueConstraint("bulk_change_id", "position", name="uq_bulk_change_item_position"),
        Index("ix_bulk_change_item_state", "bulk_change_id", "state", "position"),
    )

    bulk_change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id", ondelete="RESTRICT"))
    position: Mapped[int]  # in the order of the list
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"), index=True)
    state: Mapped[ItemState]
    why: Mapped[str | None]  # why not, in words for an officer
    version: Mapped[int]  # the employer's: when it was looked at, then as the change left it
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what an undo puts back

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    interaction: Mapped[Interaction | None] = relationship(lazy="raise_on_sql")
