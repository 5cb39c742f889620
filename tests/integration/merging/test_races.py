"""A merge and somebody else at the same moment, each with a connection of their own. Run on both databases.

Whoever is first, nothing is lost and nothing is added to an employer that was merged away.
"""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import check_version, db
from crm.employers.models import Contact, Employer
from crm.employers.services import ContactDetails, add_contact
from crm.interactions.models import Channel, Interaction
from crm.interactions.services import InteractionDetails, log_interaction
from crm.merging.models import EmployerMerge
from crm.merging.services.merging import Choices, merge_employers
from crm.merging.services.undoing import undo_merge
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge
from crm.pledges.services import PledgeDetails, record_pledge
from crm.reference.academic_years import AcademicYear
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory
from tests.integration.merging.arranging import NOW, merge, officer
from tests.support.racing import DONE, kind_of, saved_at_once

pytestmark = pytest.mark.usefixtures("database")
ROUNDS = 20
DAY = date(2026, 11, 2)
LEGAL = {DONE, "Busy", "Conflict", "EditedMeanwhile", "MergedMeanwhile"}


def raced(app: Flask, *actions: Callable[[], object]) -> list[str]:
    """What became of each action: "done", or what it was refused with."""
    told = saved_at_once(app, *actions, told=kind_of)
    db.session.rollback()
    assert set(told) <= LEGAL
    return told


def merging(survivor: int, loser: int, by: int) -> Callable[[], object]:
    """Press the button on a page that was opened before."""
    versions = {id_: db.session.get_one(Employer, id_).version for id_ in (survivor, loser)}
    choices = Choices(
        survivor_id=survivor, loser_id=loser, survivor_version=versions[survivor], loser_version=versions[loser]
    )
    return lambda: merge_employers(choices, by=db.session.get_one(User, by), at=NOW)


def two() -> tuple[int, int, int]:
    ids = EmployerFactory.make().id, EmployerFactory.make().id, officer().id
    db.session.commit()
    return ids


@pytest.mark.parametrize("edited", ["survivor", "loser"])
def test_an_edit_and_a_merge_of_it_are_never_both_saved_blindly(app: Flask, edited: str) -> None:
    for _ in range(ROUNDS):
        survivor, loser, by = two()
        id_ = survivor if edited == "survivor" else loser

        seen = db.session.get_one(Employer, id_).version

        def edit(id_: int = id_, seen: int = seen) -> None:
            row = db.session.get_one(Employer, id_)
            check_version(row, seen)
            row.phone = "+441632960009"
            db.session.flush()

        told = raced(app, merging(survivor, loser, by), edit)

        row = db.session.get_one(Employer, id_)
        merged = db.session.get_one(Employer, loser).merged_into_id == survivor
        assert told.count(DONE) == 1
        assert merged == (told[0] == DONE)
        assert (row.phone == "+441632960009") == (told[1] == DONE)


def test_an_edit_of_a_person_on_both_and_a_merge_lose_neither(app: Flask) -> None:
    for _ in range(ROUNDS):
        survivor, loser, by = two()
        ours = ContactFactory.make(employer=db.session.get_one(Employer, survivor), email="jo@example.com").id
        theirs = ContactFactory.make(employer=db.session.get_one(Employer, loser), email="jo@example.com")
        id_, seen = theirs.id, theirs.version
        db.session.commit()

        def edit(id_: int = id_, seen: int = seen) -> None:
            row = db.session.get_one(Contact, id_)
            check_version(row, seen)
            row.mobile = "+447700900009"
            db.session.flush()

        told = raced(app, merging(survivor, loser, by), edit)

        assert told[0] == DONE
        assert (db.session.get_one(Contact, ours).mobile == "+447700900009") == (told[1] == DONE)


def log(employer: int, by: int) -> object:
    details = InteractionDetails(Channel.CALL, DAY, "Spoke about placements.")
    return log_interaction(db.session.get_one(Employer, employer), details, by=db.session.get_one(User, by), today=DAY)


def add(employer: int, by: int) -> object:
    return add_contact(db.session.get_one(Employer, employer), ContactDetails(name="Jo Bloggs"))


def promise(employer: int, by: int) -> object:
    details = PledgeDetails(AcademicYear("2026/27"), [LineDetails(OpportunityKind.PLACEMENT, 10)])
    return record_pledge(db.session.get_one(Employer, employer), details, db.session.get_one(User, by))


@pytest.mark.parametrize(
    ("act", "model"), [(log, Interaction), (add, Contact), (promise, Pledge)], ids=["log", "contact", "pledge"]
)
def test_what_is_added_to_the_loser_while_it_is_merged_moves_or_is_refused(
    app: Flask, act: Callable[[int, int], object], model: type[Interaction | Contact | Pledge]
) -> None:
    for _ in range(ROUNDS):
        survivor, loser, by = two()

        told = raced(app, merging(survivor, loser, by), partial(act, loser, by))

        merged = db.session.get_one(Employer, loser).merged_into_id == survivor
        assert merged == (told[0] == DONE)
        owners = db.session.scalars(select(model.employer_id).where(model.employer_id.in_([survivor, loser]))).all()
        assert list(owners) == ([survivor if merged else loser] if told[1] == DONE else [])


def test_a_merge_and_the_same_the_other_way_round_end_in_one_of_them(app: Flask) -> None:
    for _ in range(ROUNDS):
        one, other, by = two()

        told = raced(app, merging(one, other, by), merging(other, one, by))

        assert told.count(DONE) == 1
        into = {id_: db.session.get_one(Employer, id_).merged_into_id for id_ in (one, other)}
        assert into in ({one: None, other: one}, {one: other, other: None})


def test_two_merges_of_a_chain_leave_no_loop_and_nothing_behind(app: Flask) -> None:
    for _ in range(ROUNDS):
        first, second, by = two()
        third = EmployerFactory.make().id
        db.session.commit()
        for employer in (first, second):
            log(employer, by)
        db.session.commit()

        told = raced(app, merging(second, first, by), merging(third, second, by))

        rows = {id_: db.session.get_one(Employer, id_).merged_into_id for id_ in (first, second, third)}
        assert told.count(DONE) == 1, "both pages showed the second as it was"
        assert rows[third] is None
        assert set(rows.values()) <= {None, second, third}
        owners = db.session.scalars(
            select(Interaction.employer_id).where(Interaction.employer_id.in_([first, second, third]))
        ).all()
        assert len(owners) == 2
        assert all(rows[owner] is None for owner in owners)


def test_of_two_who_undo_one_merge_at_once_one_does(app: Flask) -> None:
    for _ in range(ROUNDS):
        survivor, loser, by = two()
        done = merge(survivor, loser, by=db.session.get_one(User, by)).id

        def undo(done: int = done, by: int = by) -> object:
            return undo_merge(done, by=db.session.get_one(User, by), at=NOW)

        told = raced(app, undo, undo)

        assert told.count(DONE) == 1
        assert db.session.get_one(Employer, loser).merged_into_id is None
    assert all(each.undone_at == NOW for each in stored(EmployerMerge))
