"""Which attachments may be kept, if an administrator wants any kept. Pure.

What a file is called and what its sender says it is are no evidence, so the content has to agree with the name.
Whatever can carry a program is left out: old Office files, files with macros, archives, web pages, drawings.
"""

import io
import zipfile
from collections.abc import Callable, Iterable

from crm.correspondence.reading.letter import Enclosure

LARGEST = 5 * 2**20  # bytes
MOST = 10  # of one mail
MOST_MEMBERS = 2_000  # of an Office file, which is a zip
PROGRAMS = ("vbaproject", "macrosheet", "activex", "basic/", "scripts/", ".exe", ".js", ".vbs", "/embeddings/")


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(magic)


def _is_text(content: bytes) -> bool:
    return b"\0" not in content and content.lstrip()[:1] != b"<"


def _is_plain_office(content: bytes) -> bool:
    """A zip as Office and LibreOffice write them, with no program in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = [name.lower() for name in package.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    marked = "[content_types].xml" in names or "mimetype" in names
    return marked and len(names) <= MOST_MEMBERS and not any(part in name for part in PROGRAMS for name in names)


KEPT: dict[str, Callable[[bytes], bool]] = {
    "pdf": _begins(b"%PDF-"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "jpg": _begins(b"\xff\xd8\xff"),
    "jpeg": _begins(b"\xff\xd8\xff"),
    "txt": _is_text,
    "csv": _is_text,
    "docx": _is_plain_office,
    "xlsx": _is_plain_office,
    "pptx": _is_plain_office,
    "odt": _is_plain_office,
    "ods": _is_plain_office,
}


def may_be_kept(enclosure: Enclosure) -> bool:
    check = KEPT.get(enclosure.name.rpartition(".")[2].lower())
    return check is not None and 0 < len(enclosure.content) <= LARGEST and check(enclosure.content)


def sort_out(enclosures: Iterable[Enclosure], *, keep: bool) -> tuple[list[Enclosure], list[str]]:
    """What is kept, and the names of what is not."""
    kept: list[Enclosure] = []
    left: list[str] = []
    for enclosure in enclosures:
        if keep and len(kept) < MOST and may_be_kept(enclosure):
            kept.append(enclosure)
        else:
            left.append(enclosure.name)
    return kept, left
