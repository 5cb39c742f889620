"""The index is in step with what it describes, whatever is done to that and however."""

import random
from collections.abc import Callable
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import Connection, Delete, Update, delete, insert, select, text, update

from crm.core import clock
from crm.core.db import db
from crm.core.normalise import name_key
from crm.employers.models import Contact, Employer
from crm.finding import schema
from crm.finding.models import SearchContact, SearchEmployer, SearchWord, SearchYoungPerson
from crm.finding.queries import Within, find
from crm.finding.question import read
from crm.finding.sources import Kind
from crm.interactions.models import Interaction
from crm.providers.models import YoungPerson
from tests.factories import ContactFactory, EmployerFactory, InteractionFactory, YoungPersonFactory

Row = TypeVar("Row", Employer, Contact, YoungPerson, Interaction)

pytestmark = pytest.mark.usefixtures("database")

NAMES = ("Moorcroft Lane Timber", "Café Łódź", "O’Brien & Søn", "Plain", 'A "quoted" \\ name', "Иван", "Jubilee Care")
FTS = ("search_employer", "search_contact", "search_young_person")


def connection() -> Connection:
    db.session.flush()
    return db.session.connection()


def index() -> dict[str, list[tuple[object, ...]]]:
    db.session.flush()
    db.session.expire_all()
    return {
        model.__tablename__: [
            tuple(row)
            for row in db.session.execute(
                select(model.id, model.parent_id, model.name, model.text, model.beside, model.is_past).order_by(
                    model.id
                )
            )
        ]
        for model in (SearchEmployer, SearchContact, SearchYoungPerson)
    }


