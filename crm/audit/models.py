"""One row per changed record and flush."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base


class ChangeAction(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class ChangeRecord(Base):
    """That something was added, changed or removed. Triggers refuse to change or delete a row (migration 0001).

    It names its actor in text, because it must outlive the account – and so needs no key upward.
    """

    __tablename__ = "change_record"
    __table_args__ = (
        Index("ix_change_record_entity", "entity", "entity_id"),
        Index("ix_change_record_parent", "parent_entity", "parent_id"),
    )

    at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str | None] = mapped_column(Text)  # why, when the change has one cause: "import of FILE"
    entity: Mapped[str]  # table name
    entity_id: Mapped[int]
    parent_entity: Mapped[str | None]
    parent_id: Mapped[int | None]
    action: Mapped[ChangeAction]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)  # {column: [before, after]}
