"""A real browser on a real server with the demonstration’s data. Without Chromium nothing here runs, and says so."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from waitress.server import create_server

from config import Config
from crm.app import create_app
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db, read_only
from crm.demo import seeding
from crm.demo.people import password_hashes, sign_ins
from tests.support.chromium import chromium
from tests.support.smtp import free_port

ROOT = Path(__file__).parents[2]
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_CHROMIUM = "Chromium was not found: install it, or name it in CHROMIUM."
NOT_BUILT = "Styles and scripts are not built: run python3 scripts/build_frontend.py"
CUT_OFF = "net::ERR_FAILED"  # a request that the test itself let fail
Opener = Callable[[Role | None, int], Page]


@pytest.fixture(scope="session", autouse=True)
def _browser_is_there() -> None:
    if not chromium():
        if os.environ.get("CI"):
            pytest.fail(NO_CHROMIUM, pytrace=False)
        pytest.skip(NO_CHROMIUM)
    if not (ROOT / "crm" / "static" / "build" / "manifest.json").exists():
        pytest.fail(NOT_BUILT, pytrace=False)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": [*browser_type_launch_args.get("args", []), *QUIET],
        **({"chromium_sandbox": False} if as_root else {}),
    }


@pytest.fixture(scope="session")
def served(_browser_is_there: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Flask]]:
    """The demonstration: where it is served, and the application, to run a job as the scheduler would."""
    folder, port = tmp_path_factory.mktemp("browser"), free_port()
    config = Config.for_tests(
        f"sqlite:///{folder}/browser.db",
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        TRUSTED_HOSTS=("127.0.0.1",),
        MAIL_URL=f"folder:{folder}/mail",
        WTF_CSRF_ENABLED=True,
        DEMO=True,
        TESTING=False,
    )
    app = create_app(config)
    hashes = password_hashes()
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        read_only(False)
        with committing():
            seeding.load(hashes, clock.today())
    server = create_server(app, host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}", app
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(timeout=5)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def address(served: tuple[str, Flask]) -> str:
    return served[0]


@pytest.fixture(scope="session")
def signed_in(browser: Browser, address: str) -> Callable[[Role], Any]:
    """The cookies of somebody of a role, who has signed in by the form, once."""
    known: dict[Role, Any] = {}

    def sign_in(role: Role) -> Any:
        if role not in known:
            email, password = next((email, password) for name, email, password in sign_ins() if name == role)
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{address}/sign-in?next=/account")
            page.get_by_label("E-mail address").fill(email)
            page.get_by_label("Password", exact=True).fill(password)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{address}/account")
            known[role] = context.storage_state()
            context.close()
        return known[role]

    return sign_in


@pytest.fixture
def open_browser(browser: Browser, address: str, signed_in: Callable[[Role], Any]) -> Iterator[Opener]:
    """Opens a window of some width for somebody. The test fails if a page's scripts complain."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error" and CUT_OFF not in message.text:
            complaints.append(message.text)

    def open_for(role: Role | None, width: int) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            storage_state=signed_in(role) if role else None,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert not complaints
