"""A bulk change and an edit at the same moment: neither is lost without a word."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import Flask

from crm.accounts.models import User
from crm.bulk import services
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, ItemState
from crm.bulk.services import BulkDetails
from crm.core.db import check_version, db
from crm.employers.models import Employer
from tests.conftest import stored
from tests.factories import EmployerFactory, UserFactory
from tests.support.racing import DONE, kind_of, saved_at_once

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def _changed(count: int) -> tuple[int, int]:
    """A bulk change that was carried out, and who did: their ids."""
    officer = UserFactory.make()
    ids = [EmployerFactory.make().id for _ in range(count)]
    change = services.prepare(
        BulkDetails(action=BulkAction.ASSIGN, new_owner_id=officer.id), ids, by=officer, today=TODAY
    )
    services.carry_out(change, version=change.version, by=officer, at=NOW)
    db.session.commit()
    return change.id, officer.id


def _edit(employer_id: int, version: int) -> Callable[[], object]:
    """What the form of an employer does, opened before the race."""

    def edit() -> None:
        employer = db.session.get_one(Employer, employer_id)
        check_version(employer, version)
        employer.phone = "+441632960001"
        db.session.flush()

    return edit


def test_an_undo_raced_with_edits_loses_none_of_them(app: Flask, database: None) -> None:
    change_id, officer_id = _changed(12)
    edits = [_edit(employer.id, employer.version) for employer in stored(Employer)]

    def undo() -> None:
        services.undo(db.session.get_one(BulkChange, change_id), by=db.session.get_one(User, officer_id), at=NOW)

    undone, *edited = saved_at_once(app, undo, *edits, told=kind_of)

    items = {item.employer_id: item.state for item in stored(BulkChangeItem)}
    for outcome, employer in zip(edited, stored(Employer), strict=True):
        if outcome == DONE and undone == DONE:
            # Either the edit came first and the undo left it alone, or it was opened on what the undo then changed.
            assert employer.phone == "+441632960001"
        if undone == DONE:
            assert (employer.owner_id is None) == (items[employer.id] is ItemState.UNDONE)
        assert (employer.phone is not None) == (outcome == DONE)
    assert undone == DONE or {item.state for item in stored(BulkChangeItem)} == {ItemState.CHANGED}


def test_of_two_who_undo_one_change_one_succeeds(app: Flask, database: None) -> None:
    change_id, officer_id = _changed(3)

    def undo() -> None:
        services.undo(db.session.get_one(BulkChange, change_id), by=db.session.get_one(User, officer_id), at=NOW)

    assert sorted(saved_at_once(app, undo, undo, told=kind_of)) == ["Conflict", DONE]


def test_two_changes_that_share_employers_wait_for_each_other(app: Flask, database: None) -> None:
    officer, ids = UserFactory.make(), [EmployerFactory.make().id for _ in range(20)]
    assigning = BulkDetails(action=BulkAction.ASSIGN, new_owner_id=officer.id)
    archiving = BulkDetails(action=BulkAction.ARCHIVE, reason="Closed")
    there = services.prepare(assigning, ids, by=officer, today=TODAY).id
    back = services.prepare(archiving, ids[::-1], by=officer, today=TODAY).id
    officer_id = officer.id
    db.session.commit()

    def carry_out(change_id: int) -> Callable[[], object]:
        def act() -> None:
            change = db.session.get_one(BulkChange, change_id)
            by = db.session.get_one(User, officer_id)
            services.carry_out(change, version=change.version, by=by, at=NOW)

        return act

    assert saved_at_once(app, carry_out(there), carry_out(back)) == [DONE, DONE]
    for employer in stored(Employer):
        assert employer.is_archived != (employer.owner_id is not None), "who came second left it alone"
