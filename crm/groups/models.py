"""Groups and who sits in them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Contact, Employer

_OPEN = text("left_on IS NULL")


class EmployerGroup(Audited, Timestamped, Versioned, Base):
    """A list of employers with a purpose, and perhaps so many seats. Never deleted: it ends on a day."""

    __tablename__ = "employer_group"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 1000", name="seats_in_range"),
        CheckConstraint("ends_on IS NULL OR begins_on IS NULL OR ends_on >= begins_on", name="ends_after_it_begins"),
    )

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="")  # the council's own word: "Roundtable"
    purpose: Mapped[str] = mapped_column(Text, default="")
    seats: Mapped[int | None]  # for employers; empty: as many as come
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]  # its last day

    def has_ended(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on


class Membership(Audited, Timestamped, Versioned, Base):
    """An employer's seat in a group, from the day it joined until, but not including, the day it left.

    Members are employers only: schools, colleges and partners who sit at the same table are not counted here.
    """

    __tablename__ = "membership"
    __history_parent__ = ("employer_group", "group_id")
    __table_args__ = (
        # An employer sits in a group once, whoever adds it at the same moment. Turns that ended follow each other.
        Index(
            "uq_membership_open",
            "group_id",
            "employer_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaves_after_it_joins"),
        Index("ix_membership_group", "group_id", "employer_id"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("employer_group.id", ondelete="RESTRICT"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    role: Mapped[str] = mapped_column(default="")  # "Chair"
    joined_on: Mapped[date]
    left_on: Mapped[date | None]

    group: Mapped[EmployerGroup] = relationship(lazy="raise_on_sql")
    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")  # who sits there

    @property
    def is_open(self) -> bool:
        return self.left_on is None
