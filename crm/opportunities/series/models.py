"""A series: what its meetings have in common, and the rule that made them."""

from datetime import date, time

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider

MOST_MENTEES = 6  # of one mentor


class Series(Audited, Timestamped, Versioned, Base):
    """A mentoring programme or a repeated talk. Its meetings are opportunities; each may differ from what is here.

    What is here holds for meetings that are added later, and changes with those that follow a meeting.
    """

    __tablename__ = "series"
    __history_parent__ = ("employer", "employer_id")
    __table_args__ = (
        CheckConstraint("length(trim(title)) > 0", name="has_a_title"),
        CheckConstraint("every_weeks BETWEEN 1 AND 8", name="weeks_in_range"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        CheckConstraint("ends > starts", name="ends_after_it_starts"),
        CheckConstraint("(times IS NULL) <> (until IS NULL)", name="so_many_times_or_until"),
        CheckConstraint("times IS NULL OR times BETWEEN 1 AND 60", name="times_in_range"),
        Index("ix_series_employer", "employer_id", "id"),
        Index("ix_series_provider", "provider_id", "id"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[OpportunityKind]
    title: Mapped[str]
    every_weeks: Mapped[int]
    weekday: Mapped[int]  # 0 is Monday
    first_on: Mapped[date]  # no meeting was wanted before
    starts: Mapped[time]  # on a clock in London, on both sides of a clock change
    ends: Mapped[time]
    times: Mapped[int | None]  # so many meetings
    until: Mapped[date | None]  # or until a day
    in_term_only: Mapped[bool] = mapped_column(default=True)

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    provider: Mapped[Provider | None] = relationship(lazy="raise_on_sql")
    leader: Mapped[Contact | None] = relationship(lazy="raise_on_sql")  # mentor or speaker
