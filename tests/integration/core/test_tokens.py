"""Tokens: what is kept, what is mailed, and how one is made of the other."""

import re

import pytest
from flask import Flask

from crm.core import tokens
from crm.core.tokens import KeyChanged, hash_token, holds_token, minted, with_tokens, without_tokens
from crm.core.web import mailed_link


@pytest.fixture(autouse=True)
def _in_the_application(app: Flask, database: None) -> None:
    """Tokens are made with its SECRET_KEY."""


def test_a_token_is_long_new_each_time_and_fit_for_an_address() -> None:
    made = [minted() for _ in range(50)]

    assert len({one.token for one in made}) == len({one.seed for one in made}) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", text) for one in made for text in (one.token, one.seed))


def test_what_is_kept_gives_no_token_away() -> None:
    one = minted()

    assert one.hash == hash_token(one.token)
    assert one.token not in one.placeholder
    assert one.token not in repr(one)
    assert one.seed not in repr(one)


def test_the_sender_writes_the_same_token_at_every_attempt() -> None:
    one, other = minted(), minted()
    text = f"First {one.placeholder}, then {other.placeholder}, again {one.placeholder}."

    assert with_tokens(text) == with_tokens(text) == f"First {one.token}, then {other.token}, again {one.token}."


def test_another_secret_key_makes_another_token_and_that_is_noticed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    placeholder = minted().placeholder
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")

    with pytest.raises(KeyChanged):
        with_tokens(placeholder)


def test_a_seed_that_somebody_types_is_worth_nothing() -> None:
    """Only with the hash of its token beside it, which takes SECRET_KEY to know."""
    with pytest.raises(KeyChanged):
        with_tokens(f"{{token:{'A' * 43}:{'0' * 64}}}")
    for typed in ("{token}", "{token:}", "{token:short:00}"):
        assert with_tokens(typed) == typed


def test_a_text_can_be_kept_without_its_tokens() -> None:
    one = minted()

    kept = without_tokens(f"Open {one.placeholder} now.")

    assert kept == "Open … now."
    assert not holds_token(kept)
    assert not holds_token(None)
    assert holds_token(one.placeholder)


def test_a_mailed_address_starts_with_the_public_one_and_ends_with_a_placeholder() -> None:
    one = minted()

    address = mailed_link("accounts.choose_password", one)

    assert address == f"http://localhost/password/{one.placeholder}"
    assert with_tokens(address) == f"http://localhost/password/{one.token}"
    assert tokens.PLACEHOLDER.search(address)