def check_fts() -> None:
    """SQLite compares its index with the rows it describes, word by word; raises if they differ."""
    if db.engine.dialect.name == "sqlite":
        for name in (*(f"{table}_{part}" for table in FTS for part in ("index", "words")), "search_interaction_index"):
            db.session.execute(text(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)"))


def found(typed: str, kind: Kind = Kind.EMPLOYER) -> list[int]:
    answers = find(read(typed), Within(kinds=[kind], most=50))
    return [each.id for each in answers[kind].candidates] if kind in answers else []


def test_every_trigger_is_there(app: Flask) -> None:
    assert not schema.missing_triggers(connection())


def test_a_missing_trigger_is_noticed_and_made_and_what_was_missed_is_indexed() -> None:
    employer = EmployerFactory.make(name_key="before")
    on_employer = "" if db.engine.dialect.name == "sqlite" else " ON employer"
    connection().execute(text(f"DROP TRIGGER search_employer_is_changed{on_employer}"))
    employer.name_key = "afterwards"
    assert found("afterwards") == []
    assert schema.missing_triggers(connection()) == {"search_employer_is_changed"}

    schema.keep_in_step(connection(), changed=True)

    assert not schema.missing_triggers(connection())
    assert found("afterwards") == [employer.id]


def change_name(chance: random.Random) -> None:
    if employer := one(Employer, chance):
        employer.name = chance.choice(NAMES)
        employer.name_key = name_key(employer.name)


def rename_where_somebody_works(chance: random.Random) -> None:
    if contact := one(Contact, chance):
        employer = db.session.get_one(Employer, contact.employer_id)
        employer.name = chance.choice(NAMES)
        employer.name_key = f"{name_key(employer.name)} {chance.randint(0, 9)}"


def change_details(chance: random.Random) -> None:
    if employer := one(Employer, chance):
        employer.trading_name = chance.choice((*NAMES, None))
        employer.postcode = chance.choice(("ST1 4HT", None))
        employer.email = chance.choice(("info@example.com", None))


def archive(chance: random.Random) -> None:
    if employer := one(Employer, chance):
        employer.archived_at, employer.archived_reason = clock.now(), "closed"


def add_contact(chance: random.Random) -> None:
    if employer := one(Employer, chance):
        ContactFactory.make(employer=employer, name=chance.choice(NAMES), phone="+441632960961")


def change_contact(chance: random.Random) -> None:
    if contact := one(Contact, chance):
        contact.name = chance.choice(NAMES)


def in_bulk(statement: Update | Delete) -> None:
    db.session.flush()
    db.session.execute(statement.execution_options(audited_elsewhere=True, synchronize_session=False))
    db.session.expire_all()


def move_contacts_in_bulk(chance: random.Random) -> None:
    """As a merge does."""
    if employer := one(Employer, chance):
        in_bulk(update(Contact).values(employer_id=employer.id))


def rename_contacts_in_bulk(chance: random.Random) -> None:
    in_bulk(update(Contact).values(name=chance.choice(NAMES)))


def delete_contacts_in_bulk(chance: random.Random) -> None:
    """As undoing an import does."""
    in_bulk(delete(Contact).where(Contact.id % 2 == 0))


def add_in_bulk(chance: random.Random) -> None:
    name = chance.choice(NAMES)
    rows = [{"name": name, "name_key": name_key(name), "version": 1} for _ in range(3)]
    db.session.execute(insert(Employer), rows)


def add_young_person(chance: random.Random) -> None:
    YoungPersonFactory.make(reference=f"REF{chance.randint(0, 10**9)}")


def rename_young_person(chance: random.Random) -> None:
    if person := one(YoungPerson, chance):
        person.reference = f"NEW{chance.randint(0, 10**9)}"


def log(chance: random.Random) -> None:
    InteractionFactory.make(summary=chance.choice(NAMES))


def correct_the_log(chance: random.Random) -> None:
    if interaction := one(Interaction, chance):
        interaction.summary = chance.choice(NAMES)


EDITS: tuple[Callable[[random.Random], None], ...] = (
    lambda chance: [EmployerFactory.make(name=chance.choice(NAMES)) for _ in range(2)].clear(),
    change_name,
    rename_where_somebody_works,
    change_details,
    archive,
    add_contact,
    change_contact,
    move_contacts_in_bulk,
    rename_contacts_in_bulk,
    delete_contacts_in_bulk,
    add_in_bulk,
    add_young_person,
    rename_young_person,
    log,
    correct_the_log,
)


def one(model: type[Row], chance: random.Random) -> Row | None:
    db.session.flush()
    ids = db.session.scalars(select(model.id).order_by(model.id)).all()
    return db.session.get(model, chance.choice(ids), populate_existing=True) if ids else None


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_the_index_is_what_a_new_one_would_be(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        chance.choice(EDITS)(chance)
    kept = index()
    check_fts()

    schema.rebuild(connection())

    assert kept == index()
    assert kept["search_employer"]
    check_fts()


def test_a_renamed_employer_is_found_by_its_contacts_too() -> None:
    contact = ContactFactory.make(name="Dawn Okafor")
    ContactFactory.make(name="Dawn Elsewhere")
    contact.employer.name_key = "moorcroft"

    assert found("dawn moorcroft", Kind.CONTACT) == [contact.id]


def test_words_of_the_log_are_learnt_when_two_entries_say_them_and_forgotten_when_none_does() -> None:
    entries = [InteractionFactory.make(summary="About apprenticeships") for _ in range(2)]
    schema.tidy(connection())
    assert sorted(found("aprenticeships", Kind.INTERACTION)) == [each.id for each in entries]

    for each in entries:
        db.session.delete(each)
    schema.tidy(connection())

    assert "apprenticeships" not in db.session.scalars(select(SearchWord.word)).all()


def test_a_word_is_learnt_once() -> None:
    EmployerFactory.make(name_key="moorcroft")
    EmployerFactory.make(name_key="moorcroft lane")

    db.session.flush()
    assert db.session.scalars(select(SearchWord.word).where(SearchWord.word == "moorcroft")).all() == ["moorcroft"]


def test_an_index_that_knows_nothing_is_filled_anew() -> None:
    """As after an upgrade that brings a further part of it."""
    employer = EmployerFactory.make(name_key="moorcroft")
    db.session.flush()
    if db.engine.dialect.name == "sqlite":
        for name in ("search_employer_words", "search_employer_index", "search_word_index"):
            connection().execute(text(f"DROP TABLE {name}"))
    else:
        connection().execute(text("DELETE FROM search_employer"))
        connection().execute(text("DROP INDEX search_employer_trigrams"))

    schema.keep_in_step(connection(), changed=True)

    assert found("moorcroft") == [employer.id]
    assert found("mooorcroft") == [employer.id]
    check_fts()


def test_the_command_finds_again_what_was_changed_past_the_triggers(app: Flask) -> None:
    employer = EmployerFactory.make(name_key="moorcroft")
    db.session.flush()
    connection().execute(text("UPDATE search_employer SET name = 'x', text = ' x '"))
    db.session.commit()
    assert found("moorcroft") == []

    result = app.test_cli_runner().invoke(args=["search", "rebuild"])

    assert result.exit_code == 0
    db.session.rollback()
    assert found("moorcroft") == [employer.id]


def test_a_database_user_who_may_not_add_the_extension_is_told_what_to_do() -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite brings its trigrams")
    with db.engine.connect() as other:
        other.execute(text("DROP EXTENSION pg_trgm CASCADE"))
        other.execute(text("CREATE ROLE somebody_small"))
        other.execute(text("SET LOCAL ROLE somebody_small"))

        with pytest.raises(RuntimeError, match="CREATE EXTENSION pg_trgm"):
            schema.keep_in_step(other, changed=False)

        other.rollback()
