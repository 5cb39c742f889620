"""Nothing that names an employer, a contact or a user is forgotten when employers are merged or somebody leaves."""

from sqlalchemy import UniqueConstraint

from crm.app import create_app  # noqa: F401  # loads every model
from crm.core.db import Base
from crm.leaving.rules import AUTHORSHIP, OWNED, PERSONAL
from crm.merging.queries.parts import unique_with
from crm.merging.rules import CONTACT_KEYS, EMPLOYER_KEYS, NOT_ASKED, PERSON_EITHER, PERSON_LACKS, QUESTIONS, How


def keys_to(name: str) -> set[str]:
    return {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == name
    }


def test_every_key_to_an_employer_has_a_rule_for_merging() -> None:
    assert keys_to("employer") == set(EMPLOYER_KEYS), "add a line to EMPLOYER_KEYS in crm/merging/rules.py"


def test_every_key_to_a_contact_has_a_rule_for_merging() -> None:
    assert keys_to("contact") == set(CONTACT_KEYS), "add a line to CONTACT_KEYS in crm/merging/rules.py"


def test_a_key_that_two_employers_rows_could_clash_in_does_not_simply_move() -> None:
    clashing = [
        key
        for key, rule in (EMPLOYER_KEYS | CONTACT_KEYS).items()
        if rule.how is How.MOVES and list(unique_with(Base.metadata.tables[key.split(".")[0]], key.split(".")[1]))
    ]

    assert not clashing, "use unites(): a row the survivor has its own of cannot move"


def test_a_unique_key_of_some_rows_has_a_rule_of_its_own() -> None:
    """Such a key is not found by itself: `unites` sees keys of all rows only."""
    partly = {
        table.name
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if index.unique and index.dialect_options["sqlite"]["where"] is not None
        for column in index.columns
        for key in column.foreign_keys
        if key.column.table.name in {"employer", "contact"}
    }

    # employer_link: of a contact and a pledge of one employer, so two employers' links never meet in it.
    assert partly == {"pledge", "employer_link", "employer_merge", "erasure_request", "membership"}, (
        "think what a merge does to these, and write a rule in moving.py"
    )


def test_every_column_of_an_employer_is_asked_for_or_left_out_on_purpose() -> None:
    asked = [column for question in QUESTIONS for column in question.columns]

    assert sorted([*asked, *NOT_ASKED]) == sorted(each.name for each in Base.metadata.tables["employer"].columns)


def test_every_column_of_a_contact_is_thought_of() -> None:
    thought_of = {name for names in PERSON_LACKS for name in names} | set(PERSON_EITHER) | {"left_at"}
    own = {"id", "employer_id", "name", "email", "created_at", "updated_at", "version"}

    assert thought_of | own == {each.name for each in Base.metadata.tables["contact"].columns}


def test_what_is_unique_about_a_site_is_its_name() -> None:
    """Sites of one name are told apart by renaming: another unique key would need another answer."""
    site = Base.metadata.tables["site"]

    assert [sorted(each.columns.keys()) for each in site.constraints if isinstance(each, UniqueConstraint)] == [
        ["employer_id", "name"]
    ]


def test_every_key_to_a_user_is_owned_written_or_their_own() -> None:
    declared = [*(rule.key for rule in OWNED), *AUTHORSHIP, *PERSONAL]

    assert sorted(declared) == sorted(keys_to("user")), "add a line to crm/leaving/rules.py: who has it afterwards?"
