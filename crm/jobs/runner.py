"""Runs the timetable. Nothing about it is stored: what is due is asked of the tables, so nothing is lost in a crash."""

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from crm.core import clock
from crm.core.batch import Tally
from crm.jobs.timetable import Job

log = logging.getLogger(__name__)


def run_job(app: Flask, job: Job) -> Tally:
    """Run one job now, in its own app context."""
    with app.app_context():
        tally = job.run(clock.now())
    if tally.done or tally.failed:
        log.info("%s: %d done, %d failed", job.name, tally.done, tally.failed)
    return tally


def tick(app: Flask, job: Job) -> None:
    """Run one job; if it fails say so, and let the next tick try again."""
    try:
        run_job(app, job)
    except Exception:
        log.exception("%s failed", job.name)


def scheduler_for(app: Flask, jobs: Sequence[Job]) -> BlockingScheduler:
    """A scheduler that knows the jobs. What was missed while asleep runs once, however late."""
    scheduler = BlockingScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for job in jobs:
        scheduler.add_job(tick, job.trigger, args=(app, job), id=job.name)
    return scheduler


def run(app: Flask, jobs: Sequence[Job]) -> None:
    """Run until told to stop; then let what is running finish."""
    scheduler = scheduler_for(app, jobs)
    with _told_to_stop():
        try:
            log.info("the scheduler runs %s", ", ".join(job.name for job in jobs))
            scheduler.start()
        except KeyboardInterrupt:
            log.info("stopping")
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=True)
    log.info("the scheduler has stopped")


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Take a request to end like Ctrl-C, where signals can be heard: in the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
