"""What the calendar shows on each of its days."""

from datetime import date, time
from typing import Any

import pytest

from crm.calendars.board import Day, Entry, Frame, board, by_day, weeks
from crm.calendars.periods import Period, View
from crm.core.clock import local_instant
from crm.interactions.models import Channel, PlanStatus
from crm.interactions.queries.planned import PlannedRow
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.queries import OpportunityRow
from crm.pledges.kinds import OpportunityKind
from crm.providers.closed_days.models import ClosedDay
from crm.reference.models import Term

TODAY = date(2026, 11, 25)
NOVEMBER = Period.around(TODAY, View.MONTH)


def row(number: int, first: date, last: date, starts: time = time(9), ends: time = time(16), **more: Any) -> Any:
    values: dict[str, Any] = {
        "id": number,
        "title": "A week in the workshop",
        "kind": OpportunityKind.PLACEMENT,
        "status": OpportunityStatus.OPEN,
        "employer_id": 1,
        "employer": "Alder Joinery",
        "provider": None,
        "capacity": 4,
        "taken": 1,
        "starts_at": local_instant(first, starts),
        "ends_at": local_instant(last, ends),
    }
    return OpportunityRow(**values | more)


def plan(number: int, day: date, at: time | None = None, **more: Any) -> PlannedRow:
    values: dict[str, Any] = {
        "id": number,
        "planned_on": day,
        "starts_at": at,
        "channel": Channel.MEETING,
        "about": "The pledge",
        "status": PlanStatus.PLANNED,
        "cancelled_reason": None,
        "interaction_id": None,
        "employer_id": 1,
        "employer": "Alder Joinery",
        "phone": None,
        "officers": "Priya Shah",
        "contacts": None,
    }
    return PlannedRow(**values | more)


def day_of(day: date, frame: Frame, *entries: Entry) -> Day:
    return next(each for each in board(NOVEMBER, {day: entries}, frame) if each.day == day)


def test_what_lasts_several_days_is_on_each_of_them_and_says_which() -> None:
    found = by_day([row(1, date(2026, 11, 26), date(2026, 11, 30))], [], NOVEMBER)

    assert {day.day: entry.part for day, (entry,) in found.items()} == {
        26: "day 1 of 3",
        27: "day 2 of 3",
        30: "day 3 of 3",
    }
    assert {(entry.begins, entry.ends) for (entry,) in found.values()} == {(time(9), time(16))}


def test_days_that_are_on_other_pages_are_left_out() -> None:
    week = Period.around(TODAY, View.WEEK)

    assert list(by_day([row(1, date(2026, 11, 19), date(2026, 11, 24))], [], week)) == [
        date(2026, 11, 23),
        date(2026, 11, 24),
    ]


def test_a_residential_begins_once_and_ends_once() -> None:
    found = by_day([row(1, date(2026, 11, 24), date(2026, 11, 26), time(16), time(11))], [], NOVEMBER)

    assert [(entry.begins, entry.ends) for (entry,) in found.values()] == [
        (time(16), None),
        (time(0), None),
        (time(0), time(11)),
    ]


def test_a_day_is_in_the_order_of_its_times_and_what_has_none_comes_first() -> None:
    opportunities = [row(1, TODAY, TODAY, time(14)), row(2, TODAY, TODAY), row(3, TODAY, TODAY)]
    plans = [plan(4, TODAY, time(9)), plan(5, TODAY)]

    assert [each.id for each in by_day(opportunities, plans, NOVEMBER)[TODAY]] == [5, 2, 3, 4, 1]


def test_a_plan_says_how_and_whether_it_happened() -> None:
    planned, logged = by_day([], [plan(1, TODAY), plan(2, TODAY, interaction_id=9)], NOVEMBER)[TODAY]

    assert (planned.kind, planned.interaction_id) == ("Planned meeting", None)
    assert (logged.kind, logged.interaction_id) == ("Meeting", 9)


def test_a_month_has_whole_weeks_with_today_and_the_days_beside() -> None:
    days = board(NOVEMBER, {}, Frame(today=TODAY))

    assert [len(week) for week in weeks(days)] == [7] * 6
    assert [each.day for each in days if each.is_today] == [TODAY]
    assert sum(each.is_beside for each in days) == 12
    assert (days[0].number, days[6].number, days[6].weekday) == ("26", "1 November", "Sun")
    assert days[30].heading == "Wed 25 Nov"


@pytest.mark.parametrize(
    ("day", "note"),
    [
        (date(2026, 11, 2), "Autumn begins"),
        (date(2026, 11, 27), "Autumn ends"),
        (date(2026, 11, 20), "Closed: Staff training"),
    ],
)
def test_days_say_what_is_special(day: date, note: str) -> None:
    term = Term(name="Autumn", first_day=date(2026, 11, 2), last_day=date(2026, 11, 27))
    closed = ClosedDay(first_day=date(2026, 11, 19), last_day=date(2026, 11, 20), reason="Staff training")
    frame = Frame(today=TODAY, terms=[term], closed=[closed])

    assert day_of(day, frame).notes == [note]
    assert not day_of(day, frame).says_nothing
    assert day_of(date(2026, 11, 10), frame).says_nothing


def test_bank_holidays_are_named() -> None:
    december = Period.around(date(2026, 12, 25), View.WEEK)

    assert {each.day.day: each.notes for each in board(december, {}, Frame(today=TODAY)) if each.notes} == {
        25: ["Christmas Day"],
        26: ["Boxing Day"],
    }


def test_weekends_holidays_and_days_outside_known_terms_are_off() -> None:
    term = Term(name="Autumn", first_day=date(2026, 11, 2), last_day=date(2026, 11, 27))
    known, unknown = Frame(today=TODAY, terms=[term]), Frame(today=TODAY)

    assert day_of(date(2026, 11, 28), unknown).is_off
    assert not day_of(date(2026, 11, 30), unknown).is_off
    assert day_of(date(2026, 11, 30), known).is_off
    assert not day_of(date(2026, 11, 27), known).is_off
