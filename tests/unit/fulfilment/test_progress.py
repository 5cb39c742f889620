"""Progress of promises, without a database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm.fulfilment.progress import Progress, due_by, total
from crm.pledges.models import PledgeLine

OPENS = date(2026, 9, 1)


def line(young_people: int | None, each: int, days: int) -> PledgeLine:
    return PledgeLine(
        young_people=young_people, each=each, window_starts_on=OPENS, window_ends_on=OPENS + timedelta(days=days - 1)
    )


def test_nothing_is_due_before_the_window_and_everything_after_it() -> None:
    promise = line(10, 3, days=100)

    assert due_by(promise, OPENS - timedelta(days=1)) == 0
    assert due_by(promise, OPENS + timedelta(days=49)) == 15
    assert due_by(promise, OPENS + timedelta(days=99)) == 30
    assert due_by(promise, OPENS + timedelta(days=400)) == 30


def test_a_line_whose_number_is_not_known_promises_nothing() -> None:
    assert due_by(line(None, 3, days=100), OPENS + timedelta(days=200)) == 0


def test_more_than_was_promised_never_hides_another_line_that_is_short() -> None:
    generous = Progress(promised=3, due_by_now=3, attended=9, over=6, delivered_of_due=3)
    short = Progress(promised=6, due_by_now=6, attended=0, remaining=6)

    both = total([generous, short])

    assert (both.remaining, both.over, both.is_behind, both.is_fulfilled) == (6, 6, True, False)


def test_each_standing_has_its_sentence() -> None:
    assert Progress().sentence == "Number not known yet"
    assert Progress(promised=3, attended=5, over=2, due_by_now=3, delivered_of_due=3).sentence == "Over-fulfilled by 2"
    assert Progress(promised=3, attended=3, due_by_now=3, delivered_of_due=3).sentence == "Fulfilled"
    assert Progress(promised=30, due_by_now=12, attended=4, delivered_of_due=4).sentence == "Behind: 4 of 12 due by now"
    assert Progress(promised=30, due_by_now=4, attended=4, delivered_of_due=4).sentence == "On track"


@given(
    young_people=st.integers(1, 500),
    each=st.integers(1, 10),
    days=st.integers(1, 365),
    first=st.integers(-50, 450),
    later=st.integers(0, 100),
)
def test_what_is_due_only_grows_and_never_exceeds_the_promise(
    young_people: int, each: int, days: int, first: int, later: int
) -> None:
    promise = line(young_people, each, days)
    before = due_by(promise, OPENS + timedelta(days=first))
    after = due_by(promise, OPENS + timedelta(days=first + later))

    assert 0 <= before <= after <= promise.promised
