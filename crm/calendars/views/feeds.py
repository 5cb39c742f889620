"""Addresses under which other calendars read ours: to make, to see and to revoke."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.calendars import services
from crm.calendars.forms import FeedForm
from crm.calendars.models import CalendarFeed, FeedPurpose
from crm.calendars.queries.feeds import feeds_of, get_feed
from crm.calendars.services import Owner
from crm.calendars.views.blueprint import bp
from crm.calendars.wording import Address
from crm.core.access import EVERYONE, STAFF, allow
from crm.core.errors import Conflict
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.core.web import public_address
from crm.employers.queries import get_employer
from crm.providers.policies import TAKE_PART
from crm.providers.queries import get_provider, provider_of


@bp.route("/feeds", methods=["GET", "POST"])
@allow(*EVERYONE)
def feeds() -> ResponseReturnValue:
    """One's own."""
    return _page(Owner.of(signed_in_user()), url_for("calendar.feeds"))


@bp.route("/feeds/provider/<int:provider_id>", methods=["GET", "POST"])
@allow(*TAKE_PART)
def provider_feeds(provider_id: int) -> ResponseReturnValue:
    provider = get_provider(provider_id, viewer=signed_in_user())
    return _page(Owner.of(provider), url_for("calendar.provider_feeds", provider_id=provider_id))


@bp.route("/feeds/employer/<int:employer_id>", methods=["GET", "POST"])
@allow(*STAFF)
def employer_feeds(employer_id: int) -> ResponseReturnValue:
    employer = get_employer(employer_id, viewer=signed_in_user())
    return _page(Owner.of(employer), url_for("calendar.employer_feeds", employer_id=employer_id))


@bp.post("/feeds/<int:feed_id>/revoke")
@allow(*EVERYONE)
def revoke(feed_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        feed = get_feed(feed_id, viewer=viewer)
        submission.leads_to = _list_of(feed)
        if not services.revoke(feed, by=viewer):
            raise Conflict("This address was revoked already.")
    flash("The address opens nothing any more. Whoever had it sees no more changes.", "success")
    return redirect(submission.leads_to)


def _page(owner: Owner, here: str) -> ResponseReturnValue:
    """The addresses there are. One that is made is shown in the answer itself, and nowhere ever again."""
    viewer, form, made = signed_in_user(), FeedForm(), None
    form.ask_of(owner.purpose)
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                submission.leads_to = here
                token = services.make_feed(owner, form.label.data or "", by=viewer)
        except Conflict as refusal:
            form.refuse(str(refusal))
        else:
            path = url_for("calendar_feed.read", token=token)
            made, form = Address.of(public_address(path)), FeedForm(formdata=None)
            form.ask_of(owner.purpose)
    return render_template(
        "calendar/feeds.html",
        owner=owner,
        own=owner.purpose is FeedPurpose.PERSON,
        form=form,
        made=made,
        feeds=feeds_of(owner.purpose, owner.id),
        viewer=viewer,
        own_provider=provider_of(viewer) if owner.purpose is FeedPurpose.PERSON else None,
    )


def _list_of(feed: CalendarFeed) -> str:
    if feed.provider_id is not None:
        return url_for("calendar.provider_feeds", provider_id=feed.provider_id)
    if feed.employer_id is not None:
        return url_for("calendar.employer_feeds", employer_id=feed.employer_id)
    return url_for("calendar.feeds")
