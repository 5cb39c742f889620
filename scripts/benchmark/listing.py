"""Measure paging and sorting of lists with ten times as many rows on both databases. Standard library only."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import serving
from demo import flask
from progress import Progress
from set_up import PYTHON, run

from benchmark import measuring
from benchmark.measuring import Browser, Page
from benchmark.searches import DATABASES, database

TIMES = 10  # 100,000 employers, 1,000,000 entries of the contact log
EMPLOYERS, ENTRIES, PER_PAGE = 10_000 * TIMES, 100_000 * TIMES, 25
SORTS = ("name", "last_contact", "owner", "postcode", "company_number", "created")
BUDGET_MS = 250.0  # slower than this and a click is felt as waiting


def bench_lists(folder: Path, port: int, rounds: int, settings: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the table, by database."""
    result, progress = {}, Progress(steps=2 * len(DATABASES))
    for kind in DATABASES:
        with database(kind, folder, settings) as url:
            environment = {**settings, "DATABASE_URL": url, "BENCH_TIMES": str(TIMES)}
            with progress.step(f"{EMPLOYERS:,} employers, {ENTRIES:,} entries of the log, {kind}") as step:
                run(flask("db", "upgrade"), step.say, "The database could not be made", environment)
                run([PYTHON, "-m", "benchmark.data", url], step.say, "No data was made", environment)
            with progress.step(f"Paging and sorting on {kind}, {rounds} rounds"):
                result[kind] = measure(port, rounds, environment)
    return result


def measure(port: int, rounds: int, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    pages = list(_pages())
    with serving.web_server(port, "benchmark.server:app", environment):
        browser = Browser(port)
        browser.sign_in()
        reference = measuring.visit_in_turn(browser, pages, rounds)["rows"]
    return [_row(page, reference) for page in pages]


def print_lists(result: Mapping[str, list[dict[str, Any]]]) -> None:
    for kind, rows in result.items():
        print(f"\n{kind:<52}{'p50 ms':>8}{'p95 ms':>8}{'ratio':>8}{'SQL':>5}")
        for row in rows:
            figures = f"{row['p50_ms']:>8}{row['p95_ms']:>8}{row['ratio']:>8}{row['statements']:>5}"
            print(f"{row['page']:<52}{figures} {'SLOW' if row['p95_ms'] > BUDGET_MS else ''}")


def _pages() -> Iterator[Page]:
    """The first page, the one in the middle and the last, in every order; and the filters that match many."""
    for sort in SORTS:
        for where, number in _places(EMPLOYERS):
            yield _page(f"employers by {sort}, {where}", "employers/", sort=sort, page=number)
    yield _page("employers by -last_contact, first", "employers/", sort="-last_contact")
    yield _page("employers, 100 rows", "employers/", view="all", per_page=100)
    yield _page("employers, no contact in 90 days", "employers/", quiet=90, sort="last_contact")
    yield _page("employers, mine", "employers/", owner="me")
    yield _page("employers, no pledge this year", "employers/", pledge="none")
    for where, number in _places(ENTRIES):
        yield _page(f"contact log, {where}", "contact-log/", view="all", page=number)
    yield _page("contact log, calls", "contact-log/", channel="call")
    yield _page("contact log, one officer", "contact-log/", officer=2)


def _places(rows: int) -> tuple[tuple[str, int], ...]:
    return (("first", 1), ("middle", rows // PER_PAGE // 2), ("last", rows // PER_PAGE))


def _page(name: str, path: str, **asked: str | int) -> Page:
    return Page(name, f"/{path}?{urlencode(asked)}")


def _row(page: Page, reference: Page) -> dict[str, Any]:
    return {
        "page": page.name,
        "p50_ms": round(page.p50, 1),
        "p95_ms": round(page.p95, 1),
        "ratio": round(page.p50 / reference.p50, 1),
        "statements": page.statements,
    }
