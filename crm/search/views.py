"""The page of the search, and the suggestions under its box."""

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import EVERYONE, allow
from crm.core.normalise import as_text
from crm.core.pagination import PER_PAGE, Page, offset_of, page_number
from crm.finding.question import MOST_LETTERS, read
from crm.finding.sources import Kind
from crm.search.hits import Hit
from crm.search.queries import kinds_for, search

bp = Blueprint("search", __name__, url_prefix="/search")

ONE, MANY = "one", "many"
WORDS = {
    Kind.EMPLOYER: {ONE: "Employer", MANY: "Employers"},
    Kind.CONTACT: {ONE: "Contact", MANY: "Contacts"},
    Kind.INTERACTION: {ONE: "Contact log", MANY: "Contact log"},
    Kind.YOUNG_PERSON: {ONE: "Young person", MANY: "Young people"},
}
ADVICE = {
    Kind.EMPLOYER: "Part of a name, a trading name, a company number, a postcode, a phone number or an e-mail address.",
    Kind.YOUNG_PERSON: "Part of a reference.",
}
FOR_EACH, SUGGESTED = 5, 4  # hits of a kind on the page of all kinds; under the box


@bp.get("")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    """Everything that answers ?q=, a few of each kind; with ?kind= all of one, page by page."""
    viewer, typed = signed_in_user(), as_text(request.args.get("q", "")[:MOST_LETTERS])
    kinds = kinds_for(viewer)
    kind = next((each for each in kinds if each.value == request.args.get("kind")), None)
    number = page_number() if kind else 1
    groups = search(
        typed,
        viewer=viewer,
        kinds=[kind] if kind else None,
        limit=PER_PAGE if kind else FOR_EACH,
        offset=offset_of(number) if kind else 0,
    )
    return render_template(
        "search/index.html",
        typed=typed,
        too_short=bool(typed) and not read(typed).words,
        groups=groups,
        page_asked=number,
        page=Page(groups[0].hits, number, groups[0].total) if kind and groups else None,
        kind=kind,
        advice=ADVICE[kinds[0]],
        words=WORDS,
        address_of=address_of,
    )


@bp.get("/suggestions")
@allow(*EVERYONE)
def suggestions() -> ResponseReturnValue:
    """The first few that ?q= may mean, of every kind, each with the address of its page."""
    groups = search(request.args.get("q", ""), viewer=signed_in_user(), limit=SUGGESTED)
    return jsonify(
        [
            {
                "text": hit.text,
                "hint": " – ".join(filter(None, (hit.note, _hint(hit)))),
                "kind": WORDS[group.kind][ONE],
                "href": address_of(hit),
            }
            for group in groups
            for hit in group.hits
        ]
    )


def _hint(hit: Hit) -> str:
    return hit.hint if hit.kind is Kind.CONTACT else hit.reason or hit.hint


def address_of(hit: Hit) -> str:
    """The page on which a hit is shown; a contact has a place on its employer's."""
    if hit.kind is Kind.EMPLOYER:
        return url_for("employers.show", employer_id=hit.id)
    if hit.kind is Kind.CONTACT:
        return url_for("employers.show", employer_id=hit.employer_id, _anchor="contacts")
    if hit.kind is Kind.INTERACTION:
        return url_for("interactions.show", interaction_id=hit.id)
    return url_for("young_people.edit", young_person_id=hit.id)
