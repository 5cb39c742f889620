"""What is proposed for next year."""

from datetime import date

import pytest

from crm.fulfilment.standing import Progress
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails
from crm.renewals.proposing import BEHIND, FELL_SHORT, NOBODY_CAME, a_year_later, caution, next_year, proposed
from tests.factories import PledgeLineFactory


@pytest.mark.parametrize(
    ("attended", "booked", "young_people"),
    [
        (30, 0, 10),  # kept
        (36, 0, 12),  # did more: as many as came
        (12, 0, 4),  # less: as many as came
        (13, 0, 5),  # a young person begun is one
        (9, 3, 4),  # what is booked will have been
        (1, 0, 1),
        (0, 0, 10),  # nothing is known of what they can do
    ],
)
def test_next_year_is_proposed_what_was_delivered(attended: int, booked: int, young_people: int) -> None:
    line = PledgeLineFactory.build(young_people=10, each=3)

    said = proposed(line, Progress(promised=30, due_by_now=30, attended=attended, confirmed=booked))

    assert (said.young_people, said.each) == (young_people, 3)


def test_a_number_that_was_never_known_stays_so_unless_somebody_came() -> None:
    line = PledgeLineFactory.build(young_people=None, each=1)

    assert proposed(line, Progress()).young_people is None
    assert proposed(line, Progress(attended=7)).young_people == 7


@pytest.mark.parametrize(("attended", "young_people"), [(3, 10), (30, 10), (36, 12)])
def test_less_is_not_proposed_while_not_everything_is_due(attended: int, young_people: int) -> None:
    line = PledgeLineFactory.build(young_people=10, each=3)

    assert proposed(line, Progress(promised=30, due_by_now=9, attended=attended)).young_people == young_people


def test_an_officer_is_told_what_to_think_of_first() -> None:
    assert caution([Progress(promised=30, due_by_now=30, remaining=30)]) == NOBODY_CAME
    assert caution([Progress(promised=30, due_by_now=30, attended=10, remaining=20)]) == FELL_SHORT
    begun = {"promised": 30, "due_by_now": 9, "lines": 1, "lines_begun": 1}
    assert caution([Progress(**begun, attended=3, remaining=27, covered_of_due=3)]) == BEHIND
    assert caution([Progress(**begun, attended=9, remaining=21, covered_of_due=9)]) == ""
    assert caution([Progress(promised=30, attended=30), Progress(promised=5, attended=9, over=4)]) == ""


def test_a_line_a_year_later_keeps_its_window_and_continues_no_stored_line() -> None:
    line = LineDetails(
        OpportunityKind.TALK, 15, 2, date(2027, 1, 11), date(2027, 3, 5), line_id=4, due_on=date(2027, 2, 28)
    )

    later = a_year_later(line, 20, 1)

    assert (later.starts_on, later.ends_on, later.due_on) == (date(2028, 1, 11), date(2028, 3, 5), date(2028, 2, 29))
    assert (later.kind, later.young_people, later.each, later.line_id) == (OpportunityKind.TALK, 20, 1, None)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 28), date(2029, 2, 28)),
        (date(2026, 9, 1), date(2027, 9, 1)),
    ],
)
def test_the_end_of_february_stays_the_end_of_february(day: date, later: date) -> None:
    assert next_year(day) == later
