"""What a list's address may say. One spelling for each question, so that two views can be compared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from crm.lists.models import ListName

LONGEST_QUERY = 2000  # characters
LAYOUT = frozenset({"sort", "columns", "per_page"})  # how it is shown, on every list


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list that can be saved: what it is called, its page, and what its address may narrow it by."""

    title: str
    endpoint: str
    filters: frozenset[str]
    blank: frozenset[str] = frozenset()  # of these, what the list does if they are there and empty


KNOWN: Mapping[ListName, KnownList] = {
    ListName.EMPLOYERS: KnownList(
        "Employers",
        "employers.index",
        frozenset({"q", "owner", "pledge", "sector", "size", "area", "tag", "quiet", "register", "archived"}),
    ),
    ListName.CONTACT_LOG: KnownList(
        "Contact log",
        "interactions.index",
        frozenset({"employer", "name", "officer", "channel", "direction", "outcome", "contact", "from", "to", "text"}),
    ),
    ListName.PLEDGES: KnownList(
        "Pledges", "pledges.index", frozenset({"q", "year", "status", "kind", "officer", "behind", "without_number"})
    ),
    ListName.OPPORTUNITIES: KnownList(
        "Opportunities",
        "opportunities.index",
        frozenset(
            {
                "q",
                "first_day",
                "last_day",
                "kind",
                "status",
                "provider",
                "officer",
                "mine",
                "employer",
                "year_group",
                "sector",
                "programme",
                "meaningful",
                "exempt",
                "asked",
            }
        ),
        blank=frozenset({"first_day"}),  # empty: what is past as well
    ),
}


def tidied(list_name: ListName, query: str) -> str:
    """The part of a query string that the list knows, in one order. The page is no part of a view."""
    known, blank = KNOWN[list_name].filters | LAYOUT, KNOWN[list_name].blank
    pairs = parse_qsl(query[:LONGEST_QUERY], keep_blank_values=True)
    return urlencode(sorted((name, value) for name, value in pairs if name in known and (value or name in blank)))
