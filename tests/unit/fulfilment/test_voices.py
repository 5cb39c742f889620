"""Which size of employer a group lacks, and the sentence that says so."""

import pytest

from crm.fulfilment.engaged import NOT_KNOWN, Voice, missing


def voice(name: str, description: str, engaged: int, members: int) -> Voice:
    return Voice(name, description, engaged, members, all_engaged=50, all_members=12)


MICRO = voice("1–9", "micro", 23, 1)
SMALL = voice("10–49", "small", 12, 2)
LARGE = voice("250+", "large", 5, 9)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (MICRO, "Micro employers (1–9) are 46% of engaged employers and hold 1 of the 12 seats taken."),
        (
            voice("None", "no employees", 10, 0),
            "Employers with no employees are 20% of engaged employers and hold none of the 12 seats taken.",
        ),
        (
            Voice("50–99", "", 1, 1, 2, 1),
            "Employers with 50–99 employees are 50% of engaged employers and hold 1 of the 1 seat taken.",
        ),
    ],
)
def test_the_sentence_sets_the_share_of_the_engaged_beside_the_seats(found: Voice, sentence: str) -> None:
    assert found.sentence == sentence


def test_the_widest_gap_comes_first_and_what_is_well_heard_is_left_out() -> None:
    none = voice("None", "no employees", 10, 0)

    assert missing([none, SMALL, MICRO, LARGE]) == [MICRO, none]


def test_a_size_nobody_knows_is_nobodys_voice() -> None:
    assert not voice(NOT_KNOWN, "", 40, 0).is_missing


def test_nobody_engaged_and_no_member_have_no_share() -> None:
    nothing = Voice("1–9", "micro", 0, 0, 0, 0)

    assert (nothing.share_of_engaged, nothing.share_of_members, nothing.is_missing) == (None, None, False)
