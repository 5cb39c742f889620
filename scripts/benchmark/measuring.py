"""Measure pages over HTTP, each in alternation with its reference page. Standard library only.

Machines are noisy, so only ratios taken in one run count. The budgets are those the project has set itself.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WARM_UP = 5
LETTERS_SHOWN = 2000  # of a program that failed
REFERENCES = ("trivial", "rows", "search", "detail", "csv")
CLIENTS, SECONDS_OF_LOAD = 4, 5.0


@dataclass(frozen=True)
class Budget:
    reference: str  # the reference page to divide by
    ratio: float | None = None
    statements: int | None = None


LIST = Budget("rows", 4, 8)
BUDGETS = {
    "employers": LIST,
    "employers, page 200": LIST,
    "contact log": LIST,
    "pledges": LIST,
    "opportunities": LIST,
    "providers": LIST,
    "employer search": Budget("search", 1, 8),
    "employer page": Budget("detail", 5, 14),
    "all employers, CSV": Budget("csv", 2),
}


@dataclass
class Page:
    """What was measured of one page. Times are in milliseconds."""

    name: str
    path: str
    times: list[float] = field(default_factory=list)
    statements: int = 0
    size: int = 0  # bytes of the body
    status: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20, method="inclusive")[-1]


class Browser:
    """One kept-alive connection with the sign-in's cookie."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Host": f"127.0.0.1:{port}"}

    def get(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        return response, response.read()

    def sign_in(self) -> None:
        response, _ = self.get("/bench/sign-in")
        self.headers["Cookie"] = (response.getheader("Set-Cookie") or "").partition(";")[0]

    def visit(self, page: Page, *, noting: bool) -> None:
        started = time.perf_counter()
        response, body = self.get(page.path)
        milliseconds = (time.perf_counter() - started) * 1000
        page.status, page.size = response.status, len(body)
        page.statements = int(response.getheader("X-Statements") or 0)
        if noting:
            page.times.append(milliseconds)


def measure(port: int, rounds: int) -> tuple[list[Page], dict[str, Page]]:
    """Visit every main page in turn, each after all reference pages, so often. Gives the pages and the references."""
    browser = Browser(port)
    browser.sign_in()
    pages = [Page(name, path) for name, path in json.loads(browser.get("/bench/pages")[1])]
    return pages, visit_in_turn(browser, pages, rounds)


def visit_in_turn(browser: Browser, pages: Sequence[Page], rounds: int) -> dict[str, Page]:
    """Visit each page so often, after its reference page each time. Gives the references."""
    references = {name: Page(name, f"/reference/{name}") for name in REFERENCES}
    for number in range(WARM_UP + rounds):
        for page in pages:
            reference = references[BUDGETS.get(page.name, LIST).reference]
            for visited in (references["trivial"], reference, page):
                browser.visit(visited, noting=number >= WARM_UP)
    return references


def load(port: int, path: str) -> float:
    """Requests a second that four clients get answered."""
    answered = [0] * CLIENTS
    deadline = time.perf_counter() + SECONDS_OF_LOAD

    def visit(client: int) -> None:
        browser = Browser(port)
        browser.sign_in()
        while time.perf_counter() < deadline:
            browser.get(path)
            answered[client] += 1

    clients = [threading.Thread(target=visit, args=(client,)) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(answered) / SECONDS_OF_LOAD


def run_and_weigh(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
) -> dict[str, float] | None:
    """Run a program: its seconds and, where the system tells, those of the processor and the most MiB it held.

    None if it failed; what it said is then printed.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        program = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        told: dict[str, float] = {}
        if sys.platform == "win32":
            program.wait()
        else:
            _, status, usage = os.wait4(program.pid, 0)
            program.returncode = os.waitstatus_to_exitcode(status)
            told["cpu_seconds"] = round(usage.ru_utime + usage.ru_stime, 2)
            told["peak_mib"] = round(usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))
        if program.returncode == 0:
            return {"seconds": round(time.perf_counter() - started, 2), **told}
        output.seek(0)
        print(output.read().decode(errors="replace")[-LETTERS_SHOWN:])
        return None


def memory_of(process: int) -> float | None:
    """What a process has to itself and its share of the rest, in MiB, where the system tells."""
    told = Path(f"/proc/{process}/smaps_rollup")
    if not told.exists():
        return None
    line = next(line for line in told.read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def as_rows(pages: Sequence[Page], references: dict[str, Page]) -> list[dict[str, object]]:
    """The figures of each page beside its budget; `holds` is None where there is no budget."""
    return [_as_row(page, references) for page in pages]


def _as_row(page: Page, references: dict[str, Page]) -> dict[str, object]:
    budget = BUDGETS.get(page.name, Budget(LIST.reference))
    ratio = page.p50 / references[budget.reference].p50
    limits = [(ratio, budget.ratio), (page.statements, budget.statements)]
    kept = [found <= limit for found, limit in limits if limit is not None]
    return {
        "page": page.name,
        "status": page.status,
        "p50_ms": round(page.p50, 2),
        "p95_ms": round(page.p95, 2),
        "reference": budget.reference,
        "ratio": round(ratio, 2),
        "ratio_budget": budget.ratio,
        "ratio_to_trivial": round(page.p50 / references["trivial"].p50, 1),
        "statements": page.statements,
        "statements_budget": budget.statements,
        "bytes": page.size,
        "holds": all(kept) if kept else None,
    }
