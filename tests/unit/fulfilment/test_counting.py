"""A counting policy as a sentence."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm.fulfilment.counting import CountingPolicy

USUAL = CountingPolicy.usual(date(2026, 11, 25))


@pytest.mark.parametrize(
    ("shortest", "said"),
    [
        (None, "Attended places of these"),
        (Decimal("1.00"), "Attended places of at least 1 hour of these"),
        (Decimal("2.50"), "Attended places of at least 2.5 hours of these"),
        (Decimal("10.00"), "Attended places of at least 10 hours of these"),
    ],
)
def test_the_shortest_place_that_counts_is_said_as_it_was_entered(shortest: Decimal | None, said: str) -> None:
    assert replace(USUAL, minimum_hours=shortest).sentence.startswith(said)
