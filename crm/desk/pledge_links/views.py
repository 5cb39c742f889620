"""Sending a pledge to the employer, with the e-mail to look at first; sending a link anew; taking back."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.answering import services
from crm.answering.asking import SUBJECT, first_letter
from crm.answering.link_queries import get_link, open_links
from crm.answering.services.writing import asking_of, last_day
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.core.tokens import LEFT_OUT
from crm.core.web import as_a_mail, public_address, safe_next
from crm.desk.pledge_links.forms import SendForm
from crm.desk.pledge_links.queries import Candidate, candidates, preselected
from crm.links.wording import fate_label, fate_meaning, fate_words
from crm.notifications.letters import Letter
from crm.pledges import policies
from crm.pledges.models import Pledge
from crm.pledges.queries import get_pledge
from crm.pledges.views.blueprint import refuse_unless

bp = Blueprint("pledge_links", __name__, url_prefix="/pledges")
bp.add_app_template_filter(fate_label)
bp.add_app_template_filter(fate_meaning)
bp.add_app_template_filter(fate_words)


@bp.route("/<int:pledge_id>/send-to-employer", methods=["GET", "POST"])
@allow(*STAFF)
def send(pledge_id: int) -> ResponseReturnValue:
    """Choose who is to answer, look at the e-mail, send it."""
    pledge, people = _pledge_and_people(pledge_id)
    form = SendForm()
    form.offer(people)
    if form.validate_on_submit():
        try:
            return _send(form, pledge_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            pledge, people = _pledge_and_people(pledge_id)
            form.offer(people)
    elif not form.is_submitted():
        refuse_unless(policies.may_send_link, pledge)
        form.to.show(preselected(pledge, people))
    return render_template(
        "pledge_links/send.html",
        form=form,
        pledge=pledge,
        people=people,
        quiet=pledge.employer.is_quiet(clock.today()),
        subject=SUBJECT.format(year=pledge.academic_year_name),
    )


def _send(form: SendForm, pledge_id: int) -> ResponseReturnValue:
    with submitting(form) as submission:
        pledge, people = _pledge_and_people(pledge_id)
        chosen = [each.contact for each in people if each.contact.id in form.to.ids]
        services.send(pledge, chosen, by=signed_in_user(), own_words=form.own_words.data or "")
        submission.leads_to = url_for("pledges.show", pledge_id=pledge_id, _anchor="links")
        names = " and ".join(each.name for each in chosen)
    flash(f"The pledge goes to {names} by e-mail. What becomes of it is shown below.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:pledge_id>/send-to-employer/preview", methods=["GET", "POST"])
@allow(*STAFF)
def preview(pledge_id: int) -> ResponseReturnValue:
    """The e-mail as the first of those chosen will get it, with what was typed. Nothing is saved."""
    pledge, people = _pledge_and_people(pledge_id)
    form = SendForm()
    form.offer(people)
    chosen = [each for each in people if each.contact.id in form.to.ids]
    letter = _letter(pledge, (chosen or people)[:1], form.own_words.data or "")
    as_text = request.values.get("as") == "text"
    return as_a_mail(letter.text if as_text else letter.html, is_html=not as_text)


def _letter(pledge: Pledge, to: Sequence[Candidate], own_words: str) -> Letter:
    """Raises Conflict if there is nobody to write to."""
    if not to:
        raise Conflict("We know nobody at the employer to write to. Add a contact with an e-mail address.")
    asking = asking_of(
        to[0].contact,
        pledge,
        signed_in_user(),
        until=last_day(),
        answer=public_address(f"/answer/{LEFT_OUT}"),
        stop=public_address(f"/stop/{LEFT_OUT}"),
    )
    return first_letter(asking, own_words)


@bp.post("/<int:pledge_id>/links/<int:link_id>/resend")
@allow(*STAFF)
def resend(pledge_id: int, link_id: int) -> ResponseReturnValue:
    """Send a link anew: the mails before open nothing any more."""
    user = signed_in_user()
    with submitting(ActionForm()) as submission:
        pledge = get_pledge(pledge_id, viewer=user)
        link = get_link(link_id, pledge_id, viewer=user)
        services.resend(link, pledge, by=user)
        submission.leads_to = _back(pledge_id)
        said = (
            f"A new e-mail goes to {link.contact.name} at {pledge.employer.name}. Links in earlier ones no longer work."
        )
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/<int:pledge_id>/links/<int:link_id>/revoke")
@allow(*STAFF)
def revoke(pledge_id: int, link_id: int) -> ResponseReturnValue:
    """Take one person's link back."""
    user = signed_in_user()
    with submitting(ActionForm()) as submission:
        link = get_link(link_id, pledge_id, viewer=user)
        services.revoke(link, by=user)
        submission.leads_to = _back(pledge_id)
        said = f"The link of {link.contact.name} no longer works."
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/<int:pledge_id>/recall")
@allow(*STAFF)
def recall(pledge_id: int) -> ResponseReturnValue:
    """Take back what was sent: it is a draft again."""
    user = signed_in_user()
    with submitting(ActionForm()) as submission:
        services.recall(get_pledge(pledge_id, viewer=user), by=user)
        submission.leads_to = _back(pledge_id)
    flash("The pledge is a draft again, and its links no longer work.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:pledge_id>/discard-recalled")
@allow(*STAFF)
def discard(pledge_id: int) -> ResponseReturnValue:
    """Delete a draft that was sent and recalled, with its links."""
    with submitting(ActionForm()) as submission:
        services.discard(get_pledge(pledge_id, viewer=signed_in_user()))
        submission.leads_to = url_for("pledges.index")
    flash("Draft discarded.", "success")
    return redirect(submission.leads_to)


def _pledge_and_people(pledge_id: int) -> tuple[Pledge, Sequence[Candidate]]:
    pledge = get_pledge(pledge_id, viewer=signed_in_user())
    return pledge, candidates(pledge, open_links(pledge_id))


def _back(pledge_id: int) -> str:
    return safe_next(request.form.get("next"), otherwise=url_for("pledges.show", pledge_id=pledge_id, _anchor="links"))
