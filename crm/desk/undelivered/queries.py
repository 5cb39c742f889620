"""Who is told that a mail about an employer could not be delivered."""

from sqlalchemy import case, or_, select

from crm.accounts.models import User
from crm.core.access import MANAGERS, STAFF, Role
from crm.core.db import db
from crm.employers.models import Employer


def employer_now(employer_id: int) -> Employer | None:
    """The employer, or the one that it was merged into since; None if there is none any more."""
    employer = db.session.get(Employer, employer_id)
    while employer is not None and employer.merged_into_id is not None:
        employer = db.session.get(Employer, employer.merged_into_id)
    return employer


def whom_to_tell(employer: Employer, asked_by: str | None) -> User | None:
    """Their owner; else whoever wrote; else the manager, or administrator, who has been here longest.

    Only staff who can sign in. One statement.

    Args:
        employer: whom the mail was about.
        asked_by: the address that answers to it went to.
    """
    is_owner, wrote = User.id == employer.owner_id, User.email == (asked_by or "").lower()
    statement = (
        select(User)
        .where(
            User.role.in_(sorted(STAFF)),
            User.disabled_at.is_(None),
            or_(is_owner, wrote, User.role.in_(sorted(MANAGERS))),
        )
        .order_by(case((is_owner, 0), (wrote, 1), (User.role == Role.MANAGER, 2), else_=3), User.id)
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()
