"""Interactions: what was said, by whom, with whom, how, and what came of it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, and_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer


class Channel(StrEnum):
    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    VISIT = "visit"
    EVENT = "event"
    LETTER = "letter"

    @property
    def label(self) -> str:
        return "E-mail" if self is Channel.EMAIL else self.value.capitalize()


class Direction(StrEnum):
    """Who sought whom."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"

    @property
    def label(self) -> str:
        return "We contacted them" if self is Direction.OUTGOING else "They contacted us"


class Outcome(StrEnum):
    """What came of a contact. The first three reached nobody, as far as we know."""

    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    SENT = "sent"
    SPOKE = "spoke"
    INTERESTED = "interested"
    AGREED = "agreed"
    NOT_NOW = "not_now"
    NO = "no"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.NO_ANSWER: "No answer",
    Outcome.LEFT_MESSAGE: "Left a message",
    Outcome.SENT: "Sent information",
    Outcome.SPOKE: "Spoke",
    Outcome.INTERESTED: "Interested",
    Outcome.AGREED: "Agreed",
    Outcome.NOT_NOW: "Not now",
    Outcome.NO: "Said no",
}
TWO_WAY = frozenset({Outcome.SPOKE, Outcome.INTERESTED, Outcome.AGREED, Outcome.NOT_NOW, Outcome.NO})
FACE_TO_FACE = frozenset({Channel.CALL, Channel.MEETING, Channel.VISIT, Channel.EVENT})  # or voice to voice


class InteractionContact(Base):
    """That somebody at the employer took part in an interaction."""

    __tablename__ = "interaction_contact"
    __table_args__ = (UniqueConstraint("interaction_id", "contact_id", name="uq_interaction_contact_pair"),)

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)


class InteractionOfficer(Base):
    """That one of ours took part in an interaction."""

    __tablename__ = "interaction_officer"
    __table_args__ = (UniqueConstraint("interaction_id", "user_id", name="uq_interaction_officer_pair"),)

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)


class Interaction(Audited, Timestamped, Versioned, Base):
    """One logged call, e-mail, meeting, visit, event or letter.

    It has happened: what is only planned is a row of another table, so that no count of contacts can count it.
    """

    __tablename__ = "interaction"
    __history_parent__ = ("employer", "employer_id")
    __history_lists__ = {"contacts": "name", "officers": "name"}
    __table_args__ = (
        CheckConstraint("length(trim(summary)) > 0", name="says_something"),
        Index("ix_interaction_employer", "employer_id", "happened_on", "id"),
        Index("ix_interaction_happened", "happened_on", "id"),
        Index("ix_interaction_channel", "channel", "happened_on", "id"),
        Index("ix_interaction_logged_by", "logged_by_id", "happened_on"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    logged_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))  # who wrote it down
    channel: Mapped[Channel]
    direction: Mapped[Direction] = mapped_column(default=Direction.OUTGOING)
    outcome: Mapped[Outcome | None]  # None: not said
    happened_on: Mapped[date]  # in London
    summary: Mapped[str] = mapped_column(Text)  # what was said

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    contacts: Mapped[list[Contact]] = relationship(
        secondary="interaction_contact", order_by="Contact.name, Contact.id", lazy="raise_on_sql"
    )
    logged_by: Mapped[User] = relationship(lazy="raise_on_sql")
    officers: Mapped[list[User]] = relationship(  # who of ours took part: one at least
        secondary="interaction_officer", order_by="User.name, User.id", lazy="raise_on_sql"
    )

    @hybrid_property
    def reached(self) -> bool:
        """Whether it was two-way: somebody there was heard, not only written to.

        They contacted us; or what came of it says so; or nobody said what came of it, as in old entries, and it was a
        call, a meeting, a visit or an event. The same in Python and in SQL.
        """
        if self.direction is Direction.INCOMING:
            return True
        return self.channel in FACE_TO_FACE if self.outcome is None else self.outcome in TWO_WAY

    @reached.inplace.expression
    @classmethod
    def _reached(cls) -> ColumnElement[bool]:
        return or_(
            cls.direction == Direction.INCOMING,
            cls.outcome.in_(sorted(TWO_WAY)),
            and_(cls.outcome.is_(None), cls.channel.in_(sorted(FACE_TO_FACE))),
        )
