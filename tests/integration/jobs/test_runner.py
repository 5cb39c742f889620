"""The timetable, and the process that keeps to it."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from crm.accounts.models import LinkPurpose, PasswordLink, SignIn, SignInFailure
from crm.accounts.services.links import mail_link
from crm.accounts.services.sign_ins import begin_sign_in
from crm.accounts.services.throttling import Attempt, count_attempt
from crm.core.batch import Tally
from crm.core.db import committing, db
from crm.core.submissions import Submission
from crm.jobs import runner
from crm.jobs.housekeeping import forget_old
from crm.jobs.timetable import TIMETABLE, Job, daily, every
from tests.conftest import stored
from tests.factories import UserFactory

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_every_job_has_a_name_of_its_own() -> None:
    names = [job.name for job in TIMETABLE]

    assert len(set(names)) == len(names)
    assert {"send-emails", "forget-old"} <= set(names)


@pytest.mark.parametrize(
    ("before", "fires"),
    [
        (datetime(2026, 11, 2, 12, 0, tzinfo=UTC), datetime(2026, 11, 3, 3, 20, tzinfo=UTC)),
        (datetime(2026, 7, 2, 12, 0, tzinfo=UTC), datetime(2026, 7, 3, 2, 20, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 3, 20, tzinfo=UTC)),
    ],
)
def test_a_daily_job_keeps_london_time_on_every_night_of_the_year(before: datetime, fires: datetime) -> None:
    assert daily(3, 20).get_next_fire_time(None, before) == fires


def test_what_was_missed_runs_once_however_late_and_never_beside_itself(app: Flask) -> None:
    scheduler = runner.scheduler_for(app, TIMETABLE)

    assert {job.id for job in scheduler.get_jobs()} == {job.name for job in TIMETABLE}
    assert scheduler._job_defaults == {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


def test_a_job_that_fails_is_logged_and_runs_again_at_the_next_tick(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[datetime] = []
    second = threading.Event()

    def fail(now: datetime) -> Tally:
        runs.append(now)
        if len(runs) > 1:
            second.set()
        raise ZeroDivisionError

    scheduler = runner.scheduler_for(app, [Job("doomed", fail, every(1))])
    thread = threading.Thread(target=scheduler.start)
    thread.start()
    try:
        assert second.wait(timeout=10)
    finally:
        scheduler.shutdown(wait=True)
        thread.join()

    assert "doomed failed" in caplog.text


def test_housekeeping_forgets_what_is_past_its_time(app: Flask, database: None) -> None:
    user = UserFactory.make()
    with committing():
        begin_sign_in(user, at=NOW - timedelta(days=60))
        begin_sign_in(user, at=NOW - timedelta(days=50))
        count_attempt(Attempt.SIGN_IN, "somebody", "198.51.100.7", at=NOW - timedelta(days=2))
        count_attempt(Attempt.SIGN_IN, "somebody", "198.51.100.7", at=NOW)
        mail_link(user, LinkPurpose.RESET, at=NOW - timedelta(days=60))
        mail_link(user, LinkPurpose.RESET, at=NOW)
        db.session.add(Submission(key="old", leads_to="/", submitted_at=NOW - timedelta(days=8)))
        db.session.add(Submission(key="new", leads_to="/", submitted_at=NOW))

    assert forget_old(NOW).failed == 0

    assert [stay.started_at for stay in stored(SignIn)] == [NOW - timedelta(days=50)]
    assert [failure.at for failure in stored(SignInFailure)] == [NOW]
    assert [link.created_at for link in stored(PasswordLink)] == [NOW]
    assert [submission.key for submission in stored(Submission)] == ["new"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_the_scheduler_stops_when_it_is_told_to(tmp_path: Path) -> None:
    settings = {
        "THREEFOLD_DEMO": "1",
        "SECRET_KEY": "0" * 32,
        "DATABASE_URL": f"sqlite:///{tmp_path}/jobs.db",
        "MAIL_URL": f"folder:{tmp_path}/mail",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        first = process.stderr.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        process.wait(timeout=20)

    assert "the scheduler runs send-emails" in first
    assert "the scheduler has stopped" in rest
    assert process.returncode == 0
