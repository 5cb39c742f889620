"""Places found for requests."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Audited, Base, Timestamped
from crm.opportunities.models import Opportunity
from crm.providers.requests.models import Request


class PlacesFound(Audited, Timestamped, Base):
    """That so many places of an opportunity are for a provider's request.

    A row of its own, as several opportunities may be needed for one request, and one may serve several requests.
    """

    __tablename__ = "places_found"
    __history_parent__ = ("request", "request_id")
    __table_args__ = (
        UniqueConstraint("request_id", "opportunity_id", name="uq_places_found_pair"),
        CheckConstraint("places >= 1", name="some_places"),
        Index("ix_places_found_opportunity", "opportunity_id"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="RESTRICT"))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    places: Mapped[int]

    request: Mapped[Request] = relationship(lazy="raise_on_sql")
    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
