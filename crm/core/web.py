"""How every response is dressed: security headers, error pages, template globals, safe redirects."""

import logging
import secrets
from functools import cache
from http import HTTPStatus
from json import loads
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map, RequestRedirect

from crm.core.access import allow
from crm.core.db import db, read_only
from crm.core.errors import (
    AlreadySubmitted,
    Conflict,
    CrmError,
    EditedMeanwhile,
    MergedMeanwhile,
    NotAllowed,
    NotFound,
    Replaced,
)
from crm.core.tokens import Minted

log = logging.getLogger(__name__)
STATUS = {NotFound: 404, NotAllowed: 403, Conflict: 409, EditedMeanwhile: 409, MergedMeanwhile: 409, Replaced: 409}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
A_YEAR = 31_536_000  # seconds
# What is shown is a mail, not a page: nothing of it runs, and its styles stand inline.
FOR_A_MAIL = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; base-uri 'none'"
AGAIN = "again"  # in the address of a request that is made a second time

LARGEST_ID = 2**31 - 1  # what a database's integer holds

csrf = CSRFProtect()
bp = Blueprint("web", __name__)


class RowId(IntegerConverter):
    """A row's number in an address. One that no database could hold is no page, not a failure."""

    def __init__(self, url_map: Map, max: int = LARGEST_ID) -> None:  # noqa: A002  # Werkzeug's name
        super().__init__(url_map, max=max)


@bp.get("/healthz")
@allow()
def healthz() -> ResponseReturnValue:
    """Whether the program and its database answer, for a monitor."""
    db.session.execute(text("SELECT 1"))
    return "ok", 200, {"Content-Type": "text/plain; charset=utf-8"}


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def reference() -> str:
    """A short code printed on an error page and in the log, so that one finds the other."""
    if "reference" not in g:
        g.reference = secrets.token_hex(4).upper()
    return str(g.reference)


@cache
def _manifest(folder: Path) -> dict[str, str]:
    path = folder / "build" / "manifest.json"
    return dict(loads(path.read_text())) if path.exists() else {}


def asset(path: str) -> str:
    """The address of a built file, with its content's hash, so that browsers may keep it for a year."""
    version = _manifest(Path(current_app.static_folder or "")).get(path, "")
    # Not url_for: an error page is dressed too, and for a Host we do not know there are no addresses to build.
    return f"{request.script_root}{current_app.static_url_path}/build/{path}?v={version}"


def public_link(endpoint: str, **values: str | int) -> str:
    """A full address for an e-mail. Built from PUBLIC_URL, never from what the request claims as its host."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return public_address(path)


def public_address(path: str) -> str:
    """The full address of a path of ours: for a link whose last part is known only when it is sent."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def mailed_link(endpoint: str, minted: Minted, **values: str | int) -> str:
    """A full address for an e-mail with a placeholder where its token goes: the sender writes the token in."""
    return public_link(endpoint, token=minted.token, **values).replace(minted.token, minted.placeholder)


