"""What becomes, when somebody leaves, of everything that names a user. Reviewed like a policy.

Every foreign key to `user` has a line here: a test walks the models and fails for one that has none. What somebody
looks after goes to a colleague; what they did stays theirs; what is theirs alone ends with the account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Open = Mapping[str, Sequence[object]]  # column to the values with which somebody still has to do something


@dataclass(frozen=True, slots=True)
class Owned:
    """Rows that are looked after by the user whom the key names, while they are open."""

    key: str  # table and column
    one: str
    many: str
    named_by: str  # the column a list of them shows
    while_open: Open = field(default_factory=dict)  # without a condition: always
    # For rows that say who takes part in something: the column and the table of that, which is what is open and named.
    part_of: tuple[str, str] | None = None

    @property
    def table(self) -> str:
        return self.key.rpartition(".")[0]

    @property
    def column(self) -> str:
        return self.key.rpartition(".")[2]


EMPLOYERS = Owned("employer.owner_id", "employer", "employers", "name")
SHARED_VIEWS = Owned("saved_view.owner_id", "shared view", "shared views", "name", {"is_shared": (True,)})
# In the order in which they are listed and handed over.
OWNED: tuple[Owned, ...] = (
    EMPLOYERS,
    Owned("follow_up.owner_id", "open next step", "open next steps", "what", {"done_at": (None,)}),
    Owned(
        "planned_interaction.planned_by_id", "planned contact", "planned contacts", "about", {"status": ("planned",)}
    ),
    Owned(
        "planned_officer.user_id",
        "part in a planned contact",
        "parts in planned contacts",
        "about",
        {"status": ("planned",)},
        ("planned_interaction_id", "planned_interaction"),
    ),
    # While it waits for an answer, whoever wrote it down is reminded of it (My day).
    Owned(
        "pledge.recorded_by_id",
        "pledge without an answer",
        "pledges without an answer",
        "academic_year",
        {"status": ("draft", "sent", "offered")},
    ),
    Owned("request.taken_by_id", "provider’s request", "providers’ requests", "words", {"status": ("taken",)}),
    SHARED_VIEWS,
)
# Says who did something: it stays, whoever works here.
AUTHORSHIP = frozenset(
    {
        "appetite.recorded_by_id",
        "attendance_mark.marked_by_id",
        "bulk_change.made_by_id",
        "bulk_change.new_owner_id",
        "bulk_change.undone_by_id",
        "calendar_feed.made_by_id",
        "calendar_feed.revoked_by_id",
        "company_load.started_by_id",
        "counting_policy.published_by_id",
        "employer_link.revoked_by_id",
        "employer_link.sent_by_id",
        "employer_merge.merged_by_id",
        "employer_word.settled_by_id",
        "erasure_request.settled_by_id",
        "follow_up.done_by_id",
        "import_run.started_by_id",
        "interaction.logged_by_id",
        "invitee.chosen_by_id",
        "pledge_statement.published_by_id",
        "interaction_correction.corrected_by_id",
        "interaction_officer.user_id",
        "library_item.added_by_id",
        "mail.brought_by_id",
        "mail.decided_by_id",
        "opportunity.block_allowed_by_id",
        "opportunity.exempt_by_id",
        "matching.asked_by_id",
        "name_keeping.chosen_by_id",
        "name_read.read_by_id",
        "pledge_answer.undone_by_id",
        "provider_word.said_by_id",
        "reminder_stop.stopped_by_id",
        "renewal_proposal.decided_by_id",
        "renewal_run.begun_by_id",
        "renewal_run.sent_by_id",
        "request.asked_by_id",
        "site_check.checked_by_id",
        "skills_list.published_by_id",
    }
)
# Somebody's own: of no use to anybody else. Private views, with `SHARED_VIEWS` above, are such too.
PERSONAL = frozenset(
    {
        "calendar_feed.user_id",
        "digest_day.user_id",
        "password_link.user_id",
        "provider_member.user_id",
        "sign_in.user_id",
    }
)


def reason_of(name: str) -> str:
    """What the history says of everything that somebody of this name handed over."""
    return f"{name} leaves"
