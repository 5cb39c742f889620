"""What a check is called on pages, in downloads and in mails, and how it stands in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.checks.states import KIND_LABELS, State, is_due, is_overdue, state_on
from crm.core.formatting import long_date, short_date

SHORT_LABELS = {CheckKind.INSURANCE: "Insurance", CheckKind.HEALTH_AND_SAFETY: "Health and safety"}
STATE_LABELS = {
    State.NOT_STARTED: "Not started",
    State.REQUESTED: "Requested",
    State.ACCEPTED: "Accepted",
    State.NOT_YET: "Accepted, from later",
    State.RAN_OUT: "Ran out",
    State.NOT_ACCEPTED: "Not accepted",
    State.NOT_NEEDED: "Not needed",
}
# What the colour of its tag says.
STATE_MEANINGS = {
    State.NOT_STARTED: "none",
    State.REQUESTED: "waiting",
    State.ACCEPTED: "done",
    State.NOT_YET: "waiting",
    State.RAN_OUT: "warning",
    State.NOT_ACCEPTED: "stopped",
    State.NOT_NEEDED: "none",
}
RUNS_OUT_SOON = "Runs out soon"


@dataclass(frozen=True, slots=True)
class Standing:
    """One check of a site as a page shows it. `check` is None where nothing was started."""

    kind: CheckKind
    check: SiteCheck | None
    state: State
    tag: str
    meaning: str  # of the tag's colour
    dates: str  # what the tag does not say: until when, since when
    words: str  # the same, and when its renewal was requested
    is_overdue: bool

    @property
    def label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def short_label(self) -> str:
        return SHORT_LABELS[self.kind]


def standing(kind: CheckKind, check: SiteCheck | None, today: date, *, notice_months: int) -> Standing:
    """How a check stands today; accepted ones that run out within the notice say so."""
    state = state_on(check, today)
    tag, meaning = STATE_LABELS[state], STATE_MEANINGS[state]
    if state is State.ACCEPTED and is_due(check, today, notice_months=notice_months):
        tag, meaning = RUNS_OUT_SOON, "waiting"
    dates = _dates(check, today)
    words = ", ".join(filter(None, (dates, _asked(check))))
    return Standing(kind, check, state, tag, meaning, dates, words, is_overdue(check, today))


def standings(checks: Mapping[CheckKind, SiteCheck], today: date, *, notice_months: int) -> list[Standing]:
    """Every kind of check of one site, started or not, in order."""
    return [standing(kind, checks.get(kind), today, notice_months=notice_months) for kind in CheckKind]


def _dates(check: SiteCheck | None, today: date) -> str:
    """Empty where nothing was started. No names and no reasons: partners read this too."""
    if check is None:
        return ""
    if check.status is CheckStatus.ACCEPTED:
        return _validity(check, today)
    return f"on {short_date(check.requested_on if check.status is CheckStatus.REQUESTED else check.checked_on)}"


def _asked(check: SiteCheck | None) -> str:
    """When we asked for what comes after this turn."""
    if check is None or check.requested_on is None or check.status is CheckStatus.REQUESTED:
        return ""
    what = "renewal" if check.status is CheckStatus.ACCEPTED else "again"
    return f"{what} requested on {short_date(check.requested_on)}"


def facts(check: SiteCheck) -> list[tuple[str, str]]:
    """What is recorded about a turn, for staff: label and value. Who checked must be loaded."""
    who = check.checked_by.name if check.checked_by else check.checked_by_name
    known = (
        ("Reason", check.reason),
        ("Insurer", check.insurer),
        ("Policy number", check.policy_number),
        ("Valid from", _day(check.valid_from)),
        ("Valid to", _day(check.valid_to)),
        ("Checked by", f"{who} on {long_date(check.checked_on)}" if who else None),
        ("Last asked", f"{check.requested_of} on {long_date(check.requested_on)}" if check.requested_of else None),
        ("Note", check.note),
    )
    return [(label, value) for label, value in known if value]


def _day(day: date | None) -> str | None:
    return long_date(day) if day else None


def _validity(check: SiteCheck, today: date) -> str:
    state = state_on(check, today)
    if state is State.RAN_OUT:
        return f"on {short_date(check.valid_to)}"
    if state is State.NOT_YET:
        return f"{short_date(check.covered_from)} to {short_date(check.valid_to)}"
    return f"until {short_date(check.valid_to)}"
