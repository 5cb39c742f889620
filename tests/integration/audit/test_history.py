"""Every change leaves a row that nobody can alter."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.audit.models import ChangeAction, ChangeRecord
from crm.audit.queries import history_of
from crm.audit.recording import because, set_actor
from crm.core.access import Role
from crm.core.db import committing, db
from crm.employers.models import Contact, Employer
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, SectorFactory, UserFactory

pytestmark = pytest.mark.usefixtures("database")


def test_adding_changing_and_removing_are_written_down_with_who_and_what() -> None:
    set_actor("Priya Shah")
    with committing():
        contact = ContactFactory.make(name="Jo Alder")
    with committing():
        contact.name = "Jo Alder-Finch"
    with committing():
        db.session.delete(contact)

    added, changed, removed = [row for row in stored(ChangeRecord) if row.entity == "contact"]
    assert [row.action for row in (added, changed, removed)] == list(ChangeAction)
    assert added.changes["name"] == [None, "Jo Alder"]
    assert changed.changes == {"name": ["Jo Alder", "Jo Alder-Finch"]}
    assert removed.changes["name"] == ["Jo Alder-Finch", None]
    assert {row.actor for row in (added, changed, removed)} == {"Priya Shah"}
    set_actor(None)


def test_a_parents_history_shows_what_belongs_to_it() -> None:
    with committing():
        employer = EmployerFactory.make()
        ContactFactory.make(employer=employer)

    assert [row.entity for row in history_of("employer", employer.id)] == ["contact", "employer"]


def test_nothing_is_written_for_what_did_not_change_or_was_not_saved() -> None:
    with committing():
        employer = EmployerFactory.make(name="Alder Ltd")
    with committing():
        employer.name = "Alder Ltd"
    employer.name = "Never saved"
    db.session.flush()
    db.session.rollback()

    assert len(history_of("employer", employer.id)) == 1


def test_what_was_there_before_is_known_even_where_nobody_had_looked_at_it() -> None:
    employer_id = EmployerFactory.make(name="Alder Ltd").id
    db.session.commit()

    with committing():
        db.session.get_one(Employer, employer_id)
        db.session.expire_all()
        db.session.get_one(Employer, employer_id).name = "Alder & Finch Ltd"

    assert history_of("employer", employer_id)[0].changes["name"] == ["Alder Ltd", "Alder & Finch Ltd"]


def test_a_change_has_the_reason_and_the_actor_of_its_cause() -> None:
    with because("import of alder.xlsx", actor="Priya Shah"), committing():
        employer = EmployerFactory.make()

    (row,) = history_of("employer", employer.id)
    assert (row.reason, row.actor) == ("import of alder.xlsx", "Priya Shah")


def test_what_happens_by_itself_is_done_by_the_programme_and_names_do_not_leak_between_requests(
    client: CarefulClient,
) -> None:
    client.sign_in(UserFactory.make(name="Priya Shah"))
    client.get("/account")
    client.post("/sign-out")
    client.get("/sign-in")

    with committing():
        employer = EmployerFactory.make()

    (row,) = history_of("employer", employer.id)
    assert row.actor == "Threefold"


def test_secrets_are_nobodys_business() -> None:
    with committing():
        user = UserFactory.make(password_hash="$argon2id$first")
    with committing():
        user.password_hash = "$argon2id$second"
        user.role = Role.MANAGER

    assert "argon2" not in str([row.changes for row in stored(ChangeRecord)])
    assert history_of("user", user.id)[0].changes == {"role": ["officer", "manager"]}


def test_lists_are_shown_by_name() -> None:
    with committing():
        digital, care = SectorFactory.make(name="Digital test"), SectorFactory.make(name="Care test")
        employer = EmployerFactory.make(sectors=[digital])
    with committing():
        loaded = db.session.scalars(select(Employer).options(selectinload(Employer.sectors))).one()
        loaded.sectors = [digital, care]

    assert history_of("employer", employer.id)[0].changes == {"sectors": ["Digital test", "Care test, Digital test"]}


@pytest.mark.parametrize(
    "statement", [update(Contact).values(name="X"), delete(Contact), update(User).values(name="X")]
)
def test_a_bulk_change_that_would_leave_no_history_is_refused(statement: object) -> None:
    with pytest.raises(RuntimeError, match="would leave no history"):
        db.session.execute(statement)  # type: ignore[call-overload]  # an update or a delete


def test_a_bulk_change_may_say_that_it_writes_history_itself() -> None:
    contact = ContactFactory.make()

    db.session.execute(update(Contact).values(name="X").execution_options(audited_elsewhere=True))

    db.session.refresh(contact)
    assert contact.name == "X"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change_record SET actor = 'Somebody else'",
        "UPDATE change_record SET changes = '{}'",
        "DELETE FROM change_record",
        "DELETE FROM change_record WHERE id = (SELECT max(id) FROM change_record)",
    ],
)
def test_history_cannot_be_rewritten_by_anybody(statement: str) -> None:
    with committing():
        EmployerFactory.make()
    before = [(row.actor, row.changes) for row in stored(ChangeRecord)]

    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))

    assert [(row.actor, row.changes) for row in stored(ChangeRecord)] == before


def test_history_is_read_in_one_statement_newest_first(app: Flask) -> None:
    with committing():
        employer = EmployerFactory.make(name="One")
    for name in ("Two", "Three"):
        with committing():
            db.session.get_one(Employer, employer.id).name = name

    employer_id = employer.id
    with counting_queries() as statements:
        rows = history_of("employer", employer_id, limit=2)

    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1
    assert [row.changes["name"][1] for row in rows] == ["Three", "Two"]
