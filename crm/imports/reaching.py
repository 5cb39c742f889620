"""Phone numbers and e-mail addresses in cells. Nothing is mended silently: what cannot be read is left out, whole."""

import re

from crm.core import normalise
from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.imports.findings import Severity
from crm.imports.row import Row
from crm.imports.targets import Target

FEWEST_FIGURES = 9  # of a British number without its zero; some rural ones have no tenth
FIGURES_OF_A_MOBILE = 10
LABEL = re.compile(r"\([^()\d+]*\)|^[^\d+(]+?:?\s+(?=[\d+(])|\s+[^\W\d][^\d]*$")
NEXT_NUMBER = re.compile(r"\s+(?:(?!x|ext)[^\W\d]+[.:]*\s*)?(?=(?:\+|0)\d)", re.IGNORECASE)
ROUNDED = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
TEXT_MARKS = "'’`"  # before a number, they tell a spreadsheet to keep its zero
SPELT_AT = re.compile(r"([^\s@()\[\]]+)(?:\s+at\s+|\s*[(\[]at[)\]]\s*)([^\s@]+\.[^\s@]+)", re.IGNORECASE)
BETWEEN = re.compile(r"[;,/\s]+")


def phone(cell: ReadValue) -> str:
    """One number. Raises ValueError, also for one that has lost figures."""
    text = as_text(cell) if isinstance(cell, str | int | float) else str(cell)
    if ROUNDED.fullmatch(text):
        raise ValueError("The spreadsheet has rounded this number, so figures are missing")
    number = normalise.phone(text.lstrip(TEXT_MARKS))
    figures = number.removeprefix("+44").partition(" x")[0]
    if number.startswith("+44") and len(figures) < (FIGURES_OF_A_MOBILE if figures[0] == "7" else FEWEST_FIGURES):
        raise ValueError("Figures of this phone number are missing")
    return number


def email(cell: ReadValue) -> str:
    return normalise.email(str(cell))


def phones(row: Row) -> dict[str, None]:
    """The numbers of a row, in order. One bad part of a cell does not take the good ones along."""
    found: dict[str, None] = {}
    for target in (Target.PHONE, Target.MOBILE):
        cell = row.cells.get(target)
        if cell is None:
            continue
        try:
            found[phone(cell)] = None
            continue
        except ValueError as error:
            why = str(error)
        parts = [part for part in normalise.BETWEEN_PHONES.split(str(cell).strip()) if part]
        for part in parts:
            found |= _in_part(row, target, part, why if len(parts) == 1 else None)
    return found


def _in_part(row: Row, target: Target, part: str, why: str | None) -> dict[str, None]:
    """The numbers in a part of a cell: one, one with words beside it, or several with a space between."""
    bare = LABEL.sub(" ", part).strip()
    for texts in ([part], [bare], NEXT_NUMBER.split(bare)):
        try:
            found = dict.fromkeys(phone(text) for text in texts)
        except ValueError:
            continue
        if texts != [part] and bare != part.strip():
            row.remark(Severity.LEFT_OUT, target, part, "The words beside the number are not kept")
        return found
    missing = why if why and "missing" in why else "This is not a phone number"
    row.remark(Severity.LEFT_OUT, target, part, missing)
    return {}


def emails(row: Row) -> dict[str, None]:
    """The addresses of a row, in order."""
    cell = row.cells.get(Target.EMAIL)
    if cell is None:
        return {}
    text = str(cell)
    if spelt := SPELT_AT.fullmatch(as_text(text)):
        text = f"{spelt[1]}@{spelt[2]}"
        row.remark(Severity.READ_AS, Target.EMAIL, f"{as_text(str(cell))} → {text}", "“ at ” is read as @")
    found: dict[str, None] = {}
    parts = [part.strip("<>()") for part in BETWEEN.split(text) if "@" in part]
    for part in parts:
        try:
            found[normalise.email(part)] = None
        except ValueError:
            row.remark(Severity.LEFT_OUT, Target.EMAIL, part, "This is not an e-mail address")
    if not parts:
        row.remark(Severity.LEFT_OUT, Target.EMAIL, cell, "This is not an e-mail address")
    return found
