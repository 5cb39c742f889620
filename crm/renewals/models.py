"""A renewal run, what it proposes to ask each employer, and what became of that."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine
from crm.reference.academic_years import AcademicYear


class RunStatus(StrEnum):
    """reviewing → sending ⇄ paused → done; what is approved later is sent on."""

    REVIEWING = "reviewing"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"


class RenewalRun(Audited, Timestamped, Versioned, Base):
    """The renewal for one academic year: there is one, and it can be added to."""

    __tablename__ = "renewal_run"
    __table_args__ = (
        CheckConstraint("per_wave IS NULL OR per_wave BETWEEN 1 AND 1000", name="per_wave_in_range"),
        CheckConstraint("hours_between IS NULL OR hours_between BETWEEN 1 AND 336", name="hours_between_in_range"),
        CheckConstraint(
            "status = 'reviewing' OR (per_wave IS NOT NULL AND hours_between IS NOT NULL)", name="sent_in_waves"
        ),
        CheckConstraint("(status = 'sending') = (next_wave_at IS NOT NULL)", name="sending_has_its_next_wave"),
    )

    academic_year_name: Mapped[str] = mapped_column("academic_year", String(7), unique=True)
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.REVIEWING)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    per_wave: Mapped[int | None]  # employers
    hours_between: Mapped[int | None]
    wave: Mapped[int] = mapped_column(default=0)  # the last one that began
    next_wave_at: Mapped[datetime | None]

    begun_by: Mapped[User] = relationship(foreign_keys=[begun_by_id], lazy="raise_on_sql")
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id], lazy="raise_on_sql")

    @property
    def academic_year(self) -> AcademicYear:
        return AcademicYear(self.academic_year_name)


class ProposalState(StrEnum):
    """proposed → approved → sent; or left out, with why; or failed, with why, and decided about again."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    LEFT_OUT = "left_out"
    SENT = "sent"
    FAILED = "failed"


class RenewalProposal(Timestamped, Versioned, Base):
    """What one employer is to be asked for."""

    __tablename__ = "renewal_proposal"
    __table_args__ = (
        UniqueConstraint("run_id", "employer_id", name="uq_renewal_proposal_employer"),
        CheckConstraint("(state = 'sent') = (pledge_id IS NOT NULL)", name="sent_as_a_pledge"),
        CheckConstraint("state NOT IN ('left_out', 'failed') OR why IS NOT NULL", name="says_why"),
        CheckConstraint("state <> 'approved' OR contact_id IS NOT NULL", name="approved_for_somebody"),
        Index("ix_renewal_proposal_state", "run_id", "state", "wave", "id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("renewal_run.id", ondelete="RESTRICT"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    former_id: Mapped[int] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"), index=True)  # last year's
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.PROPOSED)
    why: Mapped[str | None]  # left out or failed; while proposed: what to think of first
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    wave: Mapped[int | None]  # in which it is, or was, sent
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"), unique=True)

    run: Mapped[RenewalRun] = relationship(lazy="raise_on_sql")
    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    former: Mapped[Pledge] = relationship(foreign_keys=[former_id], lazy="raise_on_sql")
    pledge: Mapped[Pledge | None] = relationship(foreign_keys=[pledge_id], lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    lines: Mapped[list["RenewalLine"]] = relationship(
        back_populates="proposal", order_by="RenewalLine.id", cascade="all", lazy="raise_on_sql"
    )

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided about."""
        return self.state is not ProposalState.SENT and self.wave is None


class RenewalLine(Base):
    """One line that is proposed: as last year's, with other numbers."""

    __tablename__ = "renewal_line"
    __table_args__ = (
        UniqueConstraint("proposal_id", "former_line_id", name="uq_renewal_line_former"),
        CheckConstraint("young_people IS NULL OR young_people BETWEEN 1 AND 10000", name="young_people_in_range"),
        CheckConstraint("each BETWEEN 1 AND 100", name="each_in_range"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("renewal_proposal.id", ondelete="RESTRICT"))
    former_line_id: Mapped[int] = mapped_column(ForeignKey("pledge_line.id", ondelete="RESTRICT"), index=True)
    young_people: Mapped[int | None]
    each: Mapped[int]

    proposal: Mapped[RenewalProposal] = relationship(back_populates="lines", lazy="raise_on_sql")
    former_line: Mapped[PledgeLine] = relationship(lazy="raise_on_sql")

    @property
    def kind(self) -> OpportunityKind:
        return self.former_line.kind

    @property
    def promised(self) -> int:
        return (self.young_people or 0) * self.each
