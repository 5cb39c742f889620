"""References with names, as they are pasted."""

import pytest

from crm.names.pasting import NamedLine, read_lines, read_name


def test_a_tab_a_semicolon_or_a_comma_stands_between_reference_and_name() -> None:
    typed = "AB-1\tDana Price\n\nAB-2; Price,  Dana\n AB-3 , Li "

    assert read_lines(typed) == [
        NamedLine("AB-1", "Dana Price"),
        NamedLine("AB-2", "Price, Dana"),
        NamedLine("AB-3", "Li"),
    ]


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("AB-1 Dana Price", "Line 1: enter a reference, a comma or tab"),
        (", Dana", "Line 1: enter a reference"),
        ("AB-1,Dana\nAB-2,", "Line 2: Enter the name"),
        (f"AB-1,{'x' * 121}", "Line 1: Shorten the name"),
        ("AB-1,Dana\nab-1,Li", "Enter ab-1 once"),
    ],
)
def test_what_cannot_be_read_says_in_which_line_and_what_to_do(typed: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        read_lines(typed)


def test_a_name_is_kept_with_single_spaces() -> None:
    assert read_name("  Dana   Price ") == "Dana Price"
