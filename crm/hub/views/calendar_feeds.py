"""An employer's calendar read elsewhere: somebody there makes an address for themselves, or stops it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.calendars.queries.feeds import feed_of_contact
from crm.calendars.services import make_feed_of_contact, revoke_of_contact
from crm.calendars.wording import Address
from crm.core.access import allow
from crm.core.db import committing
from crm.core.web import public_address
from crm.hub.views.page import bp
from crm.links.models import LinkPurpose
from crm.links.views import dead, done, find


@bp.route("/<token>/calendar", methods=["GET", "POST"])
@allow()
def feed(token: str) -> ResponseReturnValue:
    """The address they have, if any; one they make is shown in the answer itself, and nowhere ever again.

    Making one twice leaves the second, so that it does no harm if the button is pressed twice.
    """
    made = None
    if request.method == "POST":
        with committing():
            link = find(token, LinkPurpose.HUB)
            if link is None:
                return done()
            path = url_for("calendar_feed.read", token=make_feed_of_contact(link.contact))
        made = Address.of(public_address(path))
    link = find(token, LinkPurpose.HUB)
    if link is None:
        return dead()
    present = feed_of_contact(link.contact_id)
    return render_template("hub/feed.html", token=token, link=link, feed=present, made=made)


@bp.post("/<token>/calendar/stop")
@allow()
def stop_feed(token: str) -> ResponseReturnValue:
    with committing():
        link = find(token, LinkPurpose.HUB)
        if link is None:
            return done()
        revoke_of_contact(link.contact)
    return redirect(url_for("hub.feed", token=token), 303)
