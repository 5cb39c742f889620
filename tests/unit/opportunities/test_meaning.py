"""Whether an opportunity is meaningful, and how much notice it gave that it was cancelled."""

from datetime import UTC, date, datetime

import pytest

from crm.opportunities.notice import days_of_notice, notice
from crm.opportunities.particulars import Meaning, Part, meaning_of, parts_of
from crm.opportunities.wording import benchmark_of, part_words
from crm.pledges.kinds import OpportunityKind

VISIT, TALK = OpportunityKind.WORKPLACE_VISIT, OpportunityKind.TALK


def test_an_encounter_has_four_parts_and_an_experience_seven() -> None:
    assert (len(parts_of(TALK)), benchmark_of(TALK)) == (4, "Gatsby benchmark 5")
    assert (len(parts_of(VISIT)), benchmark_of(VISIT)) == (7, "Gatsby benchmark 6")
    assert part_words(Part.INTERACTION, TALK)[0] == "Two-way interaction"
    assert part_words(Part.INTERACTION, VISIT)[0] == "Extensive two-way interaction"


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        (dict.fromkeys(parts_of(TALK), True), Meaning.YES),
        (dict.fromkeys(parts_of(TALK), True) | {Part.TASK: False}, Meaning.YES),
        ({Part.PURPOSE: True}, Meaning.NOT_KNOWN),
        ({}, Meaning.NOT_KNOWN),
        ({Part.PURPOSE: False}, Meaning.NO),
    ],
)
def test_meaningful_is_derived_from_every_part_that_is_asked_about(said: dict[Part, bool], meaning: Meaning) -> None:
    assert meaning_of(TALK, said) is meaning


@pytest.mark.parametrize(
    ("ended_on", "days", "words"),
    [
        (date(2027, 3, 19), 9, "9 days’ notice"),
        (date(2027, 3, 27), 1, "1 day’s notice"),
        (date(2027, 3, 28), 0, "no notice: on the day"),
        (date(2027, 3, 29), -1, "no notice: after it had begun"),
    ],
)
def test_notice_is_in_days_of_london(ended_on: date, days: int, words: str) -> None:
    starts_at = datetime(2027, 3, 28, 22, 30, tzinfo=UTC)  # half past eleven in London: the clocks have changed

    assert (days_of_notice(ended_on, starts_at), notice(ended_on, starts_at)) == (days, words)
