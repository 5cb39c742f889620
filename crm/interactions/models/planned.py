"""Planned interactions: a meeting on 3 December at 14:00, say. None counts as a contact until it is logged."""

from datetime import date, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer
from crm.interactions.models.log import Channel


class PlanStatus(StrEnum):
    PLANNED = "planned"
    LOGGED = "logged"  # it happened, and is in the contact log
    CANCELLED = "cancelled"


class PlannedContact(Base):
    """That somebody at the employer is to take part."""

    __tablename__ = "planned_contact"
    __table_args__ = (UniqueConstraint("planned_interaction_id", "contact_id", name="uq_planned_contact_pair"),)

    planned_interaction_id: Mapped[int] = mapped_column(ForeignKey("planned_interaction.id", ondelete="RESTRICT"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)


class PlannedOfficer(Base):
    """That one of ours is to take part."""

    __tablename__ = "planned_officer"
    __table_args__ = (UniqueConstraint("planned_interaction_id", "user_id", name="uq_planned_officer_pair"),)

    planned_interaction_id: Mapped[int] = mapped_column(ForeignKey("planned_interaction.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)


class PlannedInteraction(Audited, Timestamped, Versioned, Base):
    """What is to happen with an employer on a day. It ends by being logged, or cancelled with a reason."""

    __tablename__ = "planned_interaction"
    __history_parent__ = ("employer", "employer_id")
    __history_lists__ = {"contacts": "name", "officers": "name"}
    __table_args__ = (
        CheckConstraint("length(trim(about)) > 0", name="says_something"),
        CheckConstraint("(status = 'logged') = (interaction_id IS NOT NULL)", name="logged_as_an_interaction"),
        CheckConstraint("(status = 'cancelled') = (cancelled_reason IS NOT NULL)", name="cancelled_with_a_reason"),
        Index("ix_planned_interaction_employer", "employer_id", "status", "planned_on"),
        Index("ix_planned_interaction_in_order", "status", "planned_on", "id"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    # Who planned it and looks after it; a colleague when they have left.
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    channel: Mapped[Channel]
    planned_on: Mapped[date]  # in London
    starts_at: Mapped[time | None]  # in London; None: some time that day
    about: Mapped[str] = mapped_column(Text)
    status: Mapped[PlanStatus] = mapped_column(default=PlanStatus.PLANNED)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"), unique=True)
    cancelled_reason: Mapped[str | None] = mapped_column(Text)

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    contacts: Mapped[list[Contact]] = relationship(
        secondary="planned_contact", order_by="Contact.name, Contact.id", lazy="raise_on_sql"
    )
    officers: Mapped[list[User]] = relationship(  # who of ours takes part: one at least
        secondary="planned_officer", order_by="User.name, User.id", lazy="raise_on_sql"
    )

    @property
    def is_open(self) -> bool:
        return self.status is PlanStatus.PLANNED
