"""Reading a spreadsheet somebody sent: .xlsx or CSV, in a process of its own, within limits."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TypedDict

from crm.core.spreadsheets.limits import LARGEST_FILE, SAVE_AS, SECONDS_IN_ALL, UnreadableFile

ReadValue = str | int | float | bool | date | datetime | time | None

PROGRAM = "crm.core.spreadsheets.parsing_child"
ROOT = Path(__file__).parents[3]
# What a program needs to start; secrets in the environment are none of the child's business.
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH")
EVERY = "--every"  # of the sheets


class AnsweredSheet(TypedDict, total=False):
    """A sheet as the child prints it."""

    name: str
    rows: list[list[object]]
    notes: list[str]
    others: list[str]
    trouble: str


class Answer(TypedDict, total=False):
    """What the child prints."""

    refused: str
    sheets: list[AnsweredSheet]
    hidden: list[str]


@dataclass(frozen=True)
class Sheet:
    """What was read. Row 1 of the file is `rows[0]`, whatever stands above the table.

    Attributes:
        name: of the sheet; empty for CSV.
        rows: all of equal or lesser width; empty cells are None.
        notes: how it was read, for the person who sent it to check.
        others: the names of the workbook's other sheets.
        trouble: why this sheet could not be read though the file could; it then has no rows.
    """

    name: str
    rows: tuple[tuple[ReadValue, ...], ...]
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class SentFile:
    """Everything that can be seen in a file: the sheets of a workbook, or the one table of a CSV file."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()  # names of sheets that are not read


def read_sheets(path: Path) -> SentFile:
    """Read every visible sheet of a workbook, or a CSV file.

    Raises:
        UnreadableFile: with a message for the person who sent the file.
    """
    answer = _answer(path, EVERY)
    return SentFile(tuple(map(_sheet, answer["sheets"])), tuple(answer["hidden"]))


def read_spreadsheet(path: Path, *, sheet: str | None = None) -> Sheet:
    """Read one sheet of a workbook, or a CSV file.

    Raises:
        UnreadableFile: with a message for the person who sent the file.
    """
    (sheet_read,) = _answer(path, sheet)["sheets"]
    return _sheet(sheet_read)


def read_table(content: bytes) -> Sheet:
    """Read the first sheet of a workbook, or a CSV file, that came as an upload. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        return read_spreadsheet(path)


def _sheet(answered: AnsweredSheet) -> Sheet:
    rows = tuple(tuple(map(untagged, row)) for row in answered["rows"])
    others, trouble = tuple(answered.get("others", ())), answered.get("trouble", "")
    return Sheet(answered["name"], rows, tuple(answered["notes"]), others, trouble)


def _answer(path: Path, wanted: str | None) -> Answer:
    try:
        size = path.stat().st_size
    except OSError:
        raise UnreadableFile(f"There is no file {path.name} that can be read.") from None
    if size > LARGEST_FILE:
        raise UnreadableFile(f"This file is larger than {LARGEST_FILE // 2**20} MB. Split it into smaller files.")
    answer = _in_a_child(path, wanted)
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    return answer


def _in_a_child(path: Path, sheet: str | None) -> Answer:
    arguments = [sys.executable, "-m", PROGRAM, str(path.resolve()), *([sheet] if sheet else [])]
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        child = subprocess.run(  # noqa: S603 – our own program; the file's name is ours too
            arguments,
            cwd=ROOT,
            env={**kept, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS_IN_ALL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile(f"This file takes too long to read. {SAVE_AS}") from None
    if child.returncode != 0:
        raise UnreadableFile(f"This file is damaged, or too much to read at once. {SAVE_AS}")
    answer: Answer = json.loads(child.stdout)
    return answer


def untagged(cell: object) -> ReadValue:
    """A cell as the child printed it, or as it was kept in JSON."""
    match cell:
        case {"instant": str(text)}:
            return datetime.fromisoformat(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"time": str(text)}:
            return time.fromisoformat(text)
        case "":
            return None
        case str() | bool() | int() | float():
            return cell
    return None
