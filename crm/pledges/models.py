"""Pledges and their lines."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer, Site
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.providers.models import YearGroup
from crm.reference.academic_years import AcademicYear
from crm.reference.models import DeclineReason, Sector


class PledgeStatus(StrEnum):
    """draft → sent → confirmed or declined; confirmed → superseded by the next version, or withdrawn.

    An employer that offers something different declines the version it was sent, and its own is the next one: offered →
    confirmed or declined by an officer.
    """

    DRAFT = "draft"
    SENT = "sent"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


EDITABLE_STATUSES = (PledgeStatus.DRAFT, PledgeStatus.SENT)
UNDECIDED = (*EDITABLE_STATUSES, PledgeStatus.OFFERED)  # what an employer offers is its own word: nobody edits it


class Pledge(Audited, Timestamped, Versioned, Base):
    """One version of an employer's promise for one academic year. A confirmed version never changes."""

    __tablename__ = "pledge"
    __history_parent__ = ("employer", "employer_id")
    __table_args__ = (
        UniqueConstraint("employer_id", "academic_year", "number", name="uq_pledge_version"),
        # At most one version is the promise in force, and at most one is being worked on.
        Index(
            "uq_pledge_in_force",
            "employer_id",
            "academic_year",
            unique=True,
            sqlite_where=text("status = 'confirmed'"),
            postgresql_where=text("status = 'confirmed'"),
        ),
        Index(
            "uq_pledge_open",
            "employer_id",
            "academic_year",
            unique=True,
            sqlite_where=text("status IN ('draft', 'sent', 'offered')"),
            postgresql_where=text("status IN ('draft', 'sent', 'offered')"),
        ),
        CheckConstraint("number >= 1", name="number_is_positive"),
        CheckConstraint(
            "status NOT IN ('confirmed', 'superseded') OR confirmed_on IS NOT NULL", name="confirmed_has_its_date"
        ),
        CheckConstraint(
            "status NOT IN ('declined', 'withdrawn') OR ended_reason IS NOT NULL", name="ended_with_a_reason"
        ),
        Index("ix_pledge_year_status", "academic_year", "status"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    academic_year_name: Mapped[str] = mapped_column("academic_year", String(7))
    number: Mapped[int]  # version, from 1
    status: Mapped[PledgeStatus] = mapped_column(default=PledgeStatus.DRAFT)
    signatory_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    sent_on: Mapped[date | None]
    reminded_on: Mapped[date | None]  # when an answer was last asked for by e-mail
    confirmed_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    signatory: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    recorded_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    lines: Mapped[list["PledgeLine"]] = relationship(
        back_populates="pledge", order_by="PledgeLine.id", cascade="all", lazy="raise_on_sql"
    )

    @property
    def academic_year(self) -> AcademicYear:
        return AcademicYear(self.academic_year_name)

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE_STATUSES


class PledgeLineSector(Base):
    """That a line is about work in a sector."""

    __tablename__ = "pledge_line_sector"
    __table_args__ = (UniqueConstraint("pledge_line_id", "sector_id", name="uq_pledge_line_sector_pair"),)

    pledge_line_id: Mapped[int] = mapped_column(ForeignKey("pledge_line.id", ondelete="RESTRICT"))
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id", ondelete="RESTRICT"), index=True)


class PledgeLineYearGroup(Base):
    """That a line is for young people of a year group."""

    __tablename__ = "pledge_line_year_group"
    __table_args__ = (UniqueConstraint("pledge_line_id", "year_group", name="uq_pledge_line_year_group_pair"),)

    pledge_line_id: Mapped[int] = mapped_column(ForeignKey("pledge_line.id", ondelete="RESTRICT"))
    year_group: Mapped[YearGroup]

    @property
    def label(self) -> str:
        return self.year_group.label


class PledgeLine(Audited, Timestamped, Base):
    """N young people × E opportunities each, of one kind, inside a window of the academic year.

    Where, how, for whom and in which sectors is said where it was agreed; a place need not match it to fulfil the line.
    """

    __tablename__ = "pledge_line"
    __history_parent__ = ("pledge", "pledge_id")
    __history_lists__ = {"sectors": "name", "year_groups": "label"}
    __table_args__ = (
        CheckConstraint("young_people IS NULL OR young_people BETWEEN 1 AND 10000", name="young_people_in_range"),
        CheckConstraint("each BETWEEN 1 AND 100", name="each_in_range"),
        CheckConstraint("window_ends_on >= window_starts_on", name="window_ends_after_it_starts"),
        CheckConstraint("(profile = 'by_date') = (due_on IS NOT NULL)", name="due_by_date_has_its_date"),
        CheckConstraint(
            "due_on IS NULL OR due_on BETWEEN window_starts_on AND window_ends_on", name="due_inside_its_window"
        ),
    )

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id", ondelete="RESTRICT"), index=True)
    # The line of the first version that this one continues; places link to it, so progress survives a new version.
    first_line_id: Mapped[int | None] = mapped_column(ForeignKey("pledge_line.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[OpportunityKind]
    young_people: Mapped[int | None]  # empty: number not known yet, promised counts 0 and says so
    each: Mapped[int] = mapped_column(default=3)  # opportunities per young person
    window_starts_on: Mapped[date]
    window_ends_on: Mapped[date]
    site_id: Mapped[int | None] = mapped_column(
        ForeignKey("site.id", ondelete="RESTRICT"), index=True
    )  # the employer's
    mode: Mapped[Mode | None]
    profile: Mapped[DeliveryProfile] = mapped_column(default=DeliveryProfile.TERM_TIME)
    due_on: Mapped[date | None]  # by which all of it is to be done, if that is the profile

    pledge: Mapped[Pledge] = relationship(back_populates="lines", lazy="raise_on_sql")
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    sectors: Mapped[list[Sector]] = relationship(
        secondary="pledge_line_sector", order_by="Sector.position, Sector.id", lazy="raise_on_sql"
    )
    year_groups: Mapped[list[PledgeLineYearGroup]] = relationship(
        cascade="all, delete-orphan", order_by=PledgeLineYearGroup.id, lazy="raise_on_sql"
    )

    @property
    def root_id(self) -> int:
        """What places that fulfil this line link to."""
        return self.first_line_id or self.id

    @property
    def promised(self) -> int:
        """Places promised: N × E, or 0 while N is not known."""
        return (self.young_people or 0) * self.each


class Attitude(StrEnum):
    """What an employer says of an academic year before there is a number."""

    ACTIVELY_LOOKING = "actively_looking"
    INTERESTED = "interested"
    ALREADY_ORGANISED = "already_organised"
    NOT_THIS_YEAR = "not_this_year"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Appetite(Audited, Timestamped, Versioned, Base):
    """How an employer stands to an academic year without a number: its latest word. A pledge is kept beside it."""

    __tablename__ = "appetite"
    __history_parent__ = ("employer", "employer_id")
    __table_args__ = (
        UniqueConstraint("employer_id", "academic_year", name="uq_appetite_employer_year"),
        CheckConstraint("(attitude = 'not_this_year') = (reason_id IS NOT NULL)", name="no_with_a_reason"),
        Index("ix_appetite_year", "academic_year", "attitude"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    academic_year_name: Mapped[str] = mapped_column("academic_year", String(7))
    attitude: Mapped[Attitude]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("decline_reason.id", ondelete="RESTRICT"), index=True)
    detail: Mapped[str] = mapped_column(Text, default="")  # in their words
    recorded_on: Mapped[date]  # in London
    # Empty when the employer said so by its link.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    reason: Mapped[DeclineReason | None] = relationship(lazy="raise_on_sql")
    recorded_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def academic_year(self) -> AcademicYear:
        return AcademicYear(self.academic_year_name)


class PledgeStatement(Base):
    """One version of what every pledge says: its wording, what counts, how data are looked after.

    Rows never change nor vanish, and both databases refuse it: each answer names the version it was given on.
    """

    __tablename__ = "pledge_statement"
    __table_args__ = (CheckConstraint("number >= 1", name="number_is_positive"),)

    number: Mapped[int] = mapped_column(unique=True)
    wording: Mapped[str] = mapped_column(Text)  # plain text, as `plain_text.text_blocks` reads it; so are the next two
    what_counts: Mapped[str] = mapped_column(Text)
    data_protection: Mapped[str] = mapped_column(Text)
    note: Mapped[str]  # what changed
    published_at: Mapped[datetime]
    # Empty: the version that came with the service.
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    published_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
