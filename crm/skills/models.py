"""The agreed list of skills. Versions never change: what was agreed at a meeting stays as it was agreed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base, Timestamped


class Skill(Timestamped, Base):
    """A skill that is or was on the list. It outlives versions, so that what was ticked before still counts."""

    __tablename__ = "skill"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="has_a_name"),)

    name: Mapped[str] = mapped_column(unique=True)


class SkillsListEntry(Base):
    """That a skill stands on a version of the list, and what the meeting took it to mean."""

    __tablename__ = "skills_list_entry"
    __table_args__ = (
        UniqueConstraint("list_id", "skill_id", name="uq_skills_list_entry_skill"),
        UniqueConstraint("list_id", "position", name="uq_skills_list_entry_position"),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("skills_list.id", ondelete="RESTRICT"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]  # from 1
    wording: Mapped[str]  # the skill's name, as it was agreed then
    meaning: Mapped[str] = mapped_column(Text, default="")

    skill: Mapped[Skill] = relationship(lazy="raise_on_sql")


class SkillsList(Base):
    """A version of the list, and the meeting that agreed it. Rows never change nor vanish (migration 0044)."""

    __tablename__ = "skills_list"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_is_positive"),
        CheckConstraint("length(trim(meeting)) > 0", name="names_its_meeting"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    agreed_on: Mapped[date]  # in London
    meeting: Mapped[str]  # which agreed it: "Employers’ roundtable at Gladstone Hall"
    note: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    published_by: Mapped[User] = relationship(lazy="raise_on_sql")
    entries: Mapped[list[SkillsListEntry]] = relationship(order_by=SkillsListEntry.position, lazy="raise_on_sql")
