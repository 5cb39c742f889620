"""What the services of employers, contacts and sites share: refusing, and letting the constraint have the last word."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Employer

ARCHIVED = "This employer is archived. Restore it before you change anything."


def values(details: Any) -> dict[str, object]:
    """The fields of a details class by name."""
    return {name: getattr(details, name) for name in type(details).__slots__}


def refuse_archived(employer: Employer) -> None:
    """Raises Conflict if the employer is archived."""
    if employer.is_archived:
        raise Conflict(ARCHIVED)


def flush(refusal: str) -> None:
    """Write what is pending. Raises Conflict with this sentence if a constraint refuses it."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(refusal) from error
