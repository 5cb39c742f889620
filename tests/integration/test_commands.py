"""The command line for users and jobs."""

from click.testing import Result
from flask import Flask

from crm.accounts.models import SignIn, User
from crm.accounts.passwords import is_right
from crm.accounts.services.sign_ins import begin_sign_in
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.jobs.housekeeping import FORGETTING
from crm.notifications.models import OutboxEmail
from tests.conftest import stored
from tests.factories import UserFactory

ADA = ("users", "create", "--email", "Ada@Example.com", "--name", "Ada Admin", "--role", "admin")
PASSWORD = "kettle harbour ninety"


def flask(app: Flask, *arguments: str, typed: str = "") -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=list(arguments), input=typed)


def test_a_user_is_added_with_a_password_that_is_asked_for_until_it_is_good(app: Flask, database: None) -> None:
    said = flask(app, *ADA, typed=f"short\nshort\n{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")

    assert said.exit_code == 0
    assert "at least 12 characters" in said.output
    assert PASSWORD not in said.output
    (ada,) = stored(User)
    assert (ada.email, ada.name, ada.role) == ("ada@example.com", "Ada Admin", Role.ADMIN)
    assert is_right(PASSWORD, ada.password_hash)


def test_a_user_can_be_invited_instead(app: Flask, database: None) -> None:
    said = flask(app, *ADA, "--invite")

    assert "Ada Admin is invited as administrator" in said.output
    (ada,), (mail,) = stored(User), stored(OutboxEmail)
    assert ada.password_hash is None
    assert mail.recipient == "ada@example.com"


def test_what_cannot_be_is_refused_in_a_sentence(app: Flask, database: None) -> None:
    UserFactory.make(email="ada@example.com", name="Ada Admin", role=Role.ADMIN)

    taken = flask(app, *ADA, "--invite")
    odd = flask(app, "users", "create", "--email", "nonsense", "--name", "Ada", "--role", "admin")
    last = flask(app, "users", "disable", "ada@example.com")
    unknown = flask(app, "users", "disable", "nobody@example.com")

    assert "Error: Ada Admin has this e-mail address already." in taken.output
    assert "Enter an e-mail address in full" in odd.output
    assert "Make somebody else an administrator first" in last.output
    assert "Nobody signs in as nobody@example.com." in unknown.output
    assert all(each.exit_code for each in (taken, odd, last, unknown))


def test_a_disabled_user_is_signed_out_at_once(app: Flask, database: None) -> None:
    user = UserFactory.make(email="sam@example.com")
    begin_sign_in(user, at=clock.now())

    said = flask(app, "users", "disable", "sam@example.com")

    assert "cannot sign in any more" in said.output
    (user,), (stay,) = stored(User), stored(SignIn)
    assert user.disabled_at
    assert stay.ended_at


def test_users_are_listed_with_their_state(app: Flask, database: None) -> None:
    UserFactory.make(email="sam@example.com", name="Sam Okafor")
    UserFactory.make(email="old@example.com", disabled_at=clock.now())

    lines = flask(app, "users", "list").output.splitlines()

    assert lines[0] == "sam@example.com  Sam Okafor  officer  invited  never signed in"
    assert "disabled" in lines[1]


def test_a_job_can_be_run_now(app: Flask, database: None) -> None:
    assert flask(app, "jobs", "once", "forget-old").output == f"forget-old: {len(FORGETTING)} done, 0 failed.\n"
    assert flask(app, "jobs", "once", "nothing").exit_code == 2
