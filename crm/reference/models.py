"""Lists and settings."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.reference.academic_years import AcademicYear
from crm.reference.school_days import SchoolDays


class Sector(Audited, Timestamped, Versioned, Base):
    """A line of work. The growth sectors are the ones the strategy names."""

    __tablename__ = "sector"

    name: Mapped[str] = mapped_column(unique=True)
    definition: Mapped[str] = mapped_column(Text, default="")
    also_known_as: Mapped[str] = mapped_column(Text, default="")  # words spreadsheets use for it, one a line
    is_growth: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    is_in_use: Mapped[bool] = mapped_column(default=True)  # offered on forms


class Area(Audited, Timestamped, Versioned, Base):
    """A part of the council's territory. Boundaries change, so an area has dates."""

    __tablename__ = "area"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_it_begins"),)

    name: Mapped[str] = mapped_column(unique=True)
    also_known_as: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    is_in_use: Mapped[bool] = mapped_column(default=True)


class SizeBand(Audited, Timestamped, Versioned, Base):
    """How many people the whole enterprise employs (UK business statistics' bands). No band: not known."""

    __tablename__ = "size_band"
    __table_args__ = (CheckConstraint("most IS NULL OR most >= fewest", name="most_is_not_below_fewest"),)

    name: Mapped[str] = mapped_column(unique=True)  # "10–49"
    description: Mapped[str] = mapped_column(default="")  # "small"
    fewest: Mapped[int]
    most: Mapped[int | None]  # no upper end
    position: Mapped[int] = mapped_column(default=0)
    is_in_use: Mapped[bool] = mapped_column(default=True)


class Tag(Audited, Timestamped, Versioned, Base):
    """A word the council marks employers with, for its own purposes: "Roundtable 2027", "Newsletter"."""

    __tablename__ = "tag"

    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    is_in_use: Mapped[bool] = mapped_column(default=True)


class DeclineReason(Audited, Timestamped, Versioned, Base):
    """Why an employer promises nothing this year: what officers and employers choose from."""

    __tablename__ = "decline_reason"

    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    is_in_use: Mapped[bool] = mapped_column(default=True)


class Term(Audited, Timestamped, Versioned, Base):
    """A part of an academic year in which schools are open. Weekends and whatever lies between terms is not.

    Terms never overlap: on PostgreSQL an exclusion constraint says so (migration 0033), on SQLite the service alone,
    whose writers queue.
    """

    __tablename__ = "term"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        # A day becomes text because that is what both databases can compare with the year's name.
        CheckConstraint(
            "CAST(first_day AS VARCHAR(10)) >= substr(academic_year, 1, 4) || '-09-01'"
            " AND CAST(last_day AS VARCHAR(10))"
            " <= CAST(CAST(substr(academic_year, 1, 4) AS INTEGER) + 1 AS VARCHAR(4)) || '-08-31'",
            name="inside_its_year",
        ),
        Index("ix_term_first_day", "first_day", "id"),
    )

    academic_year_name: Mapped[str] = mapped_column("academic_year", String(7))
    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]

    @property
    def academic_year(self) -> AcademicYear:
        return AcademicYear(self.academic_year_name)

    @property
    def school_days(self) -> int:
        """Its Mondays to Fridays."""
        return SchoolDays([(self.first_day, self.last_day)]).between(self.first_day, self.last_day)


class Setting(Audited, Timestamped, Versioned, Base):
    """One of the council's choices. What may be set, and its default, is in `crm.reference.settings`."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[str] = mapped_column(Text)
