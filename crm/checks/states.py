"""How a check stands on a day, and what follows from it. Pure: everything is read from the row and the day."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.core.formatting import long_date

ASK_AGAIN_AFTER = timedelta(days=14)
MONTHS = 12


class State(StrEnum):
    """A check on a day. Having run out, and not having begun, depend on the day; the others are what was recorded."""

    NOT_STARTED = "not_started"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    NOT_YET = "not_yet"  # accepted, from a later day
    RAN_OUT = "ran_out"
    NOT_ACCEPTED = "not_accepted"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether young people may be at a site from one day to another; if not, why, in sentences."""

    problems: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.problems


KIND_LABELS = {
    CheckKind.INSURANCE: "Employers’ liability insurance",
    CheckKind.HEALTH_AND_SAFETY: "Health and safety check",
}


def state_on(check: SiteCheck | None, day: date) -> State:
    """How a current check stands at some time of a day in London. `check` is None where nothing was started."""
    if check is None:
        return State.NOT_STARTED
    if check.status is not CheckStatus.ACCEPTED:
        return State(check.status.value)
    assert check.valid_to is not None  # noqa: S101  # the schema says so
    if day > check.valid_to:
        return State.RAN_OUT
    return State.NOT_YET if check.covered_from is not None and day < check.covered_from else State.ACCEPTED


def is_in_order(check: SiteCheck | None, day: date) -> bool:
    """Whether nothing stands in the way of young people on a day: accepted and valid, or not needed."""
    return state_on(check, day) in {State.ACCEPTED, State.NOT_NEEDED}


def valid_through(check: SiteCheck | None, last_day: date, *, first_day: date) -> bool:
    """Whether it is in order on both days and, cover being unbroken, on every day between."""
    return is_in_order(check, first_day) and is_in_order(check, last_day)


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of that month: two months after 31 December is 28 February."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_due(check: SiteCheck | None, today: date, *, notice_months: int) -> bool:
    """Whether it has run out, however long ago, or runs out within so many months from today."""
    if check is None or check.valid_to is None:
        return False
    return check.valid_to <= months_after(today, notice_months)


def is_overdue(check: SiteCheck | None, today: date) -> bool:
    """Whether it has run out."""
    return state_on(check, today) is State.RAN_OUT


def may_be_asked_for(check: SiteCheck | None, today: date) -> bool:
    """Whether a request may go out: nobody is asked for the same thing twice in a fortnight."""
    if check is None:
        return True
    if check.status is CheckStatus.NOT_NEEDED:
        return False
    return check.requested_on is None or check.requested_on + ASK_AGAIN_AFTER <= today


def readiness(checks: Mapping[CheckKind, SiteCheck], last_day: date, *, first_day: date) -> Readiness:
    """Whether every check of a site is in order from the first day to the last.

    Args:
        checks: the current checks of one site; a kind that is left out was not started.
        last_day: of the placement, in London; it counts.
        first_day: of the placement, in London.
    """
    wrong = (_problem(kind, checks.get(kind), first_day, last_day) for kind in CheckKind)
    return Readiness(tuple(problem for problem in wrong if problem))


def _problem(kind: CheckKind, check: SiteCheck | None, first_day: date, last_day: date) -> str:
    if valid_through(check, last_day, first_day=first_day):
        return ""
    return f"{KIND_LABELS[kind]}: {_reason(check, first_day, last_day)}."


def _reason(check: SiteCheck | None, first_day: date, last_day: date) -> str:
    if check is None:
        return "not started"
    if check.status is CheckStatus.REQUESTED:
        return f"requested on {long_date(check.requested_on)}, not accepted yet"
    if check.status is CheckStatus.NOT_ACCEPTED:
        return "not accepted"
    if state_on(check, last_day) is State.RAN_OUT:
        return f"valid to {long_date(check.valid_to)}, and the last day is {long_date(last_day)}"
    return f"valid from {long_date(check.covered_from)}, and the first day is {long_date(first_day)}"
