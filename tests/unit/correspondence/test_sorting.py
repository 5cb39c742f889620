"""What happened according to a letter, and where it belongs."""

from dataclasses import replace
from datetime import date

import pytest

from crm.correspondence.models import Why
from crm.correspondence.reading.letter import Enclosure, Letter, Person
from crm.correspondence.sorting import (
    addresses_in,
    content_key,
    day_of,
    direction_of,
    domain_of,
    message_key,
    name_for,
    what_happened,
    where_it_belongs,
)
from crm.interactions.models import Direction

US, ALSO_US, THEM = "officer@council.example", "other@council.example", "jo@employer.example"
OURS = frozenset({US, ALSO_US})
TODAY = date(2026, 11, 20)
ORIGINAL = Letter(sender=Person("Jo", THEM), subject="Inside", on=TODAY)


def letter(sender: str, *to: str, is_forward: bool = False, original: Letter | None = ORIGINAL) -> Letter:
    return Letter(
        sender=Person("", sender),
        people=tuple(Person("", each) for each in to),
        subject="Outside",
        text="A note",
        on=date(2026, 11, 19),
        original=original,
        is_forward=is_forward,
    )


@pytest.mark.parametrize(
    ("outer", "happened"),
    [
        (letter(US, is_forward=True), "Inside"),
        (letter(US, THEM, is_forward=True), "Inside"),
        (letter(US, ALSO_US), "Inside"),  # to nobody but us, with somebody else's words in it
        (letter(US, THEM), "Outside"),  # an answer that quotes
        (letter(THEM, US, is_forward=True), "Outside"),  # what others forward is theirs
        (letter(US, ALSO_US, original=replace(ORIGINAL, sender=Person("", ALSO_US))), "Outside"),
        (letter(US, is_forward=True, original=replace(ORIGINAL, sender=None)), "Outside"),
        (letter(US, is_forward=True, original=None), "Outside"),
    ],
)
def test_what_one_of_us_forwards_is_what_happened(outer: Letter, happened: str) -> None:
    event = what_happened(outer, OURS)

    assert event.letter.subject == happened
    assert event.note == ("A note" if happened == "Inside" else "")
    assert event.forwarded_by == (US if happened == "Inside" else "")


def test_files_that_came_with_a_forwarding_are_the_original_s() -> None:
    outer = replace(letter(US, is_forward=True), enclosures=(Enclosure("plan.pdf", b"%PDF-"),))

    assert [each.name for each in what_happened(outer, OURS).letter.enclosures] == ["plan.pdf"]


def test_a_letter_from_nobody_is_incoming_and_names_only_its_people() -> None:
    nobody = Letter(people=(Person("Jo", THEM), Person("No address", "")))

    assert direction_of(nobody, OURS) is Direction.INCOMING
    assert direction_of(letter(US), OURS) is Direction.OUTGOING
    assert list(addresses_in(nobody)) == [THEM]
    assert what_happened(nobody, OURS).letter == nobody


@pytest.mark.parametrize(
    ("known", "place"),
    [
        ({}, Why.UNKNOWN),
        ({"a": set()}, Why.UNKNOWN),
        ({"a": {1}}, 1),
        ({"a": {1}, "b": {1}}, 1),
        ({"a": {1, 2}, "b": {2}}, 2),
        ({"a": {1, 2}}, Why.SEVERAL),
        ({"a": {1}, "b": {2}}, Why.SEVERAL),
    ],
)
def test_a_letter_belongs_to_the_one_employer_its_people_share(known: dict[str, set[int]], place: int | Why) -> None:
    assert where_it_belongs(known) == place


def test_two_letters_are_one_if_they_have_one_id_or_say_the_same() -> None:
    first = letter(THEM, US)
    retold = replace(first, text="A  NOTE.", people=(), message_id="")

    assert content_key(first) == content_key(retold) == message_key(first)
    assert content_key(first) != content_key(replace(first, text="Another note"))
    assert message_key(replace(first, message_id="a@x")) == message_key(replace(retold, message_id="a@x", text="?"))
    assert content_key(Letter()) == content_key(Letter())


def test_a_day_that_cannot_be_is_today() -> None:
    assert day_of(Letter(), TODAY) == (TODAY, ("The day it arrived was taken.",))
    assert day_of(Letter(on=date(2026, 11, 21)), TODAY)[0] == TODAY
    assert day_of(Letter(on=date(2026, 11, 19)), TODAY) == (date(2026, 11, 19), ())


@pytest.mark.parametrize(
    ("name", "email", "called"),
    [
        ("Jo Fairclough", THEM, "Jo Fairclough"),
        ("Fairclough, Jo", THEM, "Jo Fairclough"),
        ("", "jo.van-der.berg@employer.example", "Jo Van Der Berg"),
        ("", "info@employer.example", "Info"),
    ],
)
def test_a_newcomer_is_called_what_the_letter_calls_them(name: str, email: str, called: str) -> None:
    assert name_for(Person(name, email)) == called


def test_a_domain_that_many_share_is_none() -> None:
    assert domain_of("jo@gmail.com") == ""
    assert domain_of("jo@employer.example") == "employer.example"
    assert domain_of("") == ""
