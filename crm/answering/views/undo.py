"""Taking an answer back by the link in the receipt."""

from typing import cast

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.answering import queries
from crm.answering.models import PledgeAnswer
from crm.answering.services import undo_answer
from crm.audit.recording import because
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing
from crm.core.errors import Conflict
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import another_token, use
from crm.links.views import dead, done, find, opened_by_link
from crm.pledges.models import Pledge
from crm.pledges.queries import load_lines

bp = opened_by_link(Blueprint("undo", __name__, url_prefix="/undo"))


@bp.get("/<token>")
@allow()
def show(token: str) -> ResponseReturnValue:
    link, answer = _open(token)
    if link is None or answer is None or link.pledge is None:
        return dead()
    return _page(token, link, answer)


@bp.post("/<token>")
@allow()
def send(token: str) -> ResponseReturnValue:
    """Take it back, and lead to where they can answer anew."""
    try:
        with committing():
            link, answer = _open(token)
            if link is None or answer is None or not use(link, at=clock.now()):
                return done()
            with because(
                "Taken back by the link that was e-mailed", actor=f"{answer.typed_name} of {link.employer.name}"
            ):
                undone = undo_answer(answer, by=None)
            again = another_token(undone.issued.link).token if undone.issued else None
    except Conflict as refusal:
        link, answer = _open(token)
        return done() if link is None or answer is None else _page(token, link, answer, str(refusal))
    if again is None:
        return render_template("answering/undone.html")
    return redirect(url_for("answer.show", token=again), 303)


def _open(token: str) -> tuple[EmployerLink | None, PledgeAnswer | None]:
    link = find(token, LinkPurpose.UNDO)
    return link, queries.answer_about(link.pledge_id or 0) if link else None


def _page(token: str, link: EmployerLink, answer: PledgeAnswer, refusal: str = "") -> ResponseReturnValue:
    return render_template(
        "answering/undo.html",
        token=token,
        link=link,
        answer=answer,
        lines=load_lines(answer.offered_pledge or cast(Pledge, link.pledge)),
        undo_until=answer.undo_until,
        refusal=refusal,
    )
