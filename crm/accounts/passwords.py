"""Passwords: which are good enough, and how they are kept. Slow on purpose: never call inside a write transaction."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 12
LONGEST = 128
SHORTEST_WORD = 4  # letters of a name that make a password guessable
_COMMON = Path(__file__).with_name("common_passwords.txt")

_hasher = PasswordHasher()  # argon2id


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether a password fits. Takes as long for nobody (None) as for somebody, so that time tells nothing."""
    try:
        fits = _hasher.verify(password_hash or _nobodys_hash(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return fits and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


def problem_with(password: str, *, about: Iterable[str]) -> str | None:
    """Why a new password is refused, as a sentence, or None. `about` is what anybody can guess: name and e-mail."""
    if len(password) < SHORTEST:
        return f"Enter a password of at least {SHORTEST} characters, for example three random words"
    if len(password) > LONGEST:
        return f"Enter a password of at most {LONGEST} characters"
    plain = _plain(password)
    if len(set(plain)) < SHORTEST // 3 or plain in _common() or plain.rstrip("0123456789") in _common():
        return "Enter a password that is harder to guess: this one is among the most common"
    rest = plain
    for word in sorted({word for text in about for word in _words(text)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest != plain and len(rest) < SHORTEST // 2:
        return "Enter a password that is not your name or e-mail address"
    return None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= SHORTEST_WORD]


@cache
def _common() -> frozenset[str]:
    lines = (line.strip() for line in _COMMON.read_text(encoding="utf-8").splitlines())
    return frozenset(_plain(line) for line in lines if line and not line.startswith("#"))


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")
