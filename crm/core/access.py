"""Who may call an endpoint. An endpoint that does not say is closed."""

from collections.abc import Callable
from enum import StrEnum
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

P = ParamSpec("P")
R = TypeVar("R")


class Role(StrEnum):
    """What somebody who signs in may be. Employers have no role: a link is a capability, never a sign-in."""

    OFFICER = "officer"
    MANAGER = "manager"
    ADMIN = "admin"
    PARTNER = "partner"  # reads
    PROVIDER = "provider"  # own provider only

    @property
    def label(self) -> str:
        return "Administrator" if self is Role.ADMIN else self.value.capitalize()


STAFF = frozenset({Role.OFFICER, Role.MANAGER, Role.ADMIN})
READERS = STAFF | {Role.PARTNER}
MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()

_ALLOWED = "_crm_allowed_roles"


def allow(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open an endpoint to signed-in users with one of these roles; with none given, to anyone at all."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _ALLOWED, frozenset(roles))
        return view

    return mark


def allowed_roles(endpoint: str, app: Flask) -> frozenset[Role] | None:
    """The roles an endpoint is open to: empty for public, None where its author forgot to say."""
    roles: frozenset[Role] | None = getattr(app.view_functions[endpoint], _ALLOWED, None)
    return roles


def init_app(app: Flask) -> None:
    allow()(app.view_functions["static"])

    @app.before_request
    def refuse_unless_allowed() -> None:
        if request.endpoint is None:
            return  # no such URL: let Flask answer 404
        roles = allowed_roles(request.endpoint, current_app)
        if roles == PUBLIC:
            return
        if not current_user.is_authenticated:
            abort(401)
        if roles is None or current_user.role not in roles:
            abort(403)
