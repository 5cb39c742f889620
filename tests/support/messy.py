"""Workbooks as councils have them: not one is tidy, and each is untidy in its own way."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Cells = Iterable[Any]


def content_of(book: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def add(book: openpyxl.Workbook, title: str, *rows: Cells) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    return sheet


def borough() -> bytes:
    """The log before the employers, headings in two rows, surname first, phones as numbers, dates as Americans do."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    add(
        book,
        "Calls",
        ("Borough of Northwood – employer calls 2025/26",),
        (),
        ("Date", "Company", "Spoke to", "How", "Who of ours", "Details", "Action", "Due"),
        ("09/15/2025", "Alder Joinery Ltd", "Machin, Ruth", "tel", "PS", "Rang, left msg", "ring back", "09/22/2025"),
        ("10/13/2025", "ALDER JOINERY LIMITED", "Ruth", "Teams", "Priya Shah", "Keen on Y10s", None, None),
        ("03/04/2026", "Alder Joinery", None, "e-mail", "Priya", "Which day is this?", None, None),
        (
            45751.0,
            "Bramble Solar",
            "Okafor, Ben & Wood, Maya",
            "site visit",
            "P Shah / T Okafor",
            "Tour 👷",
            None,
            None,
        ),
        ("as above", "Bramble Solar", None, "tel", "PS", "Rang again", None, None),
        ("12 Jan 2026", "as above", None, "tel", "PS", "Rang again", None, None),
        ("12 Jan 2026", "Brambel Solar", None, "tel", "PS", "Misspelt", None, None),
        ("12 Jan 2026", "Nobody We Know plc", None, "tel", "PS", "New to us", None, None),
        (),
        ("Date", "Company", "Spoke to", "How", "Who of ours", "Details", "Action", "Due"),
        ("Tues 3 Feb", "Copper Care", "tbc", "mtg", "Zed Zeppelin", "Met at the fair", "send form", "w/c 9 Feb"),
        ("31/02/2026", "Copper Care", None, "tel", "PS", "No such day", None, None),
        ("13/01/2099", "Copper Care", None, "tel", "PS", "To come", None, None),
        ("Total calls", None, None, None, None, 11, None, None),
        ("NB please keep this sheet up to date, and ask Pat if you are not sure how to fill it in.",),
    )
    employers = add(
        book,
        "Employers",
        ("EMPLOYERS",),
        ("Company", None, "Main contact", None, None, "Size", "Officer"),
        ("Name", "Co No", "Name", "Tel", "Email", None, None),
        (
            "Alder Joinery Ltd",
            1234567,
            "Machin, Ruth",
            1632960001.0,
            "ruth@alder.example; office@alder.example",
            12,
            "PS",
        ),
        (
            "Bramble Solar",
            "SC123456",
            "Ben Okafor (Director) & Maya Wood",
            "01632960002 / 07700900002",
            None,
            "10-49",
            None,
        ),
        ("Copper Care", None, "Reception", "1.63296E+09", "n/a", "lots", "P Shah"),
        ("Copper Care", None, "Sam Lane - HR", 7700900003, "sam at copper.example", None, None),
        ("TOTAL: 4", None, None, None, None, 34, None),
    )
    employers.merge_cells("C2:E2")
    add(book, "Read me", ("This workbook is shared. Ask Pat.",), ("Yellow means chase.",))
    add(book, "Lookups", ("Employer", "Tel"), ("Hidden Ltd", "01632 960009")).sheet_state = "hidden"
    return content_of(book)


def trust() -> bytes:
    """Blocks under merged names, dates without a year, several people and addresses in a cell, ditto marks."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    log = add(
        book,
        "Log 25-26",
        ("Employer name", "Contacted on", "Notes", "Next action", "Next action date", "Colour"),
        ("Dunmore Ceramics plc", "3-Sep", "Phoned: no answer", None, None, "red"),
        (None, "3rd October", "They rang us back, interested", "send pack", "10 Oct", None),
        (None, "Oct 25", "E-mailed the pack", None, None, None),
        ("Everline Ltd", datetime(2026, 1, 9), "Left voicemail", "ring", "Easter", None),  # noqa: DTZ001
        ("Everline Ltd", datetime(2026, 1, 9), "Left voicemail", "ring", "Easter", None),  # noqa: DTZ001
        ("Everline Ltd", "3/4 and 10/4", "Two calls", None, None, None),
        ("Everline Ltd", "sometime in spring", "A chat", None, None, None),
        ("Everline Ltd", 12, "A number", None, None, None),
        ("Everline Ltd", True, "A yes", None, None, None),
        ("Everline Ltd", "26/02/2026 14:30", "Visited: “happy to do talks”", '"', "1/3", None),
        ("--- summer ---",),
    )
    log.merge_cells("A2:A4")
    add(
        book,
        "People",
        ("Employer", "First name", "Surname", "Job title", "Telephone", "E-mail address"),
        ("Dunmore Ceramics PLC", "Zoë", "Forrester", "Head of people", "(01632) 960 010 ext. 4", "zoe@dunmore.example"),
        ("Everline", "Dev", None, "MD", "0163296", "dev@everline"),
        ("Everline", "Una", "Iqbal", None, "switchboard 01632 960011", None),
        ("Total", None, None, None, 3, None),
    )
    return content_of(book)


def long_log() -> bytes:
    """A CSV export in an old encoding: very long notes, odd characters, cells over several lines, an empty column."""
    rows = [
        "Date;Employer;;Notes;Officer",
        f"01.12.2025;Fenhill Café;;{'Very long. ' * 4000};P Shah",
        '02.12.2025;Fenhill Café;;"Line one\nline two; and ""more"""; P. Shah ',
        "03.12.2025;Fenhill Café;;Tab\there\x0band there;Nobody Known",
        ";;;;",
        "04.12.2025;fenhill café ltd;;;P Shah",
        "04.12.2025;Fenhill Café;;;P Shah",
    ]
    return "\r\n".join(rows).encode("cp1252")


