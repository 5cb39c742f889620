"""That a reminder went out, or why it did not; and that somebody stopped those of an opportunity."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped
from crm.employers.models import Contact
from crm.opportunities.models import Opportunity
from crm.providers.models import Provider


class Step(StrEnum):
    """What is said, in the order in which it is said."""

    UNFILLED = "unfilled"  # it has had free places for long
    FIRST = "first"  # some days before
    LAST = "last"  # the day before
    REGISTER = "register"  # who came, please
    FEEDBACK = "feedback"  # how it went, please


BEFORE_IT = frozenset({Step.FIRST, Step.LAST})
ONCE_EVER = frozenset({Step.UNFILLED, Step.FEEDBACK})  # another date does not make them due again


class Party(StrEnum):
    """To whom."""

    EMPLOYER = "employer"  # who leads it
    PROVIDER = "provider"  # its coordinators
    OWNER = "owner"  # the officer who owns the employer, by a next step


class Outcome(StrEnum):
    SENT = "sent"  # owed: the outbox, or the next step, knows the rest
    SKIPPED = "skipped"


_OF_A_PROVIDER, _OF_NONE = text("provider_id IS NOT NULL"), text("provider_id IS NULL")


class Reminder(Base):
    """That a step was decided, for the day it was about. One row, whatever restarts."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index(
            "uq_reminder_of_provider",
            "opportunity_id",
            "step",
            "about_on",
            "provider_id",
            unique=True,
            sqlite_where=_OF_A_PROVIDER,
            postgresql_where=_OF_A_PROVIDER,
        ),
        Index(
            "uq_reminder_of_no_provider",
            "opportunity_id",
            "step",
            "about_on",
            unique=True,
            sqlite_where=_OF_NONE,
            postgresql_where=_OF_NONE,
        ),
        CheckConstraint("(outcome = 'skipped') = (reason IS NOT NULL)", name="skipped_with_a_reason"),
        CheckConstraint("(party = 'provider') = (provider_id IS NOT NULL)", name="of_a_provider_where_it_must_be"),
        CheckConstraint("(party = 'owner') = (step = 'unfilled')", name="unfilled_is_the_owners"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    step: Mapped[Step]
    party: Mapped[Party]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    about_on: Mapped[date]  # the first day, in London, of the opportunity as it was arranged then
    outcome: Mapped[Outcome]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime]

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    provider: Mapped[Provider | None] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")  # who led it then


class ReminderStop(Audited, Timestamped, Base):
    """That an officer stopped the reminders of an opportunity. Gone when they go on."""

    __tablename__ = "reminder_stop"
    __history_parent__ = ("opportunity", "opportunity_id")

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"), unique=True)
    stopped_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    stopped_by: Mapped[User] = relationship(lazy="raise_on_sql")
