"""Whether a provider keeps names here, the sealed names, and who looked at one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped
from crm.providers.models import Provider, YoungPerson


class NameKeeping(Audited, Timestamped, Base):
    """That a provider chose to keep its young people's names here. Without a row there are references only."""

    __tablename__ = "name_keeping"
    __history_parent__ = ("provider", "provider_id")

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), unique=True)
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    chosen_at: Mapped[datetime]

    provider: Mapped[Provider] = relationship(lazy="raise_on_sql")
    chosen_by: Mapped[User] = relationship(lazy="raise_on_sql")


class SealedName(Base):
    """One young person's name. No history, no search and no export ever holds it; deleting the row forgets it."""

    __tablename__ = "sealed_name"

    # Nothing is kept where nothing was chosen: the database sees to that.
    keeping_id: Mapped[int] = mapped_column(ForeignKey("name_keeping.id", ondelete="RESTRICT"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("young_person.id", ondelete="RESTRICT"), unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class NameRead(Base):
    """That somebody looked at a name. Rows never change nor vanish, whatever becomes of the name."""

    __tablename__ = "name_read"
    __table_args__ = (Index("ix_name_read_person", "young_person_id", "read_at"),)

    young_person_id: Mapped[int] = mapped_column(ForeignKey("young_person.id", ondelete="RESTRICT"))
    read_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    read_at: Mapped[datetime]

    young_person: Mapped[YoungPerson] = relationship(lazy="raise_on_sql")
    read_by: Mapped[User] = relationship(lazy="raise_on_sql")
