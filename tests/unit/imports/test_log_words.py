"""What the words of a contact log mean."""

import pytest

from crm.imports import log_words
from crm.interactions.models import Channel, Direction, Outcome


@pytest.mark.parametrize(
    ("cell", "channel"),
    [
        ("tel", Channel.CALL), ("Tel.", Channel.CALL), ("rang", Channel.CALL), ("phone call", Channel.CALL),
        ("mobile", Channel.CALL), ("WhatsApp", Channel.CALL), ("e-mail", Channel.EMAIL), ("Email", Channel.EMAIL),
        ("emailed", Channel.EMAIL), ("mtg", Channel.MEETING), ("Teams", Channel.MEETING),
        ("Teams call", Channel.MEETING),
        ("F2F", Channel.MEETING), ("site visit", Channel.VISIT), ("Visit", Channel.VISIT),
        ("careers fair", Channel.EVENT), ("Mentoring x6", Channel.EVENT), ("letter", Channel.LETTER),
        ("smoke signal", None), ("", None),
    ],
)  # fmt: skip
def test_a_channel_is_known_by_what_officers_write(cell: str, channel: Channel | None) -> None:
    assert log_words.channel_named(cell) is channel


@pytest.mark.parametrize(
    ("note", "channel"),
    [
        ("Rang, left msg", Channel.CALL),
        ("emailed form  twice", Channel.EMAIL),
        ("Visited the workshop", Channel.VISIT),
        ("Met at the fair", Channel.MEETING),
        ("Virtual talk", Channel.EVENT),
        ("Insurance expires 31/3", None),
        ("Not emailed yet", None),
        ("Strange", None),
    ],
)
def test_a_note_says_how_only_where_it_is_clear(note: str, channel: Channel | None) -> None:
    assert log_words.channel_in(note) is channel


@pytest.mark.parametrize(
    ("note", "outcome"),
    [
        ("Rang, left msg", Outcome.LEFT_MESSAGE),
        ("No answer again", Outcome.NO_ANSWER),
        ("=not interested this yr", Outcome.NOT_NOW),
        ("Not interested, thanks", Outcome.NO),
        ("Keen - wants Y10s in Feb", Outcome.INTERESTED),
        ("“Happy to do talks, no placements”", Outcome.INTERESTED),
        ("Agreed to host two", Outcome.AGREED),
        ("emailed form  twice", Outcome.SENT),
        ("Spoke to MD; will call", Outcome.SPOKE),
        ("Spoke to MD; will think\nabout it over Xmas", Outcome.NOT_NOW),
        ("Insurance expires 31/3", None),
        ("Has not agreed", None),
    ],
)
def test_an_outcome_is_taken_where_it_is_clear(note: str, outcome: Outcome | None) -> None:
    assert log_words.outcome_in(note) is outcome


@pytest.mark.parametrize(
    ("texts", "direction"),
    [
        (["in", ""], Direction.INCOMING),
        (["They rang us back"], Direction.INCOMING),
        (["Call from Jo"], Direction.INCOMING),
        (["Outbound"], Direction.OUTGOING),
        (["Rang them"], None),
    ],
)
def test_who_began_it_is_told_by_clear_words(texts: list[str], direction: Direction | None) -> None:
    assert log_words.direction_in(*texts) is direction


@pytest.mark.parametrize("cell", ["cancelled (school)", "no show", "No-show", "N", "no", "postponed", "Didn’t happen"])
def test_some_words_say_that_it_did_not_happen(cell: str) -> None:
    assert log_words.did_not_happen(cell)


@pytest.mark.parametrize("cell", ["Y", "yes", "Done", "✓", "delivered"])
def test_some_words_say_only_that_it_did(cell: str) -> None:
    assert log_words.only_says_it_happened(cell)
    assert not log_words.did_not_happen(cell)


@pytest.mark.parametrize("cell", ['"', "”", " as above", "Ditto.", "do.", "same"])
def test_marks_that_point_to_the_row_above_are_known(cell: str) -> None:
    assert log_words.is_ditto(cell)


@pytest.mark.parametrize("cell", ["same day", "Dobson", 7, None, "x" * 99])
def test_other_cells_are_no_such_marks(cell: object) -> None:
    assert not log_words.is_ditto(cell)
