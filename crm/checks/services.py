"""Recording what came of a check. Callers open the unit of work; nothing here commits or knows of HTTP.

A decision is a new row, and the one it replaces is kept. Whoever saves says which row they saw: of two people who
renew the same check, one does, and the other is shown what was saved.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.checks.queries import current_check, turn_before
from crm.core.db import check_version, db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.employers.models import Site
from crm.employers.services.shared import refuse_archived

DAY = timedelta(days=1)
CLOSED = "This site is closed. Open it again before you change its checks."
RACED = "Somebody else saved this check while you were working on it."
UNNAMED = "Say who checked: a colleague, or somebody else by name."


@dataclass(frozen=True, slots=True)
class Seen:
    """The current row a form was opened on, and its version; empty where nothing was started."""

    check_id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Who looked, and on which day in London: a user, or somebody else by name."""

    on: date
    by_id: int | None = None
    by_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """An insurance or a check that is accepted to a day, which counts."""

    checked: Checked
    valid_to: date
    valid_from: date | None = None  # valid already
    insurer: str | None = None  # of an insurance, always
    policy_number: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something was not accepted, or is not needed."""

    checked: Checked
    reason: str
    note: str | None = None


def accept(site: Site, kind: CheckKind, details: Acceptance, *, seen: Seen, at: datetime) -> SiteCheck:
    """Accept a check, or renew it.

    Args:
        site: with its employer loaded.
        kind: of check.
        details: what was seen.
        seen: the row the form was opened on.
        at: now.

    Raises:
        EditedMeanwhile: somebody else saved the check since.
        Conflict: the site is closed, its employer archived, or the details cannot be.
    """
    _refuse_impossible(kind, details)
    before = _replace(site, kind, seen, at)
    check = _decided(site, kind, CheckStatus.ACCEPTED, details.checked)
    _write_acceptance(check, details, before)
    return _add(check)


def not_accept(site: Site, kind: CheckKind, details: Refusal, *, seen: Seen, at: datetime) -> SiteCheck:
    """Say that what we saw is not good enough. Raises as `accept` does, and Conflict without a reason."""
    return _refuse(site, kind, CheckStatus.NOT_ACCEPTED, details, (seen, at))


def exempt(site: Site, kind: CheckKind, details: Refusal, *, seen: Seen, at: datetime) -> SiteCheck:
    """Say that a check is not needed. Raises as `accept` does, and Conflict without a reason.

    Whether somebody may is asked before: it takes a manager (`policies.may_exempt`).
    """
    return _refuse(site, kind, CheckStatus.NOT_NEEDED, details, (seen, at))


def record_request(site: Site, kind: CheckKind, *, of: str, on: date) -> SiteCheck:
    """Write down that we asked somebody for a check or its renewal. What is valid stays valid.

    Raises:
        EditedMeanwhile: somebody else saved the check at the same moment.
        Conflict: the check is not needed, the site closed, its employer archived, or nobody is named.
    """
    _refuse_unchangeable(site)
    if not of.strip():
        raise Conflict("Enter whom we asked.")
    check = current_check(site.id, kind)
    if check is None:
        check = SiteCheck(site_id=site.id, kind=kind, status=CheckStatus.REQUESTED, requested_on=on, requested_of=of)
        return _add(check)
    if check.status is CheckStatus.NOT_NEEDED:
        raise Conflict("This check is not needed, so there is nothing to ask for.")
    check.requested_on, check.requested_of = on, of
    db.session.flush()
    return check


def correct(check: SiteCheck, details: Acceptance, *, version: int | None) -> None:
    """Put right what was typed about an accepted check. No new turn.

    Args:
        check: current, with its site and the site's employer loaded.
        details: all of them: a field left out is emptied.
        version: the one the form was opened on.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: it is not the current acceptance, or as for `accept`.
    """
    check_version(check, version)
    _refuse_unchangeable(check.site)
    if not check.is_current or check.status is not CheckStatus.ACCEPTED:
        raise Conflict("Only the acceptance that is current can be corrected.")
    _refuse_impossible(check.kind, details)
    _write_checked(check, details.checked)
    _write_acceptance(check, details, turn_before(check))
    db.session.flush()


def undo(check: SiteCheck, *, version: int | None) -> None:
    """Take a decision back: what it replaced is current again. The history keeps what was undone.

    Raises:
        EditedMeanwhile: somebody else saved the check since.
        Conflict: it is not the latest decision, the site is closed, or its employer archived.
    """
    check_version(check, version)
    _refuse_unchangeable(check.site)
    if not check.is_current or check.status is CheckStatus.REQUESTED:
        raise Conflict("Only the latest decision about a check can be undone.")
    before = turn_before(check)
    db.session.delete(check)
    db.session.flush()  # before its predecessor is current: there is only one
    if before is not None:
        before.replaced_at = None
        db.session.flush()


def _refuse(
    site: Site, kind: CheckKind, status: CheckStatus, details: Refusal, when: tuple[Seen, datetime]
) -> SiteCheck:
    if not details.reason.strip():
        raise Conflict("Enter the reason.")
    _replace(site, kind, *when)
    check = _decided(site, kind, status, details.checked)
    check.reason, check.note = details.reason.strip(), details.note
    return _add(check)


def _replace(site: Site, kind: CheckKind, seen: Seen, at: datetime) -> SiteCheck | None:
    """Make room for the next turn. Returns the turn that it replaces."""
    _refuse_unchangeable(site)
    check = current_check(site.id, kind)
    if (check.id if check else None) != seen.check_id:
        raise EditedMeanwhile(RACED)
    if check is not None:
        check_version(check, seen.version)
        check.replaced_at = at
        db.session.flush()
    return check


def _decided(site: Site, kind: CheckKind, status: CheckStatus, checked: Checked) -> SiteCheck:
    check = SiteCheck(site_id=site.id, kind=kind, status=status)
    _write_checked(check, checked)
    return check


def _write_checked(check: SiteCheck, checked: Checked) -> None:
    if (checked.by_id is None) == (checked.by_name is None):
        raise Conflict(UNNAMED)
    check.checked_on, check.checked_by_id, check.checked_by_name = checked.on, checked.by_id, checked.by_name


def _write_acceptance(check: SiteCheck, details: Acceptance, before: SiteCheck | None) -> None:
    check.valid_from, check.valid_to = details.valid_from, details.valid_to
    check.insurer, check.policy_number, check.note = details.insurer, details.policy_number, details.note
    check.covered_from = _covered_from(details.valid_from, before)


def _covered_from(valid_from: date | None, before: SiteCheck | None) -> date | None:
    """A policy that begins before the last one ends, or the day after, goes on covering: no day is without."""
    if valid_from is None or before is None or before.valid_to is None or before.valid_to < valid_from - DAY:
        return valid_from
    return None if before.covered_from is None else min(valid_from, before.covered_from)


def _refuse_impossible(kind: CheckKind, details: Acceptance) -> None:
    if details.valid_from is not None and details.valid_from > details.valid_to:
        raise Conflict("The last day must not be before the first.")
    if kind is CheckKind.INSURANCE and not details.insurer:
        raise Conflict("Enter the insurer.")


def _refuse_unchangeable(site: Site) -> None:
    refuse_archived(site.employer)
    if site.is_closed:
        raise Conflict(CLOSED)


def _add(check: SiteCheck) -> SiteCheck:
    """The unique index has the last word on which row is current."""
    db.session.add(check)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EditedMeanwhile(RACED) from error
    return check
