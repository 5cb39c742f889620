"""What every page has in common that an employer opens by a link. No sign-in, no cookie: the token is all there is.

GET and HEAD change nothing, not even that a page was opened: scanners of mail open links, and some run scripts. That
somebody has the page before them is posted by a script when they first touch it, or by what they send.
"""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import know_nobody
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing
from crm.core.web import safe_next
from crm.links import queries, services
from crm.links.models import EmployerLink, LinkPurpose

DEAD = 404  # as a page that was never there: nothing tells a used link from a wrong one
ASK_AGAIN = "/employer-page"  # where an employer asks for a new link to its own page

bp = Blueprint("links", __name__, url_prefix="/links")


def opened_by_link(blueprint: Blueprint) -> Blueprint:
    """Make a blueprint's pages such as nobody else may keep, follow or count."""
    blueprint.before_request(know_nobody)
    blueprint.after_request(_keep_to_ourselves)
    return blueprint


def _keep_to_ourselves(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def find(token: str, purpose: LinkPurpose) -> EmployerLink | None:
    """The link that a token opens now; None for whatever is wrong with it: answer with `dead` or `done` then.

    Nobody is slowed down: 256 random bits are not guessed, and behind one network are whole councils and schools.
    """
    return queries.live(token, purpose)


def dead() -> ResponseReturnValue:
    """What a link shows that opens nothing: the same page, whatever is wrong with it."""
    return _neutral(), DEAD


def done() -> ResponseReturnValue:
    """Where sending leads that came too late: the same words, at an address without a token."""
    return redirect(url_for("links.nothing_here"), 303)


def _neutral() -> str:
    return render_template("links/dead.html", ask_again=safe_next(ASK_AGAIN, otherwise=""))


@bp.get("/thank-you")
@allow()
def nothing_here() -> ResponseReturnValue:
    return _neutral()


@bp.post("/<purpose>/<token>/seen")
@allow()
def seen(purpose: str, token: str) -> ResponseReturnValue:
    """A person has the page before them. Says nothing of whether there is such a link."""
    if purpose in {each.value for each in LinkPurpose}:
        with committing():
            link = find(token, LinkPurpose(purpose))
            if link is not None and link.opened_at is None:
                services.mark_opened(link, at=clock.now())
    return "", 204


opened_by_link(bp)
