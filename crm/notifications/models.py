"""The outbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, Timestamped


class EmailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # claimed by a sender until its lease ends; after that it may have been sent
    SENT = "sent"
    FAILED = "failed"  # given up, visibly
    STOPPED = "stopped"  # by somebody, before it went out

    @property
    def label(self) -> str:
        return self.value.capitalize()


class CalendarMethod(StrEnum):
    """What a calendar program is to do with the entry that a mail carries (RFC 5546)."""

    REQUEST = "request"  # put it in, or change it
    CANCEL = "cancel"  # strike it out


OVER = frozenset({EmailStatus.SENT, EmailStatus.FAILED, EmailStatus.STOPPED})


class OutboxEmail(Timestamped, Base):
    """An e-mail we owe someone. Its Message-ID is made from its key, so a second delivery is recognisable."""

    __tablename__ = "outbox_email"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_its_time"),
        CheckConstraint("(calendar IS NULL) = (calendar_method IS NULL)", name="calendar_has_its_method"),
        Index("ix_outbox_email_due", "status", "next_attempt_at"),
    )

    key: Mapped[str] = mapped_column(unique=True)  # the business key: the same reason never mails twice
    recipient: Mapped[str]
    reply_to: Mapped[str | None]  # who reads the answers, where it is not the service's own address
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)  # plain; like `html` and `unsubscribe` with placeholders for tokens
    html: Mapped[str | None] = mapped_column(Text)  # the same for those who read HTML; None: plain text only
    calendar: Mapped[str | None] = mapped_column(Text)  # an entry for the recipient's calendar, as iCalendar
    calendar_method: Mapped[CalendarMethod | None]
    sender_name: Mapped[str | None]  # whom the mail comes from by name; None: the service
    unsubscribe: Mapped[str | None] = mapped_column(Text)  # an address that stops mails when it is posted to (RFC 8058)
    employer_id: Mapped[int | None]  # whom it is about; no key, because employers are a higher feature
    has_secret: Mapped[bool] = mapped_column(default=False, server_default=false())  # held a token until it was ended
    status: Mapped[EmailStatus] = mapped_column(default=EmailStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    followed_up_at: Mapped[datetime | None]  # when somebody was given the task to see to a mail that was given up

    @property
    def is_over(self) -> bool:
        """Whether it went out or will not; its secret is forgotten then."""
        return self.status in OVER
