"""Links that were given to employers, and the tokens that open them."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.clock import local_date
from crm.core.db import Base, Timestamped
from crm.employers.models import Contact, Employer
from crm.pledges.models import Pledge


class LinkPurpose(StrEnum):
    """What a link is for: it opens this and nothing else."""

    ANSWER = "answer"  # a pledge that was sent
    RECEIPT = "receipt"  # what was answered: to look at, print and show
    UNDO = "undo"  # an answer, for seven days
    HUB = "hub"  # an employer's own page
    STOP = "stop"  # e-mails


_UNANSWERED = text("purpose = 'answer' AND used_at IS NULL AND revoked_at IS NULL")


class EmployerLink(Timestamped, Base):
    """One person's link for one purpose. It opens no session. Whether it still does is `queries.live`."""

    __tablename__ = "employer_link"
    __table_args__ = (
        CheckConstraint(
            "(purpose IN ('answer', 'receipt', 'undo')) = (pledge_id IS NOT NULL)", name="of_a_pledge_where_it_must_be"
        ),
        CheckConstraint("revoked_by_id IS NULL OR revoked_at IS NOT NULL", name="revoked_at_a_time"),
        # A person who is asked about a pledge has one link to answer by, however often it is sent.
        Index(
            "uq_employer_link_unanswered",
            "pledge_id",
            "contact_id",
            unique=True,
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        Index("ix_employer_link_pledge", "pledge_id", "purpose", "id"),
        Index("ix_employer_link_employer", "employer_id", "purpose", "id"),
        Index("ix_employer_link_expires", "purpose", "expires_at"),
    )

    purpose: Mapped[LinkPurpose]
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"))
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]  # when a person first touched the page: loading it alone leaves no trace
    used_at: Mapped[datetime | None]  # it has done what it was for
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    lapse_told_at: Mapped[datetime | None]  # when an officer was given the task to ring, because it ended unanswered

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    pledge: Mapped[Pledge | None] = relationship(lazy="raise_on_sql")
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id], lazy="raise_on_sql")
    tokens: Mapped[list["EmployerLinkToken"]] = relationship(
        back_populates="link", order_by="EmployerLinkToken.id", lazy="raise_on_sql"
    )

    @property
    def last_day(self) -> date:
        """The last day in London on which it works. One that ends at midnight does not work on the day that begins."""
        return local_date(self.expires_at - timedelta(microseconds=1))


class EmployerLinkToken(Base):
    """What opens a link, as its hash. Every mail has a token of its own; sending anew retires those before it."""

    __tablename__ = "employer_link_token"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="is_a_hash"),)

    link_id: Mapped[int] = mapped_column(ForeignKey("employer_link.id", ondelete="RESTRICT"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mail_key: Mapped[str | None] = mapped_column(
        index=True
    )  # of the outbox's mail that carries it; None: shown at once
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    link: Mapped[EmployerLink] = relationship(back_populates="tokens", lazy="raise_on_sql")
