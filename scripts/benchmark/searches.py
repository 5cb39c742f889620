"""Measure the search of 100,000 employers on both databases. Standard library only; `searching` makes the data."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import serving
from demo import flask
from progress import Progress
from set_up import PYTHON, ROOT, SetUpError, run

from benchmark import measuring
from benchmark.measuring import Browser, Page

BUDGET = 5.0  # times the reference page: an indexed ORM query for 25 rows and its template
DATABASES = ("sqlite", "postgresql")
# What is typed: the words as they are, misspelt, swapped, far from everything, and in very many names.
QUESTIONS = {
    "exact name": "moorcroft lane timber frame ltd",
    "beginning": "moorcr",
    "misspelt": "mooorcroft",
    "two misspelt": "moorcrfot timbr",
    "swapped": "timber moorcroft",
    "swapped, misspelt": "timbr moorcroft",
    "no match": "zzyzxqq",
    "no match, two words": "qwertyu zzyzxqq",
    "frequent word": "timber",
    "frequent words": "care services",
    "person": "fatima greenacre",
    "person, misspelt": "fatmia greenacer",
    "phone": "01632 960123",
    "postcode": "zz34ab",
    "word of the log": "welding",
}


def bench_searches(
    folder: Path, port: int, rounds: int, settings: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """The rows of the table, by database."""
    result, progress = {}, Progress(steps=2 * len(DATABASES))
    for kind in DATABASES:
        with database(kind, folder, settings) as url:
            environment = {**settings, "DATABASE_URL": url}
            with progress.step(f"100,000 employers, {kind}") as step:
                run(flask("db", "upgrade"), step.say, "The database could not be made", environment)
                run([PYTHON, "-m", "benchmark.searching", url], step.say, "No data was made", environment)
            with progress.step(f"Searching {kind}, {rounds} rounds"):
                result[kind] = measure(port, rounds, environment)
    return result


def measure(port: int, rounds: int, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every question on the page of results, some under the box and in the list, each after the reference page."""
    pages = [_page("search", name) for name in QUESTIONS]
    pages += [_page(where, name) for where in ("search/suggestions", "employers/") for name in ("misspelt", "swapped")]
    pages.append(_page("employers/options", "frequent word"))
    with serving.web_server(port, "benchmark.server:app", environment):
        browser = Browser(port)
        browser.sign_in()
        reference = measuring.visit_in_turn(browser, pages, rounds)["rows"]
    everything = Page(
        "all searches", "", [each for page in pages if page.path.startswith("/search?") for each in page.times]
    )
    return [_row(page, reference) for page in (reference, *pages, everything)]


def print_searches(result: Mapping[str, list[dict[str, Any]]]) -> None:
    for kind, rows in result.items():
        print(f"\n{kind + ', 100,000 employers':<40}{'p50 ms':>8}{'p95 ms':>8}{'ratio of p95':>14}{'SQL':>5}")
        for row in rows:
            times = f"{row['p50_ms']:>8}{row['p95_ms']:>8}{row['ratio']:>14}{row['statements']:>5}"
            print(f"{row['page']:<40}{times} {'OVER' if row['ratio'] > BUDGET else ''}")


def _page(where: str, name: str) -> Page:
    what = "search" if where == "search" else where.strip("/")
    return Page(f"{what}: {name}", f"/{where}?{urlencode({'q': QUESTIONS[name]})}")


def _row(page: Page, reference: Page) -> dict[str, Any]:
    """The ratio is that of the 95th percentiles, as the budget is."""
    return {
        "page": page.name,
        "p50_ms": round(page.p50, 2),
        "p95_ms": round(page.p95, 2),
        "ratio": round(page.p95 / reference.p95, 2),
        "ratio_to_p50": round(page.p95 / reference.p50, 2),
        "statements": page.statements,
    }


@contextmanager
def database(kind: str, folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{(folder / 'search.db').as_posix()}"
        return
    environment = {**os.environ, **settings}
    server = subprocess.Popen(
        [PYTHON, "-m", "benchmark.postgres"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = server.stdout.readline().strip() if server.stdout else ""
        if not url:
            raise SetUpError("PostgreSQL did not start (see above).")
        yield url
    finally:
        if server.stdin:
            server.stdin.close()
        server.wait(timeout=30)
