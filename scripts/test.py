"""Check everything, in the order that fails fastest: python3 scripts/test.py [-- arguments for pytest].

Sets up as run.py does, then runs format, lint, types, package order and templates; migrations from nothing; the tests
on SQLite and on PostgreSQL side by side, then in a browser. Stops after the first group in which something failed.
Needs nothing but Python; the browser tests need Chromium.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # the sentence is for those who have an older one
    sys.exit("Threefold needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import os
from pathlib import Path

from checks import Check, Outcome, run_side_by_side
from progress import Progress, print_every_letter
from set_up import PYTHON, ROOT, SetUpError, build_front_end, install, make_venv, only_one_at_a_time

BROWSER_TESTS = "tests/browser"
EVERY_PAGE = "tests/browser/test_pages.py"  # every page of every role: as long as all other browser tests together
REQUIREMENTS = "requirements-dev.txt"


def main(arguments: list[str]) -> int:
    print_every_letter()
    if arguments and arguments[0] != "--":
        print(__doc__)
        return 0 if arguments[0] in {"-h", "--help"} else 2
    try:
        set_up()
        outcomes, skipped = run_groups(arguments[1:])
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    print_table(outcomes, skipped)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def set_up() -> None:
    with only_one_at_a_time(print):
        progress = Progress(steps=3)
        with progress.step("Python environment") as step:
            make_venv(REQUIREMENTS, step)
        with progress.step("Packages") as step:
            install(REQUIREMENTS, step)
        with progress.step("Styles and scripts") as step:
            build_front_end(step)


def run_groups(for_pytest: list[str]) -> tuple[list[Outcome], list[str]]:
    """Run group after group until one fails. Gives what ran, and a sentence for each thing that did not."""
    outcomes: list[Outcome] = []
    browser = find_chromium()
    in_browser = browser_tests(for_pytest, browser) if browser else []  # when the first database is done
    groups = [code_checks(), migration_checks(), [*database_tests(for_pytest), *in_browser]]
    for group in filter(None, groups):
        outcomes += run_side_by_side(group)
        if not all(outcome.passed for outcome in outcomes):
            return outcomes, ["Something failed, so what comes after it did not run."]
    if browser:
        return outcomes, []
    sentence = "No Chromium was found, so the browser tests did not run: install it, or name it in CHROMIUM."
    if os.environ.get("CI"):
        outcomes.append(Outcome("Browser tests", 0, passed=False, remark="no Chromium"))
    return outcomes, [sentence]


def code_checks() -> list[Check]:
    """The slowest first: two run at a time."""
    return [
        Check("Types", module("mypy")),
        Check("Format", module("ruff", "format", "--check", ".")),
        Check("Lint", module("ruff", "check", ".")),
        Check("Order of packages", [PYTHON, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]),
        Check("Templates", module("djlint", "--lint", "--quiet", "crm/templates")),
    ]


def migration_checks() -> list[Check]:
    return [
        Check(f"Migrations on {name}", module("tests.support.migrations", database))
        for name, database in (("SQLite", "sqlite"), ("PostgreSQL", "postgres"))
    ]


def database_tests(for_pytest: list[str]) -> list[Check]:
    if for_pytest and names_only_browser_tests(for_pytest):
        return []
    return [
        Check(
            f"Tests on {name}",
            module("pytest", "--db", database, f"--ignore={BROWSER_TESTS}", *for_pytest),
            bool(for_pytest),
        )
        for name, database in (("SQLite", "sqlite"), ("PostgreSQL", "postgres"))
    ]


def browser_tests(for_pytest: list[str], browser: str) -> list[Check]:
    if paths_in(for_pytest) and not names_only_browser_tests(for_pytest):
        return []
    parts = {
        "Every page in a browser": [EVERY_PAGE, *for_pytest],
        "Browser tests": [BROWSER_TESTS, f"--ignore={EVERY_PAGE}", *for_pytest],
    }
    if paths_in(for_pytest):
        parts = {"Browser tests": for_pytest}
    return [
        Check(name, module("pytest", "--db", "sqlite", *chosen), bool(for_pytest), {"CHROMIUM": browser})
        for name, chosen in parts.items()
    ]


def names_only_browser_tests(for_pytest: list[str]) -> bool:
    paths = paths_in(for_pytest)
    return bool(paths) and all((ROOT / path).is_relative_to(ROOT / BROWSER_TESTS) for path in paths)


def paths_in(for_pytest: list[str]) -> list[str]:
    return [path for path in (word.partition("::")[0] for word in for_pytest) if path and (ROOT / path).exists()]


def module(name: str, *arguments: str) -> list[str | Path]:
    return [PYTHON, "-m", name, *arguments]


def find_chromium() -> str | None:
    sys.path.insert(0, str(ROOT))  # the browser tests ask in the same place
    from tests.support.chromium import chromium  # noqa: PLC0415

    return chromium()


def print_table(outcomes: list[Outcome], remarks: list[str]) -> None:
    print(f"\n{'Step':<24} {'Seconds':>7}  Result")
    for outcome in outcomes:
        result = "ok" if outcome.passed else "FAILED"
        print(f"{outcome.name:<24} {outcome.seconds:>7.1f}  {result}{outcome.remark and f' ({outcome.remark})'}")
    print("\n".join(["", *remarks]) if remarks else "", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
