"""Names of young people: kept where their provider chose so, sealed, seen by few, every look written down."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from config import Config, UnsafeSetting, names_key
from crm.accounts.models import User
from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base, committing, db
from crm.core.errors import Conflict, NotFound
from crm.names import sealing
from crm.names.models import NameKeeping, NameRead, SealedName
from crm.names.pasting import NamedLine
from crm.names.services import forget_old, keep_names, read_name, stop_keeping_names, write_name, write_names
from crm.providers.models import Provider, YoungPerson
from crm.reference.services import save_setting
from tests.conftest import CarefulClient, stored
from tests.factories import ProviderFactory, ProviderMemberFactory, UserFactory, YoungPersonFactory
from tests.support.forms import post
from tests.support.racing import DONE, saved_at_once

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
NAME = "Dana Quillfeather"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def person() -> YoungPerson:
    return YoungPersonFactory.make(reference="AB-1")


def kept(person: YoungPerson, name: str = NAME) -> None:
    keep_names(db.session.get_one(Provider, person.provider_id), by=UserFactory.make(), at=NOW)
    write_name(person, name, at=NOW)
    db.session.commit()


def coordinator(client: CarefulClient, provider_id: int) -> User:
    user = UserFactory.make(role=Role.PROVIDER)
    ProviderMemberFactory.make(user=user, provider=db.session.get_one(Provider, provider_id))
    return client.sign_in(user)


def everything_stored() -> str:
    db.session.rollback()
    tables = [db.session.execute(table.select()).all() for table in Base.metadata.sorted_tables]
    db.session.rollback()
    return repr(tables)


def test_no_table_holds_a_name_in_clear_and_the_history_says_nothing_of_it(person: YoungPerson) -> None:
    kept(person)

    assert NAME not in everything_stored()
    assert {each.entity for each in stored(ChangeRecord)}.isdisjoint({"sealed_name", "name_read"})


def test_every_look_is_written_down_with_who_and_when(person: YoungPerson) -> None:
    kept(person)
    by = UserFactory.make()

    assert read_name(person, by=by, at=NOW) == NAME
    read_name(person, by=by, at=NOW + timedelta(hours=1))
    db.session.commit()

    assert [(each.read_by_id, each.young_person_id) for each in stored(NameRead)] == [(by.id, person.id)] * 2


@pytest.mark.parametrize("change", ["UPDATE name_read SET read_by_id = read_by_id", "DELETE FROM name_read"])
def test_the_log_of_looks_never_changes(person: YoungPerson, change: str) -> None:
    kept(person)
    read_name(person, by=UserFactory.make(), at=NOW)

    with pytest.raises(IntegrityError, match="never forgotten"):
        db.session.execute(text(change))


def test_a_name_in_the_row_of_somebody_else_or_under_another_key_opens_no_more(person: YoungPerson, app: Flask) -> None:
    other = YoungPersonFactory.make(provider=person.provider, reference="AB-2")
    kept(person)
    write_name(other, "Li", at=NOW)
    first, second = db.session.query(SealedName).order_by(SealedName.id)
    first.sealed, second.sealed = second.sealed, first.sealed
    db.session.flush()

    with pytest.raises(Conflict, match="cannot be opened"):
        read_name(person, by=UserFactory.make(), at=NOW)
    with pytest.raises(sealing.CannotOpen):
        sealing.opened(other.id, Fernet(Fernet.generate_key()).encrypt(b"x").decode())


def test_without_a_choice_or_a_key_nothing_is_kept(
    person: YoungPerson, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Conflict, match="not kept here"):
        write_name(person, NAME, at=NOW)
    with pytest.raises(NotFound):
        read_name(person, by=UserFactory.make(), at=NOW)
    monkeypatch.setitem(app.config, "NAMES_KEY", "")
    with pytest.raises(Conflict, match="NAMES_KEY"):
        keep_names(person.provider, by=UserFactory.make(), at=NOW)
    assert stored(NameKeeping) == []


def test_several_names_are_kept_or_none(person: YoungPerson) -> None:
    keep_names(person.provider, by=UserFactory.make(), at=NOW)
    YoungPersonFactory.make(provider=person.provider, reference="AB-9", left_at=NOW)

    with pytest.raises(Conflict, match="AB-9, ZZ-1"):
        write_names(
            person.provider, [NamedLine("ab-1", NAME), NamedLine("AB-9", "Li"), NamedLine("ZZ-1", "Mo")], at=NOW
        )
    assert write_names(person.provider, [NamedLine("ab-1", NAME)], at=NOW) == 1
    write_names(person.provider, [NamedLine("AB-1", "Dana Otherwise")], at=NOW)

    assert read_name(person, by=UserFactory.make(), at=NOW) == "Dana Otherwise"


def test_who_stops_keeping_names_has_none_left_and_others_keep_theirs(person: YoungPerson) -> None:
    other = YoungPersonFactory.make()
    kept(person)
    kept(other)

    provider = db.session.get_one(Provider, person.provider_id)
    assert stop_keeping_names(provider) == 1
    db.session.commit()

    assert [each.young_person_id for each in stored(SealedName)] == [other.id]
    with pytest.raises(Conflict, match="not kept here"):
        write_name(person, NAME, at=NOW)


def test_the_name_of_who_left_is_forgotten_after_ninety_days(person: YoungPerson) -> None:
    kept(person)
    person.left_at = NOW - timedelta(days=90)
    db.session.flush()

    assert forget_old(NOW) == 0
    assert forget_old(NOW + timedelta(seconds=1)) == 1


@pytest.mark.rounds(3)
def test_no_name_stays_behind_when_names_are_stopped_while_one_is_written(app: Flask, person: YoungPerson) -> None:
    keep_names(person.provider, by=UserFactory.make(), at=NOW)
    db.session.commit()
    provider_id, person_id = person.provider_id, person.id

    def stop() -> None:
        stop_keeping_names(db.session.get_one(Provider, provider_id))

    def write() -> None:
        write_name(db.session.get_one(YoungPerson, person_id), NAME, at=NOW)

    outcomes = saved_at_once(app, stop, write)

    assert outcomes[0] == DONE
    assert outcomes[1] in {DONE, "Names of these young people are not kept here."}
    assert stored(SealedName) == []


def test_keys_are_replaced_without_losing_a_name(
    app: Flask, person: YoungPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(person)
    newer = Fernet.generate_key().decode()
    monkeypatch.setitem(app.config, "NAMES_KEY", f"{newer}, {app.config['NAMES_KEY']}")
    told = app.test_cli_runner().invoke(args=["names", "seal-anew"])
    monkeypatch.setitem(app.config, "NAMES_KEY", newer)

    assert told.output.startswith("1 names sealed")
    db.session.rollback()
    assert read_name(db.session.get_one(YoungPerson, person.id), by=UserFactory.make(), at=NOW) == NAME
    monkeypatch.setitem(app.config, "NAMES_KEY", Fernet.generate_key().decode())
    assert "Nothing changed" in app.test_cli_runner().invoke(args=["names", "seal-anew"]).output


@pytest.mark.parametrize("key", ["short", "§" * 44, "x" * 43])
def test_a_key_that_is_none_stops_the_program(key: str) -> None:
    with pytest.raises(UnsafeSetting, match="NAMES_KEY"):
        names_key(key)
    assert names_key("") == ""
    assert Config.from_environment({"THREEFOLD_DEMO": "1"}).NAMES_KEY


def test_a_coordinator_chooses_writes_looks_and_forgets(client: CarefulClient, person: YoungPerson) -> None:
    me = coordinator(client, person.provider_id)
    provider, page = f"/providers/{person.provider_id}/names", f"/young-people/{person.id}"
    assert "Confirm that they were told" in post(client, f"{provider}/keep").text
    post(client, f"{provider}/keep", told="y")
    assert "enter a reference, a comma or tab" in post(client, f"{provider}/record", names="AB-1").text

    post(client, f"{provider}/record", names=f"AB-1\t{NAME}")

    assert NAME not in client.get(page).text
    assert NAME not in client.get(f"{page}/name").text
    assert NAME in post(client, f"{page}/name/show").text
    [read] = stored(NameRead)
    assert read.read_by_id == me.id
    log = client.get(provider).text
    assert "AB-1" in log
    assert me.name in log
    post(client, f"{page}/name", name="Dana Otherwise")
    assert "Dana Otherwise" in post(client, f"{page}/name/show").text
    post(client, f"{page}/name/forget")
    assert stored(SealedName) == []
    post(client, f"{page}/name", name=NAME)
    assert "Confirm that the names go" in post(client, f"{provider}/stop").text
    post(client, f"{provider}/stop", sure="y")
    assert stored(SealedName) == []
    assert len(stored(NameRead)) == 2


def test_nobody_looks_by_opening_a_page(client: CarefulClient, person: YoungPerson) -> None:
    kept(person)
    coordinator(client, person.provider_id)

    assert client.get(f"/young-people/{person.id}/name/show").status_code == 405
    assert stored(NameRead) == []


@pytest.mark.parametrize(
    ("role", "setting", "status"),
    [(Role.OFFICER, "no", 403), (Role.ADMIN, "no", 403), (Role.OFFICER, "yes", 200), (Role.PARTNER, "yes", 403)],
)
def test_council_staff_look_only_where_the_council_decided_so(
    client: CarefulClient, person: YoungPerson, role: Role, setting: str, status: int
) -> None:
    kept(person)
    with committing():
        save_setting("staff_read_names", setting, version=0)
    client.sign_in(UserFactory.make(role=role))

    answer = post(client, f"/young-people/{person.id}/name/show")

    assert answer.status_code == status
    assert (NAME in answer.text) == (status == 200)
    assert len(stored(NameRead)) == (status == 200)


def test_another_provider_reaches_nothing(client: CarefulClient, person: YoungPerson) -> None:
    kept(person)
    coordinator(client, ProviderFactory.make().id)

    for address in (f"/providers/{person.provider_id}/names", f"/young-people/{person.id}"):
        assert client.get(address).status_code == 404
    for path in ("name/show", "name/forget", "name"):
        assert post(client, f"/young-people/{person.id}/{path}", name="Mine").status_code == 404
    for path in ("keep", "stop", "record"):
        sent = {"told": "y", "sure": "y", "names": "AB-1,Mine"}
        assert post(client, f"/providers/{person.provider_id}/names/{path}", **sent).status_code == 404
    assert len(stored(SealedName)) == 1


def test_council_staff_write_no_names(client: CarefulClient, person: YoungPerson) -> None:
    kept(person)
    client.sign_in(UserFactory.make(role=Role.ADMIN))

    assert post(client, f"/young-people/{person.id}/name", name="Mine").status_code == 403
    assert post(client, f"/providers/{person.provider_id}/names/record", names="AB-1,Mine").status_code == 403
    assert client.get(f"/providers/{person.provider_id}/names").status_code == 200
    assert clock.now()
