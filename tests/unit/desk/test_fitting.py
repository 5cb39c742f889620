"""Which offers could meet a request, in which order, and in which words."""

from dataclasses import replace
from datetime import date

import pytest

from crm.desk.ask_board.fitting import Asked, Offer, best_fits, fit
from crm.providers.models import YearGroup
from crm.reference.kinds import OpportunityKind

ASKED = Asked(
    request_id=1,
    provider_id=10,
    provider="Priory School",
    kind=OpportunityKind.WORKPLACE_VISIT,
    young_people=8,
    found=0,
    first_day=date(2027, 1, 4),
    last_day=date(2027, 3, 31),
    sectors=frozenset({"Digital", "Construction"}),
    year_groups=frozenset({YearGroup.YEAR_10}),
    area="Northgate",
)
PROMISE = Offer(
    employer_id=1,
    employer="Alder Ltd",
    kind=OpportunityKind.WORKPLACE_VISIT,
    first_day=date(2026, 9, 1),
    last_day=date(2027, 8, 31),
    left=20,
    of=30,
    pledge_id=5,
)
VISIT = replace(
    PROMISE, first_day=date(2027, 2, 1), last_day=date(2027, 2, 1), left=8, of=10, opportunity_id=7, title="A visit"
)


@pytest.mark.parametrize(
    "offer",
    [
        replace(PROMISE, kind=OpportunityKind.TALK),
        replace(PROMISE, left=0),
        replace(PROMISE, first_day=date(2027, 4, 1)),
        replace(PROMISE, last_day=date(2027, 1, 3)),
        replace(PROMISE, year_groups=frozenset({YearGroup.YEAR_12})),
        replace(VISIT, first_day=date(2027, 1, 3)),
        replace(VISIT, last_day=date(2027, 4, 1)),
        replace(VISIT, provider_id=11),
    ],
    ids=["kind", "nothing left", "too late", "over", "other year group", "begins early", "ends late", "another's"],
)
def test_what_cannot_meet_it_is_left_out(offer: Offer) -> None:
    assert fit(ASKED, offer) is None


def test_nothing_fits_what_is_found_already() -> None:
    assert fit(replace(ASKED, found=8), PROMISE) is None


def test_a_promise_says_what_remains_and_from_when_to_when_it_and_the_request_agree() -> None:
    found = fit(ASKED, PROMISE)

    assert found is not None
    assert found.places == 8
    assert found.reasons == (
        "enough for all 8 still wanted: 20 of 30 places left",
        "promised for 4 Jan 2027 to 31 Mar 2027",
    )
    assert found.cautions == ("sector not known",)


def test_everything_that_speaks_for_an_opportunity_is_said() -> None:
    offer = replace(
        VISIT,
        sectors=frozenset({"Digital", "Health"}),
        year_groups=frozenset({YearGroup.YEAR_10, YearGroup.YEAR_11}),
        area="Northgate",
        provider_id=10,
    )

    found = fit(ASKED, offer)

    assert found is not None
    assert found.reasons == (
        "enough for all 8 still wanted: 8 of 10 places left",
        "arranged for Priory School on 1 February 2027",
        "in Digital, as asked",
        "in Northgate, where they are",
        "for Year 10",
    )
    assert found.cautions == ()


def test_everything_that_speaks_against_a_promise_is_said() -> None:
    offer = replace(
        PROMISE,
        left=3,
        sectors=frozenset({"Health"}),
        area="Southside",
        scheduled=2,
        quiet_until=date(2027, 1, 11),
    )

    found = fit(replace(ASKED, found=4), offer)

    assert found is not None
    assert found.places == 3
    assert found.reasons[0] == "for 3 of the 4 still wanted: 3 of 30 places left"
    assert found.cautions == (
        "another sector: Health",
        "another area: Southside",
        "2 places of theirs already scheduled and not taken yet",
        "not to be contacted before 11 January 2027",
    )


@pytest.mark.parametrize(
    ("asked", "offer", "words"),
    [
        (replace(ASKED, found=7), PROMISE, "enough for the one still wanted: 20 of 30 places left"),
        (ASKED, replace(VISIT, last_day=date(2027, 2, 5)), "scheduled from 1 February 2027 to 5 February 2027"),
        (ASKED, replace(VISIT, is_online=True, area="Southside"), "online, so nobody travels"),
        (
            ASKED,
            replace(VISIT, sectors=frozenset({"Digital", "Construction"})),
            "in Construction and Digital, as asked",
        ),
    ],
)
def test_reasons_are_worded_for_what_they_say(asked: Asked, offer: Offer, words: str) -> None:
    found = fit(asked, offer)

    assert found is not None
    assert words in found.reasons


def test_who_asks_for_no_sector_is_told_of_none() -> None:
    found = fit(replace(ASKED, sectors=frozenset(), year_groups=frozenset()), PROMISE)

    assert found is not None
    assert found.cautions == ()


def test_the_best_come_first_and_of_equals_the_employer_first_in_the_alphabet() -> None:
    few = replace(PROMISE, employer="Few Ltd", left=2)
    digital = replace(PROMISE, employer="Digital Ltd", sectors=frozenset({"Digital"}))
    near = replace(PROMISE, employer="Near Ltd", area="Northgate")
    birch, plain = replace(PROMISE, employer="birch Ltd"), replace(PROMISE, employer="Ash Ltd")
    theirs = replace(VISIT, employer="Theirs Ltd", provider_id=10, sectors=frozenset({"Digital"}))

    fits = best_fits(ASKED, [few, birch, plain, near, digital, VISIT, theirs])

    assert [each.offer.employer for each in fits] == [
        "Theirs Ltd",
        "Digital Ltd",
        "Near Ltd",
        "Alder Ltd",
        "Ash Ltd",
        "birch Ltd",
        "Few Ltd",
    ]
