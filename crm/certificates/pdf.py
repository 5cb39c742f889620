"""The certificate as a PDF: one A4 page, landscape. The same certificate always gives the same bytes."""

from datetime import UTC, datetime, time

from fpdf import FPDF
from fpdf.enums import Align

from crm.certificates.lettering import BOLD, REGULAR, fitting, font_file, printable, wrapped
from crm.certificates.queries import Certificate

TEAL, INK, GREY = (15, 92, 99), (11, 12, 12), (80, 90, 95)
MARK = (
    (TEAL, ((6, 7), (16, 11.5), (26, 7), (26, 12), (16, 16.5), (6, 12))),
    ((61, 138, 144), ((6, 14), (16, 18.5), (26, 14), (26, 19), (16, 23.5), (6, 19))),
    ((127, 179, 183), ((6, 21), (16, 25.5), (26, 21), (26, 24.5), (16, 29), (6, 24.5))),
)
WIDTH, HEIGHT, TEXT_WIDTH = 297, 210, 225  # millimetres
POINT = 25.4 / 72  # in millimetres
PROMISES_HEIGHT = 48  # millimetres
LEADING = 1.3


def certificate_pdf(certificate: Certificate) -> bytes:
    pdf = FPDF("landscape", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime.combine(certificate.as_at, time(), UTC))
    pdf.set_lang("en-GB")
    pdf.set_title(f"Employer pledge {certificate.year}: {certificate.employer}")
    pdf.set_author(certificate.council)
    pdf.set_subject("Certificate of a confirmed employer pledge")
    for style, weight in (("", REGULAR), ("B", BOLD)):
        pdf.add_font("certificate", style, font_file(weight))
    pdf.add_page()
    _frame(pdf)
    _words(pdf, certificate)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*TEAL)
    for inset, thickness in ((10, 1.6), (13, 0.3)):
        pdf.set_line_width(thickness)
        pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    for colour, points in MARK:
        pdf.set_fill_color(*colour)
        pdf.polygon([(WIDTH / 2 - 12 + x * 0.75, 17 + y * 0.75) for x, y in points], style="F")


def _words(pdf: FPDF, certificate: Certificate) -> None:
    pixels = TEXT_WIDTH / POINT
    _lines(pdf, 43, [f"Employer pledge {certificate.year}"], "B", 20, TEAL)
    _lines(pdf, 54, ["This is to say, with thanks, that"], "", 14, GREY)
    size, name = fitting(printable(certificate.employer), BOLD, range(40, 19, -2), pixels, 2)
    bottom = _lines(pdf, 63, name, "B", size, INK)
    bottom = _lines(pdf, bottom + 2, ["has pledged real experience of work to young people:"], "", 14, GREY)
    size, promises = _promises(certificate.promises, pixels)
    bottom = _lines(pdf, bottom + 4, promises, "", size, INK)
    if certificate.so_far:
        _lines(pdf, bottom + 3, [certificate.so_far], "B", 14, TEAL)
    pdf.set_line_width(0.3)
    pdf.line(WIDTH / 2 - 40, 176, WIDTH / 2 + 40, 176)
    size, council = fitting(printable(certificate.council), BOLD, range(16, 9, -1), pixels, 1)
    bottom = _lines(pdf, 178, council, "B", size, INK)
    _lines(pdf, bottom, [f"As at {certificate.as_at.day} {certificate.as_at:%B %Y}"], "", 11, GREY)


def _promises(promises: tuple[str, ...], pixels: float) -> tuple[int, list[str]]:
    """At the largest size at which all fit; what fits at no size is counted instead."""
    shown = [printable(each) for each in promises]
    for left_out in range(len(shown) + 1):
        kept = shown[: len(shown) - left_out]
        more = [f"and {left_out} more"] if left_out else []
        for size in range(16, 9, -1):
            lines = [line for each in (*kept, *more) for line in wrapped(each, REGULAR, size, pixels)]
            if len(lines) * size * POINT * LEADING <= PROMISES_HEIGHT:
                return size, lines
    return size, lines


def _lines(pdf: FPDF, top: float, lines: list[str], style: str, size: int, colour: tuple[int, int, int]) -> float:
    """Write centred lines from a height on, in millimetres. Returns where they end."""
    pdf.set_font("certificate", style, size)
    pdf.set_text_color(*colour)
    height = size * POINT * LEADING
    for number, line in enumerate(lines):
        pdf.set_xy(0, top + number * height)
        pdf.cell(WIDTH, height, line, align=Align.C)
    return top + len(lines) * height
