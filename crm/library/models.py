"""Items of the job-role library."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Employer
from crm.reference.models import Sector
from crm.skills.models import Skill

SHORTEST, LONGEST = 1, 240  # minutes


class Format(StrEnum):
    VIDEO = "video"
    PRESENTATION = "presentation"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class LibraryItemSkill(Base):
    """That a job role needs a skill."""

    __tablename__ = "library_item_skill"
    __table_args__ = (UniqueConstraint("item_id", "skill_id", name="uq_library_item_skill_pair"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("library_item.id", ondelete="RESTRICT"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"), index=True)


_IN_LIBRARY = text("withdrawn_at IS NULL")


class LibraryItem(Audited, Timestamped, Versioned, Base):
    """A short video or presentation about a job role, somewhere on the web."""

    __tablename__ = "library_item"
    __history_lists__ = {"skills": "name"}
    __table_args__ = (
        CheckConstraint("length(trim(title)) > 0", name="has_a_title"),
        CheckConstraint("length(trim(role)) > 0", name="names_a_role"),
        CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name="leads_to_the_web"),
        CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes_in_range"),
        # Captions are asked of what is heard.
        CheckConstraint("(format = 'video') = (has_captions IS NOT NULL)", name="captions_of_videos"),
        Index("uq_library_item_url", "url", unique=True, sqlite_where=_IN_LIBRARY, postgresql_where=_IN_LIBRARY),
        Index("ix_library_item_title", "title", "id"),
    )

    title: Mapped[str]
    role: Mapped[str]  # the job: "Site manager"
    url: Mapped[str] = mapped_column(Text)
    format: Mapped[Format]
    minutes: Mapped[int]
    has_captions: Mapped[bool | None]
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id", ondelete="RESTRICT"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    withdrawn_at: Mapped[datetime | None]  # no longer offered: the link is dead, or the employer wishes so

    employer: Mapped[Employer | None] = relationship(lazy="raise_on_sql")
    sector: Mapped[Sector | None] = relationship(lazy="raise_on_sql")
    added_by: Mapped[User] = relationship(lazy="raise_on_sql")
    skills: Mapped[list[Skill]] = relationship(
        secondary="library_item_skill", order_by="Skill.name, Skill.id", lazy="raise_on_sql"
    )

    @property
    def facts(self) -> str:
        """Video, 4 minutes, with captions."""
        captions = {True: ", with captions", False: ", without captions", None: ""}[self.has_captions]
        return f"{self.format.label}, {self.minutes} minute{'' if self.minutes == 1 else 's'}{captions}"
