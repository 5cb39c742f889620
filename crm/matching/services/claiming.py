"""Taking on what waits, so that of several processes one does it, and another goes on when that one dies."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from crm.core.db import db
from crm.matching.models import UNDER_WAY, Matching, MatchingStatus

LOST_AFTER = timedelta(minutes=1)  # without a sign of life from whoever does it


class Superseded(Exception):
    """Another process has taken this matching on, or somebody stopped it."""


def claim(matching_id: int, *, at: datetime) -> str | None:
    """Take on a matching that waits, or one whose process has died. Of two who try, one gets a claim."""
    name = secrets.token_hex(16)
    taken = db.session.execute(
        update(Matching)
        .where(
            Matching.id == matching_id,
            Matching.status.in_(UNDER_WAY),
            or_(Matching.claimed_by.is_(None), Matching.heard_at < at - LOST_AFTER),
        )
        .values(claimed_by=name, heard_at=at)
    )
    return name if getattr(taken, "rowcount", 0) else None


def still_ours(matching_id: int, claimed: str) -> Matching:
    """The matching, locked for this unit of work. Raises Superseded if it is no longer this process's."""
    matching = db.session.scalars(
        select(Matching).where(Matching.id == matching_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if matching.claimed_by != claimed:
        raise Superseded
    return matching


def finish(matching: Matching, status: MatchingStatus) -> None:
    """Nothing waits any more."""
    matching.status, matching.phase, matching.claimed_by = status, None, None
    matching.steps_done = matching.steps_total
    db.session.flush()
