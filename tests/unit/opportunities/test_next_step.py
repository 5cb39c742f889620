"""The next small step: one rung up, by what the employer has given."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from crm.opportunities.models import OpportunityStatus
from crm.opportunities.next_step import LADDER, RUNGS, WENT_BADLY, WHOLE_WAY, Given, a_kind, next_small_step
from crm.pledges.kinds import OpportunityKind as Kind


@pytest.mark.parametrize(
    ("delivered", "kind", "first_reason"),
    [
        ({Kind.TALK: 2}, Kind.WORKPLACE_VISIT, "They have given 2 talks."),
        ({Kind.MENTORING: 1}, Kind.WORKPLACE_VISIT, "They have given 1 mentoring meeting."),
        (
            {Kind.TALK: 3, Kind.WORKPLACE_VISIT: 1},
            Kind.JOB_SHADOWING,
            "They have given 3 talks and 1 workplace visit.",
        ),
        ({Kind.JOB_SHADOWING: 2}, Kind.PLACEMENT, "They have given 2 job shadowing days."),
        ({Kind.VIRTUAL_PLACEMENT: 1}, Kind.PLACEMENT, "They have given 1 virtual placement."),
        (
            {Kind.PLACEMENT: 1, Kind.TALK: 1, Kind.WORKPLACE_VISIT: 1},
            Kind.PLACEMENT,
            "They have given 1 talk, 1 workplace visit and 1 placement.",
        ),
    ],
)
def test_one_rung_above_the_highest_that_was_given(
    delivered: Mapping[Kind, int], kind: Kind, first_reason: str
) -> None:
    step = next_small_step(Given(delivered))

    assert step is not None
    assert (step.kind, step.reasons[0], step.is_booked) == (kind, first_reason, False)


def test_who_has_given_nothing_yet_is_asked_for_no_next_step() -> None:
    assert next_small_step(Given({}, {Kind.TALK})) is None


def test_reasons_are_sentences_and_the_words_fit_a_next_step() -> None:
    step = next_small_step(Given({Kind.WORKPLACE_VISIT: 1}))

    assert step is not None
    assert step.words == "Ask for a job shadowing day"
    assert step.reasons[1] == "A job shadowing day would be the next small step: they have given none yet."


def test_at_the_top_another_one_is_asked_for() -> None:
    step = next_small_step(Given({Kind.PLACEMENT: 4}))

    assert step is not None
    assert (step.kind, step.reasons[1]) == (Kind.PLACEMENT, WHOLE_WAY)


@pytest.mark.parametrize(("rating", "kind"), [(1, Kind.TALK), (2, Kind.TALK), (3, Kind.WORKPLACE_VISIT)])
def test_what_went_badly_is_done_better_before_more_is_asked_for(rating: int, kind: Kind) -> None:
    step = next_small_step(Given({Kind.TALK: 1}), rating=rating)

    assert step is not None
    assert (step.kind, WENT_BADLY in step.reasons) == (kind, rating <= 2)


@pytest.mark.parametrize(
    ("booked", "is_booked"), [(Kind.TALK, False), (Kind.WORKPLACE_VISIT, True), (Kind.PLACEMENT, True)]
)
def test_what_is_booked_as_high_need_not_be_asked_for(booked: Kind, is_booked: bool) -> None:
    step = next_small_step(Given({Kind.TALK: 1}, {booked}))

    assert step is not None
    assert step.is_booked is is_booked
    assert (f"{a_kind(booked).capitalize()} is booked already." in step.reasons) is is_booked


def test_every_kind_stands_on_a_rung_and_every_rung_leads_with_its_own() -> None:
    assert set(RUNGS) == set(Kind)
    assert [RUNGS[kind] for kind in LADDER] == [0, 1, 2, 3]


def test_rows_of_a_list_say_what_was_given_and_what_is_booked() -> None:
    def row(kind: Kind, status: OpportunityStatus, day: int) -> SimpleNamespace:
        return SimpleNamespace(kind=kind, status=status, ends_at=datetime(2026, 11, day, 12, tzinfo=UTC))

    given = Given.of(
        [
            row(Kind.TALK, OpportunityStatus.DELIVERED, 3),
            row(Kind.TALK, OpportunityStatus.OPEN, 4),  # over, and nobody said who came
            row(Kind.PLACEMENT, OpportunityStatus.CANCELLED, 30),
            row(Kind.WORKPLACE_VISIT, OpportunityStatus.OPEN, 25),
        ],
        date(2026, 11, 25),
    )

    assert given == Given({Kind.TALK: 1}, frozenset({Kind.WORKPLACE_VISIT}))
