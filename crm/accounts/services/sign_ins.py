"""Beginning and ending stays. The cookie holds a token, a row decides whether it still means anything."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from crm.accounts.models import SignIn, User
from crm.core.db import db
from crm.core.tokens import hash_token, new_token

TOUCH_EVERY = timedelta(minutes=5)
KEPT_FOR = timedelta(days=31)  # after the end, to be looked up after an incident


def begin_sign_in(user: User, *, at: datetime) -> str:
    """Begin a sign-in and return its token, which is kept nowhere but in the cookie."""
    token = new_token()
    db.session.add(SignIn(token_hash=hash_token(token), user_id=user.id, started_at=at, last_seen_at=at))
    return token


def needs_touch(sign_in: SignIn, now: datetime) -> bool:
    return sign_in.last_seen_at < now - TOUCH_EVERY


def touch(sign_in_id: int, now: datetime) -> None:
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def end_sign_in(token: str, *, at: datetime) -> None:
    """End one stay: the token in any copy of its cookie is worthless from now on."""
    db.session.execute(
        update(SignIn).where(SignIn.token_hash == hash_token(token), SignIn.ended_at.is_(None)).values(ended_at=at)
    )


def end_one_sign_in(user: User, sign_in_id: int, *, at: datetime) -> None:
    """End one stay of a user. Somebody else's is left alone, as if there were none."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_other_sign_ins(user: User, *, at: datetime) -> None:
    """End every stay of a user but the one this request belongs to."""
    here = hash_token(user.sign_in_token)
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.token_hash != here, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_all_sign_ins(user: User, *, at: datetime) -> None:
    """End every stay of a user, as after a new password or when the account is disabled."""
    db.session.execute(update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=at))


def forget_old(now: datetime) -> int:
    """Delete stays that ran out long ago, but for each user's last one: it says when they were last here.

    Returns how many.
    """
    before = now - KEPT_FOR
    last_ones = select(func.max(SignIn.id)).group_by(SignIn.user_id)
    gone = db.session.execute(
        delete(SignIn)
        .where(or_(SignIn.ended_at < before, SignIn.started_at < before), SignIn.id.not_in(last_ones))
        .execution_options(synchronize_session=False)
    )
    return int(getattr(gone, "rowcount", 0))
