"""Bytes to text, whatever the sender calls their alphabet. Nothing here fails: what cannot be read is replaced."""

import codecs
import re

# What browsers read as Windows' alphabet, too: mail programs say the one and send the other.
AS_WINDOWS = frozenset({"iso8859-1", "latin-1", "ascii", "us-ascii"})
# Codecs of Python's that are no alphabets of mail.
NO_ALPHABETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
LONGEST_CHARACTER = 4  # bytes of UTF-8
# Characters nobody sees that turn text round or hide words in it.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # and halves of characters


def decode(data: bytes, charset: str | None) -> str:
    """Text. An alphabet nobody knows is taken for UTF-8 or, failing that, Windows’."""
    name = _known(charset)
    if name is None or name in AS_WINDOWS:
        return _guess(data)
    try:
        return clean(data.decode(name, "replace"))
    except (LookupError, ValueError):
        return _guess(data)


def decode_unlabelled(text: str) -> str:
    """What Python's parser kept of bytes beyond ASCII in a header."""
    return decode(text.encode("utf-8", "surrogateescape"), None)


def clean(text: str) -> str:
    """Without control characters, halves of characters, and characters that turn text round; plain line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\xa0", " ")
    return CONTROL.sub("", INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _known(charset: str | None) -> str | None:
    try:
        name = codecs.lookup((charset or "").strip("\"' ")).name
    except (LookupError, ValueError):
        return None
    return None if name in NO_ALPHABETS else name


def _guess(data: bytes) -> str:
    try:
        return clean(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        is_at_the_end = error.start > len(data) - LONGEST_CHARACTER
        if is_at_the_end and not data[: error.start].isascii():  # cut in the middle of the last character
            return clean(data.decode("utf-8-sig", "ignore"))
        return clean(data.decode("windows-1252", "replace"))
