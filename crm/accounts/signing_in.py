"""Ties Flask-Login to our sign-in rows: the cookie holds a token, the row decides whether it still means anything."""

import logging
from dataclasses import dataclass
from enum import Enum, auto
from typing import cast

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user

from crm.accounts import passwords
from crm.accounts.models import User
from crm.accounts.queries import get_user, live_sign_in, user_by_email
from crm.accounts.services import sign_ins, throttling
from crm.accounts.services.throttling import Attempt
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import committing, reading

log = logging.getLogger(__name__)
login_manager = LoginManager()


class Outcome(Enum):
    """What became of somebody's e-mail and password."""

    RIGHT = auto()
    WRONG = auto()  # whichever of the two it is
    TOO_MANY = auto()  # tried so often that nothing was looked at


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, and for a right password whose it is and the hash it was compared with."""

    outcome: Outcome
    user_id: int = 0
    password_hash: str = ""


def signed_in_user() -> User:
    """The user behind this request. Call only from endpoints that are not public."""
    return cast(User, current_user._get_current_object())  # noqa: SLF001  # Flask-Login offers no typed way


def know_nobody() -> None:
    """For pages that are the same whoever is signed in in this browser: its cookie is not even looked at."""
    login_manager._update_request_context_with_user()  # noqa: SLF001  # Flask-Login offers no other way


def is_anybody_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def load_user(token: str) -> User | None:
    """The user a cookie's token stands for, or nobody once the sign-in was ended, grew old or lay idle."""
    now = clock.now()
    sign_in = live_sign_in(token, now)
    if sign_in is None:
        return None
    user = sign_in.user
    if sign_ins.needs_touch(sign_in, now):
        sign_in_id = sign_in.id
        with committing():
            sign_ins.touch(sign_in_id, now)
        sign_in = live_sign_in(token, now)
        if sign_in is None:
            return None
        user = sign_in.user
    user.sign_in_token = token
    set_actor(user.name)
    return user


def verify(email: str, password: str, address: str | None) -> Verdict:
    """Compare a password, or count a failure. Says the same, as fast, for accounts that do not exist.

    The comparison is slow, and happens between two transactions so that nobody's saving waits for it.
    """
    now, network = clock.now(), throttling.network_of(address)
    with reading():
        if throttling.is_throttled(Attempt.SIGN_IN, email, network, now=now):
            log.warning("sign-in throttled from %s", network)
            return Verdict(Outcome.TOO_MANY)
        user = user_by_email(email)
        known = (user.id, user.password_hash) if user and user.is_active else (0, None)
    user_id, password_hash = known
    if passwords.is_right(password, password_hash) and password_hash:
        return Verdict(Outcome.RIGHT, user_id, password_hash)
    with committing():
        throttling.count_attempt(Attempt.SIGN_IN, email, network, at=now)
    log.warning("sign-in failed from %s", network)
    return Verdict(Outcome.WRONG)


def sign_in_with(email: str, password: str, address: str | None) -> Outcome:
    """Sign somebody in, or say why not."""
    verdict = verify(email, password, address)
    if verdict.outcome is not Outcome.RIGHT:
        return verdict.outcome
    outdated = passwords.is_outdated(verdict.password_hash)
    stronger = passwords.hash_password(password) if outdated else verdict.password_hash
    with committing():
        user = get_user(verdict.user_id)
        if not user.is_active or user.password_hash != verdict.password_hash:
            return Outcome.WRONG  # disabled or changed while we were comparing
        user.password_hash = stronger
        throttling.forgive(user.email)
        token = begin_stay(user)
    remember(get_user(verdict.user_id), token)
    log.info("user %d signed in", verdict.user_id)
    return Outcome.RIGHT


def begin_stay(user: User) -> str:
    """Begin a stay for somebody who has just shown who they are, and end what this browser was signed in to before.

    The token is for `remember`, after the commit.
    """
    now = clock.now()
    before = session.get("_user_id")
    if isinstance(before, str):
        sign_ins.end_sign_in(before, at=now)
    return sign_ins.begin_sign_in(user, at=now)


def remember(user: User, token: str) -> None:
    """Put a new sign-in's token into a new cookie. What the old cookie held is dropped."""
    session.clear()
    user.sign_in_token = token
    login_user(user)


def forget() -> None:
    """Empty the cookie. The row is ended by whoever calls this: a copy of the cookie must be worthless too."""
    session.clear()


def init_app(app: Flask) -> None:
    login_manager.session_protection = None  # the row is the protection; addresses change on phones
    login_manager.init_app(app)
    login_manager.user_loader(load_user)

    @app.before_request
    def nobody_yet() -> None:
        set_actor(None)
