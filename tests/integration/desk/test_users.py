"""Users, as administrators see and change them."""

import threading

import pytest
from flask import Flask

from crm.accounts.models import SignIn, User
from crm.accounts.services.users import disable_user
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.notifications.models import OutboxEmail
from crm.providers.models import ProviderMember
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ProviderFactory, ProviderMemberFactory, UserFactory
from tests.support.mails import as_sent

SAM = {"name": "Sam Okafor", "email": "Sam@Council.example", "role": "officer", "provider": "", "submission_key": "k"}


@pytest.fixture
def admin(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Ada Admin", email="ada@council.example", role=Role.ADMIN))


def by_email(email: str) -> User:
    return db.session.query(User).filter_by(email=email).one()


def test_a_new_user_is_invited_by_mail(client: CarefulClient, admin: User) -> None:
    answer = client.post("/administration/users/new", data=SAM)

    page = client.get(answer.location).text
    assert "Sam Okafor" in page
    assert "Invited" in page
    (mail,) = stored(OutboxEmail)
    assert (mail.recipient, mail.subject) == ("sam@council.example", "Your access to Threefold")
    assert "Choose your password here within 7 days" in mail.body


def test_the_same_form_sent_twice_adds_one_user(client: CarefulClient, admin: User) -> None:
    first, second = (client.post("/administration/users/new", data=SAM) for _ in range(2))

    assert first.location == second.location
    assert len(stored(OutboxEmail)) == 1


def test_an_address_is_used_once(client: CarefulClient, admin: User) -> None:
    UserFactory.make(name="Sam the First", email="sam@council.example")

    answer = client.post("/administration/users/new", data=SAM)

    assert "Sam the First has this e-mail address already." in answer.text


def test_a_coordinator_belongs_to_a_provider_and_no_longer_when_the_role_changes(
    client: CarefulClient, admin: User
) -> None:
    college = ProviderFactory.make(name="Vale College")

    assert (
        "Select the provider they act for"
        in client.post("/administration/users/new", data=SAM | {"role": "provider"}).text
    )
    client.post("/administration/users/new", data=SAM | {"role": "provider", "provider": str(college.id)})

    sam = by_email("sam@council.example")
    assert "Vale College" in client.get(f"/administration/users/{sam.id}").text
    assert len(stored(ProviderMember)) == 1

    client.post(f"/administration/users/{sam.id}/edit", data=SAM | {"version": "1", "submission_key": "k2"})

    assert stored(ProviderMember) == []
    assert by_email("sam@council.example").role is Role.OFFICER


def test_two_administrators_editing_at_once_see_both_versions(client: CarefulClient, admin: User) -> None:
    sam = UserFactory.make(name="Sam", email="sam@council.example")
    with committing():
        by_email("sam@council.example").name = "Samuel"

    form = SAM | {"version": "1"}
    conflict = client.post(f"/administration/users/{sam.id}/edit", data=form)

    assert "saved this while you were editing" in conflict.text
    assert "Samuel" in conflict.text
    assert 'value="Sam Okafor"' in conflict.text
    assert by_email("sam@council.example").name == "Samuel"

    assert 'name="version" value="2"' in conflict.text
    client.post(f"/administration/users/{sam.id}/edit", data=form | {"version": "2"})
    assert by_email("sam@council.example").name == "Sam Okafor"


def test_every_change_is_in_the_history_with_who_made_it(client: CarefulClient, admin: User) -> None:
    client.post("/administration/users/new", data=SAM)
    sam = by_email("sam@council.example")
    client.post(
        f"/administration/users/{sam.id}/edit",
        data=SAM | {"role": "manager", "version": "1", "submission_key": "k2"},
    )

    page = client.get(f"/administration/users/{sam.id}").text

    assert page.count("<strong>Ada Admin</strong>") == 2
    assert "manager" in page
    assert "argon2" not in page


def test_disabling_asks_first_then_ends_every_sign_in(client: CarefulClient, app: Flask, admin: User) -> None:
    sam = UserFactory.make(name="Sam Okafor")
    browser = app.test_client()
    assert isinstance(browser, CarefulClient)
    browser.sign_in(sam)

    assert "Disable Sam Okafor?" in client.get(f"/administration/users/{sam.id}/disable").text
    assert browser.get("/account").status_code == 200

    client.post(f"/administration/users/{sam.id}/disable", data={"submission_key": "k"})

    assert browser.get("/account").status_code == 303
    assert [stay.ended_at is None for stay in stored(SignIn)] == [True, False]
    assert "Disabled" in client.get(f"/administration/users/{sam.id}").text

    client.post(f"/administration/users/{sam.id}/enable", data={"submission_key": "k2"})
    assert db.session.get_one(User, sam.id).disabled_at is None


def test_nobody_disables_themselves_or_takes_their_own_role(client: CarefulClient, admin: User) -> None:
    UserFactory.make(role=Role.ADMIN)

    refused = client.post(f"/administration/users/{admin.id}/disable", data={"submission_key": "k"})
    kept = client.post(
        f"/administration/users/{admin.id}/edit",
        data=SAM | {"email": "ada@council.example", "version": "1", "submission_key": "k2"},
    )

    assert refused.status_code == 403
    assert "You cannot disable your own account" in refused.text
    assert "Another administrator has to change your role" in kept.text


def test_an_administrator_remains_even_when_two_put_each_other_out_at_once(app: Flask, database: None) -> None:
    ids = [UserFactory.make(role=Role.ADMIN).id for _ in range(2)]
    db.session.commit()
    together, refused = threading.Barrier(2), []

    def put_out(who: int, by: int) -> None:
        with app.app_context():
            together.wait()
            try:
                with committing():
                    disable_user(db.session.get_one(User, who), by=db.session.get_one(User, by), at=clock.now())
            except Conflict:
                refused.append(who)

    threads = [threading.Thread(target=put_out, args=pair) for pair in (ids, reversed(ids))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert [user.disabled_at is None for user in stored(User)].count(True) == 1


def test_a_link_is_sent_again_by_the_purpose_it_has(client: CarefulClient, admin: User) -> None:
    invited, settled = UserFactory.make(), UserFactory.make(password_hash="$argon2id$something")

    for number, user in enumerate((invited, settled)):
        client.post(f"/administration/users/{user.id}/send-link", data={"submission_key": f"k{number}"})

    assert [mail.subject for mail in stored(OutboxEmail)] == [
        "Your access to Threefold",
        "Choose a new password for Threefold",
    ]


def test_a_disabled_user_is_sent_no_link(client: CarefulClient, admin: User) -> None:
    user = UserFactory.make(disabled_at=clock.now())

    answer = client.post(f"/administration/users/{user.id}/send-link", data={"submission_key": "k"})

    assert answer.status_code == 409
    assert stored(OutboxEmail) == []


def test_changing_the_address_makes_links_to_the_old_one_worthless(client: CarefulClient, admin: User) -> None:
    client.post("/administration/users/new", data=SAM)
    sam = by_email("sam@council.example")
    link = next(line for line in as_sent(stored(OutboxEmail)[0]).splitlines() if line.startswith("http"))
    path = link.removeprefix("http://localhost")

    client.post(
        f"/administration/users/{sam.id}/edit",
        data=SAM | {"email": "samuel@council.example", "version": "1", "submission_key": "k2"},
    )

    assert client.get(path).status_code == 404


def test_the_list_takes_as_many_statements_for_many_as_for_few(client: CarefulClient, admin: User) -> None:
    with counting_queries() as few:
        client.get("/administration/users/")
    for _ in range(20):
        UserFactory.make()
    ProviderMemberFactory.make()
    with counting_queries() as many:
        page = client.get("/administration/users/").text

    assert len(few) == len(many)
    assert page.count("<tr>") == 1 + 22


def test_an_unknown_user_is_not_found(client: CarefulClient, admin: User) -> None:
    assert client.get("/administration/users/999999").status_code == 404
