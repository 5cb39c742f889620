"""Tokens are random, kept as hashes, and put into mails only when these are sent."""

import pytest
from flask import Flask

from crm.core.tokens import KeyChanged, hash_token, minted, with_tokens


def test_a_token_is_43_characters_of_an_address_and_never_the_same(app: Flask) -> None:
    with app.app_context():
        tokens = {minted().token for _ in range(100)}

    assert len(tokens) == 100
    assert {len(each) for each in tokens} == {43}


def test_a_placeholder_holds_no_token_and_becomes_it(app: Flask) -> None:
    with app.app_context():
        first, second = minted(), minted()
        text = f"See https://x.example/a/{first.placeholder} and /b/{second.placeholder}."

        assert first.token not in text
        assert with_tokens(text) == f"See https://x.example/a/{first.token} and /b/{second.token}."
        assert hash_token(first.token) == first.hash


def test_a_mail_written_with_another_key_is_not_sent_with_a_dead_link(app: Flask) -> None:
    with app.app_context():
        text = minted().placeholder
        key = app.config["SECRET_KEY"]
        app.config["SECRET_KEY"] = "another" * 8
        try:
            with pytest.raises(KeyChanged):
                with_tokens(text)
        finally:
            app.config["SECRET_KEY"] = key
