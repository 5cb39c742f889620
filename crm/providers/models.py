"""Providers, cohorts, young people, and which users act for a provider."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.reference.models import Area, Sector


class ProviderType(StrEnum):
    SCHOOL = "school"
    SPECIAL_SCHOOL = "special_school"
    ALTERNATIVE_PROVISION = "alternative_provision"
    SIXTH_FORM = "sixth_form"
    COLLEGE = "college"
    TRAINING_PROVIDER = "training_provider"
    UNIVERSITY = "university"
    THIRD_SECTOR = "third_sector"
    JOBCENTRE_PLUS = "jobcentre_plus"


class YearGroup(StrEnum):
    """A school year, or where somebody is after school. Order is age order."""

    YEAR_7 = "7"
    YEAR_8 = "8"
    YEAR_9 = "9"
    YEAR_10 = "10"
    YEAR_11 = "11"
    YEAR_12 = "12"
    YEAR_13 = "13"
    AGED_18_TO_24 = "18-24"

    @property
    def label(self) -> str:
        return "Aged 18 to 24" if self is YearGroup.AGED_18_TO_24 else f"Year {self.value}"

    @property
    def position(self) -> int:
        return list(YearGroup).index(self)


class Provider(Audited, Timestamped, Versioned, Base):
    """A school, college, training provider, university, third-sector body or Jobcentre Plus."""

    __tablename__ = "provider"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="has_a_name"),)

    name: Mapped[str] = mapped_column(unique=True)
    type: Mapped[ProviderType]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="RESTRICT"), index=True)
    contact_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    archived_at: Mapped[datetime | None]

    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")


class ProviderMember(Audited, Timestamped, Base):
    """That a user acts for a provider, and so sees that provider's young people and no others."""

    __tablename__ = "provider_member"
    __history_parent__ = ("provider", "provider_id")

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)

    user: Mapped[User] = relationship(lazy="raise_on_sql")
    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")


class Cohort(Audited, Timestamped, Versioned, Base):
    """How many young people a provider has in a year group, counted on a date: the denominator.

    The cohort of a day is the latest one counted on or before it, within the day's academic year.
    """

    __tablename__ = "cohort"
    __history_parent__ = ("provider", "provider_id")
    __table_args__ = (
        UniqueConstraint("provider_id", "year_group", "counted_on", name="uq_cohort_count"),
        CheckConstraint("size >= 0", name="size_not_negative"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)
    year_group: Mapped[YearGroup]
    size: Mapped[int]  # young people
    counted_on: Mapped[date]

    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")


class YoungPersonSector(Base):
    """That a young person is interested in a sector, as their provider says."""

    __tablename__ = "young_person_sector"
    __table_args__ = (UniqueConstraint("young_person_id", "sector_id", name="uq_young_person_sector_pair"),)

    young_person_id: Mapped[int] = mapped_column(ForeignKey("young_person.id", ondelete="RESTRICT"))
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id", ondelete="RESTRICT"), index=True)


class YoungPerson(Audited, Timestamped, Versioned, Base):
    """A pseudonymous record: the provider's own reference and a year group. No name, no date of birth."""

    __tablename__ = "young_person"
    __history_parent__ = ("provider", "provider_id")
    __history_lists__ = {"sectors": "name"}
    __table_args__ = (
        UniqueConstraint("provider_id", "reference", name="uq_young_person_reference"),
        CheckConstraint("length(trim(reference)) > 0", name="has_a_reference"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)
    reference: Mapped[str]  # the provider's own
    year_group: Mapped[YearGroup]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="RESTRICT"))
    left_at: Mapped[datetime | None]

    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")
    sectors: Mapped[list[Sector]] = relationship(  # that they are interested in
        secondary="young_person_sector", order_by="Sector.position, Sector.id", lazy="raise_on_sql"
    )
