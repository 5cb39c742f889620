"""Matchings: what was asked, how far it is, the places proposed and what became of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base
from crm.opportunities.models import Opportunity, Place
from crm.providers.models import YoungPerson


class MatchingStatus(StrEnum):
    """calculating → ready; then booking or undoing, and ready again. What is under way waits until it is claimed."""

    CALCULATING = "calculating"
    READY = "ready"
    BOOKING = "booking"
    UNDOING = "undoing"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def meaning(self) -> str:
        """What colour its tag has."""
        return {"ready": "done", "failed": "warning", "stopped": "stopped"}.get(self, "active")


UNDER_WAY = (MatchingStatus.CALCULATING, MatchingStatus.BOOKING, MatchingStatus.UNDOING)


class Matching(Base):
    """One question to the optimiser, by an officer, and its answer: a proposal that books nothing by itself."""

    __tablename__ = "matching"
    __table_args__ = (
        CheckConstraint("steps_done >= 0 AND steps_total >= 0", name="steps_not_negative"),
        CheckConstraint("target >= 1", name="target_is_positive"),
        Index("ix_matching_status", "status", "id"),
    )

    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)  # scope.Scope as JSON: what it was narrowed to
    target: Mapped[int]  # of the counting policy: 3
    status: Mapped[MatchingStatus] = mapped_column(default=MatchingStatus.CALCULATING)
    claimed_by: Mapped[str | None] = mapped_column(String(32))  # whoever does it; a newer claim stops an older one
    heard_at: Mapped[datetime | None]  # the last sign of life of whoever does it
    ended_at: Mapped[datetime | None]  # the calculation
    phase: Mapped[str | None]  # what is being done, in words
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_total: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the figures of the answer: answering.Outcome
    trouble: Mapped[str | None] = mapped_column(Text)  # why it failed, in words

    asked_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def share_done(self) -> int:
        """In percent."""
        return 100 * self.steps_done // self.steps_total if self.steps_total else 0


class MatchedState(StrEnum):
    """proposed → accepted → booked or refused; or taken off. Booked → returning → returned."""

    PROPOSED = "proposed"
    TAKEN_OFF = "taken_off"
    ACCEPTED = "accepted"  # by an officer; about to be booked
    BOOKED = "booked"
    REFUSED = "refused"  # could not be booked any more
    RETURNING = "returning"  # about to be taken back
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {
            "accepted": "Being booked",
            "refused": "Could not be booked",
            "returning": "Being taken back",
            "returned": "Taken back",
        }.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def meaning(self) -> str:
        """What colour its tag has."""
        return {"booked": "done", "refused": "warning", "taken_off": "stopped", "returned": "stopped"}.get(
            self.value, "waiting" if self is MatchedState.PROPOSED else "active"
        )


class MatchedPlace(Base):
    """One place proposed for one young person, why, and what became of it."""

    __tablename__ = "matched_place"
    __table_args__ = (
        UniqueConstraint("matching_id", "opportunity_id", "young_person_id", name="uq_matched_place_pair"),
        CheckConstraint(
            "(state IN ('booked', 'returning', 'returned')) = (place_id IS NOT NULL)", name="booked_has_its_place"
        ),
        CheckConstraint("state <> 'refused' OR why IS NOT NULL", name="refused_says_why"),
        Index("ix_matched_place_state", "matching_id", "state", "id"),
    )

    matching_id: Mapped[int] = mapped_column(ForeignKey("matching.id", ondelete="RESTRICT"))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("young_person.id", ondelete="RESTRICT"), index=True)
    starts_at: Mapped[datetime]  # of the opportunity when this was proposed
    ends_at: Mapped[datetime]
    had: Mapped[int]  # counted places attended or booked when this was proposed
    becomes: Mapped[int]  # which of their three this would be
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[MatchedState] = mapped_column(default=MatchedState.PROPOSED)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), unique=True)
    why: Mapped[str | None] = mapped_column(Text)  # it could not be booked, or not be taken back
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    matching: Mapped[Matching] = relationship(lazy="raise_on_sql")
    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    young_person: Mapped[YoungPerson] = relationship(lazy="raise_on_sql")
    place: Mapped[Place | None] = relationship(lazy="raise_on_sql")


class LeftWithout(Base):
    """A young person below three for whom nothing was found, and why."""

    __tablename__ = "left_without"
    __table_args__ = (UniqueConstraint("matching_id", "young_person_id", name="uq_left_without_person"),)

    matching_id: Mapped[int] = mapped_column(ForeignKey("matching.id", ondelete="RESTRICT"))
    young_person_id: Mapped[int] = mapped_column(ForeignKey("young_person.id", ondelete="RESTRICT"), index=True)
    had: Mapped[int]
    why: Mapped[str] = mapped_column(Text)

    young_person: Mapped[YoungPerson] = relationship(lazy="raise_on_sql")
