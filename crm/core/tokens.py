"""Random tokens: the browser or the mail has the token, the database only its hash.

A token that is mailed has to be written into the mail later, by the sender. Until then the outbox holds a *placeholder*
with the token's seed: only together with SECRET_KEY does it give the token, so that no table ever holds one in clear.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from flask import current_app

PLACEHOLDER = re.compile(r"\{token:([A-Za-z0-9_-]{43}):([0-9a-f]{64})\}")
LEFT_OUT = "…"


class KeyChanged(Exception):
    """SECRET_KEY is another one than when the mail was written: the link in it would not work."""


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token for an address in a mail. Store `hash`, mail `placeholder`, and keep neither of the others."""

    seed: str = field(repr=False)
    token: str = field(repr=False)
    hash: str

    @property
    def placeholder(self) -> str:
        """What stands for the token in a mail until it is sent."""
        return f"{{token:{self.seed}:{self.hash}}}"


def new_token() -> str:
    """256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What we keep of a token. It is random and long, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def minted() -> Minted:
    """A token for an address that is mailed: 256 random bits as the seed, and what SECRET_KEY makes of them."""
    seed = secrets.token_urlsafe(32)
    token = _token_of(seed)
    return Minted(seed, token, hash_token(token))


def holds_token(text: str | None) -> bool:
    """Whether a token will stand in a text."""
    return bool(text and PLACEHOLDER.search(text))


def with_tokens(text: str) -> str:
    """A text as it is sent: the same for every attempt. Raises KeyChanged rather than writing a link that is dead."""
    return PLACEHOLDER.sub(_reveal, text)


def without_tokens(text: str) -> str:
    """A text that can be kept: no token can be made from it any more."""
    return PLACEHOLDER.sub(LEFT_OUT, text)


def _reveal(found: re.Match[str]) -> str:
    seed, expected = found.groups()
    token = _token_of(seed)
    if not hmac.compare_digest(hash_token(token), expected):
        raise KeyChanged
    return token


def _token_of(seed: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return urlsafe_b64encode(hmac.digest(key, f"link:{seed}".encode(), "sha256")).rstrip(b"=").decode()
