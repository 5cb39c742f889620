"""Follow-ups: what is to happen next."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Employer


class FollowUp(Audited, Timestamped, Versioned, Base):
    """A next step with a due date and an owner. Open until done or dropped."""

    __tablename__ = "follow_up"
    __history_parent__ = ("employer", "employer_id")
    __table_args__ = (
        CheckConstraint("length(trim(what)) > 0", name="says_something"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        Index("ix_follow_up_owner", "owner_id", "done_at", "due_on", "id"),
        Index("ix_follow_up_employer", "employer_id", "done_at", "due_on"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    what: Mapped[str]
    due_on: Mapped[date]  # in London
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    owner: Mapped[User] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")

    def is_overdue(self, on: date) -> bool:
        return self.done_at is None and self.due_on < on
