"""Changing a password, forgetting one, and the mailed links that let somebody choose one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from crm.accounts.models import LinkPurpose, PasswordLink, SignIn, SignInFailure, User
from crm.accounts.passwords import hash_password, is_right
from crm.accounts.services.links import mail_link
from crm.core import clock
from crm.core.db import committing, db
from crm.notifications.models import OutboxEmail
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory
from tests.support.mails import as_sent

PASSWORD, NEXT = "kettle harbour ninety", "velvet ladder thirteen"
HASH = hash_password(PASSWORD)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(database: None) -> User:
    return UserFactory.make(name="Priya Shah", email="priya@council.example", password_hash=HASH)


def link_in_mail() -> str:
    found = re.findall(r"http://localhost(/password/[\w-]{43})\n", as_sent(stored(OutboxEmail)[-1]))
    assert len(found) == 1
    return str(found[0])


def mailed(user: User, purpose: LinkPurpose = LinkPurpose.RESET, at: datetime | None = None) -> str:
    with committing():
        mail_link(db.session.merge(user), purpose, at=at or clock.now())
    return link_in_mail()


def choose(client: CarefulClient, link: str, password: str = NEXT, key: str = "once") -> int:
    return client.post(link, data={"password": password, "submission_key": key}).status_code


def other_browser(app: Flask, user: User) -> CarefulClient:
    browser = app.test_client()
    assert isinstance(browser, CarefulClient)
    browser.sign_in(user)
    return browser


def test_changing_the_password_ends_every_other_sign_in_and_tells_its_owner(
    client: CarefulClient, app: Flask, officer: User
) -> None:
    elsewhere = other_browser(app, officer)
    client.sign_in(officer)

    answer = client.post("/account/password", data={"current": PASSWORD, "password": NEXT, "submission_key": "once"})

    assert answer.location == "/account"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert is_right(NEXT, stored(User)[0].password_hash)
    (mail,) = stored(OutboxEmail)
    assert mail.subject == "Your Threefold password was changed"
    assert NEXT not in mail.body


@pytest.mark.parametrize(
    ("current", "password", "told"),
    [
        ("wrong", NEXT, "The password you have now is wrong"),
        (PASSWORD, "short", "at least 12 characters"),
        (PASSWORD, "priya@council.example", "not your name or e-mail address"),
        (PASSWORD, "passwordpassword", "harder to guess"),
        ("", NEXT, "Enter the password you have now"),
    ],
)
def test_a_password_is_changed_only_with_the_present_one_and_for_a_good_one(
    client: CarefulClient, officer: User, current: str, password: str, told: str
) -> None:
    client.sign_in(officer)

    answer = client.post("/account/password", data={"current": current, "password": password, "submission_key": "once"})

    assert told in answer.text
    assert stored(User)[0].password_hash == HASH


def test_guessing_the_present_password_is_slowed_down_too(client: CarefulClient, officer: User) -> None:
    client.sign_in(officer)
    answers = [
        client.post(
            "/account/password", data={"current": "wrong", "password": NEXT, "submission_key": f"k{n}"}
        ).status_code
        for n in range(6)
    ]

    assert answers == [200] * 5 + [429]


def test_a_password_may_be_pasted_and_managed(client: CarefulClient, officer: User) -> None:
    client.sign_in(officer)

    page = client.get("/account/password").text

    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="new-password"' in page
    assert "onpaste" not in page


def test_who_forgot_gets_a_link_that_works_once(client: CarefulClient, app: Flask, officer: User) -> None:
    elsewhere = other_browser(app, officer)
    client.post("/forgotten-password", data={"email": "Priya@council.example"})
    link = link_in_mail()

    page = client.get(link)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "priya@council.example" in page.text
    assert choose(client, link) == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert is_right(NEXT, stored(User)[0].password_hash)
    assert client.get(link).status_code == 404
    assert choose(client, link, key="again") == 404


def test_known_and_unknown_addresses_get_the_same_answer(client: CarefulClient, officer: User) -> None:
    UserFactory.make(email="gone@council.example", disabled_at=MONDAY)
    answers = {
        client.post("/forgotten-password", data={"email": email}).location
        for email in ("priya@council.example", "nobody@council.example", "gone@council.example")
    }

    assert answers == {"/forgotten-password/sent"}
    assert [mail.recipient for mail in stored(OutboxEmail)] == ["priya@council.example"]
    assert "If this address can sign in" in client.get("/forgotten-password/sent").text


def test_only_three_links_an_hour_are_mailed(client: CarefulClient, officer: User) -> None:
    for _ in range(5):
        answer = client.post("/forgotten-password", data={"email": "priya@council.example"})
        assert answer.location == "/forgotten-password/sent"

    assert len(stored(OutboxEmail)) == 3


def test_opening_a_link_changes_nothing_however_often(client: CarefulClient, officer: User) -> None:
    link = mailed(officer)

    for method in ("GET", "HEAD", "GET", "OPTIONS"):
        client.open(link, method=method)

    (stored_link,) = stored(PasswordLink)
    assert stored_link.used_at is None
    assert stored(SignIn) == []
    assert choose(client, link) == 303


@pytest.mark.parametrize(
    ("purpose", "lives"), [(LinkPurpose.RESET, timedelta(hours=1)), (LinkPurpose.INVITATION, timedelta(days=7))]
)
def test_a_link_runs_out(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch, purpose: LinkPurpose, lives: timedelta
) -> None:
    link = mailed(officer, purpose, MONDAY)
    monkeypatch.setattr(clock, "now", lambda: MONDAY + lives - timedelta(seconds=1))
    assert client.get(link).status_code == 200

    monkeypatch.setattr(clock, "now", lambda: MONDAY + lives)

    assert client.get(link).status_code == 404
    assert choose(client, link) == 404
    assert stored(User)[0].password_hash == HASH


def test_links_that_do_not_work_all_look_alike(client: CarefulClient, officer: User) -> None:
    used = mailed(officer)
    choose(client, used)
    client.post("/sign-out")
    client.get("/sign-in")  # says that it happened, once
    outrun = mailed(officer, at=MONDAY)
    replaced = mailed(officer)
    mailed(officer)
    shut_out = mailed(UserFactory.make(email="gone@council.example"))
    with committing():
        db.session.query(User).filter_by(email="gone@council.example").one().disabled_at = MONDAY

    pages = [client.get(link) for link in (used, outrun, replaced, shut_out, "/password/" + "x" * 43, "/password/x")]

    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'nonce="[^"]*"', "", page.text) for page in pages}) == 1
    assert {page.headers["Referrer-Policy"] for page in pages} == {"no-referrer"}
    assert "This link does not work any more" in pages[0].text


def test_the_database_keeps_no_token(client: CarefulClient, officer: User) -> None:
    link = mailed(officer)

    assert stored(PasswordLink)[0].token_hash not in link


def test_a_weak_choice_leaves_the_link_working(client: CarefulClient, officer: User) -> None:
    link = mailed(officer)

    answer = client.post(link, data={"password": "passwordpassword", "submission_key": "once"})

    assert "harder to guess" in answer.text
    assert choose(client, link, key="once") == 303


def test_a_second_click_leads_where_the_first_one_led(client: CarefulClient, officer: User) -> None:
    client.sign_in(officer)
    form = {"current": PASSWORD, "password": NEXT, "submission_key": "once"}

    first, second = (client.post("/account/password", data=form) for _ in range(2))

    assert first.location == "/account"
    assert second.status_code in {200, 303}
    assert len(stored(OutboxEmail)) == 1


def test_a_throttled_account_is_opened_by_its_mailed_link(client: CarefulClient, officer: User) -> None:
    for _ in range(6):
        client.post("/sign-in", data={"email": "priya@council.example", "password": "wrong password"})
    assert client.post("/sign-in", data={"email": "priya@council.example", "password": PASSWORD}).status_code == 429

    assert choose(client, mailed(officer)) == 303

    assert not stored(SignInFailure)
    client.post("/sign-out")
    assert client.post("/sign-in", data={"email": "priya@council.example", "password": NEXT}).status_code == 303


def test_a_user_ends_a_sign_in_elsewhere_and_nobody_elses(client: CarefulClient, app: Flask, officer: User) -> None:
    elsewhere, stranger = other_browser(app, officer), other_browser(app, UserFactory.make())
    client.sign_in(officer)
    mine, strangers, _ = stored(SignIn)
    assert "Another browser" in client.get("/account").text

    client.post(f"/account/sign-ins/{mine.id}/end", data={"submission_key": "one"})
    client.post(f"/account/sign-ins/{strangers.id}/end", data={"submission_key": "two"})

    assert elsewhere.get("/account").status_code == 303
    assert stranger.get("/account").status_code == 200


def test_a_user_ends_all_sign_ins_elsewhere(client: CarefulClient, app: Flask, officer: User) -> None:
    browsers = [other_browser(app, officer) for _ in range(2)]
    client.sign_in(officer)

    client.post("/account/sign-ins/end-others", data={"submission_key": "one"})

    assert [browser.get("/account").status_code for browser in (*browsers, client)] == [303, 303, 200]
