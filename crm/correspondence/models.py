"""E-mails and invitations that came to the log: filed, waiting in the tray, or put aside."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.correspondence.reading.letter import LetterKind
from crm.employers.models import Employer
from crm.interactions.models import Direction, Interaction


class MailStatus(StrEnum):
    CHECKING = "checking"  # uploaded; somebody looks at the preview
    WAITING = "waiting"  # in the tray
    FILED = "filed"
    DISCARDED = "discarded"
    ASIDE = "aside"  # nobody needs to look at it: an answering machine, a newsletter

    @property
    def label(self) -> str:
        return {"checking": "Not filed yet", "aside": "Put aside"}.get(self, self.capitalize())

    @property
    def meaning(self) -> str:
        """What colour its tag has."""
        return {"filed": "done", "waiting": "waiting", "checking": "waiting"}.get(self, "stopped")


class Source(StrEnum):
    UPLOAD = "upload"
    MAILBOX = "mailbox"


class Why(StrEnum):
    """Why a mail was not filed by itself."""

    NOT_OURS = "not_ours"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    TAKEN_BACK = "taken_back"
    AUTOMATIC = "automatic"
    BULK = "bulk"
    OWN = "own"
    ANSWER = "answer"  # to an invitation of ours: it is recorded there


class Mail(Audited, Timestamped, Versioned, Base):
    """One e-mail or invitation, as text. What its sender sent byte by byte is not kept.

    Of a forwarded mail this is the letter that was forwarded: that is what happened. The texts are left out of
    history, so that forgetting a mail forgets what it said.
    """

    __tablename__ = "mail"
    __history_hides__ = frozenset(
        {"sender_name", "sender_email", "people", "subject", "text", "earlier", "note", "message_id", "message_key"}
        | {"content_key", "filed_message_key", "filed_content_key", "not_kept", "remarks", "trouble", "why"}
        | {"decided_at", "decided_by_id", "interaction_id", "planned_id"}  # the record itself says when and who
    )
    __table_args__ = (
        CheckConstraint("(status = 'filed') = (interaction_id IS NOT NULL)", name="filed_has_its_entry"),
        CheckConstraint("status NOT IN ('filed', 'checking') OR employer_id IS NOT NULL", name="filed_somewhere"),
        CheckConstraint("status NOT IN ('waiting', 'aside') OR why IS NOT NULL", name="says_why"),
        CheckConstraint("status <> 'discarded' OR reason IS NOT NULL", name="discarded_for_a_reason"),
        Index("ix_mail_tray", "status", "id"),
        Index("ix_mail_message", "message_key"),
        CheckConstraint(
            "(status = 'filed') = (filed_message_key IS NOT NULL) "
            "AND (status = 'filed') = (filed_content_key IS NOT NULL)",
            name="filed_under_its_keys",
        ),
        # An employer's log has a mail once, whoever filed it and however it came. Nulls do not clash.
        UniqueConstraint("employer_id", "filed_message_key", name="uq_mail_filed_message"),
        UniqueConstraint("employer_id", "filed_content_key", name="uq_mail_filed_content"),
    )

    status: Mapped[MailStatus]
    why: Mapped[Why | None]
    trouble: Mapped[str | None] = mapped_column(Text)  # in words, where `why` does not say it all
    source: Mapped[Source]
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    arrived_at: Mapped[datetime]
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"), unique=True)
    # The meeting it planned, moved or called off.
    planned_id: Mapped[int | None] = mapped_column(
        ForeignKey("planned_interaction.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[LetterKind]
    direction: Mapped[Direction]
    message_id: Mapped[str] = mapped_column(Text)  # its Message-ID, or the meeting's id; empty if it has none
    message_key: Mapped[str] = mapped_column(String(64))  # what makes two copies one mail
    content_key: Mapped[str] = mapped_column(String(64))  # the same by what it says
    filed_message_key: Mapped[str | None] = mapped_column(String(64))  # the two again, while it is filed
    filed_content_key: Mapped[str | None] = mapped_column(String(64))
    sender_name: Mapped[str]
    sender_email: Mapped[str]
    people: Mapped[list[list[str]]] = mapped_column(JSON)  # who it went to: name and address
    happened_on: Mapped[date]  # in London: the day it was sent, or the meeting is
    begins_at: Mapped[datetime | None]  # or was sent at
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    earlier: Mapped[str] = mapped_column(Text)  # what it quotes
    note: Mapped[str] = mapped_column(Text)  # what whoever forwarded it wrote above it
    remarks: Mapped[list[str]] = mapped_column(JSON)  # what had to be assumed
    not_kept: Mapped[list[str]] = mapped_column(JSON)  # names of attachments
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[str | None] = mapped_column(Text)  # why it was discarded, moved or taken back

    employer: Mapped[Employer | None] = relationship(lazy="raise_on_sql")
    interaction: Mapped[Interaction | None] = relationship(lazy="raise_on_sql")
    brought_by: Mapped[User | None] = relationship(foreign_keys=[brought_by_id], lazy="raise_on_sql")
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id], lazy="raise_on_sql")
    attachments: Mapped[list["MailAttachment"]] = relationship(
        order_by="MailAttachment.id", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def is_in_tray(self) -> bool:
        return self.status is MailStatus.WAITING

    @property
    def sender(self) -> str:
        """As people read it: the name with the address, or what there is of them."""
        return named(self.sender_name, self.sender_email) or "Nobody"


class MailAttachment(Base):
    """A file that came with a mail and was kept. Never shown in a page, only handed out as a download."""

    __tablename__ = "mail_attachment"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str]
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Mailbox(Base):
    """A mailbox that is read: by whom at the moment, when last, and what went wrong then."""

    __tablename__ = "mailbox"

    name: Mapped[str] = mapped_column(unique=True)  # user@host/folder
    owner: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(Text)


class MailboxMessage(Base):
    """That a message of a mailbox has been taken in. It is never taken in again, whatever became of it."""

    __tablename__ = "mailbox_message"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "uidvalidity", "uid", name="uq_mailbox_message_uid"),
        UniqueConstraint("mailbox_id", "arrival_key", name="uq_mailbox_message_arrival"),  # nulls do not clash
    )

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="RESTRICT"))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    arrival_key: Mapped[str | None] = mapped_column(String(64))  # of the first copy only
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="RESTRICT"), index=True)
    taken_at: Mapped[datetime]


def named(name: str, email: str) -> str:
    return f"{name} ({email})" if name and email else name or email
