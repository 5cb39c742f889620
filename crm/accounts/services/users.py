"""Adding, changing and disabling users."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import LinkPurpose, User
from crm.accounts.policies import may_be_mailed_a_link, may_change_role, may_disable
from crm.accounts.queries import user_by_email
from crm.accounts.services import links, sign_ins
from crm.core.access import Role
from crm.core.db import check_version, db
from crm.core.errors import Conflict, NotAllowed

LAST_ADMINISTRATOR = "Make somebody else an administrator first: Threefold needs at least one."


@dataclass(frozen=True, slots=True)
class UserDetails:
    """What is written down about a user. The e-mail address is what they sign in with."""

    name: str
    email: str
    role: Role


def add_user(details: UserDetails, *, password_hash: str | None = None) -> User:
    """Add a user; without a password they need an invitation. Raises Conflict if the e-mail address is taken."""
    email = details.email.strip().lower()
    _refuse_taken(email, by_others_than=None)
    user = User(name=details.name, email=email, role=details.role, password_hash=password_hash)
    db.session.add(user)
    _flush()
    return user


def invite_user(details: UserDetails, *, at: datetime) -> User:
    """Add a user and mail them a link to choose a password. Raises Conflict if the e-mail address is taken."""
    user = add_user(details)
    links.mail_link(user, LinkPurpose.INVITATION, at=at)
    return user


def send_link_again(user: User, *, at: datetime) -> None:
    """Mail a new link: an invitation to those who never chose a password. Raises Conflict for a disabled user."""
    if not may_be_mailed_a_link(user):
        raise Conflict("Enable this user first: a link would let nobody in.")
    links.mail_link(user, LinkPurpose.RESET if user.password_hash else LinkPurpose.INVITATION, at=at)


def edit_user(user: User, details: UserDetails, *, by: User, seen: int | None, at: datetime) -> None:
    """Change a user.

    Raises EditedMeanwhile if somebody else did so since the form was opened, Conflict if the e-mail address is taken
    or no administrator would be left, NotAllowed for one's own role.
    """
    check_version(user, seen)
    email = details.email.strip().lower()
    if details.role is not user.role:
        if not may_change_role(by, user):
            raise NotAllowed("Another administrator has to change your role.")
        if user.role is Role.ADMIN:
            _refuse_last_administrator(user)
    if email != user.email:
        _refuse_taken(email, by_others_than=user)
        links.void_links(user, at=at)  # they went to the old address
    user.name, user.email, user.role = details.name, email, details.role
    _flush()


def disable_user(user: User, *, by: User | None, at: datetime) -> None:
    """Shut a user out: all their stays end at once, mailed links too. History keeps their name.

    Raises NotAllowed for oneself, Conflict for the last administrator. `by` is None on the command line.
    """
    if user.disabled_at:
        return
    if by is not None and not may_disable(by, user):
        raise NotAllowed("You cannot disable your own account. Ask another administrator.")
    if user.role is Role.ADMIN:
        _refuse_last_administrator(user)
    user.disabled_at = at
    sign_ins.end_all_sign_ins(user, at=at)
    links.void_links(user, at=at)
    db.session.flush()


def enable_user(user: User) -> None:
    """Let a user in again, with the password they had."""
    user.disabled_at = None
    db.session.flush()


def _flush() -> None:
    """Raises Conflict if somebody else took the e-mail address at this very moment."""
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict("Somebody has this e-mail address already.") from None


def _refuse_taken(email: str, *, by_others_than: User | None) -> None:
    other = user_by_email(email)
    if other is not None and (by_others_than is None or other.id != by_others_than.id):
        raise Conflict(f"{other.name} has this e-mail address already.")


def _refuse_last_administrator(user: User) -> None:
    """The rows are locked, so that two administrators cannot put each other out at the same moment."""
    others = db.session.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.disabled_at.is_(None)).order_by(User.id).with_for_update()
    ).all()
    if not [other for other in others if other != user.id]:
        raise Conflict(LAST_ADMINISTRATOR)
