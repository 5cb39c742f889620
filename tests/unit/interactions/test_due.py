"""The quick choices for when a next step is due."""

from datetime import date

import pytest

from crm.interactions.due import quick_days

TUESDAY = date(2026, 11, 24)


def test_on_a_tuesday_the_choices_are_what_they_say() -> None:
    assert list(quick_days(TUESDAY).values()) == [
        ("Tomorrow", date(2026, 11, 25)),
        ("In a week", date(2026, 12, 1)),
        ("In two weeks", date(2026, 12, 8)),
    ]


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2026, 11, 28)])
def test_before_a_weekend_the_next_day_is_monday_and_says_so(today: date) -> None:
    assert quick_days(today)["tomorrow"] == ("Monday", date(2026, 11, 30))


def test_before_a_monday_tomorrow_is_tomorrow() -> None:
    assert quick_days(date(2026, 11, 29))["tomorrow"] == ("Tomorrow", date(2026, 11, 30))


def test_a_week_from_a_weekend_is_a_monday_too() -> None:
    assert quick_days(date(2026, 11, 28))["week"] == ("In a week", date(2026, 12, 7))
