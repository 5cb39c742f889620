"""Which attachments may be kept."""

import io
import zipfile

import pytest

from crm.correspondence.attachments import LARGEST, may_be_kept, sort_out
from crm.correspondence.reading.letter import Enclosure


def package(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return packed.getvalue()


DOCUMENT = package("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "is_kept"),
    [
        ("plan.pdf", b"%PDF-1.7 x", True),
        ("PLAN.PDF", b"%PDF-1.7 x", True),
        ("plan.pdf", b"MZ\x90\0", False),  # a program that calls itself a PDF
        ("plan.pdf.exe", b"%PDF-1.7 x", False),
        ("plan.pdf", b"", False),
        ("plan.pdf", b"%PDF-" + b"x" * LARGEST, False),
        ("photo.jpg", b"\xff\xd8\xff\xe0", True),
        ("photo.png", b"\x89PNG\r\n\x1a\nx", True),
        ("notes.txt", b"Hello", True),
        ("notes.txt", b"\0\1", False),
        ("notes.csv", b" <html>", False),
        ("letter.docx", DOCUMENT, True),
        ("letter.odt", package("mimetype", "content.xml"), True),
        ("letter.docx", package("[Content_Types].xml", "word/vbaProject.bin"), False),
        ("letter.docx", package("a.txt"), False),
        ("letter.docx", b"no zip", False),
        ("letter.docx", package("[Content_Types].xml", *(f"{n}" for n in range(2001))), False),
        ("letter.docm", DOCUMENT, False),
        ("old.doc", b"\xd0\xcf\x11\xe0", False),
        ("page.html", b"<p>", False),
        ("picture.svg", b"<svg/>", False),
        ("more.zip", DOCUMENT, False),
        ("", b"%PDF-", False),
    ],
)
def test_only_documents_that_are_what_they_are_called_are_kept(name: str, content: bytes, is_kept: bool) -> None:
    assert may_be_kept(Enclosure(name, content)) is is_kept


def test_what_is_not_kept_is_named_and_there_is_an_end_to_it() -> None:
    files = [Enclosure(f"{number}.pdf", b"%PDF-") for number in range(12)]

    kept, named = sort_out(files, keep=True)
    none, all_named = sort_out(files, keep=False)

    assert (len(kept), named) == (10, ["10.pdf", "11.pdf"])
    assert (none, len(all_named)) == ([], 12)
