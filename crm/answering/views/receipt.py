"""What was answered, to look at and print: the page that thanks."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.answering import queries
from crm.core import clock
from crm.core.access import allow
from crm.links.models import LinkPurpose
from crm.links.views import dead, find, opened_by_link
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
    )
