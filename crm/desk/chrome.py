"""What every page shows around its content: the council's name, who is signed in, where they can go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from crm.accounts.signing_in import signed_in_user
from crm.answering.queries import insurance_said
from crm.core import clock
from crm.core.access import EVERYONE, MANAGERS, READERS, STAFF, Role
from crm.correspondence.queries.tray import mail_of, waiting_count
from crm.desk.before_you_call import BeforeYouCall, before_you_call
from crm.desk.shortcuts import SEARCH_BOXES, SHORTCUTS, Shortcut
from crm.employers.models import Employer
from crm.invitations.queries import invited_to
from crm.providers.policies import TAKE_PART
from crm.reference.settings import CHOICES, settings


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the main navigation, or of the pages beside one. `count` is how many things wait there."""

    text: str
    href: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class FooterLink:
    """A link at the foot of every page."""

    text: str
    href: str


SEARCH_LABELS = {
    Role.PARTNER: "Search employers",
    Role.PROVIDER: "Search young people",
}
VERSION = "0.1"
# Text, endpoint, the blueprints whose pages it stands for, who sees it.
ENTRIES: tuple[tuple[str, str, frozenset[str], frozenset[Role]], ...] = (
    ("My day", "my_day.index", frozenset({"my_day", "follow_ups"}), STAFF),
    (
        "Employers",
        "employers.index",
        frozenset(
            {
                "employers",
                "contacts",
                "sites",
                "lists",
                "bulk",
                "checks",
                "checks_due",
                "duplicates",
                "merges",
                "groups",
                "leaving",
                "employer_links",
                "appetites",
            }
        ),
        READERS,
    ),
    ("Contact log", "interactions.index", frozenset({"interactions", "mail", "outbox", "planned"}), READERS),
    (
        "Pledges",
        "pledges.index",
        frozenset({"pledges", "pledge_page", "certificates", "pledge_links", "answers", "renewals", "statements"}),
        READERS,
    ),
    (
        "Opportunities",
        "opportunities.index",
        frozenset(
            {
                "calendar",
                "closed_days",
                "invitations",
                "library",
                "matching",
                "opportunities",
                "reminders",
                "series",
                "skills",
            }
        ),
        EVERYONE,
    ),
    (
        "Providers",
        "providers.index",
        frozenset({"providers", "young_people", "class_lists", "names", "requests", "ask_board"}),
        STAFF,
    ),
    ("Requests", "requests.index", frozenset({"requests"}), frozenset({Role.PROVIDER})),
    (
        "Young people",
        "young_people.index",
        frozenset({"young_people", "class_lists", "names"}),
        frozenset({Role.PROVIDER}),
    ),
    ("Figures", "reports.index", frozenset({"reports", "counting_policy"}), STAFF),
    ("Import", "imports.index", frozenset({"imports", "companies"}), STAFF),
    (
        "Administration",
        "reference.index",
        frozenset({"reference", "users", "quick_entries", "terms"}),
        frozenset({Role.ADMIN}),
    ),
)
# Under an entry of the main navigation: the pages beside its list, in order. Text, endpoint, who sees it.
TABS: dict[str, tuple[tuple[str, str, frozenset[Role]], ...]] = {
    "Employers": (
        ("All employers", "employers.index", READERS),
        ("Duplicates", "duplicates.index", STAFF),
        ("Checks due", "checks_due.index", STAFF),
        ("Groups", "groups.index", READERS),
        ("Bulk changes", "bulk.index", STAFF),
        ("Handing over", "leaving.index", MANAGERS),
    ),
    "Contact log": (
        ("Log", "interactions.index", READERS),
        ("Planned", "planned.index", STAFF),
        ("Mail tray", "mail.index", STAFF),
        ("Outbox", "outbox.index", MANAGERS),
    ),
    "Pledges": (
        ("All pledges", "pledges.index", READERS),
        ("Renewals", "renewals.index", STAFF),
        ("Statement", "statements.index", STAFF),
    ),
    "Opportunities": (
        ("All opportunities", "opportunities.index", EVERYONE),
        ("Open to you", "opportunities.open_to_ask", frozenset({Role.PROVIDER})),
        ("Calendar", "calendar.index", EVERYONE),
        ("Series", "series.index", EVERYONE),
        ("Registers", "opportunities.registers", TAKE_PART),
        ("Matching", "matching.index", STAFF),
        ("Closed days", "closed_days.index", frozenset({Role.PROVIDER})),
        ("Exceptions", "opportunities.set_aside", STAFF),
        ("Fell through", "opportunities.fell_through", STAFF),
        ("Library", "library.index", EVERYONE),
        ("Skills", "skills.index", EVERYONE),
    ),
    "Providers": (
        ("All providers", "providers.index", STAFF),
        ("Requests", "requests.index", STAFF),
        ("Ask board", "ask_board.index", STAFF),
    ),
    "Import": (
        ("Spreadsheets", "imports.index", STAFF),
        ("Paste rows", "imports.paste", STAFF),
        ("Companies House", "companies.index", STAFF),
    ),
}
# Pages whose tab says how many things wait there. One statement each.
COUNTS: dict[str, Callable[[], int]] = {"mail.index": waiting_count}


