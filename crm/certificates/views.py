"""The certificate and the badge of a confirmed pledge, for staff."""

from flask import Blueprint, Response, url_for

from crm.accounts.signing_in import signed_in_user
from crm.certificates import responses
from crm.certificates.queries import Certificate, certificate_for
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import NotFound
from crm.pledges.queries import get_pledge

bp = Blueprint("certificates", __name__, url_prefix="/pledges/<int:pledge_id>")


def _certificate(pledge_id: int) -> Certificate:
    found = certificate_for(get_pledge(pledge_id, viewer=signed_in_user()), clock.today())
    if found is None:
        raise NotFound("Only a confirmed pledge has a certificate.")
    return found


@bp.get("/certificate")
@allow(*STAFF)
def show(pledge_id: int) -> str:
    files = {name: url_for(f"certificates.{name}", pledge_id=pledge_id) for name in ("pdf", "svg", "png")}
    back = url_for("pledges.show", pledge_id=pledge_id)
    return responses.certificate_page(_certificate(pledge_id), layout="layouts/base.html", back=back, files=files)


@bp.get("/certificate.pdf")
@allow(*STAFF)
def pdf(pledge_id: int) -> Response:
    return responses.pdf_response(_certificate(pledge_id))


@bp.get("/badge.svg")
@allow(*STAFF)
def svg(pledge_id: int) -> Response:
    return responses.svg_response(_certificate(pledge_id))


@bp.get("/badge.png")
@allow(*STAFF)
def png(pledge_id: int) -> Response:
    return responses.png_response(_certificate(pledge_id))
