"""Sealing a name under a key that is not in the database, so that a copy of the database holds no name.

NAMES_KEY may hold several keys, separated by commas: the first seals, all of them open. That is how a key is replaced.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

BETWEEN = ":"


class CannotOpen(Exception):
    """What was sealed cannot be opened: NAMES_KEY is another one, or it was sealed for somebody else."""


def is_possible() -> bool:
    """Whether this installation has a key for names."""
    return bool(current_app.config["NAMES_KEY"])


def seal(person_id: int, name: str) -> str:
    """A name, sealed for one person: moved to another row it opens no more."""
    return _keys().encrypt(f"{person_id}{BETWEEN}{name}".encode()).decode()


def opened(person_id: int, sealed: str) -> str:
    """The name that was sealed for a person. Raises CannotOpen."""
    try:
        owner, _, name = _keys().decrypt(sealed.encode()).decode().partition(BETWEEN)
    except InvalidToken as error:
        raise CannotOpen("sealed under another key") from error
    if owner != str(person_id):
        raise CannotOpen("sealed for somebody else")
    return name


def sealed_anew(sealed: str) -> str:
    """The same under the first of the keys. Raises CannotOpen."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen("sealed under another key") from error


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in str(current_app.config["NAMES_KEY"]).split(",") if key.strip()])
