"""Keeps tokens out of every log, whoever writes it and wherever it goes.

Where records are made rather than where they are written: the servers and commands that run Threefold bring handlers of
their own, before or after it starts, and a filter on one of them would miss what goes to another.
"""

import logging
import re
import traceback
from collections.abc import Callable
from typing import Any

# A token as `crm.core.tokens` makes it. Letters of both sizes tell it from a hash and from a long name in the code:
# that a token has none of one size happens twice in ten thousand million.
TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{43,}")
MASK = "[token]"
Factory = Callable[..., logging.LogRecord]


def masked(text: str) -> str:
    """A text without anything that could be a token."""
    return TOKEN.sub(MASK, text)


def install() -> None:
    """Mask tokens in all records from now on: in messages, what they are filled with, and texts of exceptions."""
    present = logging.getLogRecordFactory()
    if not isinstance(present, _Masking):
        logging.setLogRecordFactory(_Masking(present))


class _Masking:
    """Makes records as before, then masks them."""

    def __init__(self, make: Factory) -> None:
        self.make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self.make(*args, **kwargs)
        _mask_message(record)
        if record.exc_info and record.exc_info[0]:
            _mask_exception(record)
        if record.stack_info:
            record.stack_info = masked(record.stack_info)
        return record


def _mask_message(record: logging.LogRecord) -> None:
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001  # it does not fit its arguments, which logging would print as they are
        record.msg, record.args = masked(f"{record.msg} {record.args}"), None
        return
    if TOKEN.search(message):
        record.msg, record.args = masked(message), None


def _mask_exception(record: logging.LogRecord) -> None:
    """Write the traceback out now if it shows a token: formatters take what is written out already."""
    assert record.exc_info  # noqa: S101
    text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
    if TOKEN.search(text):
        record.exc_text = masked(text)
        record.exc_info = None
