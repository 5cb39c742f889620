"""How every answer is dressed, and what is never believed."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from config import Config
from crm.accounts.passwords import hash_password
from crm.app import create_app
from crm.core.db import db
from crm.core.web import public_link, safe_next
from tests.factories import UserFactory

HOST = "threefold.example"
PASSWORD = "kettle harbour ninety"


class SecureClient(FlaskClient):
    """A browser that is at the installation's own address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, base_url=f"https://{HOST}", buffered=True, **kwargs)


@pytest.fixture
def live(database: None, database_url: str) -> Iterator[FlaskClient]:
    """The application as it is installed: https, CSRF tokens, no testing."""
    config = Config.for_tests(
        database_url, PUBLIC_URL=f"https://{HOST}", TRUSTED_HOSTS=(HOST,), WTF_CSRF_ENABLED=True, TESTING=False
    )
    app = create_app(config)
    UserFactory.make(email="priya@council.example", password_hash=hash_password(PASSWORD))
    db.session.commit()
    app.test_client_class = SecureClient
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def fail_with(error: Exception, live: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> TestResponse:
    def fail() -> str:
        raise error

    fail._crm_allowed_roles = frozenset()  # type: ignore[attr-defined]  # what @allow() leaves
    monkeypatch.setitem(live.application.view_functions, "web.healthz", fail)
    return live.get("/healthz")


NO_PAGE = ("308", "404", "405")  # of `every_kind`: no view answers there


def every_kind(
    live: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, TestResponse]]:
    (tmp_path / "a.css").write_text("a{}")
    live.application.static_folder = str(tmp_path)
    yield "200", live.get("/sign-in")
    yield "303", live.get("/account")
    yield "308", live.get("/administration/users")
    yield "400", live.post("/sign-in", data={})
    yield "404", live.get("/nothing-here")
    yield "405", live.get("/sign-out")
    yield "200 static", live.get("/static/a.css?v=1")
    yield "404 static", live.get("/static/b.css")
    yield "500", fail_with(RuntimeError("secret"), live, monkeypatch)
    yield "503", fail_with(OperationalError("SELECT secret", {}, Exception("secret")), live, monkeypatch)


