"""Measure Threefold with 10,000 employers, 20,000 contacts and 100,000 interactions: python3 scripts/bench.py.

Serves as run.py does, from a database of its own in a temporary folder, and holds each main page against reference
pages in the same run. Then times an import of 10,000 rows and the workbook. Prints a table and the same as JSON.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # the sentence is for those who have an older one
    sys.exit("Threefold needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse
import csv
import json
import os
import random
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import serving
from benchmark import measuring, words
from benchmark.listing import bench_lists, print_lists
from benchmark.matches import bench_matching, print_matching
from benchmark.searches import bench_searches, print_searches
from demo import flask
from progress import Progress, print_every_letter
from set_up import PYTHON, ROOT, SetUpError, build_front_end, install, make_venv, only_one_at_a_time, run

FIRST_PORT = 5400
REQUIREMENTS = "requirements.txt"
WITH_POSTGRESQL = "requirements-dev.txt"
ROWS_IMPORTED = 10_000
IMPORT_BUDGET = 5.0  # seconds
REQUESTS_BUDGET = 150  # a second: a list, four clients
MEMORY_BUDGET = 110  # MiB

Figures = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure Threefold beside reference pages.")
    parser.add_argument("--rounds", type=int, default=60, help="how often each page is visited (default 60)")
    parser.add_argument("--search", action="store_true", help="the search instead, among 100,000, on both databases")
    parser.add_argument(
        "--lists", action="store_true", help="lists instead, with ten times the rows, on both databases"
    )
    parser.add_argument("--matching", action="store_true", help="the matching of a city instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there instead of printing it")
    options = parser.parse_args()
    print_every_letter()
    try:
        set_up(WITH_POSTGRESQL if options.search or options.lists else REQUIREMENTS)
        with tempfile.TemporaryDirectory(prefix="threefold-bench-") as folder:
            result = _which(options)(Path(folder), options.rounds)
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    _printer(options)(result)
    text = json.dumps(result, indent=1)
    if options.json:
        options.json.write_text(text, encoding="utf-8")
    else:
        print(f"\n{text}")
    return 0


def _which(options: argparse.Namespace) -> Callable[[Path, int], Any]:
    if options.matching:
        return bench_a_city
    return bench_search if options.search else bench_long_lists if options.lists else bench


def _printer(options: argparse.Namespace) -> Callable[[Any], None]:
    if options.matching:
        return print_matching
    return print_searches if options.search else print_lists if options.lists else print_tables


def set_up(requirements: str) -> None:
    with only_one_at_a_time(print):
        progress = Progress(steps=3)
        with progress.step("Python environment") as step:
            make_venv(requirements, step)
        with progress.step("Packages") as step:
            install(requirements, step)
        with progress.step("Styles and scripts") as step:
            build_front_end(step)


def bench(folder: Path, rounds: int) -> Figures:
    port = serving.free_port(None, FIRST_PORT)
    environment = settings(folder, port)
    progress = Progress(steps=4)
    with progress.step("Data") as step:
        run(flask("db", "upgrade"), step.say, "The database could not be made", environment)
        run([PYTHON, "-m", "benchmark.data", environment["DATABASE_URL"]], step.say, "No data was made", environment)
    with progress.step(f"Pages, {rounds} rounds"):
        result = measure_pages(port, rounds, environment)
    with progress.step(f"Import of {ROWS_IMPORTED:,} rows"):
        result["import"] = measure_import(folder, environment)
    with progress.step("Workbook"):
        result["workbook"] = measure_workbook(folder, environment)
    return result


def bench_search(folder: Path, rounds: int) -> Figures:
    port = serving.free_port(None, FIRST_PORT)
    return bench_searches(folder, port, rounds, settings(folder, port))


def bench_long_lists(folder: Path, rounds: int) -> Figures:
    port = serving.free_port(None, FIRST_PORT)
    return bench_lists(folder, port, rounds, settings(folder, port))


def bench_a_city(folder: Path, _rounds: int) -> list[Figures]:
    return bench_matching(folder, settings(folder, FIRST_PORT))


def settings(folder: Path, port: int) -> dict[str, str]:
    return {
        "THREEFOLD_DEMO": "1",
        "DATABASE_URL": f"sqlite:///{(folder / 'bench.db').as_posix()}",
        "SECRET_KEY": "bench" * 8,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TRUSTED_HOSTS": "127.0.0.1",
        "MAIL_URL": f"folder:{(folder / 'mail').as_posix()}",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "scripts"), str(ROOT))),
    }


def measure_pages(port: int, rounds: int, environment: Mapping[str, str]) -> Figures:
    with serving.web_server(port, "benchmark.server:app", environment) as process:
        pages, references = measuring.measure(port, rounds)
        employers = next((page.path for page in pages if page.name == "employers"), "/reference/rows")
        return {
            "pages": measuring.as_rows(pages, references),
            "references_p50_ms": {page.name: round(page.p50, 2) for page in references.values() if page.times},
            "list_requests_per_second": round(measuring.load(port, employers)),
            "server_mib": measuring.memory_of(process),
        }


def measure_import(folder: Path, environment: Mapping[str, str]) -> Figures:
    file = folder / "new-employers.csv"
    write_employers(file)
    figures = timed(["import-employers", str(file), "--commit"], environment)
    return {"rows": ROWS_IMPORTED, "rows_per_second": round(ROWS_IMPORTED / figures["seconds"]), **figures}


def write_employers(file: Path) -> None:
    """A list of employers that are not in the database yet, as a council might have it."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(("Employer name", "Company number", "Address", "Postcode", "Telephone", "Email", "Website"))
        for number in range(50_000, 50_000 + ROWS_IMPORTED):
            chance = random.Random(number)  # noqa: S311  # the same on every run
            name, code, site = words.employer_name(chance, number), words.postcode(chance), f"employer{number}.example"
            phone = f"01632 {960000 + number % 1000}"
            table.writerow((name, f"{number:08}", "1 Long Lane", code, phone, f"office@{site}", f"https://{site}"))


