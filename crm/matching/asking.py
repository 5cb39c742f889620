"""Starting the process that calculates, listening to it, and ending it."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from crm.matching.question import Answer, Question, answer_from_json, question_to_json

PYTHON = sys.executable
ROOT = Path(__file__).parents[2]
SECONDS = 25  # for the solver, if the best is not found before
PATIENCE = 35  # seconds beyond that for everything around it
TICK = 1.0  # seconds between two signs of life

Heard = Callable[[str | None], None]  # told what is being done, or None every second; may raise to end it


class NoAnswer(Exception):
    """The process ended without one."""


def answer_in_child(question: Question, *, heard: Heard, seconds: float = SECONDS) -> Answer:
    """Let a process of its own find the answer. Whatever `heard` raises ends that process.

    Raises NoAnswer if it died or took far too long.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked:
        asked.write(question_to_json(question))
        asked.seek(0)
        with subprocess.Popen(  # noqa: S603  # our own module, by our own interpreter
            [PYTHON, "-m", "crm.matching.child", str(seconds)],
            cwd=ROOT,
            stdin=asked,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as child:
            try:
                return _listen(child, heard, int((seconds + PATIENCE) / TICK))
            finally:
                child.kill()


def _listen(child: "subprocess.Popen[str]", heard: Heard, ticks: int) -> Answer:
    assert child.stdout is not None  # noqa: S101  # Popen was asked for it
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(child.stdout, lines), daemon=True).start()
    while ticks > 0:
        try:
            line = lines.get(timeout=TICK)
        except queue.Empty:
            ticks -= 1
            heard(None)
            continue
        if line is None:
            break
        said = json.loads(line)
        if "pairs" in said:
            return answer_from_json(line)
        heard(said["at"])
    raise NoAnswer


def _read(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    with suppress(ValueError, OSError):  # closed under us when the process is ended
        for line in stream:
            lines.put(line)
    lines.put(None)
