"""The process that reads a stranger's file, so that a bomb takes down this one and no other.

Run as `python -m crm.core.spreadsheets.parsing_child FILE [--every | SHEET]`. It prints one line
of JSON: what was read, or why not.
"""

import json
import sys
from datetime import date, datetime, time
from pathlib import Path

from crm.core.spreadsheets.limits import SAVE_AS, UnreadableFile, limit_this_process

EVERY = "--every"
ZIP, OLD_OFFICE, PDF = b"PK", b"\xd0\xcf\x11\xe0", b"%PDF"


def tagged(value: object) -> object:
    """Dates and times as JSON can carry them."""
    match value:
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
    raise TypeError(type(value))


def read(content: bytes, sheet: str | None) -> dict[str, object]:
    """What a file holds, told by its content and never by its name: the sheets asked for, and which are hidden."""
    if not content:
        raise UnreadableFile("This file is empty.")
    if content.startswith(OLD_OFFICE):
        raise UnreadableFile(f"This is an old Excel file (.xls), or one protected with a password. {SAVE_AS}")
    if content.startswith(PDF):
        raise UnreadableFile("This is a PDF, not a spreadsheet. Ask for the spreadsheet it was made from.")
    # Each reader is imported only when it is needed, inside the limits.
    if content.startswith(ZIP):
        from crm.core.spreadsheets.excel_reading import read_every_sheet, read_excel  # noqa: PLC0415

        if sheet == EVERY:
            sheets, hidden = read_every_sheet(content)
            return {"sheets": sheets, "hidden": hidden}
        name, others, rows, notes = read_excel(content, sheet)
        return {"sheets": [{"name": name, "others": others, "rows": rows, "notes": notes}], "hidden": []}
    from crm.core.spreadsheets.csv_reading import read_csv  # noqa: PLC0415

    table, notes = read_csv(content)
    return {"sheets": [{"name": "", "rows": table, "notes": notes}], "hidden": []}


def main(path: str, sheet: str | None = None) -> None:
    limit_this_process()
    try:
        answer = read(Path(path).read_bytes(), sheet)
    except UnreadableFile as refusal:
        answer = {"refused": str(refusal)}
    json.dump(answer, sys.stdout, default=tagged)


if __name__ == "__main__":
    main(*sys.argv[1:])
