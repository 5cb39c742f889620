"""Several at the same moment, each with a thread, an app context and so a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from crm.core.db import committing, db
from crm.core.errors import CrmError

DONE = "done"
T = TypeVar("T")


def at_once(app: Flask, *actions: Callable[[], T]) -> list[T]:
    """What each action returned, in their order. Each opens its own unit of work, as a job does."""
    db.session.rollback()  # what this thread only read must not keep the others waiting
    ready = Barrier(len(actions))

    def one(action: Callable[[], T]) -> T:
        with app.app_context():
            ready.wait()
            return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(one, actions))


def saved_at_once(app: Flask, *actions: Callable[[], object], told: Callable[[CrmError], str] = str) -> list[str]:
    """What became of each action, a unit of work: "done", or what it was `told`, by default the refusal's sentence."""

    def saving(action: Callable[[], object]) -> str:
        try:
            with committing():
                action()
        except CrmError as refusal:
            return told(refusal)
        return DONE

    return at_once(app, *(lambda action=action: saving(action) for action in actions))


def kind_of(refusal: CrmError) -> str:
    """For tests in which it does not matter how a refusal is worded: "Conflict"."""
    return type(refusal).__name__
