"""What belongs to an opportunity besides its own columns: year groups, sectors, skills, what makes it meaningful."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base
from crm.pledges.kinds import EXPERIENCES, OpportunityKind
from crm.providers.models import YearGroup


class Programme(StrEnum):
    """A programme of its own, whose hours are never added to those of other opportunities."""

    T_LEVEL = "t_level"
    SUPPORTED_INTERNSHIP = "supported_internship"
    DWP = "dwp"

    @property
    def label(self) -> str:
        return {
            Programme.T_LEVEL: "T Level industry placement",
            Programme.SUPPORTED_INTERNSHIP: "Supported internship",
            Programme.DWP: "DWP programme",
        }[self]


class Venue(StrEnum):
    """Where the young people are."""

    SITE = "site"  # the employer's; which one may not be known yet
    PROVIDER = "provider"
    ONLINE = "online"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> str:
        return {
            Venue.SITE: "At one of the employer’s sites",
            Venue.PROVIDER: "At the provider",
            Venue.ONLINE: "Online",
            Venue.ELSEWHERE: "Somewhere else",
        }[self]


class Part(StrEnum):
    """What makes an encounter or an experience meaningful: Gatsby benchmarks 5 and 6 as updated for September 2025.

    The statutory guidance *Careers guidance and access for education and training providers* (DfE, 8 May 2025) names
    them in this order.
    """

    PURPOSE = "purpose"
    OUTCOMES = "outcomes"
    INTERACTION = "interaction"
    PEOPLE = "people"
    TASK = "task"
    FEEDBACK = "feedback"
    REFLECTION = "reflection"


OF_ENCOUNTERS = (Part.PURPOSE, Part.OUTCOMES, Part.INTERACTION, Part.REFLECTION)  # benchmark 5
OF_EXPERIENCES = tuple(Part)  # benchmark 6


def parts_of(kind: OpportunityKind) -> Sequence[Part]:
    """The parts an opportunity of this kind is asked about: seven of an experience of a workplace, else four."""
    return OF_EXPERIENCES if kind in EXPERIENCES else OF_ENCOUNTERS


class Meaning(StrEnum):
    """Whether an opportunity is meaningful. Derived from its parts, never stored."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


def meaning_of(kind: OpportunityKind, said: Mapping[Part, bool]) -> Meaning:
    """Yes with every part its kind is asked about, no as soon as one is known to be missing."""
    answers = [said.get(part) for part in parts_of(kind)]
    if False in answers:
        return Meaning.NO
    return Meaning.NOT_KNOWN if None in answers else Meaning.YES


class OpportunityPart(Base):
    """That an opportunity has a meaningful part, or that it does not. Without a row it is not known."""

    __tablename__ = "opportunity_part"
    __table_args__ = (UniqueConstraint("opportunity_id", "part", name="uq_opportunity_part_pair"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    part: Mapped[Part]
    present: Mapped[bool]

    @property
    def label(self) -> str:
        """For the history."""
        return f"{self.part.value}: {'yes' if self.present else 'no'}"


class OpportunitySector(Base):
    """That an opportunity is about work in a sector."""

    __tablename__ = "opportunity_sector"
    __table_args__ = (UniqueConstraint("opportunity_id", "sector_id", name="uq_opportunity_sector_pair"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id", ondelete="RESTRICT"), index=True)


class OpportunitySkill(Base):
    """That young people practise a skill in an opportunity."""

    __tablename__ = "opportunity_skill"
    __table_args__ = (UniqueConstraint("opportunity_id", "skill_id", name="uq_opportunity_skill_pair"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="RESTRICT"), index=True)


class OpportunityYearGroup(Base):
    """That an opportunity is for young people of a year group. Without a row it is for all."""

    __tablename__ = "opportunity_year_group"
    __table_args__ = (UniqueConstraint("opportunity_id", "year_group", name="uq_opportunity_year_group_pair"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    year_group: Mapped[YearGroup]

    @property
    def label(self) -> str:
        return self.year_group.label
