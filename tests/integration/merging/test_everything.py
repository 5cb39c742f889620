"""A merge of employers with one of everything, and its undoing. What there is is found by walking the models.

`put_a_row_in_every_table` is kept complete by the test of migrations.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, Table, func, select, update
from sqlalchemy.exc import IntegrityError

from crm.core.db import Base, db
from crm.core.errors import MergedMeanwhile
from crm.employers.guards import existing_guards, guard_name, guarded_keys
from crm.employers.models import Employer
from crm.merging.rules import EMPLOYER_KEYS, How
from crm.reference.models import Sector
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InteractionFactory,
    OpportunityFactory,
    PledgeFactory,
    PledgeLineFactory,
    SiteFactory,
)
from tests.integration.merging.arranging import everything, fingerprint, merge, officer, undo
from tests.integration.test_migrations import put_a_row_in_every_table
from tests.support.emptying import empty_tables

pytestmark = pytest.mark.usefixtures("database")


def keys_to(*names: str) -> list[tuple[Table, ForeignKey]]:
    return [
        (table, key)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in names
    ]


@contextmanager
def allowed() -> Iterator[None]:
    """Let a change pass if nothing stands in its way, and be forgotten if a constraint does."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError:
        pass


def give_everything_to(employer_id: int) -> None:
    """Make every row that names an employer name this one, as far as the constraints let it."""
    for key, rule in EMPLOYER_KEYS.items():
        table_name, column = key.split(".")
        table = Base.metadata.tables[table_name]
        if rule.how is not How.STAYS and table_name != "employer":
            for row_id in db.session.scalars(select(table.c.id)).all():
                with allowed():
                    db.session.execute(update(table).where(table.c.id == row_id).values({column: employer_id}))


def rows_of(employer_id: int) -> dict[str, int]:
    """How many rows of each key that moves name an employer."""
    return {
        f"{table.name}.{key.parent.name}": db.session.scalar(
            select(func.count()).select_from(table).where(key.parent == employer_id)
        )
        or 0
        for table, key in keys_to("employer")
        if EMPLOYER_KEYS[f"{table.name}.{key.parent.name}"].how is not How.STAYS
    }


def test_everything_an_employer_has_moves_and_comes_back() -> None:
    put_a_row_in_every_table()
    by = officer()
    survivor, loser, earlier = EmployerFactory.make(), EmployerFactory.make(), EmployerFactory.make()
    give_everything_to(loser.id)
    survivor_id, loser_id = survivor.id, loser.id
    merge(loser_id, earlier.id, by=by)
    db.session.commit()
    owned = rows_of(loser_id)
    assert all(owned.values()), "give the loser one of each"
    before = everything()

    done = merge(survivor_id, loser_id, by=by)
    db.session.commit()

    assert not any(rows_of(loser_id).values())
    assert rows_of(survivor_id) == {key: rows + (key == "employer.merged_into_id") for key, rows in owned.items()}

    undo(done.id, by=by)
    db.session.commit()

    assert everything() == before


def test_every_key_to_an_employer_a_contact_or_a_site_is_guarded() -> None:
    with db.engine.connect() as connection:
        guards = set(existing_guards(connection))
        found = {(table, column) for table, column, _ in guarded_keys(connection)}
        events = ("_insert", "_update") if connection.dialect.name == "sqlite" else ("",)

    wanted = {(table.name, key.parent.name) for table, key in keys_to("employer", "contact", "site")}
    assert found == wanted
    assert guards == {(table, guard_name(table, column, each)) for table, column in wanted for each in events}


def test_no_table_lets_anything_be_given_to_an_employer_that_was_merged_away() -> None:
    put_a_row_in_every_table()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    merge(survivor.id, loser.id, by=officer())
    db.session.commit()

    for table, key in keys_to("employer"):
        row_id = db.session.scalar(select(func.min(table.c.id)))
        with pytest.raises(MergedMeanwhile, match="merged"):
            db.session.execute(update(table).where(table.c.id == row_id).values({key.parent.name: loser.id}))
        db.session.rollback()


def test_no_table_lets_a_row_be_added_to_an_employer_that_was_merged_away() -> None:
    put_a_row_in_every_table()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    merge(survivor.id, loser.id, by=officer())
    db.session.commit()

    for table, key in keys_to("employer"):
        row = dict(db.session.execute(select(table).order_by(table.c.id).limit(1)).mappings().one())
        del row["id"]
        with pytest.raises(MergedMeanwhile, match="merged"):
            db.session.execute(table.insert().values({**row, key.parent.name: loser.id}))
        db.session.rollback()


OWNERS = 4


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whoever_owns_what_undoing_merges_from_the_last_to_the_first_restores_every_row(data: st.DataObject) -> None:
    empty_tables()
    put_a_row_in_every_table()
    put_more()
    by = officer()
    ids = [EmployerFactory.make(company_number=number).id for number in (None, "01234567", "07654321", None)]
    deal(data, ids)
    db.session.commit()
    prints, done = [], []
    for _ in range(data.draw(st.integers(1, OWNERS - 1))):
        left = list(
            db.session.scalars(select(Employer.id).where(Employer.id.in_(ids), Employer.merged_into_id.is_(None)))
        )
        survivor, loser = data.draw(st.permutations(left))[:2]
        prints.append(fingerprint())
        chosen = data.draw(st.sets(st.sampled_from(["name", "phone", "company_number", "owner_id", "quiet_until"])))
        years = data.draw(st.sets(st.sampled_from(["2026/27"])))
        done.append(merge(survivor, loser, by=by, from_loser=chosen, years=years).id)
        db.session.commit()

    for merge_id in reversed(done):
        undo(merge_id, by=by)
        db.session.commit()

        assert fingerprint() == prints.pop()


def put_more() -> None:
    """More of what can clash."""
    for _ in range(3):
        SiteFactory.make()
        contact = ContactFactory.make()
        InteractionFactory.make(employer=contact.employer, contacts=[contact])
        PledgeFactory.make(employer=contact.employer, signatory_id=contact.id, lines=[PledgeLineFactory.build()])
        OpportunityFactory.make(employer=contact.employer, leader_id=contact.id)
        EmployerFactory.make(sectors=list(db.session.scalars(select(Sector).limit(2))))


def deal(data: st.DataObject, ids: list[int]) -> None:
    """Give every row to one of the employers, whichever; and let some contacts and sites be called alike."""
    for key, rule in EMPLOYER_KEYS.items():
        table_name, column = key.split(".")
        table = Base.metadata.tables[table_name]
        if rule.how is How.STAYS or table_name == "employer":
            continue
        for row_id in db.session.scalars(select(table.c.id).order_by(table.c.id)).all():
            with allowed():
                owner = data.draw(st.sampled_from(ids))
                db.session.execute(update(table).where(table.c.id == row_id).values({column: owner}))
    for table_name, column, values in (
        ("contact", "email", ["jo@example.com", None]),
        ("site", "name", ["Main site", "Yard"]),
    ):
        table = Base.metadata.tables[table_name]
        for row_id in db.session.scalars(select(table.c.id).order_by(table.c.id)).all():
            with allowed():
                value = data.draw(st.sampled_from(values))
                db.session.execute(update(table).where(table.c.id == row_id).values({column: value}))