def test_every_kind_of_answer_is_dressed(live: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, answer in every_kind(live, tmp_path, monkeypatch):
        headers = answer.headers
        assert answer.status_code == int(kind[:3])
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", policy["script-src"]), kind
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert (policy["frame-ancestors"], policy["base-uri"], policy["object-src"]) == ("'none'",) * 3
        assert policy["default-src"] == policy["form-action"] == "'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        # An address that is no page may be a mistyped link of an employer's, token and all.
        assert headers["Referrer-Policy"] == ("no-referrer" if kind in NO_PAGE else "same-origin"), kind
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "charset=utf-8" in headers["Content-Type"]
        if "static" not in kind:
            assert headers["Cache-Control"] == "no-store"


def test_a_built_file_may_be_kept_for_a_year(live: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    live.application.static_folder = str(tmp_path)

    assert live.get("/static/a.css?v=1").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in live.get("/static/a.css").headers["Cache-Control"]


def test_every_answer_has_a_nonce_of_its_own(live: FlaskClient) -> None:
    first, second = (live.get("/sign-in") for _ in range(2))

    assert first.headers["Content-Security-Policy"] != second.headers["Content-Security-Policy"]
    nonce = first.headers["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0]
    assert f'nonce="{nonce}"' in first.text


@pytest.mark.parametrize(
    "error", [RuntimeError("secret"), OperationalError("SELECT secret FROM user", {}, Exception("secret"))]
)
def test_a_failure_shows_a_reference_that_is_in_the_log_and_nothing_else(
    live: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    with caplog.at_level(logging.ERROR):
        page = fail_with(error, live, monkeypatch).text

    reference = re.search(r"Reference <strong>([0-9A-F]{8})</strong>", page)
    assert reference
    assert reference[1] in caplog.text
    assert not re.search(r"secret|Traceback|SELECT|\.py", page)


def test_the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(live: FlaskClient) -> None:
    cookie = sign_in(live).headers["Set-Cookie"]

    assert cookie.startswith("__Host-threefold=")
    assert all(f"; {flag}" in cookie for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    assert "Domain" not in cookie


def test_a_form_without_its_token_is_refused(live: FlaskClient) -> None:
    answer = live.post("/sign-in", data={"email": "priya@council.example", "password": PASSWORD})

    assert answer.status_code == 400
    assert "open too long to be saved safely" in answer.text
    assert live.get("/account").status_code == 303


def test_a_token_of_another_browser_is_refused(live: FlaskClient) -> None:
    other = live.application.test_client()
    live.get("/sign-in")

    answer = live.post(
        "/sign-in", data={"email": "priya@council.example", "password": PASSWORD, "csrf_token": token(other)}
    )

    assert answer.status_code == 400


def test_a_form_with_its_token_is_taken_without_a_referrer(live: FlaskClient) -> None:
    assert sign_in(live).status_code == 303
    assert live.get("/account").status_code == 200


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found
    return found[1]


def sign_in(client: FlaskClient) -> TestResponse:
    data = {"email": "priya@council.example", "password": PASSWORD, "csrf_token": token(client)}
    return client.post("/sign-in", data=data)


@pytest.mark.parametrize(
    "host", ["evil.example", f"{HOST}.evil.example", f"evil.example:{HOST}", f"{HOST}@evil.example", "", "localhost"]
)
@pytest.mark.parametrize("path", ["/sign-in", "/account", "/nothing-here", "/forgotten-password"])
def test_a_host_we_do_not_know_is_refused(live: FlaskClient, host: str, path: str) -> None:
    answer = live.get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text + answer.headers.get("Location", "")


def test_what_a_proxy_may_claim_about_the_host_is_ignored(live: FlaskClient) -> None:
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Server": "evil.example",
        "Forwarded": "host=evil.example",
    }

    answer = live.get("/account", headers=headers)

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")])
def test_a_proxy_is_believed_only_as_often_as_there_are_any(database_url: str, proxies: int, seen: str) -> None:
    app = create_app(Config.for_tests(database_url, PROXIES=proxies))
    noted: list[str] = []

    @app.before_request
    def note() -> None:
        noted.extend([str(request.remote_addr), request.host])

    app.test_client().get(
        "/sign-in", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Host": "evil.example"}
    )

    with app.app_context():
        db.engine.dispose()
    assert noted == [seen, "localhost"]


def test_links_in_mail_come_from_the_settings_never_from_the_request(live: FlaskClient) -> None:
    with live.application.test_request_context(headers={"Host": "evil.example"}):
        assert public_link("accounts.forgotten") == f"https://{HOST}/forgotten-password"


# fmt: off
ELSEWHERE = (
    "https://evil.test", "http://evil.test/account", "HTTPS://evil.test", "//evil.test", "///evil.test",
    "////evil.test",
    "//evil.test/account", "///evil.test/%2e%2e", "https:evil.test", "https:/evil.test", "https:///evil.test",
    "http:evil.test", "/\\evil.test", "\\/evil.test", "\\\\evil.test", "\\evil.test", "/\\/evil.test", "//\\evil.test",
    "/account\\@evil.test", "/\t/evil.test", "/\n/evil.test", "/\r/evil.test", "\t//evil.test", " //evil.test",
    "\n//evil.test", "\x00//evil.test", "/\x00/evil.test", "/\x0b/evil.test", "//evil.test\\@threefold.example",
    "//threefold.example@evil.test", "//threefold.example:80@evil.test", "https://threefold.example@evil.test",
    "https://threefold.example.evil.test", "https://evil.test#threefold.example", "https://evil.test?threefold.example",
    "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "file:///etc/passwd", "ftp://evil.test",
    "mailto:priya@council.example", "blob:https://evil.test", "//0x7f000001", "//2130706433", "//[::1]", "//evil。test",
    "//ｅvil.test", "/／evil.test", "／／evil.test", "/..//evil.test", "/.//evil.test",
    "/%0a/evil.test", "/%2f/evil.test",
    "/%5cevil.test", "%2f%2fevil.test", "%68ttps://evil.test", "evil.test", "account", "?next=//evil.test",
    "#//evil.test", "", "/nothing-here", "/sign-out", "@evil.test", ":80", "/account\r\nSet-Cookie: a=b",
    "/account\r\n\r\n<script>", "http://[", "//[", "/[",
)
# fmt: on


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_anywhere_else_after_signing_in(app: Flask, target: str) -> None:
    with app.app_context():
        assert safe_next(target, otherwise="/start") == "/start"


@pytest.mark.parametrize("target", ["/account", "/account?a=1&b=//evil.test", "/sign-in", "/administration/users"])
def test_our_own_pages_may_be_led_to(app: Flask, target: str) -> None:
    with app.app_context():
        assert safe_next(target, otherwise="/start") == target


def test_the_address_that_was_asked_for_is_checked_where_it_is_used(live: FlaskClient) -> None:
    data = {"email": "priya@council.example", "password": PASSWORD, "csrf_token": token(live)}

    assert live.post("/sign-in?next=//evil.test", data=data).location == "/"


@pytest.mark.parametrize(
    ("megabytes", "content_type", "start"),
    [
        (11, "application/x-www-form-urlencoded", "email="),
        (3, "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n'),
    ],
)
def test_a_form_that_is_too_large_is_refused_in_words(
    live: FlaskClient, megabytes: int, content_type: str, start: str
) -> None:
    body = start.encode() + b"a" * (megabytes * 1024 * 1024) + b"\r\n--x--\r\n"

    answer = live.post("/sign-in", data=body, content_type=content_type)

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_monitor_is_told_whether_program_and_database_answer(live: FlaskClient) -> None:
    assert live.get("/healthz").text == "ok"
