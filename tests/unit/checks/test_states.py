"""How a check stands on a day, on the days around each date that matters."""

from datetime import date, timedelta

import pytest

from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.checks.states import (
    State,
    is_due,
    is_in_order,
    is_overdue,
    may_be_asked_for,
    months_after,
    readiness,
    state_on,
    valid_through,
)
from crm.checks.wording import standing, standings

BEGINS, ENDS = date(2026, 12, 1), date(2027, 1, 31)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 25)
ACCEPTED = SiteCheck(status=CheckStatus.ACCEPTED, valid_from=BEGINS, covered_from=BEGINS, valid_to=ENDS)
UNBOUNDED = SiteCheck(status=CheckStatus.ACCEPTED, valid_to=ENDS)
REQUESTED = SiteCheck(status=CheckStatus.REQUESTED, requested_on=date(2026, 11, 3), requested_of="Dawn Alder")
REFUSED = SiteCheck(status=CheckStatus.NOT_ACCEPTED, reason="No cover under 18", checked_on=TODAY)
EXEMPT = SiteCheck(status=CheckStatus.NOT_NEEDED, reason="Public body", checked_on=TODAY)


@pytest.mark.parametrize(
    ("check", "day", "state"),
    [
        (None, TODAY, State.NOT_STARTED),
        (REQUESTED, TODAY, State.REQUESTED),
        (REFUSED, TODAY, State.NOT_ACCEPTED),
        (EXEMPT, TODAY, State.NOT_NEEDED),
        (ACCEPTED, BEGINS - DAY, State.NOT_YET),
        (ACCEPTED, BEGINS, State.ACCEPTED),
        (ACCEPTED, BEGINS + DAY, State.ACCEPTED),
        (ACCEPTED, ENDS - DAY, State.ACCEPTED),
        (ACCEPTED, ENDS, State.ACCEPTED),
        (ACCEPTED, ENDS + DAY, State.RAN_OUT),
        (UNBOUNDED, date(2000, 1, 1), State.ACCEPTED),
    ],
)
def test_the_last_day_and_the_first_count(check: SiteCheck | None, day: date, state: State) -> None:
    assert state_on(check, day) is state
    assert is_in_order(check, day) is (state in {State.ACCEPTED, State.NOT_NEEDED})
    assert is_overdue(check, day) is (state is State.RAN_OUT)


@pytest.mark.parametrize(
    ("first_day", "last_day", "valid"),
    [
        (BEGINS, ENDS, True),
        (BEGINS - DAY, ENDS, False),
        (BEGINS, ENDS + DAY, False),
        (ENDS, ENDS, True),
    ],
)
def test_it_is_valid_through_a_placement_only_if_both_its_ends_are_covered(
    first_day: date, last_day: date, valid: bool
) -> None:
    assert valid_through(ACCEPTED, last_day, first_day=first_day) is valid


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 25), 2, date(2027, 1, 25)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),  # two months later is 1 February
        (ENDS, True),
        (ENDS + 500 * DAY, True),
    ],
)
def test_it_is_due_from_so_many_months_before_it_runs_out_and_for_ever_after(today: date, due: bool) -> None:
    check = SiteCheck(status=CheckStatus.ACCEPTED, valid_to=ENDS)

    assert is_due(check, today, notice_months=2) is due


@pytest.mark.parametrize("check", [None, REQUESTED, REFUSED, EXEMPT])
def test_what_has_no_end_is_not_due(check: SiteCheck | None) -> None:
    assert not is_due(check, TODAY, notice_months=12)


@pytest.mark.parametrize(
    ("check", "asked", "may"),
    [
        (None, None, True),
        (EXEMPT, None, False),
        (ACCEPTED, None, True),
        (REQUESTED, TODAY - 13 * DAY, False),
        (REQUESTED, TODAY - 14 * DAY, True),
    ],
)
def test_nobody_is_asked_twice_in_a_fortnight(check: SiteCheck | None, asked: date | None, may: bool) -> None:
    if check is not None and asked is not None:
        check = SiteCheck(status=check.status, requested_on=asked, requested_of="Dawn Alder")

    assert may_be_asked_for(check, TODAY) is may


def test_a_site_is_ready_when_each_check_is_accepted_to_the_last_day_or_not_needed() -> None:
    checks = {CheckKind.INSURANCE: EXEMPT, CheckKind.HEALTH_AND_SAFETY: ACCEPTED}

    assert readiness(checks, ENDS, first_day=BEGINS).is_ready
    assert not readiness(checks, ENDS + DAY, first_day=BEGINS).is_ready


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        (None, "Employers’ liability insurance: not started."),
        (REQUESTED, "Employers’ liability insurance: requested on 3 November 2026, not accepted yet."),
        (REFUSED, "Employers’ liability insurance: not accepted."),
        (
            SiteCheck(status=CheckStatus.ACCEPTED, valid_to=ENDS),
            "Employers’ liability insurance: valid to 31 January 2027, and the last day is 1 February 2027.",
        ),
        (
            SiteCheck(status=CheckStatus.ACCEPTED, covered_from=ENDS, valid_to=ENDS + 9 * DAY),
            "Employers’ liability insurance: valid from 31 January 2027, and the first day is 30 January 2027.",
        ),
    ],
)
def test_what_stands_in_the_way_is_said(check: SiteCheck | None, problem: str) -> None:
    checks = {CheckKind.HEALTH_AND_SAFETY: EXEMPT} | ({CheckKind.INSURANCE: check} if check else {})

    assert readiness(checks, ENDS + DAY, first_day=ENDS - DAY).problems == (problem,)


@pytest.mark.parametrize(
    ("check", "tag", "words"),
    [
        (None, "Not started", ""),
        (REQUESTED, "Requested", "on 3 Nov 2026"),
        (REFUSED, "Not accepted", "on 25 Nov 2026"),
        (EXEMPT, "Not needed", "on 25 Nov 2026"),
        (ACCEPTED, "Accepted, from later", "1 Dec 2026 to 31 Jan 2027"),
        (SiteCheck(status=CheckStatus.ACCEPTED, valid_to=ENDS), "Accepted", "until 31 Jan 2027"),
        (SiteCheck(status=CheckStatus.ACCEPTED, valid_to=TODAY), "Runs out soon", "until 25 Nov 2026"),
        (
            SiteCheck(status=CheckStatus.ACCEPTED, valid_to=TODAY - DAY, requested_on=TODAY, requested_of="Dawn Alder"),
            "Ran out",
            "on 24 Nov 2026, renewal requested on 25 Nov 2026",
        ),
    ],
)
def test_how_it_stands_is_a_tag_and_a_few_words_without_names(check: SiteCheck | None, tag: str, words: str) -> None:
    shown = standing(CheckKind.INSURANCE, check, TODAY, notice_months=2)

    assert (shown.tag, shown.words) == (tag, words)
    assert shown.is_overdue is (tag == "Ran out")


def test_a_site_shows_both_kinds_started_or_not() -> None:
    shown = standings({CheckKind.INSURANCE: REQUESTED}, TODAY, notice_months=2)

    assert [(each.label, each.short_label, each.tag) for each in shown] == [
        ("Employers’ liability insurance", "Insurance", "Requested"),
        ("Health and safety check", "Health and safety", "Not started"),
    ]
