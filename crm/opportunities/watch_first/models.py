"""What to watch first."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Audited, Base, Timestamped
from crm.library.models import LibraryItem


class WatchFirst(Audited, Timestamped, Base):
    """That young people are asked to watch something of the library before an opportunity."""

    __tablename__ = "watch_first"
    __history_parent__ = ("opportunity", "opportunity_id")
    __table_args__ = (UniqueConstraint("opportunity_id", "item_id", name="uq_watch_first_pair"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    item_id: Mapped[int] = mapped_column(ForeignKey("library_item.id", ondelete="RESTRICT"), index=True)

    item: Mapped[LibraryItem] = relationship(lazy="raise_on_sql")
