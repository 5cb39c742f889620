"""What becomes, at a merge, of everything that names an employer or a contact. Reviewed like a policy.

Every foreign key to `employer` and to `contact`, and every column of `employer`, has a line here: a test walks the
models and fails for one that has none. A new table that simply belongs to an employer gets `moves("thing")`.
"""

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    MOVES = "moves"  # every row: none can clash with one the survivor has
    UNITES = "unites"  # rows move, but for those the survivor has its own of: they stay behind, and return at an undo
    STAYS = "stays"  # speaks of the employer as it was
    CONTACTS = "contacts"  # as UNITES by e-mail address; what names those who stay behind names the survivor's instead
    SITES = "sites"  # every row; a name the survivor has is told apart by the loser's name
    SEATS = "seats"  # every row; of two open seats in one group the loser's ends
    PLEDGES = "pledges"  # every row, numbered on; of two promises in force for a year the chosen one stays so


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to the rows of one key, and what they are called. Without a name nobody is told of them."""

    how: How
    one: str = ""
    many: str = ""


def moves(one: str = "", many: str = "") -> Rule:
    return Rule(How.MOVES, one, many or f"{one}s")


def unites(one: str = "", many: str = "") -> Rule:
    return Rule(How.UNITES, one, many or f"{one}s")


STAYS = Rule(How.STAYS)

# In this order: contacts before what names them, so that what is told begins with people.
EMPLOYER_KEYS: dict[str, Rule] = {
    "contact.employer_id": Rule(How.CONTACTS, "contact", "contacts"),
    "site.employer_id": Rule(How.SITES, "site", "sites"),
    "interaction.employer_id": moves("contact log entry", "contact log entries"),
    "follow_up.employer_id": moves("next step"),
    "planned_interaction.employer_id": moves("planned contact"),
    "pledge.employer_id": Rule(How.PLEDGES, "pledge", "pledges"),
    "opportunity.employer_id": moves("opportunity", "opportunities"),
    "series.employer_id": moves("series", "series"),
    "membership.employer_id": Rule(How.SEATS, "group membership", "group memberships"),
    "employer_sector.employer_id": unites("sector"),
    "employer_tag.employer_id": unites("tag"),
    "employer.merged_into_id": moves("earlier merge"),
    "mail.employer_id": unites("filed e-mail"),
    "employer_link.employer_id": moves("link"),
    "library_item.employer_id": moves("item of the library", "items of the library"),
    "calendar_feed.employer_id": moves("calendar address", "calendar addresses"),
    "appetite.employer_id": unites("word about a year", "words about years"),
    "renewal_proposal.employer_id": unites("renewal proposal"),
    "bulk_change_item.employer_id": STAYS,
    "employer_merge.survivor_id": STAYS,
    "employer_merge.loser_id": STAYS,
    "likely_pair.first_id": STAYS,
    "likely_pair.second_id": STAYS,
    "not_duplicates.first_id": STAYS,
    "not_duplicates.second_id": STAYS,
}

# What becomes of a row that names a contact who is the same person as one of the survivor's.
CONTACT_KEYS: dict[str, Rule] = {
    "bulk_change_item.contact_id": STAYS,
    "interaction_contact.contact_id": unites(),
    "membership.contact_id": moves(),
    "planned_contact.contact_id": unites(),
    "opportunity.leader_id": moves(),
    "series.leader_id": moves(),
    "pledge.signatory_id": moves(),
    "employer_link.contact_id": moves(),
    "pledge_answer.contact_id": moves(),
    "renewal_proposal.contact_id": moves(),
    "calendar_feed.contact_id": moves(),
    "employer_word.contact_id": unites(),
    "erasure_request.contact_id": moves(),
    "reminder.contact_id": moves(),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Columns of an employer that are chosen together, from one of the two."""

    label: str
    columns: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.columns[0]


QUESTIONS: tuple[Question, ...] = (
    Question("Name", ("name", "name_key")),
    Question("Trading name", ("trading_name",)),
    Question("Company or charity number", ("company_number",)),
    Question("Legal form", ("legal_form",)),
    Question("Size", ("size_band_id",)),
    Question("People employed here", ("local_headcount",)),
    Question("SIC code", ("sic_code", "sic_version")),
    Question("Address", ("address",)),
    Question("Postcode", ("postcode",)),
    Question("Area", ("area_id",)),
    Question("Website", ("website",)),
    Question("Phone", ("phone",)),
    Question("E-mail address", ("email",)),
    Question("Owner", ("owner_id",)),
    Question("Not to be called until", ("quiet_until", "quiet_reason")),
)
# Columns that nobody chooses: whose row it is, when it was written, what is worked out from others.
NOT_ASKED = frozenset(
    {
        "id",
        "archived_at",
        "archived_reason",
        "created_at",
        "domain",
        "last_contact_on",
        "merged_into_id",
        "updated_at",
        "version",
    }
)
# Of a contact who is on both: what the survivor's lacks is taken from the loser's; a yes of either is a yes.
PERSON_LACKS: tuple[tuple[str, ...], ...] = (
    ("job_title",),
    ("phone",),
    ("mobile",),
    ("consented_on", "consented_how"),
    ("opted_in_on", "opted_in_how"),
    ("objected_on", "objected_how"),  # an objection of either stands
)
PERSON_EITHER = ("signs_pledges", "is_speaker", "is_mentor", "is_supervisor")
