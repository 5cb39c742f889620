"""Finding users, and where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import SignIn, User
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.tokens import hash_token

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class UserRow:
    """A line of the list of users."""

    id: int
    name: str
    email: str
    role: Role
    disabled_at: datetime | None
    has_password: bool
    last_seen_at: datetime | None

    @property
    def state(self) -> str:
        if self.disabled_at:
            return "disabled"
        return "active" if self.has_password else "invited"


@dataclass(frozen=True, slots=True)
class Stay:
    """One browser somebody is signed in with."""

    id: int
    started_at: datetime
    last_seen_at: datetime
    is_here: bool  # the one that asks


def live_sign_in(token: str, now: datetime) -> SignIn | None:
    """The sign-in of a token, with its user, unless it was ended, is too old, lay idle or the user is disabled."""
    return db.session.scalars(
        select(SignIn)
        .join(SignIn.user)
        .where(SignIn.token_hash == hash_token(token), _is_live(now), User.disabled_at.is_(None))
        .options(joinedload(SignIn.user))
    ).one_or_none()


def stays_of(user: User, *, now: datetime) -> Sequence[Stay]:
    """Where a user is signed in now, the latest used first."""
    here = hash_token(user.sign_in_token)
    rows = db.session.execute(
        select(SignIn.id, SignIn.started_at, SignIn.last_seen_at, SignIn.token_hash == here)
        .where(SignIn.user_id == user.id, _is_live(now))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    return [Stay(*row) for row in rows]


def user_by_email(email: str) -> User | None:
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def get_user(user_id: int) -> User:
    """Raises NotFound if there is none."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("We could not find that user.")
    return user


def users() -> Sequence[UserRow]:
    """Everybody who can or could sign in: those who can first, then by name. One statement."""
    last_seen = select(SignIn.user_id, func.max(SignIn.last_seen_at).label("at")).group_by(SignIn.user_id).subquery()
    rows = db.session.execute(
        select(
            User.id, User.name, User.email, User.role, User.disabled_at, User.password_hash.is_not(None), last_seen.c.at
        )
        .outerjoin(last_seen, last_seen.c.user_id == User.id)
        .order_by(User.disabled_at.is_not(None), func.lower(User.name), User.id)
    )
    return [UserRow(*row) for row in rows]


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(
        SignIn.ended_at.is_(None), SignIn.started_at > now - ABSOLUTE_LIMIT, SignIn.last_seen_at > now - IDLE_LIMIT
    )