def city() -> bytes:
    """A list of employers that is a log as well, talks beside it, a hidden sheet: sections, totals, vague sizes."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    employers = add(
        book,
        "Employers 25-26",
        ("ENGAGEMENT LOG – PLEASE DON'T SORT!!",),
        ("yellow = chase",),
        (),
        (
            "Employer ", "Contact(s)", "Tel", "E-mail", "Sector", "No. of employees", "Post code", "Last contacted",
            "Notes", "Pledged? Y/N", "Officer", "Next step", "By when", "Co. No.",
        ),
        (
            "Gladstone Joinery Ltd", "Jo Pointon / Sam Hulme", 1632960101, "SAM.HULME@GLADSTONE.EXAMPLE", "MMC",
            "approx 30", "st92aa", datetime(2026, 5, 4), "Insurance expires 31/3", "Yes", "pshah", "visit", "09.06.26",  # noqa: DTZ001
            " 25418022",
        ),
        (
            "Gladstone Joinery", "Jo Pointon", "01632 960101 x21", "jo at gladstone.example", "MMC / construction",
            "250 +", None, "25/11/2025 (tbc)", "=not interested this yr", "N ", "P. Shah", "ring back", "March 26",
            25418022,
        ),
        (),
        ("SMEs below",),
        (
            "Redhill Café & Sons", "Una Iqbal & Yusuf Wood", "01632 960102 / 07700 900102", "n/a", "hospitality", "<10",
            "ST4", "Autumn term", "Spoke to MD; will think\nabout it over Xmas", "maybe", "Pat L", "send form",
            "Autumn term", None,
        ),
        (
            "Redhill Ceramics plc", None, "tbc", None, "n/a", "lots", None, "November 25", "Rang, left msg", "y",
            "Nobody Here", "ring back", None, "05827399",
        ),
        ("TOTAL", None, None, None, None, None, None, None, None, "=COUNTA(J5:J9)"),
    )  # fmt: skip
    employers.merge_cells("A1:H1")
    add(
        book,
        "Talks & mentoring",
        ("Date", "Time", "School", "Employer", "Speaker", "What", "No. YP", "Happened?"),
        ("03/12/2025", "P5", "St Bedes", "Gladstone Joinery Limited", "Jo Pointon", "talk - digital", 8, "Y"),
        (datetime(2026, 1, 14), 0.5833, "Kilnbrook", "Redhill Ceramics plc", "Amina Wood", "Mentoring x6", 10, None),  # noqa: DTZ001
        ("28.09.25", "2pm", "St Bedes", "Redhill Café & Sons", "Una Iqbal", "Talk", 8, "cancelled (school)"),
        ("Autumn term", "9.30", "Kilnbrook", "Redhill Café & Sons", "Una Iqbal", "Virtual talk", None, "Y"),
        (None, "9.30", "Kilnbrook", "Redhill Café & Sons", "Una Iqbal", "Virtual talk", None, "Y"),
        ("19 May 2026", "10:00", "Kilnbrook", "Redhil Ceramics", "Amina Wood", "mock interviews", 12, "Y"),
    )
    add(book, "old 22-23", ("do not use",)).sheet_state = "hidden"
    return content_of(book)


def county() -> bytes:
    """Sections in capitals and by month, formulas, a second list of the year before, a log in words of its own."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    headings = (
        "Organisation", "Primary contact", "Tel/Mob", "Email address", "Postcode", "Lead", "Date of last contact",
        "Comments", "Follow-up action", "Follow-up date",
    )  # fmt: skip
    add(
        book,
        "2024-25",
        headings,
        ("ENGINEERING",),
        (
            "Harecastle Forge Ltd", "Dr Amina Wood", "01632 960 201 (office), 07700 900201", "a.wood@forge.example",
            "st11aa", "Priya", "w/b 3 Feb", "Phone call – will let us know", "chase", "end of term",
        ),
        ("Yarrow & Co.", "tbc", "#N/A", "?", None, None, None, None, None, None),
        ("September 2024",),
    )  # fmt: skip
    add(
        book,
        "2025-26",
        headings,
        (
            "HARECASTLE FORGE LIMITED", "Amina Wood", 7700900201, None, "ST1 1AA", "Tom", "Thurs 4th Sept 25 (pm)",
            "Came to the breakfast event", "send dates", "09/2025",
        ),
        (
            "YARROW & CO", "Sam\nJo", "0044 1632 960202", "sam@yarrow.example / jo@yarrow.example", None, "PS",
            "Mon 2 Sept", "x" * 300, None, None,
        ),
        ("Prepared by Pat, last updated 3/9/25",),
    )  # fmt: skip
    add(
        book,
        "Visits log",
        (
            "Visit date", "Name of company", "Contacts spoken to", "Staff name", "Activity type", "What happened",
            "Outcome",
        ),
        ("4 Sept 25", "Harecastle Forge", "Amina", "Priya Shah", "visit", "Looked at the workshop", "agreed"),
        ("5 Sept 25", "Yarrow and Co", "Sam", "Priya Shah", "carrier pigeon", None, "to follow"),
        ("#REF!", "Yarrow and Co", "Sam", "Priya Shah", "tel", "Rang", None),
        ("6 Sept 25", None, "Sam", "Priya Shah", "tel", "Rang", None),
    )  # fmt: skip
    return content_of(book)


ALL = {"borough": borough, "city": city, "county": county, "long_log": long_log, "trust": trust}