def safe_next(target: str | None, *, otherwise: str) -> str:
    """`target` if it is one of our own pages, `otherwise` if it could lead anywhere else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(character < " " or character == "\\" for character in target):
        return otherwise
    try:
        current_app.url_map.bind("localhost").match(urlsplit(target).path, method="GET")
    except RequestRedirect:
        return target
    except (HTTPException, ValueError):
        return otherwise
    return target


def as_a_mail(text: str, *, is_html: bool) -> Response:
    """A mail as its reader will see it, to be shown in a frame of a page of ours."""
    answer = Response(text, mimetype="text/html" if is_html else "text/plain")
    answer.headers["Content-Security-Policy"] = FOR_A_MAIL
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    ours = app.jinja_loader
    app.jinja_loader = ChoiceLoader([*([ours] if ours else []), macros])
    app.jinja_env.globals.update(csp_nonce=csp_nonce, asset=asset, demo_mode=app.config["DEMO"])
    csrf.init_app(app)
    app.before_request(_choose_transactions)
    app.after_request(_add_headers)
    app.register_error_handler(AlreadySubmitted, _show_what_was_saved)
    app.register_error_handler(Replaced, _lead_to_what_replaced_it)
    app.register_error_handler(MergedMeanwhile, _ask_again)
    app.register_error_handler(CrmError, _show_refusal)
    app.register_error_handler(CSRFError, _show_stale_form)
    app.register_error_handler(401, _ask_to_sign_in)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(OperationalError, _show_database_trouble)
    app.register_error_handler(Exception, _show_failure)
    app.register_blueprint(bp)


def _choose_transactions() -> None:
    read_only(request.method in SAFE_METHODS)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    own_policy = headers.get("Content-Security-Policy")  # a download may be stricter
    headers["Content-Security-Policy"] = own_policy or (
        f"default-src 'self'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "object-src 'none'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")
    # An address that is no page of ours may be a link to one, mistyped or cut, with its token in it.
    headers.setdefault("Referrer-Policy", "same-origin" if request.endpoint else "no-referrer")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if current_app.config["PUBLIC_URL"].startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if request.endpoint == "static":
        if "v" in request.args:
            headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    else:
        headers.setdefault("Cache-Control", "no-store")
    return response


def _show_what_was_saved(error: AlreadySubmitted) -> ResponseReturnValue:
    return redirect(error.leads_to, 303)


def _lead_to_what_replaced_it(error: Replaced) -> ResponseReturnValue:
    """The same page of what the old number has become; what was posted is posted there, so nothing typed is lost."""
    address = _address_instead(error)
    chosen = f"{error.kind}-id"  # of a SearchSelectField
    if address is None and request.form.get(chosen) != str(error.old):
        return _show_refusal(error)
    flash(str(error), "information")
    if address is None:
        db.session.rollback()
        answers = [
            (name, str(error.new) if name == chosen else value) for name, value in request.form.items(multi=True)
        ]
        request.form = ImmutableMultiDict(answers)  # what the view reads when it is asked once more
        view = current_app.ensure_sync(current_app.view_functions[str(request.endpoint)])
        return cast(ResponseReturnValue, view(**request.view_args or {}))
    return redirect(address, HTTPStatus.FOUND if request.method in SAFE_METHODS else HTTPStatus.TEMPORARY_REDIRECT)


def _address_instead(error: Replaced) -> str | None:
    """This request's address with the new number in place of the old one; None if the address does not name it."""
    path, query = dict(request.view_args or {}), list(request.args.items(multi=True))
    name = f"{error.kind}_id"
    if path.get(name) == error.old:
        path[name] = error.new
    else:
        named = {(error.kind, str(error.old)), (name, str(error.old))}
        if not named.intersection(query):
            return None
        query = [(key, str(error.new) if (key, value) in named else value) for key, value in query]
    here = url_for(str(request.endpoint), **path)
    return f"{here}?{urlencode(query)}" if query else here


def _ask_again(error: MergedMeanwhile) -> ResponseReturnValue:
    """Have the same sent again: by now the page knows where the old number leads. Only once, so as not to spin."""
    db.session.rollback()
    if AGAIN in request.args:
        return _show_refusal(error)
    arguments = [*request.args.items(multi=True), (AGAIN, "1")]
    return redirect(f"{request.script_root}{request.path}?{urlencode(arguments)}", HTTPStatus.TEMPORARY_REDIRECT)


def _show_refusal(error: CrmError) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return _error_page(status, str(error))


def _show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _error_page(400, "This page was open too long to be saved safely. Go back, open it again and save.")


def _ask_to_sign_in(_error: HTTPException) -> ResponseReturnValue:
    """Then lead to the page asked for; for a form that came too late, to the page it stood on."""
    if request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    if request.endpoint == "accounts.sign_out":
        return redirect(url_for("accounts.sign_in"), 303)
    page = urlsplit(request.referrer or "")
    stood_on = f"{page.path}?{page.query}" if page.query else page.path
    flash("You had been signed out, so what you sent was not saved. Sign in, and the page opens again.", "warning")
    return redirect(url_for("accounts.sign_in", next=safe_next(stood_on, otherwise="") or None), 303)


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    if error.code is None or error.response is not None:
        return error
    return _error_page(error.code, None)


def _show_database_trouble(error: OperationalError) -> ResponseReturnValue:
    log.error("database trouble, reference %s", reference(), exc_info=error)
    db.session.rollback()
    return _error_page(503, None)


def _show_failure(error: Exception) -> ResponseReturnValue:
    log.error("failure, reference %s", reference(), exc_info=error)
    db.session.rollback()
    if current_app.testing:
        raise error
    return _error_page(500, None)


def _error_page(status: int, message: str | None) -> ResponseReturnValue:
    """The page for an error, with what happened and what to do, and the reference that is in the log."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("answered %d, reference %s", status, reference())
    return render_template("errors/error.html", status=status, message=message, reference=reference()), status
