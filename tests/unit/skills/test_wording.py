"""The skills list as it is typed, and what a version changes."""

import pytest

from crm.skills.wording import SkillLine, changes_between, read_lines


def test_each_line_is_a_skill_with_or_without_what_it_means() -> None:
    typed = "Listening: taking in what others say\n\n- Problem-solving – finding a way\n  Working   in a team \n"

    assert read_lines(typed) == [
        SkillLine("Listening", "taking in what others say"),
        SkillLine("Problem-solving", "finding a way"),
        SkillLine("Working in a team"),
    ]


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        (" \n ", "one on a line"),
        (": only a meaning", "Line 1: enter the skill"),
        ("Listening\nlistening: again", "Enter listening once"),
        ("x" * 81, "Line 1: shorten the skill"),
        (f"Listening: {'x' * 301}", "Line 1: shorten what it means"),
        ("\n".join(f"Skill {number}" for number in range(41)), "at most 40"),
    ],
)
def test_what_cannot_be_a_list_says_what_to_do(typed: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        read_lines(typed)


def test_what_is_typed_again_reads_the_same() -> None:
    lines = read_lines("Listening: to others\nSpeaking")

    assert read_lines("\n".join(line.text for line in lines)) == lines


def test_a_version_says_what_is_new_dropped_written_differently_and_moved() -> None:
    before = read_lines("Listening: to others\nSpeaking\nAiming high\nTeamwork")
    after = read_lines("Creativity: new ideas\nspeaking\nListening: to everybody\nTeamwork")

    changes = changes_between(before, after)

    assert list(changes.sentences) == [
        "New: Creativity: new ideas",
        "No longer on the list: Aiming high",
        "Written differently: Speaking is now speaking",
        "Listening now means: to everybody",
        "In another order",
    ]
    assert not changes_between(before, before)
