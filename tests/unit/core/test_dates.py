"""Dates and times as people type them."""

from datetime import date, time

import pytest

from crm.core.dates import read_date, read_time

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    "text",
    [
        "17 7 2027",
        "17/7/27",
        "17.07.2027",
        "17-7-2027",
        "17 July 2027",
        "17th of july 2027",
        "17 Jul. 27",
        "2027-07-17",
        "Saturday 17 July 2027",
        "Sat, 17 7 27",
        " 17  7   2027 ",
        "17July2027",
    ],
)
def test_a_date_is_read_in_every_british_spelling(text: str) -> None:
    assert read_date(text, today=TODAY) == date(2027, 7, 17)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", date(2026, 11, 24)),
        ("Tomorrow", date(2026, 11, 25)),
        ("yesterday", date(2026, 11, 23)),
        ("wed", date(2026, 11, 25)),
        ("Monday", date(2026, 11, 30)),
        ("tuesday", date(2026, 12, 1)),
        ("24 11", date(2026, 11, 24)),
        ("1 dec", date(2026, 12, 1)),
        ("3 March", date(2027, 3, 3)),
    ],
)
def test_a_near_day_may_be_named_without_its_year(text: str, meant: date) -> None:
    assert read_date(text, today=TODAY) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("soon", "like 17 7 2027"),
        ("31 2 2027", "a date that exists"),
        ("1 13 2027", "a date that exists"),
        ("1 foo 2027", "the month as a number or a name"),
        ("29 2", "the year as well"),
        ("1 1 1066", "between 1900 and 2100"),
        ("2027", "Enter a date like"),
        ("1112", "Enter a date like"),
        ("monkey", "Enter a date like"),
        ("١٧ ٧ ٢٠٢٧", "like 17 7 2027"),
    ],
)
def test_what_is_no_date_is_told_how_to_write_one(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_date(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9.30", time(9, 30)),
        ("9:30", time(9, 30)),
        ("0930", time(9, 30)),
        ("9.30 am", time(9, 30)),
        ("9:30 p.m.", time(21, 30)),
        ("2pm", time(14)),
        ("14:00", time(14)),
        ("14", time(14)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midday", time(12)),
        ("00:00", time(0)),
    ],
)
def test_a_time_is_read_in_every_usual_spelling(text: str, meant: time) -> None:
    assert read_time(text) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9", "am or pm"),
        ("25:00", "a time that exists"),
        ("9:75", "a time that exists"),
        ("14pm", "like 9:30am or 14:00"),
        ("0am", "like 9:30am or 14:00"),
        ("after lunch", "like 9:30am or 14:00"),
    ],
)
def test_what_is_no_time_is_told_how_to_write_one(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_time(text)