def measure_workbook(folder: Path, environment: Mapping[str, str]) -> Figures:
    file = folder / "progress.xlsx"
    day = datetime.now(UTC).date().isoformat()  # noqa: TID251  # this is not the application
    figures = timed(["export-workbook", "--as-at", day, "--release", "internal", "--out", str(file)], environment)
    return {**figures, "bytes": file.stat().st_size}


def timed(arguments: list[str], environment: Mapping[str, str]) -> dict[str, float]:
    """Run one of our commands, from its start to its end."""
    figures = measuring.run_and_weigh(flask(*arguments), {**os.environ, **environment}, ROOT)
    if figures is None:
        raise SetUpError(f"flask {' '.join(arguments)} failed (see above).")
    return figures


def print_tables(result: Figures) -> None:
    print(f"\n{'Page':<24}{'p50 ms':>8}{'p95 ms':>8}{'ratio':>8}  {'budget':<14}{'SQL':>4}{'budget':>8}{'bytes':>10}")
    for row in result["pages"]:
        budget = f"{row['ratio_budget'] or '–'} × {row['reference']}"
        verdict = {True: "ok", False: "OVER", None: ""}[row["holds"]]
        print(
            f"{row['page']:<24}{row['p50_ms']:>8}{row['p95_ms']:>8}{row['ratio']:>8}  {budget:<14}"
            f"{row['statements']:>4}{row['statements_budget'] or '–':>8}{row['bytes']:>10}  {verdict}"
            f"{'' if row['status'] == HTTPStatus.OK else row['status']}"
        )
    print("\nReference pages, p50 ms:", ", ".join(f"{k} {v}" for k, v in result["references_p50_ms"].items()))
    requests = result["list_requests_per_second"]
    print(f"List, 4 clients: {requests} requests a second (budget of two processes: {REQUESTS_BUDGET})")
    print(f"Web server after it: {result['server_mib'] or '–'} MiB (budget {MEMORY_BUDGET})")
    for name, budget in (("import", f"budget {IMPORT_BUDGET} s"), ("workbook", "no budget")):
        print(f"{name.capitalize()}: {', '.join(f'{k} {v}' for k, v in result[name].items())} ({budget})")


if __name__ == "__main__":
    sys.exit(main())
