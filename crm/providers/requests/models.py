"""Requests from providers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.providers.models import Provider, YearGroup
from crm.reference.kinds import OpportunityKind
from crm.reference.models import Sector


class RequestStatus(StrEnum):
    """new → taken → met; or declined by us, or withdrawn by the provider, from either of the first two."""

    NEW = "new"
    TAKEN = "taken"
    MET = "met"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"taken": "Being worked on"}.get(self.value, self.value.capitalize())


OPEN_STATUSES = frozenset({RequestStatus.NEW, RequestStatus.TAKEN})


class RequestYearGroup(Base):
    """That a request is for young people of a year group."""

    __tablename__ = "request_year_group"
    __table_args__ = (UniqueConstraint("request_id", "year_group", name="uq_request_year_group_pair"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="RESTRICT"))
    year_group: Mapped[YearGroup]

    @property
    def label(self) -> str:
        return self.year_group.label


class RequestSector(Base):
    """That a request would like an employer of a sector."""

    __tablename__ = "request_sector"
    __table_args__ = (UniqueConstraint("request_id", "sector_id", name="uq_request_sector_pair"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="RESTRICT"))
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id", ondelete="RESTRICT"), index=True)


class Request(Audited, Timestamped, Versioned, Base):
    """A provider's ask for opportunities of one kind."""

    __tablename__ = "request"
    __history_parent__ = ("provider", "provider_id")
    __history_hides__ = frozenset({"taken_by_id", "taken_at"})  # who took it is who changed its status
    __history_lists__ = {"year_groups": "label", "sectors": "name"}
    __table_args__ = (
        CheckConstraint("young_people BETWEEN 1 AND 10000", name="young_people_in_range"),
        CheckConstraint("length(trim(words)) > 0", name="says_something"),
        CheckConstraint("wanted_from IS NULL OR wanted_from <= wanted_by", name="window_in_order"),
        CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name="taken_at_an_instant"),
        CheckConstraint("status NOT IN ('taken', 'met') OR taken_by_id IS NOT NULL", name="taken_by_somebody"),
        CheckConstraint("status <> 'new' OR taken_by_id IS NULL", name="new_is_nobodys"),
        CheckConstraint("(status = 'declined') = (declined_reason IS NOT NULL)", name="declined_with_a_reason"),
        Index("ix_request_status", "status", "wanted_by", "id"),
        Index("ix_request_provider", "provider_id", "status"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[OpportunityKind]
    young_people: Mapped[int]
    wanted_from: Mapped[date | None]  # in London; None: as soon as there is something
    wanted_by: Mapped[date]
    words: Mapped[str] = mapped_column(Text)  # what they want, as they put it
    status: Mapped[RequestStatus] = mapped_column(default=RequestStatus.NEW)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    taken_at: Mapped[datetime | None]
    declined_reason: Mapped[str | None] = mapped_column(Text)

    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id], lazy="raise_on_sql")
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id], lazy="raise_on_sql")
    year_groups: Mapped[list[RequestYearGroup]] = relationship(
        cascade="all, delete-orphan", order_by=RequestYearGroup.id, lazy="raise_on_sql"
    )
    sectors: Mapped[list[Sector]] = relationship(
        secondary="request_sector", order_by="Sector.position, Sector.id", lazy="raise_on_sql"
    )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES
