"""Who is to be kept invited to an opportunity, and the calendar entries that were mailed to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped
from crm.interactions.models import FollowUp
from crm.opportunities.models import Opportunity


class Party(StrEnum):
    """On whose part somebody is invited. Who that is, the opportunity says at any moment."""

    LEADER = "leader"  # the contact who speaks, mentors or supervises
    PROVIDER = "provider"
    OFFICER = "officer"  # who looks after the employer

    @property
    def position(self) -> int:
        return list(Party).index(self)


class Answer(StrEnum):
    """What a calendar program said to an invitation on its owner's behalf (PARTSTAT of RFC 5545)."""

    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return {"none": "No answer yet", "tentative": "Perhaps"}.get(self.value, self.value.capitalize())


class Invitee(Audited, Timestamped, Base):
    """That an officer chose to invite a party: from then on its calendar is kept as the opportunity is."""

    __tablename__ = "invitee"
    __history_parent__ = ("opportunity", "opportunity_id")
    __history_hides__ = frozenset({"pending", "pending_since"})
    __table_args__ = (UniqueConstraint("opportunity_id", "party", name="uq_invitee_party"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    party: Mapped[Party]
    is_wanted: Mapped[bool] = mapped_column(default=True)  # False: nobody of the party is to be invited any more
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    # What is about to be mailed, as a hash, and since when it has not changed again: several edits are one update.
    pending: Mapped[str | None] = mapped_column(String(64))
    pending_since: Mapped[datetime | None]

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    chosen_by: Mapped[User] = relationship(lazy="raise_on_sql")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="invitee", order_by="Invitation.id", lazy="raise_on_sql"
    )


_LIVE_SQL = text("ended_at IS NULL")


class Invitation(Audited, Timestamped, Base):
    """One entry in one person's calendar: what they were told last, and what they answered.

    Somebody else, another address, or an opportunity that was cancelled ends it; what begins anew is a new entry.
    """

    __tablename__ = "invitation"
    __history_parent__ = ("opportunity", "opportunity_id")
    __history_hides__ = frozenset(
        {"uid", "sequence", "mails", "told_at", "name", "address", "organiser", "title", "location"}
        | {"starts_at", "ends_at", "ended_at", "answered_at", "answered_sequence", "answer_stamp", "comment"}
        | {"follow_up_id"}
    )
    __table_args__ = (
        # A party has one entry at a time.
        Index("uq_invitation_live", "invitee_id", unique=True, sqlite_where=_LIVE_SQL, postgresql_where=_LIVE_SQL),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("(answer = 'none') = (answered_at IS NULL)", name="answered_at_a_time"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_for_a_reason"),
        CheckConstraint("untold_reason IS NULL OR ended_at IS NOT NULL", name="untold_of_an_end"),
        Index("ix_invitation_invitee", "invitee_id"),
        Index("ix_invitation_opportunity", "opportunity_id"),
    )

    invitee_id: Mapped[int] = mapped_column(ForeignKey("invitee.id", ondelete="RESTRICT"))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    uid: Mapped[str] = mapped_column(unique=True)  # random: to know it is to have had the mail
    sequence: Mapped[int] = mapped_column(default=0)  # of what was told last
    mails: Mapped[int] = mapped_column(default=0)  # how many were owed for it: each has a key of its own
    told_at: Mapped[datetime]
    name: Mapped[str]  # of the person, as the entry has it; empty if it is not known
    address: Mapped[str]
    organiser: Mapped[str]  # the address answers go to: whoever invited is the only one who may change an entry
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    location: Mapped[str] = mapped_column(Text)
    title: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    untold_reason: Mapped[str | None]  # why they were not told that it ended
    answer: Mapped[Answer] = mapped_column(default=Answer.NONE)
    answered_at: Mapped[datetime | None]  # when it reached us
    answered_sequence: Mapped[int | None]  # what they had been told when they answered
    answer_stamp: Mapped[datetime | None]  # when it was given, by their clock but not later than it reached us
    comment: Mapped[str | None] = mapped_column(Text)
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id", ondelete="RESTRICT"), index=True)

    invitee: Mapped[Invitee] = relationship(back_populates="invitations", lazy="raise_on_sql")
    follow_up: Mapped[FollowUp | None] = relationship(lazy="raise_on_sql")

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def mail_key(self) -> str:
        """Of the mail that told it last."""
        return f"invitation:{self.uid.partition('@')[0]}:{self.mails}"
