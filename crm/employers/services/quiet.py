"""Leaving an employer in peace until a day. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date

from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Employer
from crm.employers.services.shared import refuse_archived


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """That an employer asked to be left in peace."""

    until: date  # the first day, in London, on which they may be called again
    reason: str


def keep_quiet(employer: Employer, quiet: Quiet, *, today: date) -> None:
    """Ask everybody to leave an employer in peace: a warning wherever they would call, never a wall.

    Raises Conflict if the day is not after today, or the employer is archived.
    """
    refuse_archived(employer)
    if quiet.until <= today:
        raise Conflict("The day they may be called again must be after today.")
    employer.quiet_until, employer.quiet_reason = quiet.until, quiet.reason
    db.session.flush()


def end_quiet(employer: Employer) -> None:
    """Let an employer be called again. Safe to repeat."""
    employer.quiet_until = employer.quiet_reason = None
    db.session.flush()
