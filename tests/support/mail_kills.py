"""Two schedulers over due mails, killed at random, and what a mail server then counts.

python -m tests.support.mail_kills --kills 100 --mails 1000 [--db sqlite|postgres] [--seed 1]
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from config import Config
from crm.app import create_app
from crm.core.db import committing, db, reading
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.notifications.services import enqueue
from tests.support.mail_scheduler import LEASE, scheduler
from tests.support.postgres import postgres_url
from tests.support.smtp import Server, smtp_server

ROOT = Path(__file__).parents[2]
SCHEDULERS = 2
SLOWEST = 0.03  # seconds the mail server takes before, and again after, it has a mail: where a kill hurts
LONGEST = 300  # seconds without any progress, after which something is stuck


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was asked, and what came of it."""

    mails: int
    kills: int
    missing: int  # mails that never arrived
    duplicates: int  # arrivals beyond the first of each mail
    strangers: int  # mails that arrived under more than one Message-ID
    unfinished: int  # mails that the outbox does not call sent
    held: int  # mails that a killed scheduler held, so that another had to take them again
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.mails} mails, {SCHEDULERS} schedulers killed {self.kills} times: {self.missing} missing, "
            f"{self.duplicates} duplicates, {self.strangers} under another Message-ID, {self.unfinished} stuck; "
            f"{self.held} held by a killed one and taken again; {self.seconds:.0f} s"
        )

    @property
    def is_right(self) -> bool:
        """None missing, none stuck, at most one duplicate for each kill, and recognisable."""
        return not (self.missing or self.strangers or self.unfinished) and self.duplicates <= self.kills


def kill_over_mails(app: Flask, database: str, *, kills: int, mails: int, seed: int = 1) -> Outcome:
    """Owe mails, let two schedulers send them, kill one at a time at random, and start another in its place.

    Args:
        app: on the database, which holds no other mail that is due.
        database: its address, for the schedulers.
        kills: how many; spread over the mails, and each at a moment when mail goes out.
        mails: how many.
        seed: of when and whom.
    """
    chance = random.Random(seed)
    _owe(app, mails)
    began = time.monotonic()
    with smtp_server() as server, _schedulers(database, server.port) as (running, start):
        server.dawdle = lambda: chance.uniform(0, SLOWEST)
        for due in sorted(chance.sample(range(1, mails * 9 // 10), kills)):
            _wait(partial(_has_taken, server, due))
            time.sleep(chance.uniform(0, SLOWEST * 2))
            victim = chance.randrange(SCHEDULERS)
            running[victim].kill()
            running[victim].join()
            running[victim] = start()
        _wait(lambda: not _in_the_outbox(app)[0])
        time.sleep(LEASE)  # would anything be sent again now?
    return _outcome(app, server, mails=mails, kills=kills, seconds=time.monotonic() - began)


def _owe(app: Flask, mails: int) -> None:
    with app.app_context(), committing():
        for number in range(mails):
            enqueue(key=f"kill:{number}", recipient=f"kim{number}@alder.example", subject="Words", body="Hello\n")


@contextmanager
def _schedulers(database: str, port: int) -> Iterator[tuple[list[BaseProcess], partial[BaseProcess]]]:
    """The processes, and how to start another. Each is forked from one that has imported everything and no more."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        multiprocessing.set_forkserver_preload([scheduler.__module__])
    start = partial(_start, context, database, port)
    running = [start() for _ in range(SCHEDULERS)]
    try:
        yield running, start
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.join(20)
            process.kill()


def _start(context: Any, database: str, port: int) -> BaseProcess:
    process: BaseProcess = context.Process(target=scheduler, args=(database, port), daemon=True)
    process.start()
    return process


def _has_taken(server: Server, mails: int) -> bool:
    return len(server.taken) >= mails


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError("Nothing is sent any more.")
        time.sleep(0.005)


def _in_the_outbox(app: Flask) -> tuple[int, int]:
    """How many mails are not called sent, and how many had to be taken again."""
    with app.app_context(), reading():
        unfinished = select(func.count(OutboxEmail.id)).where(OutboxEmail.status != EmailStatus.SENT)
        again = select(func.count(OutboxEmail.id)).where(OutboxEmail.attempts > 1)
        return db.session.scalar(unfinished) or 0, db.session.scalar(again) or 0


def _outcome(app: Flask, server: Server, *, mails: int, kills: int, seconds: float) -> Outcome:
    identities: dict[str, set[str]] = {}
    for mail in server.taken:
        identities.setdefault(mail["To"], set()).add(mail["Message-ID"])
    unfinished, held = _in_the_outbox(app)
    return Outcome(
        mails=mails,
        kills=kills,
        missing=mails - len(identities),
        duplicates=len(server.taken) - len(identities),
        strangers=sum(len(each) > 1 for each in identities.values()),
        unfinished=unfinished,
        held=held,
        seconds=seconds,
    )


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with postgres_url() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder, 'kills.db').as_posix()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with _database(asked.db) as database:
        app = create_app(Config.for_tests(database))
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
        outcome = kill_over_mails(app, database, kills=asked.kills, mails=asked.mails, seed=asked.seed)
        with app.app_context():
            db.engine.dispose()
    sys.stdout.write(f"{asked.db}: {outcome}\n")
    return 0 if outcome.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
