"""Checks of sites."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.models import Site


class CheckKind(StrEnum):
    """What is checked at a site, each on its own."""

    INSURANCE = "insurance"  # employers' liability
    HEALTH_AND_SAFETY = "health_and_safety"


class CheckStatus(StrEnum):
    """requested → accepted, not accepted or not needed. No row: not started. Having run out is derived."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    NOT_NEEDED = "not_needed"


_CURRENT = text("replaced_at IS NULL")
_ACCEPTED_NOW = text("replaced_at IS NULL AND status = 'accepted'")


class SiteCheck(Audited, Timestamped, Versioned, Base):
    """One turn of a check: a renewal is the next row, and what it replaced is kept.

    `requested_on` is when we last asked for what comes after this row: asking for a renewal takes nothing away from
    an insurance that is still valid.
    """

    __tablename__ = "site_check"
    __history_parent__ = ("site", "site_id")
    __table_args__ = (
        # One current row per site and kind, whoever saves at the same moment.
        Index(
            "uq_site_check_current",
            "site_id",
            "kind",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index("ix_site_check_runs_out", "valid_to", sqlite_where=_ACCEPTED_NOW, postgresql_where=_ACCEPTED_NOW),
        Index("ix_site_check_site", "site_id", "kind", "id"),
        CheckConstraint("(requested_on IS NULL) = (requested_of IS NULL)", name="requested_of_somebody"),
        CheckConstraint("status <> 'requested' OR requested_on IS NOT NULL", name="requested_has_its_date"),
        CheckConstraint("(status = 'accepted') = (valid_to IS NOT NULL)", name="accepted_until_a_date"),
        CheckConstraint(
            "valid_from IS NULL OR (valid_to IS NOT NULL AND valid_from <= valid_to)", name="ends_after_it_begins"
        ),
        CheckConstraint(
            "covered_from IS NULL OR (valid_from IS NOT NULL AND covered_from <= valid_from)",
            name="covered_no_later_than_valid",
        ),
        CheckConstraint(
            "(status IN ('not_accepted', 'not_needed')) = (reason IS NOT NULL)", name="refused_or_exempt_with_a_reason"
        ),
        CheckConstraint("(status = 'requested') = (checked_on IS NULL)", name="decided_on_a_day"),
        CheckConstraint(
            "CASE WHEN status = 'requested' THEN checked_by_id IS NULL AND checked_by_name IS NULL"
            " ELSE (checked_by_id IS NULL) <> (checked_by_name IS NULL) END",
            name="decided_by_somebody",
        ),
        CheckConstraint(
            "CASE WHEN kind = 'insurance' THEN status <> 'accepted' OR insurer IS NOT NULL"
            " ELSE insurer IS NULL AND policy_number IS NULL END",
            name="insured_by_somebody",
        ),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    kind: Mapped[CheckKind]
    status: Mapped[CheckStatus]
    requested_on: Mapped[date | None]
    requested_of: Mapped[str | None]  # whom: a name
    insurer: Mapped[str | None]
    policy_number: Mapped[str | None]
    valid_from: Mapped[date | None]  # empty: not known, taken to be valid already
    valid_to: Mapped[date | None]  # the last day
    # The first day of unbroken cover, counting what this row renewed; empty: no beginning is known.
    covered_from: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)  # why it was not accepted, or is not needed
    checked_on: Mapped[date | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    checked_by_name: Mapped[str | None]  # somebody who does not sign in here
    note: Mapped[str | None] = mapped_column(Text)  # what was seen: no copies are kept
    replaced_at: Mapped[datetime | None]  # by the next turn; empty: current

    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    checked_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def is_current(self) -> bool:
        return self.replaced_at is None
