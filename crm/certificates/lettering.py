"""The letters of certificates and badges: a font that comes with a library, and only characters that it has."""

import unicodedata
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from PIL import ImageFont

REGULAR, BOLD = "Regular", "Bold"


@cache
def font_file(weight: str) -> Path:
    """Found without importing the library, which asks for what newer versions of Python no longer bring."""
    name = f"font_source_sans_pro/files/SourceSansPro-{weight}.ttf"
    return Path(str(distribution("font-source-sans-pro").locate_file(name)))


@cache
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    # Basic: the same on every machine, whatever else is installed there.
    return ImageFont.truetype(font_file(weight), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _blank(weight: str) -> bytes:
    return bytes(font(weight, 40).getmask("\U0010ffff"))


@cache
def _has(character: str) -> bool:
    return character == " " or bytes(font(BOLD, 40).getmask(character)) != _blank(BOLD)


def printable(text: str) -> str:
    """A text with what the font lacks replaced: by its letter without marks, else left out (an emoji)."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_nearest, text)).split()) or "–"


@cache
def _nearest(character: str) -> str:
    if character.isspace():
        return " "
    if not character.isprintable():
        return ""
    if _has(character):
        return character
    return "".join(part for part in unicodedata.normalize("NFKD", character) if part != character and _has(part))


def wrapped(text: str, weight: str, size: int, width: float) -> list[str]:
    """Lines no wider than so many pixels at a size; a word that is wider is broken."""
    face, lines = font(weight, size), [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if face.getlength(joined) <= width:
            lines[-1] = joined
            continue
        lines.append("")
        for character in word:
            if face.getlength(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return [line for line in lines if line]


def fitting(text: str, weight: str, sizes: range, width: float, most: int) -> tuple[int, list[str]]:
    """The largest of some sizes at which a text fits in so many lines; at the smallest it is cut, with an ellipsis."""
    for size in sizes:
        lines = wrapped(text, weight, size, width)
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], lines[most - 1][:-1] + "…"]
