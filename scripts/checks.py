"""Run programs two at a time and show each one's output in one piece. Standard library only."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from progress import Step
from set_up import ROOT

AT_ONCE = 2
LONGEST = 15 * 60  # seconds
PYTEST_CLOSING_LINE = re.compile(
    r"^=+ (.*\d (?:passed|failed|errors?|skipped|deselected).*) in [\d.]+s.*=+$", re.MULTILINE
)
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
NOTHING_CHOSEN = 5  # pytest's exit code when the arguments choose no test


@dataclass(frozen=True)
class Check:
    name: str
    command: Sequence[str | Path]
    may_choose_nothing: bool = False  # of pytest's tests
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    name: str
    seconds: float
    passed: bool
    remark: str = ""


def run_side_by_side(group: Sequence[Check]) -> list[Outcome]:
    """Run all checks of a group, whatever the others say; show the output of each when it ends."""
    running: list[subprocess.Popen[bytes]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool, Step(", ".join(check.name for check in group)) as step:
        try:
            outcomes = list(pool.map(lambda check: _run(check, running, step), group))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for program in running:
                _interrupt(program)
            raise
        if not all(outcome.passed for outcome in outcomes):
            step.skip("FAILED")
        return outcomes


def _run(check: Check, running: list[subprocess.Popen[bytes]], step: Step) -> Outcome:
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        program = subprocess.Popen(
            check.command,
            cwd=ROOT,
            env={**os.environ, "NO_COLOR": "1", **check.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        running.append(program)
        remark = ""
        try:
            program.wait(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            _interrupt(program)
            remark = f"stopped after {LONGEST // 60} minutes"
        output.seek(0)
        text = _readable(output.read().decode(errors="replace"))
    seconds = time.monotonic() - started
    step.interrupt_with(f"\n--- {check.name} ({seconds:.1f} s) ---\n{text or 'nothing to say'}")
    passed = program.returncode in ({0, NOTHING_CHOSEN} if check.may_choose_nothing else {0})
    closing = PYTEST_CLOSING_LINE.findall(text)
    return Outcome(check.name, seconds, passed=passed, remark=remark or (closing[-1] if closing else ""))


def _readable(output: str) -> str:
    """Without colours, and of a line that was written over and over, the last state."""
    lines = COLOURS.sub("", output).rstrip().split("\n")
    return "\n".join(line.rstrip().rpartition("\r")[2] for line in lines)


def _interrupt(program: subprocess.Popen[bytes]) -> None:
    """Ask a program to end as Ctrl-C does, so that it puts away what it started; insist if it doesn't."""
    with contextlib.suppress(OSError):
        program.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
    try:
        program.wait(timeout=20)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
