"""No log shows a token, whoever writes it."""

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask, request

from crm.core import logs
from crm.core.access import allow
from crm.core.logs import masked
from crm.core.tokens import minted, new_token
from tests.conftest import CarefulClient

PATHS = ("answer", "receipt", "undo", "hub", "stop", "password")


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """What a server that knows nothing of Threefold would write, from every logger there is."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def a_token(app: Flask) -> str:
    with app.app_context():
        return minted().token


def fail(text: str) -> None:
    raise RuntimeError(text)


@pytest.mark.parametrize("path", PATHS)
def test_a_token_in_an_address_is_masked_in_a_message_and_in_what_fills_it(
    app: Flask, log: io.StringIO, path: str
) -> None:
    token = a_token(app)
    anywhere = logging.getLogger("somebody.else")

    anywhere.info("GET /%s/%s HTTP/1.1" % (path, token))  # noqa: UP031  # as some servers do
    anywhere.info('"%s" %d', f"GET /{path}/{token}?a=1 HTTP/1.1", 200)
    anywhere.info("%(r)s", {"r": f"https://threefold.example/{path}/{token}."})
    anywhere.info("%r", {"address": f"/{path}/{token}\n"})
    anywhere.info("does not fit %d", f"/{path}/{token}")

    assert token not in log.getvalue()
    assert log.getvalue().count(f"/{path}/[token]") == 5


def test_an_exception_that_tells_a_token_is_masked_with_where_it_happened(app: Flask, log: io.StringIO) -> None:
    token = a_token(app)
    try:
        fail(f"nothing at /answer/{token}")
    except RuntimeError:
        logging.getLogger("somebody.else").exception("failed", stack_info=True)

    assert token not in log.getvalue()
    assert "RuntimeError: nothing at /answer/[token]" in log.getvalue()
    assert "test_logs.py" in log.getvalue()


def test_an_exception_without_a_token_stays_as_it_is(log: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    try:
        fail("plain")
    except RuntimeError:
        logging.getLogger("somebody.else").exception("failed")

    assert "RuntimeError: plain" in log.getvalue()
    assert caplog.records[-1].exc_info


def test_a_page_that_fails_below_a_link_leaves_no_token_in_the_log(
    app: Flask, client: CarefulClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    @allow()
    def failing(token: str) -> str:
        raise RuntimeError(f"{request.url} failed with {token}")

    monkeypatch.setitem(app.view_functions, "accounts.choose_password", failing)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    token = a_token(app)

    answer = client.get(f"/password/{token}")

    assert answer.status_code == 500
    assert token not in answer.text
    assert "RuntimeError: http://localhost/password/[token] failed with [token]" in log.getvalue()
    assert token not in log.getvalue()


@pytest.mark.parametrize(
    "kept",
    [
        "test_that_a_name_as_long_as_a_token_stays_as_it_is_written",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "SOME_SETTING_THAT_IS_WRITTEN_IN_CAPITALS_ONLY",
        "/employers/17/edit?next=/my-day/",
        "Short-But-Mixed_Case",
    ],
)
def test_what_is_no_token_can_be_read(kept: str) -> None:
    assert masked(kept) == kept


def test_every_token_is_recognised() -> None:
    assert all(masked(f"/hub/{new_token()}") == "/hub/[token]" for _ in range(2000))


def test_masking_twice_is_masking_once() -> None:
    once = logging.getLogRecordFactory()

    logs.install()

    assert logging.getLogRecordFactory() is once
