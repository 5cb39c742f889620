import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from checks import Check, Outcome

ROOT = Path(__file__).parents[3]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/test.py, whose checks all pass at once; Python has a module of the same name."""
    spec = importlib.util.spec_from_file_location("scripts_test", ROOT / "scripts" / "test.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(
        module, "run_side_by_side", lambda group: [Outcome(each.name, 0, passed=True) for each in group]
    )
    return module


def names(checks: list[Check]) -> list[str]:
    return [check.name for check in checks]


@pytest.mark.parametrize(("environment", "passed"), [({}, True), ({"CI": "true"}, False)])
def test_a_missing_browser_is_said_plainly_and_fails_only_where_nobody_is_watching(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], passed: bool
) -> None:
    monkeypatch.delenv("CI", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(script, "find_chromium", lambda: None)

    outcomes, remarks = script.run_groups([])

    assert remarks == ["No Chromium was found, so the browser tests did not run: install it, or name it in CHROMIUM."]
    assert all(outcome.passed for outcome in outcomes) is passed


def test_a_failure_keeps_what_comes_after_it_from_running(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        script, "run_side_by_side", lambda group: [Outcome(each.name, 0, passed=each.name != "Lint") for each in group]
    )

    outcomes, _ = script.run_groups([])

    assert [outcome.name for outcome in outcomes] == names(script.code_checks())


def test_arguments_for_pytest_choose_what_runs(script: ModuleType) -> None:
    unit, browser = ["tests/unit/scripts"], ["tests/browser", "-x"]

    assert names(script.database_tests(unit)) == ["Tests on SQLite", "Tests on PostgreSQL"]
    assert names(script.browser_tests(unit, "chromium")) == []
    assert names(script.database_tests(browser)) == []
    assert names(script.browser_tests(browser, "chromium")) == ["Browser tests"]
    assert names(script.browser_tests(["-x"], "chromium")) == ["Every page in a browser", "Browser tests"]
    assert names(script.database_tests(["-k", "pledge"])) == ["Tests on SQLite", "Tests on PostgreSQL"]
