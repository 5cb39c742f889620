"""Undoing an import: everything is as before, but for what somebody has edited or used since."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.audit.models import ChangeAction, ChangeRecord
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, NotAllowed
from crm.core.spreadsheets.reading import Sheet
from crm.employers.models import Contact, Employer, EmployerSector
from crm.imports import jobs, policies, run_queries, running, undo_services, undoing
from crm.imports.models import Fate, ImportChange, ImportRejectedRow, ImportUndo, UndoStatus
from crm.interactions.models import FollowUp, Interaction
from crm.merging.models import LikelyPair
from crm.reference.models import Sector
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, UserFactory
from tests.support.importing import NOON, every_row, import_sheets

LIST = Sheet(
    "Employers 25-26",
    (
        ("Employer", "Sector", "Contact", "Tel", "Last contacted", "Notes", "Next step", "By when", "Officer"),
        ("Fenhill", "Digital", "Jo Wood", "01632 960001", "3 May 2026", "Rang", "Ring back", "1 June 2026", "P Shah"),
        ("Kilnside", None, "Sam Lane", None, None, None, None, None, None),
        ("TOTAL", None, None, None, None, None, None, None, None),
    ),
)


@pytest.fixture(autouse=True)
def priya(database: None) -> User:
    user = UserFactory.make(name="Priya Shah")
    db.session.commit()
    return user


def undo(run_id: int, *, by: User | None = None) -> dict[str, str]:
    """Undo an import, and say what was kept and why."""
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=by, at=clock.now())
    db.session.commit()
    assert jobs.run_queued_imports(NOON).done == 1
    db.session.expire_all()
    return dict(undo_services.kept_with_names(run_queries.get_run(run_id)))


def named(model: type[Any], name: str) -> Any:
    return db.session.scalars(select(model).where(model.name == name)).one()


def test_what_an_import_made_is_deleted_with_its_history_kept(priya: User) -> None:
    before = every_row()
    run_id, _ = import_sheets(LIST, by=priya)
    assert (len(stored(Employer)), len(stored(Interaction)), len(stored(FollowUp))) == (2, 1, 1)

    assert undo(run_id, by=priya) == {}

    assert every_row() == before
    removed = [each for each in stored(ChangeRecord) if each.action is ChangeAction.REMOVED]
    assert sorted(each.entity for each in removed) == [
        "contact", "contact", "employer", "employer", "follow_up", "interaction",
    ]  # fmt: skip
    assert {(each.actor, each.reason) for each in removed} == {("Priya Shah", "import of log.xlsx undone")}


def test_an_employer_that_is_used_since_is_kept_and_named_and_all_else_goes(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    PledgeFactory.make(employer=named(Employer, "Fenhill"))
    db.session.commit()

    kept = undo(run_id)

    assert kept == {"Employer: Fenhill": "It is used by something that stays (pledge)"}
    assert [each.name for each in stored(Employer)] == ["Fenhill"]
    assert (stored(Contact), stored(Interaction), stored(FollowUp)) == ([], [], [])


def test_a_contact_that_is_edited_since_keeps_its_employer(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    named(Contact, "Sam Lane").job_title = "Director"
    db.session.commit()

    kept = undo(run_id)

    assert kept == {
        "Contact: Sam Lane": "It has been edited or moved since",
        "Employer: Kilnside": "It is used by something that stays (contact)",
    }
    assert [each.name for each in stored(Employer)] == ["Kilnside"]


def test_an_entry_that_is_corrected_and_a_step_that_is_done_keep_what_they_are_about(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    step = stored(FollowUp)[0]
    step.done_at, step.done_by_id = NOON, priya.id
    db.session.commit()

    kept = undo(run_id)

    assert set(kept) == {
        "Next step: Ring back",
        "Entry of the contact log: Rang",
        "Contact: Jo Wood",
        "Employer: Fenhill",
    }
    assert [each.name for each in stored(Employer)] == ["Fenhill"]


def test_a_sector_that_is_added_since_is_an_edit(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    kilnside = db.session.scalars(
        select(Employer).where(Employer.name == "Kilnside").options(joinedload(Employer.sectors))
    ).unique().one()  # fmt: skip
    kilnside.sectors.append(db.session.scalars(select(Sector).limit(1)).one())
    db.session.commit()

    assert undo(run_id) == {"Employer: Kilnside": "It has been edited or moved since"}


def test_saving_a_row_without_changing_it_is_no_edit(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    contact = named(Contact, "Sam Lane")
    contact.job_title = "Director"
    db.session.commit()
    contact.job_title = None
    db.session.commit()

    assert undo(run_id) == {}
    assert stored(Employer) == []


def test_a_contact_that_moved_to_another_employer_is_kept(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    survivor = EmployerFactory.make(name="Survivor")
    named(Contact, "Sam Lane").employer_id = survivor.id
    loser = named(Employer, "Kilnside")
    loser.archived_at, loser.archived_reason, loser.merged_into_id = NOON, "Merged", survivor.id
    db.session.commit()

    kept = undo(run_id)

    assert kept == {
        "Contact: Sam Lane": "It has been edited or moved since",
        "Employer: Kilnside": "It has been edited or moved since",
    }
    assert [each.name for each in stored(Contact)] == ["Sam Lane"]


def test_a_pair_that_only_looks_alike_keeps_nothing(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    first, second = stored(Employer)
    db.session.add(LikelyPair(first_id=first.id, second_id=second.id, score=90, reasons=["name"]))
    db.session.commit()

    assert undo(run_id) == {}
    assert (stored(Employer), stored(LikelyPair)) == ([], [])


def known_employer() -> Employer:
    employer = EmployerFactory.make(name="Fenhill", name_key="fenhill", website="https://fenhill.example")
    ContactFactory.make(employer=employer, name="Jo Wood", phone="+441632960999")
    db.session.commit()
    return employer


CHANGES = Sheet(
    "",
    (
        ("Employer", "Post code", "Website", "Sector", "Contact", "Tel"),
        ("Fenhill Ltd", "ST4 1AA", "new.example", "Digital", "Jo Wood", "01632 960001"),
    ),
)


def test_cells_that_an_import_changed_are_as_before(priya: User) -> None:
    known_employer()
    before = every_row()
    run_id, (plan,) = import_sheets(CHANGES, by=priya)
    assert plan.report.counts.updated == 1
    assert every_row() != before

    assert undo(run_id) == {}

    assert every_row() == before


def test_cells_that_were_changed_again_are_kept_and_the_others_put_back(priya: User) -> None:
    known_employer()
    run_id, _ = import_sheets(CHANGES, by=priya)
    named(Employer, "Fenhill").postcode = "ST9 9AA"
    db.session.commit()

    kept = undo(run_id)

    assert kept == {"Employer: Fenhill": "Edited since: postcode"}
    (employer,) = stored(Employer)
    assert (employer.postcode, employer.website, employer.domain) == (
        "ST9 9AA", "https://fenhill.example", "fenhill.example",
    )  # fmt: skip
    assert (stored(EmployerSector), stored(Contact)[0].phone) == ([], "+441632960999")


def test_what_another_one_has_now_is_not_taken_from_it(priya: User) -> None:
    employer = EmployerFactory.make(name="Fenhill", name_key="fenhill")
    jo = ContactFactory.make(employer=employer, name="Jo Wood", email="jo@fenhill.example")
    db.session.commit()
    run_id, _ = import_sheets(
        Sheet("", (("Employer", "Contact", "E-mail"), ("Fenhill", "Jo Wood", "wood@fenhill.example"))), by=priya
    )
    ContactFactory.make(employer=db.session.get_one(Employer, employer.id), name="Jo B", email="jo@fenhill.example")
    db.session.commit()

    kept = undo(run_id)

    assert kept == {"Contact: Jo Wood": "What it was before is taken by another one now"}
    assert db.session.get_one(Contact, jo.id).email == "wood@fenhill.example"


def test_what_is_gone_is_told(priya: User) -> None:
    run_id, _ = import_sheets(Sheet("", (("Employer", "Contact"), ("Fenhill", "Jo Wood"))), by=priya)
    db.session.delete(named(Contact, "Jo Wood"))
    db.session.commit()

    assert undo(run_id) == {"Contact that is gone": "It is no longer there"}
    assert stored(Employer) == []


def test_later_imports_are_undone_before_earlier_ones(priya: User) -> None:
    before = every_row()
    first, _ = import_sheets(LIST, by=priya)
    second, _ = import_sheets(CHANGES, by=priya)

    assert undo(second) == {}
    assert undo(first) == {}

    assert every_row() == before


def test_what_was_undone_can_be_imported_again(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    undo(run_id)

    _, (plan,) = import_sheets(LIST, by=priya)

    assert (plan.report.counts.created, plan.report.counts.logged) == (2, 1)
    assert len(stored(Interaction)) == 1


def test_the_preview_of_an_undo_says_what_it_does(priya: User) -> None:
    known_employer()
    run_id, _ = import_sheets(LIST, CHANGES, by=priya)
    PledgeFactory.make(employer=named(Employer, "Kilnside"))
    named(Employer, "Fenhill").postcode = "ST9 9AA"
    db.session.commit()

    summary = undo_services.summarised(undoing.foresee_undo(run_id))
    kept = undo(run_id)

    assert dict(summary.kept) == kept
    assert len(kept) == 2
    undone = [each for each in stored(ImportChange) if each.fate is Fate.UNDONE]
    assert sum(number for _, number in summary.taken) == sum(each.seal is not None for each in undone)
    assert summary.put_back == sum(each.seal is None for each in undone)


def test_only_whoever_ran_an_import_or_a_manager_may_undo_it(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    run = run_queries.get_run(run_id)
    other, manager = UserFactory.make(), UserFactory.make(role=Role.MANAGER)

    assert [policies.may_undo(user, run) for user in (priya, other, manager)] == [True, False, True]
    with pytest.raises(NotAllowed):
        undo_services.ask_for_undo(run, by=other, at=NOON)


def test_an_import_can_be_undone_for_thirty_days_and_once(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    run = run_queries.get_run(run_id)
    assert run.ended_at is not None
    with pytest.raises(Conflict, match="for 30 days"):
        undo_services.ask_for_undo(run, by=priya, at=run.ended_at + timedelta(days=31))
    undo(run_id)
    with pytest.raises(Conflict, match="has been"):
        undo_services.ask_for_undo(run_queries.get_run(run_id), by=priya, at=clock.now())


def test_an_import_that_has_not_ended_is_not_undone(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    run = run_queries.get_run(run_id)
    run.ended_at = None

    assert policies.why_not_undone(run, NOON) == "Only an import that has ended can be undone."


def test_an_undo_that_dies_goes_on_where_it_was(priya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = every_row()
    run_id, _ = import_sheets(LIST, by=priya)
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=priya, at=NOON)
    undo_services.claim_undo(run_id, at=NOON)
    db.session.commit()
    monkeypatch.setattr(undoing, "BATCH", 1)
    units = []

    def die(count: int) -> None:
        units.append(count)
        if len(units) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undoing.carry_out_undo(run_id, die)
    assert 0 < len(stored(Employer)) <= 2

    assert jobs.run_queued_imports(clock.now() + timedelta(minutes=1)).done == 0
    assert jobs.run_queued_imports(clock.now() + timedelta(minutes=4)).done == 1

    assert every_row() == before
    (done,) = stored(ImportUndo)
    assert (done.status, done.done, done.share_done) == (UndoStatus.DONE, 6, 100)


def test_an_undo_that_fails_can_be_asked_for_again(priya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=priya, at=NOON)
    db.session.commit()

    with monkeypatch.context() as broken:
        broken.setattr(undoing, "_settle", lambda *_: 1 / 0)
        jobs.run_queued_imports(NOON)
    assert stored(ImportUndo)[0].status is UndoStatus.FAILED

    assert undo(run_id, by=priya) == {}
    assert stored(Employer) == []


def test_a_process_whose_undo_another_one_took_over_stops(priya: User) -> None:
    run_id, _ = import_sheets(LIST, by=priya)
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=priya, at=NOON)
    undo_services.claim_undo(run_id, at=NOON)
    db.session.commit()

    def taken_over(_: int) -> None:
        stored(ImportUndo)[0].claimed_by = "another"
        db.session.commit()

    with pytest.raises(running.Superseded):
        undoing.carry_out_undo(run_id, taken_over)
    jobs.undo_claimed(run_id)
    assert stored(ImportUndo)[0].claimed_by == "another"


def test_former_values_and_rejected_rows_are_forgotten_with_the_right_to_undo(priya: User) -> None:
    known_employer()
    run_id, _ = import_sheets(LIST, CHANGES, by=priya)
    assert len(stored(ImportRejectedRow)) == 1
    ended = run_queries.get_run(run_id).ended_at
    assert ended is not None

    assert undo_services.forget_what_cannot_be_undone(ended + timedelta(days=29)) == 0
    assert undo_services.forget_what_cannot_be_undone(ended + timedelta(days=31)) == 1
    db.session.commit()

    assert stored(ImportRejectedRow) == []
    assert all(each.changes is None for each in stored(ImportChange))
    _, (plan, _) = import_sheets(LIST, CHANGES, by=priya)
    assert plan.report.counts.logged_before == 1
