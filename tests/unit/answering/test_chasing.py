"""When a link is chased, by the clock on a London wall; and when not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.answering.asking import FIRST, LAST, SECOND
from crm.answering.chasing import REST, Rhythm, coming, due, steps, why_not
from crm.core.clock import LONDON
from crm.employers.models import Contact, Employer, LegalForm

USUAL = Rhythm(first=7, second=14, last=3)
ASKED = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
MONTH = timedelta(days=28)
DAY = timedelta(days=1)


def local(instant: datetime) -> str:
    return f"{instant.astimezone(LONDON):%d %b %H:%M}"


def test_a_link_is_chased_after_one_week_after_two_and_before_it_ends() -> None:
    planned = steps(ASKED, ASKED + MONTH, USUAL)

    assert [(step.number, local(step.due_at)) for step in planned] == [
        (FIRST, "09 Nov 10:30"),
        (SECOND, "16 Nov 10:30"),
        (LAST, "27 Nov 10:30"),
    ]


@pytest.mark.parametrize("year", [2026, 2027, 2028])
@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("hours", range(0, 24 * 9, 7))
def test_across_the_nights_when_clocks_change_the_wall_clock_counts(year: int, month: int, hours: int) -> None:
    """Sent at some hour of the nine days before the last Sunday of March or October."""
    last_sunday = max(day for day in (date(year, month, each) for each in range(25, 32)) if day.weekday() == 6)
    asked = datetime(last_sunday.year, last_sunday.month, last_sunday.day, tzinfo=UTC) - timedelta(hours=hours)

    planned = steps(asked, asked + MONTH, USUAL)

    skipped_hour = {date(year, month, last_sunday.day): 1} if month == 3 else {}
    for step in planned:
        begun, then = asked.astimezone(LONDON), step.due_at.astimezone(LONDON)
        if skipped_hour.get(then.date()) == begun.hour:
            assert then.hour == begun.hour + 1  # that hour is on no wall that night
        else:
            assert (then.hour, then.minute) == (begun.hour, begun.minute)
    days = [(step.due_at.astimezone(LONDON).date() - asked.astimezone(LONDON).date()).days for step in planned]
    assert days[:2] == [7, 14]


def test_a_moving_clock_meets_each_step_once_in_the_night_that_has_an_hour_twice() -> None:
    asked = datetime(2026, 10, 18, 0, 30, tzinfo=UTC)  # 01:30 in London, a week before that night
    planned, decided = steps(asked, asked + MONTH, USUAL), set[int]()
    met = []

    for minutes in range(0, 60 * 24 * 29, 10):
        now = asked + timedelta(minutes=minutes)
        for step in due(planned, decided, now):
            decided.add(step.number)
            met.append((step.number, local(now)))

    assert met == [(FIRST, "25 Oct 01:30"), (SECOND, "01 Nov 01:30"), (LAST, "12 Nov 01:30")]


@pytest.mark.parametrize(
    ("lasts", "rhythm", "numbers"),
    [
        (timedelta(days=7), USUAL, [LAST]),  # after a week it has ended
        (timedelta(days=7), Rhythm(first=7, second=14, last=7), []),
        (timedelta(days=3), Rhythm(first=1, second=2, last=14), [FIRST, SECOND]),
    ],
)
def test_what_would_come_at_once_or_too_late_is_no_step(lasts: timedelta, rhythm: Rhythm, numbers: list[int]) -> None:
    assert [step.number for step in steps(ASKED, ASKED + lasts, rhythm)] == numbers


def test_the_last_day_of_a_link_that_ends_at_midnight_is_the_day_before() -> None:
    ends = datetime(2026, 12, 1, tzinfo=UTC)

    assert local(steps(ASKED, ends, USUAL)[-1].due_at) == "27 Nov 10:30"


def test_what_was_decided_is_neither_due_nor_coming() -> None:
    planned = steps(ASKED, ASKED + MONTH, USUAL)
    now = ASKED + 8 * DAY

    assert [step.number for step in due(planned, (), now)] == [FIRST]
    assert due(planned, {FIRST}, now) == []
    assert [coming(planned, done, now) for done in ({FIRST}, {SECOND}, {SECOND, LAST})] == [
        planned[1],
        planned[2],
        None,
    ]


def test_the_rhythm_is_what_an_administrator_set() -> None:
    assert Rhythm.of({"first_chaser_days": "5", "second_chaser_days": "9", "last_chaser_days": "2"}) == Rhythm(5, 9, 2)


def somebody(**given: object) -> tuple[Employer, Contact]:
    employer = Employer(name="Alder Joinery", legal_form=LegalForm.COMPANY)
    return employer, Contact(**({"name": "Dana Price", "email": "dana@alder.example"} | given))


def test_nothing_is_in_the_way_of_a_usual_reminder() -> None:
    assert why_not(*somebody(), last_mail=ASKED, now=ASKED + 7 * DAY) is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"objected_on": date(2026, 11, 5), "objected_how": "by phone"}, "They objected to e-mail on 5 November 2026"),
        ({"left_at": ASKED}, "They no longer work there."),
        ({"email": None}, "We have no e-mail address for them."),
    ],
)
def test_who_may_not_be_written_to_is_not_chased(given: dict[str, object], reason: str) -> None:
    assert str(why_not(*somebody(**given), last_mail=None, now=ASKED)).startswith(reason)


def test_who_asked_to_be_left_in_peace_is() -> None:
    employer, contact = somebody()
    employer.quiet_until = date(2026, 12, 1)

    reason = why_not(employer, contact, last_mail=None, now=ASKED)

    assert reason == "They asked to be left in peace until 1 December 2026."
    assert why_not(employer, contact, last_mail=None, now=datetime(2026, 12, 1, tzinfo=UTC)) is None


def test_who_was_just_written_to_is_not_chased_on_top() -> None:
    now = ASKED + 7 * DAY

    assert why_not(*somebody(), last_mail=now - REST + timedelta(minutes=1), now=now) == (
        "They were written to about it on 7 November 2026 already."
    )
    assert why_not(*somebody(), last_mail=now - REST, now=now) is None
