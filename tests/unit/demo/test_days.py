from datetime import date
from random import Random

from crm.demo.days import mondays, one_between, term_days


def test_young_people_take_part_on_weekdays_in_term_time() -> None:
    days = term_days(date(2026, 12, 14), date(2027, 1, 10))

    assert days[0] == date(2026, 12, 14)
    assert days[-1] == date(2027, 1, 8)
    assert date(2026, 12, 24) not in days
    assert all(day.weekday() < 5 for day in days)
    assert term_days(date(2026, 8, 1), date(2026, 8, 31)) == []


def test_a_week_begins_on_a_monday_and_ends_within_the_term() -> None:
    assert mondays(date(2026, 9, 1), date(2026, 9, 20)) == [date(2026, 9, 7), date(2026, 9, 14)]


def test_where_there_is_no_weekday_the_last_day_is_taken() -> None:
    saturday, sunday = date(2026, 11, 21), date(2026, 11, 22)

    assert one_between(Random(1), saturday, sunday) == sunday
