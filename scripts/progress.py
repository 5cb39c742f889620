"""Numbered steps with elapsed seconds: a live line on a terminal, plain lines elsewhere. Standard library only."""

import io
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

REDRAW_EVERY = 0.2  # seconds
SAY_EVERY = 10.0  # seconds between plain lines of one step
LONGEST_LINE = 80  # letters of what is said


class Progress:
    """The steps of one run: `with progress.step("Install packages") as step: … step.say("Flask 3.1.3")`."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.begun = 0
        self.started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @contextmanager
    def step(self, name: str) -> Iterator["Step"]:
        self.begun += 1
        with Step(f"[{self.begun}/{self.steps}] {name}") as step:
            yield step


class Step:
    """One step. `say` tells what it is doing now, `skip` that there was nothing to do."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.now = ""
        self.outcome = "done"
        self.started = time.monotonic()
        self.said = self.started
        self.live = sys.stdout.isatty()
        self.over = threading.Event()
        self.printing = threading.Lock()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if self.live:
            self.ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.over.set()
        if self.live:
            self.ticker.join()
            self._draw("")
        outcome = self.outcome if kind is None else "stopped" if issubclass(kind, KeyboardInterrupt) else "failed"
        print(f"\r{self.title}: {outcome} ({self._seconds():.1f} s)" if self.live else self._plain(outcome), flush=True)

    def say(self, what: str) -> None:
        """Show what is being done. Elsewhere than on a terminal a line now and then must do."""
        self.now = what.strip()
        if not self.live and time.monotonic() - self.said > SAY_EVERY:
            self.said = time.monotonic()
            print(self._plain(self.now[:LONGEST_LINE]), flush=True)

    def skip(self, why: str) -> None:
        self.outcome = why

    def interrupt_with(self, text: str) -> None:
        """Print something in the middle of the step, from any thread."""
        with self.printing:
            if self.live:
                self._draw("")
            print(f"\r{text}" if self.live else text, flush=True)

    def _seconds(self) -> float:
        return time.monotonic() - self.started

    def _plain(self, what: str) -> str:
        return f"{self.title}: {what} ({self._seconds():.1f} s)"

    def _tick(self) -> None:
        while not self.over.wait(REDRAW_EVERY):
            with self.printing:
                self._draw(f"{self.title} … {self._seconds():.0f} s  {self.now}")

    def _draw(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        print("\r" + line[:width].ljust(width), end="", flush=True)


def print_every_letter() -> None:
    """A terminal that does not know a letter shows a question mark, instead of stopping us."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
