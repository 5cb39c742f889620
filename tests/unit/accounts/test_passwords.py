"""Which passwords are good enough, and how they are kept."""

import pytest

from crm.accounts.passwords import hash_password, is_outdated, is_right, problem_with

ABOUT = ("Priya Shah", "priya.shah@council.example")


@pytest.mark.parametrize(
    "password",
    [
        "kettle harbour ninety",
        "x8#Vq!0pLm2z",
        "correct but longer than any list",
        "ключ под ковриком",
        "a" * 64 + "bcde",
    ],
)
def test_length_is_what_counts(password: str) -> None:
    assert problem_with(password, about=ABOUT) is None


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "at least 12"),
        ("elevenchars", "at least 12"),
        ("x" * 50 + "yzab" * 20, "at most 128"),
        ("aaaaaaaaaaaaaa", "harder to guess"),
        ("PasswordPassword", "harder to guess"),
        ("Password1234567", "harder to guess"),
        ("1q2w3e4r5t6y", "harder to guess"),
        ("Pass word-pass word", "harder to guess"),
        ("priya.shah@council.example", "not your name"),
        ("Priya Shah 2026", "not your name"),
        ("shahpriya1234", "not your name"),
    ],
)
def test_what_is_guessed_first_is_refused_in_words(password: str, told: str) -> None:
    assert told in (problem_with(password, about=ABOUT) or "")


def test_a_password_is_kept_as_argon2id_with_a_salt() -> None:
    first, second = hash_password("kettle harbour ninety"), hash_password("kettle harbour ninety")

    assert first.startswith("$argon2id$")
    assert first != second
    assert is_right("kettle harbour ninety", first)
    assert not is_right("kettle harbour ninety ", first)


def test_nobody_has_no_password_that_is_right() -> None:
    assert not is_right("nobody has this password", None)


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not is_right("anything at all", "not a hash")


def test_a_weaker_hash_is_noticed() -> None:
    assert is_outdated("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$hc8MJ7P4WlSTZ1Yb7KfHOw")
    assert not is_outdated(hash_password("kettle harbour ninety"))
