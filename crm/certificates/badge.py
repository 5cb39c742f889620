"""The badge for an employer's website, as SVG and as PNG: 512 pixels square, readable at 96."""

from io import BytesIO

from markupsafe import escape
from PIL import Image, ImageDraw

from crm.certificates.lettering import BOLD, fitting, font, printable

SIDE = 512
TEAL, WHITE, PALE = "#0f5c63", "#ffffff", "#d5e8ea"
MARK = (  # on a 32-pixel square
    ("#ffffff", ((6, 7), (16, 11.5), (26, 7), (26, 12), (16, 16.5), (6, 12))),
    ("#b9d8db", ((6, 14), (16, 18.5), (26, 14), (26, 19), (16, 23.5), (6, 19))),
    ("#7fb3b7", ((6, 21), (16, 25.5), (26, 21), (26, 24.5), (16, 29), (6, 24.5))),
)
SCALE, LEFT, TOP = 4.5, 184, 18  # where the mark stands
FINER = 2  # drawn so many times larger, then made smaller, so that edges are smooth


def badge_text(year: str, council: str) -> str:
    """What the picture says: its alternative text."""
    return f"Employer pledge {year} – {council}"


def _texts(year: str, council: str) -> list[tuple[str, int, float, str]]:
    """Text, size, baseline, colour."""
    size, lines = fitting(printable(council), BOLD, range(40, 21, -2), 440, 2)
    last = 462 if len(lines) > 1 else 440
    below = [(line, size, last - (len(lines) - 1 - at) * size * 1.1, PALE) for at, line in enumerate(lines)]
    return [("Employer pledge", 60, 222, WHITE), (year, 124, 342, WHITE), *below]


def badge_svg(year: str, council: str) -> str:
    """Escaped, without script, style or anything from elsewhere."""
    marks = "".join(
        f'<path fill="{colour}" d="M{" ".join(f"{LEFT + x * SCALE:g},{TOP + y * SCALE:g}" for x, y in points)}z"/>'
        for colour, points in MARK
    )
    words = "".join(
        f'<text x="256" y="{baseline:g}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
        for text, size, baseline, colour in _texts(year, council)
    )
    label = escape(badge_text(year, council))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" '
        f'role="img" aria-label="{label}"><title>{label}</title><rect width="512" height="512" rx="56" fill="{TEAL}"/>'
        f'<rect x="14" y="14" width="484" height="484" rx="44" fill="none" stroke="{PALE}" stroke-width="4"/>{marks}'
        f'<g text-anchor="middle" font-weight="700" font-family="Source Sans Pro, Arial, sans-serif">{words}</g></svg>'
    )


def badge_png(year: str, council: str) -> bytes:
    side = SIDE * FINER
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), 56 * FINER, fill=TEAL)
    inner = (14 * FINER, 14 * FINER, 498 * FINER, 498 * FINER)
    draw.rounded_rectangle(inner, 44 * FINER, outline=PALE, width=4 * FINER)
    for colour, points in MARK:
        draw.polygon([((LEFT + x * SCALE) * FINER, (TOP + y * SCALE) * FINER) for x, y in points], fill=colour)
    for text, size, baseline, colour in _texts(year, council):
        face = font(BOLD, size * FINER)
        draw.text((side / 2, baseline * FINER), text, font=face, fill=colour, anchor="ms")
    file = BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
