"""What is owed to whom, by what is so and what they were told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm.invitations.deciding import (
    ANOTHER_ADDRESS,
    CANCELLED,
    MOVED_TO_THE_PAST,
    OVER,
    SOMEBODY_ELSE,
    Entry,
    Owed,
    Truth,
    what_is_owed,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
JO = Entry(
    name="Jo Hall",
    address="jo@alder.example",
    title="Timber and you",
    starts_at=datetime(2026, 11, 12, 10, 0, tzinfo=UTC),
    ends_at=datetime(2026, 11, 12, 11, 0, tzinfo=UTC),
    location="Room 4",
)
KIM = replace(JO, name="Kim Rowe", address="kim@alder.example")
A_MONTH = timedelta(days=30)
WAS = replace(JO, starts_at=JO.starts_at - A_MONTH, ends_at=JO.ends_at - A_MONTH)
ELSEWHERE = replace(JO, address="j@alder.example")
LATER = replace(JO, title="Wood and you")
NO = "They objected."


@pytest.mark.parametrize(
    ("truth", "told", "owed"),
    [
        (Truth(entry=JO), None, Owed(ask=JO)),
        (Truth(entry=JO, silent=NO), None, Owed()),
        (Truth(entry=WAS), None, Owed()),
        (Truth(entry=None, gone=CANCELLED), None, Owed()),
        (Truth(entry=JO), JO, Owed()),
        (Truth(entry=replace(JO, name="Jo Hall-Lee")), JO, Owed()),
        (Truth(entry=LATER), JO, Owed(change=LATER)),
        (Truth(entry=LATER, silent=NO), JO, Owed(stale=NO)),
        (Truth(entry=replace(LATER, address=""), silent=NO), JO, Owed(stale=NO)),
        (Truth(entry=JO), WAS, Owed(change=JO)),
        (Truth(entry=WAS), JO, Owed(end=MOVED_TO_THE_PAST)),
        (Truth(entry=WAS, silent=NO), JO, Owed(end=MOVED_TO_THE_PAST, untold=NO)),
        (Truth(entry=replace(WAS, title="x")), WAS, Owed()),
        (Truth(entry=None, gone=CANCELLED), JO, Owed(end=CANCELLED)),
        (Truth(entry=None, gone=CANCELLED, silent_before=NO), JO, Owed(end=CANCELLED, untold=NO)),
        (Truth(entry=None, gone=CANCELLED), WAS, Owed()),
        (Truth(entry=KIM), JO, Owed(end=SOMEBODY_ELSE, ask=KIM)),
        (Truth(entry=KIM, silent=NO), JO, Owed(end=SOMEBODY_ELSE)),
        (Truth(entry=KIM, silent_before=NO), JO, Owed(end=SOMEBODY_ELSE, untold=NO, ask=KIM)),
        (Truth(entry=KIM), WAS, Owed(end=SOMEBODY_ELSE, untold=OVER, ask=KIM)),
        (Truth(entry=replace(WAS, name=KIM.name, address=KIM.address)), WAS, Owed()),
        (Truth(entry=ELSEWHERE), JO, Owed(end=ANOTHER_ADDRESS, ask=ELSEWHERE)),
    ],
)
def test_what_is_owed(truth: Truth, told: Entry | None, owed: Owed) -> None:
    assert what_is_owed(truth, told, NOW) == owed


def test_the_same_debt_has_the_same_fingerprint_and_another_one_another() -> None:
    debts = [Owed(change=JO), Owed(change=LATER), Owed(end=CANCELLED), Owed(end=CANCELLED, ask=KIM), Owed(ask=KIM)]

    assert len({each.fingerprint for each in debts}) == len(debts)
    assert Owed(change=JO).fingerprint == Owed(change=replace(JO)).fingerprint
