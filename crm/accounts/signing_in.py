"""Ties Flask-Login to our sign-in rows: the cookie holds a token, the row decides whether it still means anything."""

from typing import cast

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user

from crm.accounts import services
from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import committing

login_manager = LoginManager()


def signed_in_user() -> User:
    """The user behind this request. Call only from endpoints that are not public."""
    return cast(User, current_user._get_current_object())  # noqa: SLF001  # Flask-Login offers no typed way


def load_user(token: str) -> User | None:
    """The user a cookie's token stands for, or nobody once the sign-in was ended, grew old or lay idle."""
    now = clock.now()
    sign_in = services.live_sign_in(token, now)
    if sign_in is None:
        return None
    user = sign_in.user
    if services.needs_touch(sign_in, now):
        sign_in_id = sign_in.id
        with committing():
            services.touch(sign_in_id, now)
        sign_in = services.live_sign_in(token, now)
        if sign_in is None:
            return None
        user = sign_in.user
    user.sign_in_token = token
    set_actor(user.name)
    return user


def remember(user: User, token: str) -> None:
    """Put a new sign-in's token into a new cookie. What the old cookie held is dropped."""
    session.clear()
    user.sign_in_token = token
    login_user(user)


def init_app(app: Flask) -> None:
    login_manager.session_protection = None  # the row is the protection; addresses change on phones
    login_manager.init_app(app)
    login_manager.user_loader(load_user)

    @app.before_request
    def nobody_yet() -> None:
        set_actor(None)
