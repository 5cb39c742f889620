"""A scheduler that only sends mail, as a process of its own, for `mail_kills` to kill."""

from datetime import timedelta
from functools import partial

from config import Config
from crm.app import create_app
from crm.jobs import runner
from crm.jobs.timetable import Job, every
from crm.notifications.jobs import send_due_emails

LEASE = 3.0  # seconds, instead of the product's five minutes: what a killed sender held is tried again after it


def scheduler(database: str, port: int) -> None:
    """What each process runs: a real scheduler with the job that sends, at once and then every second."""
    app = create_app(Config.for_tests(database, MAIL_URL=f"smtp://127.0.0.1:{port}"))
    job = Job("send-emails", partial(send_due_emails, lease=timedelta(seconds=LEASE)), every(1))
    runner.tick(app, job)
    runner.run(app, (job,))
