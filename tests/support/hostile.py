"""Files that are hostile, damaged, or only odd: what a stranger or a tired colleague may send."""

import gzip
import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.messy import content_of

WORKBOOK, SHEET, TYPES = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


def book(change: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    """A good workbook, but for one thing."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["Employer", "Tel"])
    sheet.append(["Fenhill", "01632 960001"])
    change(sheet)
    return content_of(made)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def package(changes: dict[str, bytes | None]) -> bytes:
    """A good workbook with members replaced, added or (None) taken out."""
    content = {**members(book()), **changes}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, data in content.items():
            if data is not None:
                target.writestr(name, data)
    return buffer.getvalue()


def twice_written() -> bytes:
    """Two members of one name: which is read depends on who reads."""
    content = members(book())
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in content.items():
            target.writestr(name, data)
        info = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        target.writestr(info, b"<x/>")
        target.writestr(zipfile.ZipInfo("xl/worksheets/sheet3.xml"), b"<y/>")
    return buffer.getvalue().replace(b"sheet3.xml", b"sheet2.xml")


def encrypted() -> bytes:
    content = bytearray(book())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def many_members(count: int) -> bytes:
    return package({f"xl/media/image{n}.png": b"x" for n in range(count)})


def sheet_of(xml: str) -> bytes:
    rows = f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'
    return package({SHEET: rows.encode()})


def doctype(body: str, codec: str = "utf-8") -> bytes:
    xml = f'<?xml version="1.0" encoding="{codec}"?><!DOCTYPE x [{body}]><worksheet xmlns="{MAIN}"/>'
    return package({SHEET: xml.encode(codec)})


def noise(count: int) -> bytes:
    return random.Random(7).randbytes(count)


# Refused, in words.
REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "only spaces": lambda: b" \r\n\t \r\n",
    "a byte order mark": lambda: b"\xef\xbb\xbf",
    "zeros": lambda: b"\0" * 5000,
    "noise": lambda: noise(20_000),
    "noise that begins like a zip": lambda: b"PK\x03\x04" + noise(20_000),
    "a pdf": lambda: b"%PDF-1.7\n" + noise(500),
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(4000),
    "a web page": lambda: b"<!DOCTYPE html><html><table><tr><td>Employer</td></tr></table></html>",
    "xml from 2003": lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + noise(2000),
    "a gzip": lambda: gzip.compress(b"Employer\nFenhill\n"),
    "a zip of something else": lambda: package({WORKBOOK: None}),
    "a zip without types": lambda: package({TYPES: None}),
    "an empty zip": lambda: b"PK\x05\x06" + b"\0" * 18,
    "half a workbook": lambda: book()[: len(book()) // 2],
    "a workbook without its end": lambda: book()[:-60],
    "a workbook with a hole": lambda: book()[:900] + b"\0" * 400 + book()[1300:],
    "a password": encrypted,
    "macros": lambda: package({"xl/vbaProject.bin": b"x"}),
    "old macro sheets": lambda: package({"xl/macrosheets/sheet1.xml": b"<x/>"}),
    "links to other files": lambda: package({"xl/externalLinks/externalLink1.xml": b"<x/>"}),
    "an embedded file": lambda: package({"xl/embeddings/a.bin": b"x"}),
    "a control": lambda: package({"xl/activeX/activeX1.bin": b"x"}),
    "a member that leads outside": lambda: package({"../../evil.xml": b"<x/>"}),
    "a member from the root": lambda: package({"/etc/evil.xml": b"<x/>"}),
    "a member of a drive": lambda: package({"C:evil.xml": b"<x/>"}),
    "a member twice": twice_written,
    "hundreds of members": lambda: many_members(300),
    "sixty megabytes of a sheet": lambda: package({SHEET: b"<worksheet>" + b" " * (60 * 2**20)}),
    "a billion laughs": lambda: doctype(f'<!ENTITY l0 "ha">{LAUGHS}'),
    "laughs in utf-16": lambda: doctype(f'<!ENTITY l0 "ha">{LAUGHS}', "utf-16"),
    "a quadratic blow-up": lambda: doctype(f'<!ENTITY a "{"x" * 100_000}">'),
    "somebody else's file": lambda: doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'),
    "a far address": lambda: doctype('<!ENTITY x SYSTEM "http://192.0.2.1/x">'),
    "no xml": lambda: package({SHEET: b"not xml at all"}),
    "a workbook that is no xml": lambda: package({WORKBOOK: noise(500)}),
    "a cell at the end of the world": lambda: sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "an empty sheet": lambda: sheet_of(""),
    "too many rows": ("Employer\n" + "Fenhill\n" * 20_031).encode,
    "too many columns": (",".join(f"h{n}" for n in range(60)) + "\n" + ",".join("x" * 60)).encode,
    "a quotation mark that is never closed": lambda: b'Employer,Notes\nFenhill,"never closed\n' + b"x,y\n" * 50,
    "letters of no encoding": lambda: b"\xff\xfe" + b"E",
}


# Odd, and read all the same.
READ: dict[str, Callable[[], bytes]] = {
    "a dimension that lies": lambda: package(
        {SHEET: members(book())[SHEET].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')}
    ),
    "a very long cell": lambda: b"Employer,Notes\nFenhill," + b"x" * 300_000 + b"\n",
    "a name that is a formula": lambda: book(lambda sheet: sheet.append(["=1+1", "=cmd|' /C calc'!A0"])),
    "a name that is a script": lambda: book(lambda sheet: sheet.append(["<script>alert(1)</script>", "x"])),
    "names of every script": "Employer,Tel\nΑθήνα,1\nשלום,2\n北京,3\n👷‍♀️ Works,4\n".encode,
    "old letters": lambda: "Employer;Tel\nBramble Café;01632 960001\n".encode("cp1252"),
    "apple's line ends": lambda: b"Employer,Tel\rFenhill,1\rKilnside,2\r",
    "utf-16": lambda: "Employer\tTel\nFenhill\t1\n".encode("utf-16"),
    "rows of different widths": lambda: b"Employer,Tel\nFenhill\nKilnside,1,2,3,4\n,\n",
    "loose quotation marks": lambda: b'Employer,Notes\nFenhill,said "no" loudly\n"Kil"nside,x\n',
    "a list of one column": lambda: b"Employer\nFenhill\nKilnside\n",
    "no headings": lambda: b"Fenhill,01632 960001\nKilnside,01632 960002\n",
    "only headings": lambda: b"Employer,Tel\n",
    "ten thousand empty rows": lambda: b"Employer,Tel\nFenhill,1\n" + b",\n" * 10_000 + b"Kilnside,2\n",
    "zero-width names": "Employer\n\u200b\u200b\nFen\u200bhill\n\ufeff\n".encode,
}
