"""A letter's two looks."""

import html5lib
import pytest

from crm.core.tokens import PLACEHOLDER
from crm.notifications.letters import Bullets, Button, Letter, paragraphs

PLACE = f"{{token:{'A' * 43}:{'0' * 64}}}"
ADDRESS = f"https://threefold.example/answer/{PLACE}"
LETTER = Letter(
    sender="Northmoor Council",
    greeting="Hello Kim,",
    parts=(
        "Alder Ltd offers <b>placements</b> & talks.\nTwo lines.",
        Bullets(("Four placements", "One talk"), heading="You said:"),
        Button("Answer the pledge", ADDRESS),
        "It takes two minutes.",
    ),
    closing="Priya Shah\nNorthmoor Council",
    small_print=("You get this because we asked you.",),
)


def test_as_text_a_letter_reads_from_top_to_bottom() -> None:
    assert LETTER.text == (
        "Hello Kim,\n\n"
        "Alder Ltd offers <b>placements</b> & talks.\nTwo lines.\n\n"
        "You said:\n- Four placements\n- One talk\n\n"
        f"Answer the pledge:\n{ADDRESS}\n\n"
        "It takes two minutes.\n\n"
        "Priya Shah\nNorthmoor Council\n\n"
        "You get this because we asked you.\n"
    )


def test_as_html_a_letter_says_the_same_and_what_was_typed_is_no_html() -> None:
    page = html5lib.HTMLParser(strict=True).parse(LETTER.html)
    words = " ".join("".join(page.itertext()).split())

    for said in ("Hello Kim,", "<b>placements</b> & talks.", "Four placements", "It takes two minutes.", "Priya Shah"):
        assert said in words
    assert "talks.<br>Two lines." in LETTER.html


def test_the_button_is_a_link_with_its_address_written_out_and_room_for_its_token() -> None:
    assert LETTER.html.count(f'href="{ADDRESS}"') == 2
    assert f">{ADDRESS}</a>" in LETTER.html
    assert len(PLACEHOLDER.findall(LETTER.html)) == 3


def test_an_address_in_a_sentence_is_a_link_without_what_ends_the_sentence() -> None:
    html = Letter(parts=(f"Take it back (see {ADDRESS}). Or <https://b.example/?a=1&b=2>!\nhttps://c.example",)).html

    for address in (ADDRESS, "https://b.example/?a=1&amp;b=2", "https://c.example"):
        assert f'href="{address}"' in html
        assert f">{address}</a>" in html
    assert "</a>). Or &lt;<a" in html


def test_a_letter_brings_nothing_from_elsewhere() -> None:
    without_the_button = LETTER.html.replace(ADDRESS, "")

    for bait in ("<img", "<script", "<link", "<style", "url(", "http:", "https:", "src="):
        assert bait not in without_the_button


def test_a_short_letter_leaves_out_what_it_does_not_have() -> None:
    letter = Letter(parts=("Hello.", Bullets(("One",))))

    assert letter.text == "Hello.\n\n- One\n"
    assert "None" not in letter.html
    assert "<p style" in letter.html
    assert "border-top" not in letter.html


def test_a_letter_asks_for_one_thing() -> None:
    with pytest.raises(ValueError, match="one button"):
        Letter(parts=(Button("Yes", "https://a.example"), Button("No", "https://b.example")))


def test_what_was_typed_falls_into_its_paragraphs() -> None:
    assert paragraphs("Dear Kim,\n\n\nfirst\nsecond\n\nlast\n") == ("Dear Kim,", "first\nsecond", "last")
