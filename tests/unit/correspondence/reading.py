"""The letters the tests read, as mail programs write them. Everybody in them is invented."""

from pathlib import Path

from crm.correspondence.reading.files import read_file
from crm.correspondence.reading.letter import Letter, UnreadableMail

LETTERS = Path(__file__).parent / "letters"
NAMES = sorted(path.name for path in LETTERS.iterdir())


def content_of(name: str) -> bytes:
    return (LETTERS / name).read_bytes()


def letter(name: str) -> Letter:
    return read_file(content_of(name), name)


def refusal(content: bytes, name: str = "mail.eml") -> str:
    """What is said about something that cannot be read."""
    try:
        read_file(content, name)
    except UnreadableMail as error:
        return str(error)
    raise AssertionError("it was read")
