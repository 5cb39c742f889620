"""The certificate and the badge of an employer's own pledge, to print, keep and show."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from crm.certificates import responses
from crm.certificates.queries import Certificate, certificate_of
from crm.core import clock
from crm.core.access import allow
from crm.hub.views.page import bp
from crm.links.models import LinkPurpose
from crm.links.views import dead, find
from crm.reference.academic_years import AcademicYear

FILES = {"pdf": responses.pdf_response, "svg": responses.svg_response, "png": responses.png_response}

FIRST, LAST = 2000, 2999  # years that can be written as an academic year


@bp.get("/<token>/certificate/<int:first_year>")
@allow()
def certificate(token: str, first_year: int) -> ResponseReturnValue:
    found = _certificate(token, first_year)
    if found is None:
        return dead()
    files = {kind: url_for("hub.paper", token=token, first_year=first_year, kind=kind) for kind in FILES}
    back = url_for("hub.show", token=token)
    return responses.certificate_page(found, layout="layouts/link.html", back=back, files=files)


@bp.get("/<token>/certificate/<int:first_year>.<any(pdf, svg, png):kind>")
@allow()
def paper(token: str, first_year: int, kind: str) -> Response | ResponseReturnValue:
    found = _certificate(token, first_year)
    return dead() if found is None else FILES[kind](found)


def _certificate(token: str, first_year: int) -> Certificate | None:
    """Of the pledge in force for the academic year that begins in a year; None if there is none, or no such link."""
    link = find(token, LinkPurpose.HUB)
    if link is None or not FIRST <= first_year <= LAST:
        return None
    return certificate_of(link.employer_id, AcademicYear.starting(first_year), clock.today())
