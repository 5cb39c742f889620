"""What other calendars read. No sign-in, no cookie: the token in the address is all there is."""

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import know_nobody
from crm.calendars import services
from crm.calendars.ical import Readers, event_of, event_of_plan, file_of
from crm.calendars.models import CalendarFeed, FeedPurpose
from crm.calendars.queries.feeds import live, opportunities_in, plans_in
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing, reading
from crm.core.web import public_address
from crm.links.views import dead
from crm.reference.settings import settings

bp = Blueprint("calendar_feed", __name__, url_prefix="/calendar/feed")
bp.before_request(know_nobody)


@bp.after_request
def _keep_to_ourselves(response: Response) -> Response:
    """Asked again each time, so that what is cancelled is seen; nobody between us and the reader keeps a copy."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("/<token>.ics")
@allow()
def read(token: str) -> ResponseReturnValue:
    """The feed that a token opens; for one that opens none the page of dead links, whatever is wrong with it.

    That it was read is the one thing a GET may write down here, once a day: calendars never send anything else.
    """
    today = clock.today()
    with reading():
        feed = live(token)
        if feed is None:
            return dead()
        content, feed_id, is_new = _file(feed), feed.id, feed.last_used_on != today
    if is_new:
        with committing():
            services.note_use(feed_id, today)
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response.set_etag(hashlib.sha256(content).hexdigest())
    return response.make_conditional(request)


def _file(feed: CalendarFeed) -> bytes:
    now = clock.now()
    readers = Readers(
        host=urlsplit(str(current_app.config["PUBLIC_URL"])).hostname or "localhost",
        pages="" if feed.purpose is FeedPurpose.EMPLOYER else public_address("/opportunities/"),
        plans=public_address("/contact-log/planned/"),
        say_employer=feed.purpose is not FeedPurpose.EMPLOYER,
    )
    events = [event_of(each, readers) for each in opportunities_in(feed, now)]
    events += [event_of_plan(each, readers) for each in plans_in(feed, now)]
    return file_of(events, name=_name(feed))


def _name(feed: CalendarFeed) -> str:
    """What the calendar is called where it is read."""
    ours = settings()["service_name"]
    if feed.employer is not None:
        return f"Young people at {feed.employer.name}"
    return f"{ours} – {feed.provider.name}" if feed.provider else ours