def path_of(endpoint: str) -> str:
    """The address of a page. Unlike url_for it also works where the request's own host is not to be trusted."""
    return current_app.url_map.bind("localhost", script_name=request.script_root or None).build(endpoint)


def log_contact_address() -> str | None:
    """Where a contact is logged, coming back here afterwards; on a page about an employer, with that employer.

    Nothing on that page itself.
    """
    if request.endpoint == "interactions.new":
        return None
    asked = {"employer": (request.view_args or {}).get("employer_id")}
    if request.method == "GET" and request.endpoint:
        asked["next"] = request.full_path.rstrip("?")
    here = {name: value for name, value in asked.items() if value}
    urls = current_app.url_map.bind("localhost", script_name=request.script_root or None)
    return urls.build("interactions.new", here)


def navigation(role: Role, known: frozenset[str]) -> list[NavigationItem]:
    """The main navigation for a role. An entry whose page is not part of this installation is left out."""
    return [
        NavigationItem(text, path_of(endpoint), request.blueprint in blueprints)
        for text, endpoint, blueprints, roles in ENTRIES
        if role in roles and endpoint in known
    ]


def tabs(role: Role, known: frozenset[str]) -> list[NavigationItem]:
    """The pages beside the one that is open, if it is one of several under an entry of the main navigation."""
    entry = next((text for text, _, blueprints, _ in ENTRIES if request.blueprint in blueprints), None)
    beside = [tab for tab in TABS.get(entry or "", ()) if role in tab[2] and tab[1] in known]
    if len(beside) < 2 or request.endpoint not in {endpoint for _, endpoint, _ in beside}:  # noqa: PLR2004
        return []
    return [
        NavigationItem(text, path_of(endpoint), endpoint == request.endpoint, _waiting_at(endpoint))
        for text, endpoint, _ in beside
    ]


def _waiting_at(endpoint: str) -> int:
    """How many things wait on a page; none where the error page says the database is away."""
    try:
        return COUNTS[endpoint]() if endpoint in COUNTS else 0
    except SQLAlchemyError:
        return 0


def shortcuts(role: Role, log_contact: str | None) -> list[Shortcut]:
    """The keyboard shortcuts a role has, in the order of the list that shows them."""
    logging = [Shortcut("n c", "Log a contact", log_contact)] if log_contact else []
    adding = [Shortcut(keys, text, path_of(endpoint)) for keys, text, endpoint, roles in SHORTCUTS if role in roles]
    return [*logging, *adding, Shortcut("/", "Search", path_of("search.index"), focus=SEARCH_BOXES)]


def page_settings() -> dict[str, str]:
    """The council's settings, read once a request; their defaults where the error page says the database is away."""
    if "settings" not in g:
        try:
            g.settings = settings()
        except SQLAlchemyError:
            g.settings = {name: choice.default for name, choice in CHOICES.items()}
    return dict(g.settings)


def _before_calling(employer: Employer) -> BeforeYouCall:
    """What to know before ringing an employer, for the forms that stand lower than what has to be known."""
    return before_you_call(employer, viewer=signed_in_user(), today=clock.today())


def init_app(app: Flask) -> None:
    @app.context_processor
    def chrome() -> dict[str, Any]:
        known = frozenset(app.view_functions)
        user = current_user if current_user.is_authenticated else None
        log_contact = log_contact_address() if user and user.role in STAFF else None
        return {
            "before_calling": _before_calling,
            "insurance_said": insurance_said,
            "invited_to": invited_to,
            "mail_of_entry": mail_of,
            "council_name": page_settings()["council_name"],
            "service_name": page_settings()["service_name"],
            "signed_in": user,
            "version": VERSION,
            "footer_links": [
                FooterLink("Accessibility", path_of("about.accessibility")),
                FooterLink("Privacy", path_of("about.privacy")),
            ],
            "navigation": navigation(user.role, known) if user else [],
            "tabs": tabs(user.role, known) if user else [],
            "search_url": path_of("search.index") if user and "search.index" in known else None,
            "search_label": SEARCH_LABELS.get(user.role, "Search employers, people and the log") if user else "",
            "log_contact_url": log_contact,
            "shortcuts": shortcuts(user.role, log_contact) if user else [],
            "account_url": path_of("accounts.show") if "accounts.show" in known else None,
            "sign_out_url": path_of("accounts.sign_out") if "accounts.sign_out" in known else None,
        }
