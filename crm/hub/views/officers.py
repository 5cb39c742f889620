"""Which links people at an employer were given, for officers."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, NotFound
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.employers.queries import contacts_of, get_employer
from crm.hub.services import asking, saying
from crm.links.services import revoke

PURPOSES = {
    "answer": "To answer a pledge",
    "receipt": "Receipt",
    "undo": "To take an answer back",
    "hub": "Their own page",
    "stop": "To stop our e-mails",
}

bp = Blueprint("employer_links", __name__, url_prefix="/employers")


@bp.get("/<int:employer_id>/links")
@allow(*STAFF)
def index(employer_id: int) -> ResponseReturnValue:
    employer = get_employer(employer_id, viewer=signed_in_user())
    rows = asking.links_of(employer_id)
    return render_template(
        "hub/links.html",
        employer=employer,
        rows=rows,
        live={row.id for row in rows if asking.is_live(row)},
        purposes=PURPOSES,
        forgetting=saying.open_requests_at(employer_id),
        answer_by=saying.A_MONTH,
        people=[each for each in contacts_of(employer_id) if each.email and each.left_at is None],
    )


@bp.post("/<int:employer_id>/links/<int:link_id>/revoke")
@allow(*STAFF)
def take_back(employer_id: int, link_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        employer = get_employer(employer_id, viewer=signed_in_user())
        link = next((each for each in asking.links_of(employer.id) if each.id == link_id), None)
        if link is None:
            raise NotFound("We could not find that link.")
        if not revoke(link, by=signed_in_user()):
            raise Conflict("This link was used or taken back already.")
        submission.leads_to = url_for("employer_links.index", employer_id=employer_id)
    flash("The link opens nothing any more.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:employer_id>/links/send/<int:contact_id>")
@allow(*STAFF)
def send(employer_id: int, contact_id: int) -> ResponseReturnValue:
    """Send somebody the link to their page."""
    viewer, form = signed_in_user(), pressed()
    with submitting(form) as submission:
        employer = get_employer(employer_id, viewer=viewer)
        contact = next((each for each in contacts_of(employer_id) if each.id == contact_id), None)
        if contact is None or not contact.email or contact.left_at is not None or employer.is_archived:
            raise Conflict("They cannot be sent the link: no e-mail address, or not there any more.")
        asking.send_link(contact, by=viewer, key=f"hub-link:sent:{form.submission_key.data}")
        submission.leads_to = url_for("employer_links.index", employer_id=employer_id)
    flash(f"{contact.name} gets the link by e-mail.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:employer_id>/forgetting/<int:request_id>/settle")
@allow(*STAFF)
def settle(employer_id: int, request_id: int) -> ResponseReturnValue:
    """Somebody was forgotten, or told why not."""
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        get_employer(employer_id, viewer=viewer)
        saying.settle(request_id, employer_id, by=viewer)
        submission.leads_to = url_for("employer_links.index", employer_id=employer_id)
    flash("Noted that this is seen to.", "success")
    return redirect(submission.leads_to)
