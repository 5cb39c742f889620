"""Employers that may be written down twice."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock, normalise
from crm.core.access import STAFF, allow
from crm.core.forms import pressed
from crm.core.pagination import page_number
from crm.core.submissions import submitting
from crm.employers.likely import Described, likely_employers
from crm.employers.queries import get_employer
from crm.merging.queries.pairs import differences_page, latest_search, pairs_page, waiting_search
from crm.merging.services import pairs

bp = Blueprint("duplicates", __name__, url_prefix="/employers/duplicates")

# What the form of an employer asks, and how each answer is read.
TYPED: dict[str, Callable[[str], str]] = {
    "company_number": normalise.company_number,
    "postcode": normalise.postcode,
    "website": normalise.website,
    "email": normalise.email,
    "phone": normalise.phone,
}


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    return render_template(
        "duplicates/index.html", page=pairs_page(page_number()), latest=latest_search(), waiting=waiting_search()
    )


@bp.get("/likely")
@allow(*STAFF)
def likely() -> ResponseReturnValue:
    """What a form shows while a new employer is typed. What cannot be read yet is left out."""
    name = normalise.as_text(request.args.get("name", ""))
    read = {field: _read(field, how) for field, how in TYPED.items()}
    described = Described(name=name, trading_name=request.args.get("trading_name") or None, **read)
    found = likely_employers(described) if name or any(read.values()) else []
    return render_template("duplicates/likely.html", likely=found)


def _read(field: str, how: Callable[[str], str]) -> str | None:
    typed = request.args.get(field, "").strip()
    try:
        return how(typed) if typed else None
    except ValueError:
        return None


@bp.post("/search")
@allow(*STAFF)
def search() -> ResponseReturnValue:
    """Have the worker look at all employers again."""
    with submitting(pressed()) as submission:
        pairs.ask_for_search(by=signed_in_user().name, at=clock.now())
        submission.leads_to = url_for("duplicates.index")
    flash("The search has begun. It takes a minute; you need not wait for it.", "success")
    return redirect(submission.leads_to, 303)


@bp.post("/<int:employer_id>/<int:other_id>/different")
@allow(*STAFF)
def different(employer_id: int, other_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    with submitting(pressed()) as submission:
        one, other = (get_employer(each, viewer=user) for each in (employer_id, other_id))
        pairs.say_they_differ(one.id, other.id, by=user, at=clock.now())
        names = f"{one.name} and {other.name}"
        submission.leads_to = url_for("duplicates.index")
    flash(f"Remembered that {names} are different. They will not be shown again.", "success")
    return redirect(submission.leads_to, 303)


@bp.get("/different")
@allow(*STAFF)
def differing() -> ResponseReturnValue:
    """Pairs that somebody found to be two."""
    return render_template("duplicates/differing.html", page=differences_page(page_number()))


@bp.post("/different/<int:difference_id>/take-back")
@allow(*STAFF)
def take_back(difference_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        pairs.take_back(difference_id)
        submission.leads_to = url_for("duplicates.differing")
    flash("Taken back. The pair is shown again if it looks alike.", "success")
    return redirect(submission.leads_to, 303)
