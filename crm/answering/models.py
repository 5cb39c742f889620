"""What employers answered by their links, and the chasers that went out until they did."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import Base, Timestamped
from crm.employers.models import Contact
from crm.links.models import EmployerLink
from crm.pledges.models import Pledge, PledgeStatement

UNDO_FOR = timedelta(days=7)


class AnswerKind(StrEnum):
    CONFIRM = "confirm"  # yes, we confirm
    DIFFER = "differ"  # we can offer something different
    DECLINE = "decline"  # not this year


class Insured(StrEnum):
    """What an employer says of its employers' liability insurance. Whether it holds, an officer checks."""

    YES = "yes"
    NOT_YET = "not_yet"
    NOT_KNOWN = "not_known"

    @property
    def label(self) -> str:
        labels = {Insured.YES: "insured", Insured.NOT_YET: "not insured yet", Insured.NOT_KNOWN: "they do not know"}
        return labels[self]


_STANDS = text("undone_at IS NULL")


class PledgeAnswer(Timestamped, Base):
    """Who answered what, when and on which statement. It is history itself: only undoing it changes it."""

    __tablename__ = "pledge_answer"
    __table_args__ = (
        # One answer stands, however many people press at the same moment.
        Index("uq_pledge_answer_stands", "pledge_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        CheckConstraint("length(trim(typed_name)) > 0", name="signed_with_a_name"),
        CheckConstraint("(kind = 'decline') = (reason IS NOT NULL)", name="declined_with_a_reason"),
        CheckConstraint("(kind = 'differ') = (offered_pledge_id IS NOT NULL)", name="differs_by_a_version"),
        CheckConstraint("insured_until IS NULL OR insured = 'yes'", name="insured_until_if_insured"),
        CheckConstraint("undone_by_id IS NULL OR undone_at IS NOT NULL", name="undone_at_a_time"),
    )

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"))  # the version that was asked
    link_id: Mapped[int] = mapped_column(ForeignKey("employer_link.id", ondelete="RESTRICT"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[AnswerKind]
    offered_pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"), index=True)
    superseded_pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[str | None]  # as the list said it then
    detail: Mapped[str] = mapped_column(Text, default="")  # in their own words
    typed_name: Mapped[str]
    job_title: Mapped[str | None]
    may_be_named: Mapped[bool | None]  # publicly; None: not said
    insured: Mapped[Insured | None]
    insured_until: Mapped[date | None]
    # The version that was read with the question. Empty: before there were versions.
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("pledge_statement.id", ondelete="RESTRICT"), index=True)
    answered_at: Mapped[datetime]
    network: Mapped[str | None]  # the address the answer came from, should it ever be disputed
    browser: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    pledge: Mapped[Pledge] = relationship(foreign_keys=[pledge_id], lazy="raise_on_sql")
    offered_pledge: Mapped[Pledge | None] = relationship(foreign_keys=[offered_pledge_id], lazy="raise_on_sql")
    superseded_pledge: Mapped[Pledge | None] = relationship(foreign_keys=[superseded_pledge_id], lazy="raise_on_sql")
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    link: Mapped[EmployerLink] = relationship(lazy="raise_on_sql")
    statement: Mapped[PledgeStatement | None] = relationship(lazy="raise_on_sql")
    undone_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def answered_on(self) -> date:
        """The day, in London."""
        return clock.local_date(self.answered_at)

    @property
    def undo_until(self) -> datetime:
        return self.answered_at + UNDO_FOR

    def may_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.undo_until


class ChaserOutcome(StrEnum):
    SENT = "sent"  # owed: the outbox knows the rest
    SKIPPED = "skipped"


class PledgeChaser(Base):
    """That a link was chased, or why it was not. One row a step, whatever restarts."""

    __tablename__ = "pledge_chaser"
    __table_args__ = (
        UniqueConstraint("link_id", "step", name="uq_pledge_chaser_step"),
        CheckConstraint("step BETWEEN 1 AND 3", name="is_a_step"),
        CheckConstraint("(outcome = 'skipped') = (reason IS NOT NULL)", name="skipped_with_a_reason"),
    )

    link_id: Mapped[int] = mapped_column(ForeignKey("employer_link.id", ondelete="RESTRICT"))
    step: Mapped[int]  # 1, 2 and the last one before the link expires
    outcome: Mapped[ChaserOutcome]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime]

    link: Mapped[EmployerLink] = relationship(lazy="raise_on_sql")
