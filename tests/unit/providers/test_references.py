"""What may be a young person's reference, and what is personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.providers.references import may_be_a_name, read_reference, read_references


@pytest.mark.parametrize("reference", ["AB-1", "  AB   12 ", "2027/0042", "10-11-A", "KS4 17", "ü-9", "11/24"])
def test_a_providers_own_codes_are_taken(reference: str) -> None:
    assert read_reference(reference) == " ".join(reference.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "Enter the provider"),
        ("x" * 41, "40 characters or fewer"),
        ("jo@example.com", "not an e-mail"),
        ("14/5/2010", "date of birth"),
        ("14.05.10", "date of birth"),
        ("2010-05-14", "date of birth"),
        ("JB 14 May 2010", "date of birth"),
        ("14th-sept-2010", "date of birth"),
    ],
)
def test_what_plainly_is_personal_data_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_reference(text)


@pytest.mark.parametrize(
    ("reference", "name"),
    [("Jo Bloggs", True), ("O’Neill, Siân", True), ("Bloggs", False), ("AB 12", False), ("KS4 Group", False)],
)
def test_two_words_of_letters_may_be_a_name(reference: str, name: bool) -> None:
    assert may_be_a_name(reference) is name


@given(text=st.text(max_size=200))
def test_every_line_ends_up_somewhere(text: str) -> None:
    pasted = read_references(text)

    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == len(pasted.references) + len(pasted.repeated) + len(pasted.refused)
