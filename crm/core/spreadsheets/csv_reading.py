"""Reading CSV as Excel, LibreOffice and partners' systems save it: encoding and delimiter are found out."""

import csv
import re
from collections import Counter
from io import StringIO
from itertools import islice

from crm.core.spreadsheets.limits import MOST_COLUMNS, MOST_ROWS, SAVE_AS, UnreadableFile, check_size

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
SAMPLE_ROWS = 60
MOSTLY = 0.3  # the share of zero bytes that betrays UTF-16 without its mark
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
WEB_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml|table|head|body|script)\b", re.IGNORECASE)
GUARDED = re.compile(r"'(?=[\s\u200b-\u200f\u2060\ufeff]*[=+@＝＋－＠-])")

Table = list[list[str]]


def read_csv(content: bytes) -> tuple[Table, list[str]]:
    """The rows of a CSV file and notes on how it was read.

    Row 1 is the first in the list, as a spreadsheet program would number them: a line break inside quotation marks
    begins no row. An apostrophe that our own exports put before a formula is taken off again.
    """
    text, encoding = decode(content)
    if WEB_PAGE.match(text):
        raise UnreadableFile(f"This file is a web page, not a spreadsheet. {SAVE_AS}")
    delimiter, text = _delimiter(text)
    rows, complaint = _parse(text, delimiter)
    notes = [f"Read as {encoding}, cells separated by {DELIMITERS[delimiter]}."]
    if encoding == "Windows-1252":
        notes.append("The file does not say how its letters are stored, so check names with accents below.")
    if complaint:
        notes.append(complaint)
    return [[GUARDED.sub("", cell, count=1) for cell in row] for row in rows], notes


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding: by its mark, else by its zero bytes, else by trying."""
    for mark, codec, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, codec), name
    half = max(len(content) // 2, 1)
    low, high = content[::2].count(0) / half, content[1::2].count(0) / half
    if max(low, high) > MOSTLY and min(low, high) < MOSTLY / 10:
        return _decoded(content, "utf-16-le" if high > low else "utf-16-be"), "UTF-16"
    try:
        return _text(content.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(content, "cp1252"), "Windows-1252"


def _decoded(content: bytes, codec: str) -> str:
    try:
        return _text(content.decode(codec))
    except UnicodeDecodeError:
        raise UnreadableFile(f"This file’s letters cannot be read. {SAVE_AS}") from None


def _text(decoded: str) -> str:
    if NOT_TEXT.search(decoded):
        raise UnreadableFile(f"This file is not a spreadsheet or a CSV file. {SAVE_AS}")
    if not decoded.strip():
        raise UnreadableFile("This file is empty.")
    return decoded


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter, and the text after Excel's own line that may name it."""
    told = re.match(r"sep=([,;\t])\r?\n", text, re.IGNORECASE)
    if told is not None:
        return told[1], text[told.end() :]
    return max(DELIMITERS, key=lambda delimiter: _evenness(text, delimiter)), text


def _evenness(text: str, delimiter: str) -> int:
    """How many cells the first rows have, counting only rows of the commonest length above one."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        rows = list(islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), SAMPLE_ROWS))
    except csv.Error:
        return 0
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    return max((length * count for length, count in lengths.items()), default=0)


def _parse(text: str, delimiter: str) -> tuple[Table, str | None]:
    """Every row, strictly; if quotation marks are used loosely, leniently and with a complaint."""
    try:
        return _rows(text, delimiter, strict=True), None
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise UnreadableFile(
                "A quotation mark is opened in this file and never closed, so its end cannot be told. "
                "Open it in your spreadsheet program, check it and save it again."
            ) from None
    try:
        return _rows(text, delimiter, strict=False), "Some quotation marks are out of place. Check the rows below."
    except csv.Error:
        raise UnreadableFile(f"This CSV file is damaged. {SAVE_AS}") from None


def _rows(text: str, delimiter: str, *, strict: bool) -> Table:
    rows: Table = []
    filled = widest = 0
    for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=strict):
        rows.append(row)
        if any(cell.strip() for cell in row):
            filled = len(rows)
            widest = max(widest, *(index for index, cell in enumerate(row, start=1) if cell.strip()))
        # Counting on tells the sender how many there are, but not without end.
        if len(rows) > MOST_ROWS * 50 or widest > MOST_COLUMNS * 50:
            break
    check_size(filled, widest)
    return [row[:widest] for row in rows[:filled]]
