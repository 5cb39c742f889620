"""Signing in and out, and what ends a stay."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask

from crm.accounts import passwords
from crm.accounts.models import SignIn, SignInFailure, User
from crm.accounts.passwords import hash_password
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.submissions import Submission
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory

PASSWORD = "kettle harbour ninety"
HASH = hash_password(PASSWORD)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(database: None) -> User:
    return UserFactory.make(name="Priya Shah", email="priya@council.example", password_hash=HASH)


def sign_in(
    client: CarefulClient, email: str = "priya@council.example", password: str = PASSWORD, *, address: str = "127.0.0.1"
) -> int:
    data = {"email": email, "password": password}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def copy_of(client: CarefulClient, app: Flask) -> CarefulClient:
    """Another browser that was given this one's cookie."""
    cookie = client.get_cookie("threefold")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("threefold", cookie.value)
    assert isinstance(thief, CarefulClient)
    return thief


def test_the_right_password_leads_to_the_page_that_was_asked_for(client: CarefulClient, officer: User) -> None:
    asked = client.get("/account")

    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/account"

    answer = client.post(asked.location, data={"email": " Priya@Council.example ", "password": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Priya Shah" in client.get("/account").text


def test_a_cookie_holds_no_password_and_the_database_no_token(client: CarefulClient, officer: User) -> None:
    sign_in(client)

    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    (stay,) = stored(SignIn)
    assert len(token) == 43
    assert stay.token_hash != token


def test_signing_in_begins_a_new_session_and_ends_the_old_one(client: CarefulClient, officer: User) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        first = cookie["_user_id"]
        cookie["left over"] = "from before"

    sign_in(client)

    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
        assert "left over" not in cookie
    assert [stay.ended_at is None for stay in stored(SignIn)] == [False, True]


def test_who_is_signed_in_already_is_led_on(client: CarefulClient, officer: User) -> None:
    client.sign_in(officer)

    assert client.get("/sign-in?next=/account").location == "/account"


def test_a_copy_of_the_cookie_is_worthless_after_signing_out(client: CarefulClient, app: Flask, officer: User) -> None:
    sign_in(client)
    thief = copy_of(client, app)
    assert thief.get("/account").status_code == 200

    assert client.post("/sign-out").location == "/sign-in"

    assert thief.get("/account").status_code == 303
    assert client.get("/account").status_code == 303


def test_signing_out_cannot_be_done_by_a_link(client: CarefulClient, officer: User) -> None:
    sign_in(client)

    assert client.get("/sign-out").status_code == 405
    assert client.get("/account").status_code == 200


def test_a_disabled_user_is_out_at_once_and_stays_out(client: CarefulClient, officer: User) -> None:
    sign_in(client)
    db.session.get_one(User, officer.id).disabled_at = MONDAY

    assert client.get("/account").status_code == 303
    assert sign_in(client) == 200
    assert client.get("/account").status_code == 303


def test_wrong_and_unknown_get_the_same_answer_and_both_compare_a_hash(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    UserFactory.make(email="gone@council.example", password_hash=HASH, disabled_at=MONDAY)
    UserFactory.make(email="invited@council.example")
    compared: list[str] = []
    really = passwords._hasher.verify

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            compared.append(password_hash)
            return really(password_hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())

    answers = {
        email: client.post("/sign-in", data={"email": email, "password": "wrong password", "submission_key": "same"})
        for email in (
            "priya@council.example",
            "nobody@council.example",
            "gone@council.example",
            "invited@council.example",
        )
    }

    bodies = {answer.text.replace(email, "").replace(_nonce(answer.text), "") for email, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len(bodies) == 1
    assert len(compared) == 4
    assert all(each.startswith("$argon2id$") for each in compared)
    assert "The e-mail address or the password is wrong" in bodies.pop()


def _nonce(html: str) -> str:
    return html.partition('nonce="')[2].partition('"')[0]


def test_no_transaction_is_open_while_a_password_is_compared(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_then: list[bool] = []

    def look(*_: object) -> bool:
        open_then.append(db.session.registry.has() and db.session().in_transaction())
        return False

    monkeypatch.setattr(passwords, "is_right", look)

    sign_in(client)
    client.sign_in(officer)
    client.post("/account/password", data={"current": "wrong", "password": "another good one"} | key("a"))

    assert open_then == [False, False]


def key(name: str) -> dict[str, str]:
    return {"submission_key": f"key-{name}"}


def test_five_wrong_guesses_make_an_account_wait_a_quarter_of_an_hour(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    for _ in range(5):
        assert sign_in(client, password="wrong password") == 200
    assert sign_in(client) == 429
    assert sign_in(client) == 429

    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(minutes=15, seconds=1))

    assert sign_in(client) == 303
    assert not stored(SignInFailure)


def test_accounts_that_do_not_exist_wait_the_same(client: CarefulClient, officer: User) -> None:
    answers = [sign_in(client, "nobody@council.example", "wrong password") for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert sign_in(client) == 303


def test_one_network_guessing_at_many_accounts_is_slowed_down_and_others_are_not(
    client: CarefulClient, officer: User
) -> None:
    guesses = [sign_in(client, f"user{n}@council.example", "wrong password", address="198.51.100.7") for n in range(51)]

    assert guesses == [200] * 50 + [429]
    assert sign_in(client, address="198.51.100.7") == 429
    assert sign_in(client, address="198.51.100.8") == 303


def test_what_was_typed_is_not_kept(client: CarefulClient, officer: User) -> None:
    sign_in(client, "priya@council.example", "my secret words")

    (failure,) = stored(SignInFailure)
    assert "priya" not in failure.email_hash
    assert len(failure.email_hash) == 64


@pytest.mark.parametrize(("idle", "in_still"), [(timedelta(minutes=119), True), (timedelta(minutes=121), False)])
def test_a_stay_ends_after_two_hours_without_use(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch, idle: timedelta, in_still: bool
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    sign_in(client)
    monkeypatch.setattr(clock, "now", lambda: MONDAY + idle)

    assert (client.get("/account").status_code == 200) is in_still


def test_a_stay_ends_after_twelve_hours_however_busy(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    sign_in(client)
    answers = []
    for hour in range(1, 13):
        at = MONDAY + timedelta(hours=hour)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        answers.append(client.get("/account").status_code)

    assert answers == [200] * 11 + [303]


def test_a_weak_hash_is_made_anew_when_its_owner_signs_in(client: CarefulClient, database: None) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    UserFactory.make(email="priya@council.example", password_hash=weak)

    assert sign_in(client) == 303

    (user,) = stored(User)
    assert user.password_hash != weak
    assert passwords.is_right(PASSWORD, user.password_hash)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_see_their_own_account(client: CarefulClient, role: Role) -> None:
    client.sign_in(UserFactory.make(role=role, name="Sam Okafor"))

    page = client.get("/account").text

    assert "Sam Okafor" in page
    assert "This browser" in page


def test_before_a_form_is_sent_the_browser_asks_who_is_signed_in(client: CarefulClient, database: None) -> None:
    me = client.sign_in(UserFactory.make())
    db.session.add(Submission(key="a-key", leads_to="/", submitted_at=MONDAY))

    unknown, saved = client.get("/account/check?key=other"), client.get("/account/check?key=a-key")

    assert unknown.json is not None
    assert (unknown.json["user"], unknown.json["saved"]) == (me.id, False)
    assert unknown.json["csrf_token"]
    assert saved.json is not None
    assert saved.json["saved"] is True


@pytest.mark.parametrize(
    ("referrer", "opens_again"),
    [
        ("http://localhost/contact-log/new?employer=5", "?next=/contact-log/new?employer%3D5"),
        ("http://localhost/account", "?next=/account"),
        ("https://evil.example//evil.example/", ""),
        ("", ""),
    ],
)
def test_a_form_that_came_too_late_says_so_and_leads_back_to_its_page(
    client: CarefulClient, database: None, referrer: str, opens_again: str
) -> None:
    answer = client.post("/contact-log/new", headers={"Referer": referrer} if referrer else {})

    assert (answer.status_code, answer.location) == (303, f"/sign-in{opens_again}")
    assert "what you sent was not saved" in client.get(answer.location).text


def test_who_signs_out_too_late_has_lost_nothing(client: CarefulClient, database: None) -> None:
    answer = client.post("/sign-out", headers={"Referer": "http://localhost/account"})

    assert answer.location == "/sign-in"
    assert "was not saved" not in client.get("/sign-in").text
