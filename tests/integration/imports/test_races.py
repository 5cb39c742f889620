"""Processes that die, processes that do the same at once, and people who work while an import is undone."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import CrmError
from crm.core.spreadsheets.reading import Sheet
from crm.employers.models import Contact, Employer
from crm.imports import jobs, run_queries, running, services, undo_services
from crm.imports.models import ImportRun, ImportUndo, RunStatus, UndoStatus
from crm.interactions.models import FollowUp, Interaction
from tests.conftest import stored
from tests.factories import UserFactory
from tests.support.importing import every_row, import_sheets
from tests.support.racing import at_once

ROOT = Path(__file__).parents[3]
EMPLOYERS = 400


def a_file(count: int = EMPLOYERS) -> bytes:
    lines = ["Employer,Contact,Tel,Date of contact,Notes,Next step,By when,Post code,Size"]
    lines += [
        f"Employer {n},Jo {n},01632 960{n % 1000:03},3 May 2026,Rang {n},Ring back,1 June 2026,ST4 1AA,{n % 9 + 1}"
        for n in range(count)
    ]
    return "\n".join(lines).encode()


@pytest.fixture(autouse=True)
def priya(database: None) -> User:
    user = UserFactory.make(name="Priya Shah")
    db.session.commit()
    return user


def queued(content: bytes, by: User) -> int:
    run = services.stage(content, "log.csv", services.read(content), by)
    services.queue(run, at=clock.now())
    db.session.commit()
    return run.id


A_WORKER = """
import sys, time
from config import Config
from crm.app import create_app
from crm.core import clock
from crm.imports import {module}, jobs
app = create_app(Config.for_tests(sys.argv[1]))
{module}.BATCH = 20
unit = {module}.in_one_unit
def slowly(do):
    result = unit(do)
    print("unit", flush=True)
    time.sleep(0.03)
    return result
{module}.in_one_unit = slowly
with app.app_context():
    jobs.run_queued_imports(clock.now())
"""


def killed_half_way(module: str, url: str, units: int) -> None:
    """Run a real worker and kill it, as the power or the system would, after some units of work."""
    db.session.rollback()
    program = [sys.executable, "-c", A_WORKER.format(module=module), url]
    worker = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert worker.stdout is not None
    for _ in range(units):
        assert worker.stdout.readline() == b"unit\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()


def test_a_worker_that_is_killed_is_taken_over_and_nothing_is_there_twice(priya: User, database_url: str) -> None:
    run_id = queued(a_file(), priya)

    killed_half_way("running", database_url, units=8)
    half = len(stored(Employer))
    assert 0 < half < EMPLOYERS
    assert jobs.run_queued_imports(clock.now()).done == 0
    assert jobs.run_queued_imports(clock.now() + services.LOST_AFTER + timedelta(seconds=5)).done == 1

    db.session.expire_all()
    run = run_queries.get_run(run_id)
    assert run.status is RunStatus.DONE
    assert run.outcome is not None
    assert run.outcome["counts"]["created"] == EMPLOYERS
    assert [len(stored(model)) for model in (Employer, Contact, Interaction, FollowUp)] == [EMPLOYERS] * 4


def test_an_undo_whose_worker_is_killed_is_taken_over(priya: User, database_url: str) -> None:
    before = every_row()
    run_id = queued(a_file(120), priya)
    jobs.run_queued_imports(clock.now())
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=priya, at=clock.now())
    db.session.commit()

    killed_half_way("undoing", database_url, units=9)
    assert 0 < len(stored(Interaction)) + len(stored(FollowUp)) < 240
    assert jobs.run_queued_imports(clock.now() + services.LOST_AFTER + timedelta(seconds=5)).done == 1

    assert stored(ImportUndo)[0].status is UndoStatus.DONE
    assert every_row() == before


def test_of_workers_that_start_at_once_one_does_the_import(app: Flask, priya: User) -> None:
    queued(a_file(50), priya)

    done = Counter(at_once(app, *[lambda: jobs.run_queued_imports(clock.now()).done] * 4))

    assert done == {1: 1, 0: 3}
    assert [len(stored(model)) for model in (Employer, Contact, Interaction)] == [50] * 3


def test_a_worker_that_was_only_slow_stops_when_another_one_took_over(priya: User) -> None:
    run_id = queued(a_file(3), priya)
    services.claim(run_id, at=clock.now())
    db.session.commit()
    run = run_queries.get_run(run_id)
    pairs = services.pairs_of(run, services.read(services.content_of(run)))
    by = priya.id
    db.session.rollback()

    def taken_over(*_: object) -> None:
        stored(ImportRun)[0].claimed_by = "another"
        db.session.commit()

    with pytest.raises(running.Superseded):
        running.carry_out(run_id, pairs, by=by, progress=taken_over)
    jobs.run_claimed(run_id)

    assert stored(ImportRun)[0].status is RunStatus.DONE
    assert len(stored(Employer)) == 3


def test_of_two_who_ask_for_an_undo_at_once_one_is_told_so(app: Flask, priya: User) -> None:
    run_id, _ = import_sheets(Sheet("", (("Employer",), ("Fenhill",))), by=priya)

    def ask() -> str:
        try:
            with committing():
                undo_services.ask_for_undo(run_queries.get_run(run_id), by=None, at=clock.now())
        except CrmError:
            return "refused"
        return "asked"

    assert Counter(at_once(app, ask, ask, ask)) == {"asked": 1, "refused": 2}


@pytest.mark.parametrize("late", [0, 0.01, 0.03])
def test_an_edit_during_an_undo_is_kept_or_told_and_never_lost(app: Flask, priya: User, late: float) -> None:
    ids = _two_hundred(priya)

    def edit(employer_id: int) -> str:
        time.sleep(late)
        try:
            with committing():
                employer = db.session.get(Employer, employer_id)
                if employer is None:
                    return "gone"
                employer.trading_name = "Edited"
        except (CrmError, ObjectDeletedError):
            return "told"
        return "saved"

    outcomes = Counter(at_once(app, _undo_all, *(partial(edit, each) for each in ids[:6])))

    kept = [each.trading_name for each in stored(Employer)]
    assert kept == ["Edited"] * outcomes["saved"]
    assert outcomes["saved"] + outcomes["gone"] + outcomes["told"] == 6


@pytest.mark.parametrize("late", [0, 0.01, 0.03])
def test_what_is_added_during_an_undo_keeps_its_employer_or_is_refused(app: Flask, priya: User, late: float) -> None:
    ids = _two_hundred(priya)

    def add(employer_id: int) -> str:
        time.sleep(late)
        try:
            with committing():
                db.session.add(Contact(employer_id=employer_id, name="New"))
        except IntegrityError:
            return "refused"
        return "saved"

    outcomes = Counter(at_once(app, _undo_all, *(partial(add, each) for each in ids[:6])))

    assert len(stored(Contact)) == len(stored(Employer)) == outcomes["saved"]
    assert {each.employer_id for each in stored(Contact)} == {each.id for each in stored(Employer)}


def _two_hundred(by: User) -> list[int]:
    rows = tuple((f"Employer {n}",) for n in range(200))
    run_id, _ = import_sheets(Sheet("", (("Employer",), *rows)), by=by)
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=None, at=clock.now())
    db.session.commit()
    return [each.id for each in reversed(stored(Employer))]


def _undo_all() -> str:
    jobs.run_queued_imports(clock.now())
    return "undone"
