"""The page on which an employer answers."""

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.answering import queries
from crm.answering.forms import HINTS, AnswerForm
from crm.answering.models import AnswerKind, Insured, PledgeAnswer
from crm.answering.services import Given, give_answer
from crm.answering.services.correcting import Corrections, correct
from crm.audit.recording import because
from crm.core.access import allow
from crm.core.db import committing
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.fields import id_or_none
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import another_token
from crm.links.views import dead, done, find, opened_by_link
from crm.pledges.appetites import AppetiteDetails, record_appetite
from crm.pledges.models import Attitude, Pledge, PledgeLine
from crm.pledges.queries import load_lines
from crm.pledges.statements import in_parts, is_statement, statement_in_force
from crm.pledges.wording import counted_kind
from crm.reference.models import DeclineReason
from crm.reference.queries import offered

LONGEST = 255  # characters of what a browser says it is

bp = opened_by_link(Blueprint("answer", __name__, url_prefix="/answer"))


@bp.get("/<token>")
@allow()
def show(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.ANSWER)
    if link is None:
        return dead()
    lines = load_lines(_pledge(link))
    form = AnswerForm()
    form.show(lines, link.contact)
    return _page(token, link, form, lines)


@bp.post("/<token>")
@allow()
def send(token: str) -> ResponseReturnValue:
    """The answer; or, by the other button, what the changed numbers come to."""
    link = find(token, LinkPurpose.ANSWER)
    if link is None:
        return done()
    form = AnswerForm()
    lines = load_lines(_pledge(link))
    form.offer_reasons(offered(DeclineReason))
    if "recalculate" in request.form:
        form.kind.data = form.kind.data or AnswerKind.DIFFER.value
        return _page(token, link, form, lines)
    if not form.validate() or form.refuse_unchanged(lines):
        return _page(token, link, form, lines)
    try:
        receipt = _saved(token, form)
    except (Conflict, EditedMeanwhile) as refusal:
        form.refuse(str(refusal))
        link = find(token, LinkPurpose.ANSWER)
        return done() if link is None else _page(token, link, form, load_lines(_pledge(link)))
    return done() if receipt is None else redirect(url_for("receipt.show", token=receipt, thanks=1), 303)


def _saved(token: str, form: AnswerForm, *, once_more: bool = True) -> str | None:
    """Save the answer: once more if an officer changed their details at the same moment, so that it is not lost."""
    try:
        with committing():
            return _answer(token, form)
    except EditedMeanwhile:
        if not once_more:
            raise
        return _saved(token, form, once_more=False)


def _answer(token: str, form: AnswerForm) -> str | None:
    """Give the answer. Returns a token of the receipt; None if the link opens nothing any more."""
    link = find(token, LinkPurpose.ANSWER)
    if link is None:
        return None
    pledge = _pledge(link)
    given = _given(form, load_lines(pledge))
    answer = give_answer(link, pledge, given)
    if answer is None:
        return None
    with because("Corrected with the answer to the pledge", actor=f"{given.typed_name} of {link.employer.name}"):
        said = Corrections(
            name=given.typed_name,
            job_title=given.job_title,
            phone=form.phone.data or None,
            address=form.address.data or None,
        )
        unplaced = correct(link.contact, said)
    if unplaced:
        answer.detail = "\n".join(filter(None, (answer.detail, unplaced)))
    if given.kind is AnswerKind.DECLINE:
        _not_this_year(link, pledge, form, answer)
    receipt = queries.receipt_of(answer)
    return another_token(receipt).token


def _given(form: AnswerForm, lines: Sequence[PledgeLine]) -> Given:
    kind = AnswerKind(form.kind.data)
    return Given(
        kind=kind,
        typed_name=form.typed_name.data or "",
        job_title=form.job_title.data,
        reason=form.reason_in_words if kind is AnswerKind.DECLINE else None,
        detail=form.detail.data or "",
        lines=form.offered(lines) if kind is AnswerKind.DIFFER else (),
        may_be_named={"yes": True, "no": False}.get(form.may_be_named.data),
        insured=Insured(form.insured.data) if form.insured.data else None,
        insured_until=form.insured_until_day,
        statement_id=_statement_read(form),
        network=request.remote_addr,
        browser=request.user_agent.string[:LONGEST] or None,
    )


def _statement_read(form: AnswerForm) -> int:
    """The version that stood on the page that was sent, even if another was published since."""
    shown = id_or_none(form.statement_id.data)
    return shown if shown and is_statement(shown) else statement_in_force().id


def _not_this_year(link: EmployerLink, pledge: Pledge, form: AnswerForm, answer: PledgeAnswer) -> None:
    details = AppetiteDetails(Attitude.NOT_THIS_YEAR, reason_id=int(form.reason.data), detail=answer.detail)
    record_appetite(link.employer, pledge.academic_year, details, by=None, on=answer.answered_on)


def _pledge(link: EmployerLink) -> Pledge:
    """A link to answer by is one of a pledge: a CHECK of the database says so."""
    return cast(Pledge, link.pledge)


def _page(token: str, link: EmployerLink, form: AnswerForm, lines: Sequence[PledgeLine]) -> ResponseReturnValue:
    form.offer_reasons(offered(DeclineReason))
    pledge, statement = _pledge(link), statement_in_force()
    form.statement_id.data = str(statement.id)
    return render_template(
        "answering/answer.html",
        form=form,
        statement=statement,
        statement_parts=in_parts(statement),
        token=token,
        link=link,
        pledge=pledge,
        lines=lines,
        rows=list(form.rows(lines)),
        total=form.total(lines),
        asked_in_all=sum(line.promised for line in lines),
        officer=link.sent_by or link.employer.owner,
        words={kind.value: [counted_kind(1, kind)[2:], kind.plural] for kind in {line.kind for line in lines}},
        hints=HINTS,
    )
