import sys

import checks


def check(name: str, program: str, *, may_choose_nothing: bool = False) -> checks.Check:
    return checks.Check(name, [sys.executable, "-c", program], may_choose_nothing)


def test_a_failing_check_stops_no_other_of_its_group() -> None:
    outcomes = checks.run_side_by_side([check("bad", "raise SystemExit(1)"), check("good", "pass")])

    assert [(outcome.name, outcome.passed) for outcome in outcomes] == [("bad", False), ("good", True)]


def test_what_pytest_prints_at_the_end_is_shown_and_kept(capfd: object) -> None:
    line = "=================== 2 failed, 133 passed, 1 skipped in 3.41s ==================="

    (outcome,) = checks.run_side_by_side([check("tests", f"print('{line}')")])

    assert outcome.remark == "2 failed, 133 passed, 1 skipped"


def test_choosing_no_test_fails_unless_somebody_chose() -> None:
    nothing = "raise SystemExit(5)"

    outcomes = checks.run_side_by_side([check("all", nothing), check("some", nothing, may_choose_nothing=True)])

    assert [outcome.passed for outcome in outcomes] == [False, True]
