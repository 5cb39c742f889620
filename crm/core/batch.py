"""Doing many things, each on its own."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from crm.core.db import committing

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """How a batch went. Something skipped (because it no longer needed doing) counts as neither."""

    done: int = 0
    failed: int = 0


def one_at_a_time(items: Iterable[T], do: Callable[[T], bool]) -> Tally:
    """Do each thing in a unit of work of its own, so that one that fails undoes and stops no other.

    `do` returns whether there was anything to do. Failures are logged with the item, and tallied.
    """
    done = failed = 0
    for item in items:
        try:
            with committing():
                done += do(item)
        except Exception:
            log.exception("%s failed on %r", do.__qualname__, item)
            failed += 1
    return Tally(done, failed)


def in_one_unit(do: Callable[[], T]) -> T:
    """Do one thing in a unit of work of its own, for jobs that need its result before the next step."""
    with committing():
        return do()
