"""Random tokens for addresses: whoever is given the link has the token, the database only its hash.

A mail is written before it is sent, and no table may hold a token in clear. So what is random is a seed; the token is
made of it with the secret key. The outbox holds a placeholder with the seed, in whose place the sender puts the token.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from flask import current_app

PLACEHOLDER = re.compile(r"\{token:([\w-]{43}):([0-9a-f]{64})\}")


class KeyChanged(Exception):
    """The secret key is not the one that a token was made with: the link would open nothing."""


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token: 256 random bits, 43 characters."""

    seed: str
    token: str
    hash: str  # what is kept of it

    @property
    def placeholder(self) -> str:
        """What stands in a mail that waits to be sent."""
        return f"{{token:{self.seed}:{self.hash}}}"


def minted() -> Minted:
    seed = secrets.token_urlsafe(32)
    token = _token(seed)
    return Minted(seed, token, hash_token(token))


def hash_token(token: str) -> str:
    """What we keep of a token. It is random and long, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def filled_in(text: str) -> str:
    """A mail's text with the tokens in place of their placeholders. Raises KeyChanged."""

    def token(found: re.Match[str]) -> str:
        made = _token(found[1])
        if hash_token(made) != found[2]:
            raise KeyChanged("The secret key was changed after this was written, so its link would open nothing.")
        return made

    return PLACEHOLDER.sub(token, text)


def _token(seed: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.digest(key, f"link:{seed}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
