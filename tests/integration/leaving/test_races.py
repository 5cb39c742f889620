"""Handing over while somebody saves one of the things. Run on both databases."""

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.bulk import services as bulk
from crm.bulk.models import BulkAction, BulkChange
from crm.bulk.services import BulkDetails
from crm.core.access import Role
from crm.core.db import check_version, db
from crm.employers.models import Employer
from crm.leaving.queries import fingerprint, owned_by
from crm.leaving.rules import OWNED
from crm.leaving.services import HandOver, hand_over
from tests.factories import EmployerFactory, UserFactory
from tests.integration.merging.arranging import NOW
from tests.integration.merging.test_races import raced
from tests.support.racing import DONE

pytestmark = pytest.mark.usefixtures("database")
ROUNDS = 20


def test_an_edit_and_a_hand_over_at_once_lose_nothing(app: Flask) -> None:
    manager, colleague = UserFactory.make(role=Role.MANAGER).id, UserFactory.make().id
    for _ in range(ROUNDS):
        leaver = UserFactory.make().id
        employer = EmployerFactory.make(owner_id=leaver)
        id_, seen = employer.id, employer.version
        plan = HandOver(
            leaver_id=leaver, seen=fingerprint(owned_by(leaver)), to={rule.key: colleague for rule in OWNED}
        )
        db.session.commit()

        def edit(id_: int = id_, seen: int = seen) -> None:
            row = db.session.get_one(Employer, id_)
            check_version(row, seen)
            row.phone = "+441632960009"
            db.session.flush()

        def leave(plan: HandOver = plan) -> object:
            return hand_over(plan, by=db.session.get_one(User, manager), at=NOW)

        told = raced(app, leave, edit)

        row = db.session.get_one(Employer, id_)
        assert told[0] == DONE
        assert row.owner_id == colleague
        assert (row.phone == "+441632960009") == (told[1] == DONE)


def test_a_bulk_change_to_the_same_colleague_and_a_hand_over_do_not_wait_for_each_other_in_a_circle(app: Flask) -> None:
    """The one holds employers and names the colleague; the other holds the colleague and wants the employers."""
    manager, colleague = UserFactory.make(role=Role.MANAGER), UserFactory.make()
    manager_id, colleague_id = manager.id, colleague.id
    for _ in range(ROUNDS):
        leaver = UserFactory.make().id
        ids = [EmployerFactory.make(owner_id=leaver).id for _ in range(5)]
        assigning = BulkDetails(action=BulkAction.ASSIGN, new_owner_id=colleague_id)
        change_id = bulk.prepare(assigning, ids, by=manager, today=NOW.date()).id
        plan = HandOver(
            leaver_id=leaver, seen=fingerprint(owned_by(leaver)), to={rule.key: colleague_id for rule in OWNED}
        )
        db.session.commit()

        def assign(change_id: int = change_id) -> None:
            change = db.session.get_one(BulkChange, change_id)
            bulk.carry_out(change, version=change.version, by=db.session.get_one(User, manager_id), at=NOW)

        def leave(plan: HandOver = plan) -> object:
            return hand_over(plan, by=db.session.get_one(User, manager_id), at=NOW)

        told = raced(app, assign, leave)

        assert told[0] == DONE
        assert told[1] in {DONE, "EditedMeanwhile"}
        assert {db.session.get_one(Employer, each).owner_id for each in ids} == {colleague_id}
