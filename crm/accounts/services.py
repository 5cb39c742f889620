"""Changing accounts. Callers open the unit of work; nothing here commits or knows of HTTP."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from crm.accounts.models import SignIn, User
from crm.core.db import db

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)


def hash_token(token: str) -> str:
    """What we keep of a token. It is random and long, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_sign_in(user: User, *, at: datetime) -> str:
    """Begin a sign-in and return its token, which is kept nowhere but in the cookie."""
    token = secrets.token_urlsafe(32)
    db.session.add(SignIn(token_hash=hash_token(token), user_id=user.id, started_at=at, last_seen_at=at))
    return token


def live_sign_in(token: str, now: datetime) -> SignIn | None:
    """The sign-in of a token, with its user, unless it was ended, is too old, lay idle or the user is disabled."""
    return db.session.scalars(
        select(SignIn)
        .join(SignIn.user)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.ended_at.is_(None),
            SignIn.started_at > now - ABSOLUTE_LIMIT,
            SignIn.last_seen_at > now - IDLE_LIMIT,
            User.disabled_at.is_(None),
        )
        .options(joinedload(SignIn.user))
    ).one_or_none()


def needs_touch(sign_in: SignIn, now: datetime) -> bool:
    return sign_in.last_seen_at < now - TOUCH_EVERY


def touch(sign_in_id: int, now: datetime) -> None:
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def end_sign_in(token: str, *, at: datetime) -> None:
    """End one stay: the token in any copy of its cookie is worthless from now on."""
    db.session.execute(
        update(SignIn).where(SignIn.token_hash == hash_token(token), SignIn.ended_at.is_(None)).values(ended_at=at)
    )


def end_all_sign_ins(user: User, *, at: datetime) -> None:
    """End every stay of a user, as after a new password or when the account is disabled."""
    db.session.execute(update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=at))
