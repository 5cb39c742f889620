"""Certificates and badges as responses, for the pages of staff and for those an employer opens by a link."""

import unicodedata
from urllib.parse import quote

from flask import Response, render_template

from crm.certificates.badge import badge_png, badge_svg, badge_text
from crm.certificates.pdf import certificate_pdf
from crm.certificates.queries import Certificate


def certificate_page(certificate: Certificate, *, layout: str, back: str, files: dict[str, str]) -> str:
    """The certificate as a page that prints on one sheet.

    Args:
        certificate: what it says.
        layout: the template around it, "layouts/base.html" for staff, "layouts/public.html" for a link.
        back: the address of the page it was opened from.
        files: the addresses of `pdf`, `svg` and `png`.
    """
    alt = badge_text(certificate.year, certificate.council)
    return render_template(
        "certificates/certificate.html", certificate=certificate, layout=layout, back=back, files=files, badge_alt=alt
    )


def pdf_response(certificate: Certificate) -> Response:
    return _file(certificate_pdf(certificate), "application/pdf", _name("pledge", certificate, "pdf"))


def svg_response(certificate: Certificate) -> Response:
    svg = badge_svg(certificate.year, certificate.council).encode()
    return _file(svg, "image/svg+xml", _name("badge", certificate, "svg"))


def png_response(certificate: Certificate) -> Response:
    return _file(badge_png(certificate.year, certificate.council), "image/png", _name("badge", certificate, "png"))


def _name(what: str, certificate: Certificate, ending: str) -> str:
    name = "".join(each for each in certificate.employer if each.isalnum() or each in " -").strip()
    return f"{what} {certificate.year.replace('/', '-')} {name}.{ending}"


def _file(content: bytes, mimetype: str, name: str) -> Response:
    """An attachment named as RFC 6266 says: plainly, and in full for browsers that read it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    response = Response(content, mimetype=mimetype)
    both = f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = f"attachment; {both}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
