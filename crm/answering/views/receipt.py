"""What was answered, to look at and print: the page that thanks."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.answering import queries
from crm.certificates import responses
from crm.certificates.queries import Certificate, certificate_of
from crm.core import clock
from crm.core.access import allow
from crm.links.models import LinkPurpose
from crm.links.views import dead, find, opened_by_link
from crm.pledges.models import PledgeStatus
from crm.pledges.queries import load_lines

bp = opened_by_link(Blueprint("receipt", __name__, url_prefix="/receipt"))


@bp.get("/<token>")
@allow()
def show(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.RECEIPT)
    answer = queries.answer_about(link.pledge_id or 0) if link else None
    if link is None or link.pledge is None or answer is None:
        return dead()
    return render_template(
        "answering/receipt.html",
        token=token,
        link=link,
        pledge=link.pledge,
        answer=answer,
        lines=load_lines(link.pledge),
        offered=load_lines(answer.offered_pledge) if answer.offered_pledge else [],
        officer=link.sent_by or link.employer.owner,
        just_now="thanks" in request.args,
        undo_until=answer.undo_until,
        may_be_undone=answer.may_be_undone(clock.now()),
        has_certificate=PledgeStatus.CONFIRMED in {link.pledge.status, getattr(answer.offered_pledge, "status", None)},
    )


def _certificate(token: str) -> Certificate | None:
    """Of the employer for the year that was answered for; None where nothing is promised, or the link is dead."""
    link = find(token, LinkPurpose.RECEIPT)
    if link is None or link.pledge is None:
        return None
    return certificate_of(link.employer_id, link.pledge.academic_year, clock.today())


@bp.get("/<token>/certificate")
@allow()
def certificate(token: str) -> ResponseReturnValue:
    found = _certificate(token)
    if found is None:
        return dead()
    files = {name: url_for(f"receipt.{name}", token=token) for name in ("pdf", "svg", "png")}
    return responses.certificate_page(
        found, layout="layouts/link.html", back=url_for("receipt.show", token=token), files=files
    )


@bp.get("/<token>/certificate.pdf")
@allow()
def pdf(token: str) -> ResponseReturnValue:
    return _file(token, responses.pdf_response)


@bp.get("/<token>/badge.svg")
@allow()
def svg(token: str) -> ResponseReturnValue:
    return _file(token, responses.svg_response)


@bp.get("/<token>/badge.png")
@allow()
def png(token: str) -> ResponseReturnValue:
    return _file(token, responses.png_response)


def _file(token: str, made: Callable[[Certificate], Response]) -> ResponseReturnValue:
    found = _certificate(token)
    return dead() if found is None else made(found)
