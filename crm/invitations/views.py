"""Inviting, with the e-mail to look at first; sending an invitation again; inviting no more."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.core.web import as_a_mail
from crm.invitations import letters, services
from crm.invitations.forms import InviteForm
from crm.invitations.letters import Mailing
from crm.invitations.models import Party
from crm.invitations.ourselves import mailbox, ourselves
from crm.invitations.people import entry_for, officer_for
from crm.invitations.policies import may_invite
from crm.invitations.queries import fates, following, get_invitee, invitees_of, live_of
from crm.invitations.standing import Seen, Standing, standings
from crm.invitations.wording import answer_meaning
from crm.opportunities.models import Opportunity
from crm.opportunities.queries import get_opportunity

bp = Blueprint("invitations", __name__, url_prefix="/opportunities")
bp.add_app_template_filter(answer_meaning)
bp.add_app_template_filter(letters.when, "entry_when")


def standings_of(opportunity: Opportunity) -> Sequence[Standing]:
    """How its invitations stand. The opportunity is loaded as its page has it. Three statements."""
    invitees = invitees_of(opportunity.id)
    told = [live for each in invitees if (live := live_of(each)) is not None]
    seen = Seen(fates=fates(told) if told else {}, answers_come=bool(mailbox()), now=clock.now())
    return standings(opportunity, invitees, seen)


@bp.route("/<int:opportunity_id>/invite", methods=["GET", "POST"])
@allow(*STAFF)
def invite(opportunity_id: int) -> ResponseReturnValue:
    """Choose who gets an entry for their calendar, look at the e-mail, send it."""
    opportunity = get_opportunity(opportunity_id, viewer=signed_in_user())
    form = InviteForm()
    form.offer(standings_of(opportunity))
    if form.validate_on_submit():
        try:
            return _invite(form, opportunity_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            opportunity = get_opportunity(opportunity_id, viewer=signed_in_user())
            form.offer(standings_of(opportunity))
    elif not may_invite(signed_in_user(), opportunity, clock.now()):
        raise Conflict("Only to what is open and still to come can somebody be invited.")
    mailing, entry = _mailing(opportunity, Party.LEADER), entry_for(Party.LEADER, opportunity)
    return render_template(
        "invitations/invite.html",
        form=form,
        opportunity=opportunity,
        mailing=mailing,
        entry=entry,
        following=len(following(opportunity)),
        subject=mailing.subject(letters.SUBJECT, entry),
    )


def _invite(form: InviteForm, opportunity_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    with submitting(form) as submission:
        opportunity = get_opportunity(opportunity_id, viewer=user)
        names = services.invite(opportunity, form.chosen, by=user, now=clock.now())
        more = 0
        if form.all_following.data:
            more = services.invite_to_following(opportunity, form.chosen, by=user, now=clock.now())
        submission.leads_to = _page(opportunity_id)
    said = f"An invitation goes to {', '.join(names)}" if names else "They were invited already"
    if more:
        said = f"{said}, here and to {counted(more, 'meeting that follows', 'meetings that follow')}"
    flash(f"{said}. From now on they are told of every change.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:opportunity_id>/invite/preview", methods=["GET", "POST"])
@allow(*STAFF)
def preview(opportunity_id: int) -> Response:
    """The e-mail as the first of those chosen will get it. Nothing is saved."""
    opportunity = get_opportunity(opportunity_id, viewer=signed_in_user())
    form = InviteForm()
    form.offer(standings_of(opportunity))
    party = (form.chosen or [Party.LEADER])[0]
    letter = letters.invitation(_mailing(opportunity, party), entry_for(party, opportunity))
    as_text = request.values.get("as") == "text"
    return as_a_mail(letter.text if as_text else letter.html, is_html=not as_text)


@bp.post("/invitations/<int:invitee_id>/again")
@allow(*STAFF)
def send_again(invitee_id: int) -> ResponseReturnValue:
    """Tell somebody what is true now, even if they were told already."""
    with submitting(ActionForm()) as submission:
        invitee = get_invitee(invitee_id, viewer=signed_in_user())
        submission.leads_to = _page(invitee.opportunity_id)
        services.send_again(invitee, now=clock.now())
    flash("The invitation goes out again, as it is now.", "success")
    return redirect(submission.leads_to)


@bp.post("/invitations/<int:invitee_id>/stop")
@allow(*STAFF)
def stop(invitee_id: int) -> ResponseReturnValue:
    """Invite somebody no more: what stands in their calendar is struck out."""
    with submitting(ActionForm()) as submission:
        invitee = get_invitee(invitee_id, viewer=signed_in_user())
        submission.leads_to = _page(invitee.opportunity_id)
        services.stop_inviting(invitee, now=clock.now())
    flash("They are not invited any more. If they had the invitation, they are told.", "success")
    return redirect(submission.leads_to)


def _mailing(opportunity: Opportunity, party: Party) -> Mailing:
    return Mailing(
        party=party,
        kind=opportunity.kind,
        employer=opportunity.employer.name,
        employer_id=opportunity.employer_id,
        officer=officer_for(opportunity, signed_in_user()),
        council=ourselves(),
    )


def _page(opportunity_id: int) -> str:
    return url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="invitations")
