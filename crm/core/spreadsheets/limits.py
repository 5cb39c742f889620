"""What is refused before a file somebody sent is read. Formats hide bombs; these are the fences."""

import sys
import zipfile
from xml.parsers import expat

LARGEST_FILE = 10 * 2**20
MOST_MEMBERS = 200
LARGEST_UNPACKED = 50 * 2**20
MOST_ROWS = 20_000  # of one sheet
HEADINGS_BESIDES = 30  # rows with titles and headings, which do not count
MOST_ROWS_IN_ALL = 100_000  # of all sheets of a workbook
MOST_COLUMNS = 50
MOST_TEXT = 20_000_000  # characters in all cells together; one shared text can stand in a million cells
MOST_EXTENT = 5_000_000  # cells between A1 and the furthest one; the reader makes room for all of them
MEMORY = 512 * 2**20
SECONDS_OF_WORK = 20
SECONDS_IN_ALL = 40
PROLOGUE = 64 * 2**10  # where an XML file must have come to its first element

ACTIVE_CONTENT = ("vbaproject", "externallinks", "embeddings", "activex", "macrosheets")
SAVE_AS = "Open it in your spreadsheet program and save it as an Excel workbook (.xlsx) or as CSV."


class UnreadableFile(Exception):
    """The file cannot be read, or may not be. The message says what to do, in words for whoever sent it."""


def limit_this_process() -> None:
    """Let this process take so much memory and processor time and no more. Windows knows no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 – there is none on Windows

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_OF_WORK, SECONDS_OF_WORK))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_package(package: zipfile.ZipFile) -> None:
    """Refuse a zip that is no plain .xlsx workbook, before anything in it is unpacked."""
    members = package.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise UnreadableFile(
            "This workbook is too big once unpacked. Copy the table into a new workbook and try again."
        )
    if len(set(names)) != len(names) or any(_leads_outside(name) for name in names):
        raise UnreadableFile(f"This workbook is put together wrongly. {SAVE_AS}")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile("This workbook is protected with a password. Save it without one and try again.")
    if any(active in name.lower() for active in ACTIVE_CONTENT for name in names):
        raise UnreadableFile(
            "This workbook contains macros, links to other files or embedded files. Save it as a plain Excel "
            "workbook (.xlsx) and try again."
        )
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise UnreadableFile(f"This file is not an Excel workbook (.xlsx). {SAVE_AS}")
    for name in names:
        if name.endswith((".xml", ".rels")):
            with package.open(name) as member:
                _check_prologue(member.read(PROLOGUE))


def check_size(rows: int, columns: int) -> None:
    """Refuse a table larger than is read at once: nothing is cut off silently."""
    if rows > MOST_ROWS + HEADINGS_BESIDES:
        raise UnreadableFile(
            f"This sheet has {rows:,} rows. At most {MOST_ROWS:,} are read at once: split it into smaller files."
        )
    if columns > MOST_COLUMNS:
        raise UnreadableFile(
            f"This sheet has {columns:,} columns. At most {MOST_COLUMNS} are read: delete the ones you do not need."
        )


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")


class _Begun(Exception):
    """The first element has been reached without a document type."""


def _check_prologue(start: bytes) -> None:
    """Refuse XML with a document type, in whatever encoding: entities are how a small file becomes a big one."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = _begin
    try:
        parser.Parse(start)
    except _Begun:
        return
    except expat.ExpatError:
        pass
    raise UnreadableFile(f"This workbook is put together wrongly. {SAVE_AS}")


def _refuse_document_type(*_: object) -> None:
    raise UnreadableFile(f"This workbook contains a document type, which no spreadsheet program writes. {SAVE_AS}")


def _begin(*_: object) -> None:
    raise _Begun
