"""Changing pledges. Callers open the unit of work; nothing here commits or knows of HTTP.

A pledge is one version of a promise. Versions follow each other; a decided one (confirmed, declined, superseded,
withdrawn) never changes, which the database enforces too (migration 0008).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Contact, Employer
from crm.pledges.lines import LineDetails, checked, continued, stored_line
from crm.pledges.models import EDITABLE_STATUSES, UNDECIDED, Pledge, PledgeStatus
from crm.pledges.queries import load_lines
from crm.reference.academic_years import AcademicYear

IN_WORDS = {
    PledgeStatus.DRAFT: "still a draft",
    PledgeStatus.SENT: "with the employer, who has not answered",
    PledgeStatus.OFFERED: "what the employer offers, which nobody has accepted yet",
    PledgeStatus.CONFIRMED: "confirmed",
    PledgeStatus.DECLINED: "declined",
    PledgeStatus.SUPERSEDED: "replaced by a later version",
    PledgeStatus.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class PledgeDetails:
    """What an employer promises for one academic year."""

    academic_year: AcademicYear
    lines: Sequence[LineDetails]
    signatory: Contact | None = None
    note: str = ""


def record_pledge(employer: Employer, details: PledgeDetails, recorded_by: User | None) -> Pledge:
    """Write down a promise as a draft.

    Raises:
        Conflict: the employer is archived, or has a pledge for the year already, or a line cannot be.
    """
    if employer.is_archived:
        raise Conflict(f"{employer.name} is archived. Bring it back before recording a pledge.")
    year = details.academic_year
    _refuse_beside(versions(employer.id, year, PledgeStatus.CONFIRMED, *UNDECIDED), year)
    pledge = Pledge(
        employer=employer,
        employer_id=employer.id,
        academic_year_name=year.name,
        number=next_number(employer.id, year),
        status=PledgeStatus.DRAFT,
        recorded_by=recorded_by,
        **_common(employer.id, details),
    )
    pledge.lines = [stored_line(line, pledge) for line in checked(details.lines)]
    db.session.add(pledge)
    with refusing(f"Somebody else has just recorded a pledge of this employer for {year}. Open it to see theirs."):
        db.session.flush()
    return pledge


def change_pledge(pledge: Pledge, details: PledgeDetails, *, seen_version: int | None = None) -> None:
    """Change a draft, or a pledge that was sent but not answered. Its lines must be loaded.

    A line keeps its identity, and with it the places that fulfil it, when the details name its id.

    Raises:
        EditedMeanwhile: the pledge is no longer at the version that was seen when the form was opened.
        Conflict: the pledge is decided, or a line cannot be.
    """
    lock(pledge)
    if seen_version is not None:
        check_version(pledge, seen_version)
    require(pledge, EDITABLE_STATUSES, "changed. Begin the next version instead")
    if details.academic_year != pledge.academic_year:
        raise Conflict("A pledge stays in its academic year. Record another pledge for the other year.")
    kept = {line.id: line for line in load_lines(pledge)}
    with db.session.no_autoflush:  # one save raises the version once
        for name, value in _common(pledge.employer_id, details).items():
            setattr(pledge, name, value)
        pledge.lines = [stored_line(line, pledge, kept.get(line.line_id or 0)) for line in checked(details.lines)]
    for removed in set(kept.values()) - set(pledge.lines):
        db.session.delete(removed)  # said aloud: history hears of no orphan
    pledge.updated_at = clock.now()  # a change of the lines alone raises the version too
    with refusing("Places are linked to a line you removed. Keep the line, or link those places elsewhere first."):
        db.session.flush()


def discard_draft(pledge: Pledge) -> None:
    """Delete a draft that was never sent. Its lines must be loaded."""
    lock(pledge)
    require(pledge, (PledgeStatus.DRAFT,), "discarded")
    db.session.delete(pledge)
    with refusing("Places are linked to this draft. Link those places elsewhere first."):
        db.session.flush()


def mark_sent(pledge: Pledge, on: date) -> None:
    """The draft was given to the employer, however that was done."""
    lock(pledge)
    require(pledge, (PledgeStatus.DRAFT,), "sent again")
    pledge.status = PledgeStatus.SENT
    pledge.sent_on = on
    db.session.flush()


def confirm(pledge: Pledge, on: date) -> None:
    """The employer said yes, or we to its offer. The version in force until now is superseded in the same breath."""
    lock(pledge)
    require(pledge, (PledgeStatus.SENT, PledgeStatus.OFFERED), "confirmed")
    refuse_before(on, pledge.sent_on, "The employer cannot have confirmed before the pledge was sent")
    for former in versions(pledge.employer_id, pledge.academic_year, PledgeStatus.CONFIRMED):
        former.status = PledgeStatus.SUPERSEDED
        former.ended_on = on
    with refusing(f"Another version of this pledge for {pledge.academic_year} was confirmed just now."):
        db.session.flush()
        pledge.status = PledgeStatus.CONFIRMED
        pledge.confirmed_on = on
        db.session.flush()


def decline(pledge: Pledge, *, reason: str, on: date) -> None:
    """The employer said no, or we to its offer. Whatever was in force before stays in force."""
    lock(pledge)
    require(pledge, (PledgeStatus.SENT, PledgeStatus.OFFERED), "declined")
    refuse_before(on, pledge.sent_on, "The employer cannot have declined before the pledge was sent")
    end(pledge, PledgeStatus.DECLINED, reason, on)


def withdraw(pledge: Pledge, *, reason: str, on: date) -> None:
    """The promise no longer holds. What was attended until now still counts as delivered."""
    lock(pledge)
    require(pledge, (PledgeStatus.CONFIRMED,), "withdrawn")
    refuse_before(on, pledge.confirmed_on, "The pledge cannot have been withdrawn before it was confirmed")
    end(pledge, PledgeStatus.WITHDRAWN, reason, on)


def next_version(pledge: Pledge, *, recorded_by: User | None) -> Pledge:
    """Copy the pledge in force into a draft that can be changed and confirmed in its place.

    The new lines continue the old ones, so places stay linked and progress carries on.
    """
    lock(pledge)
    require(pledge, (PledgeStatus.CONFIRMED,), "followed by another version")
    year = pledge.academic_year
    _refuse_beside(versions(pledge.employer_id, year, *UNDECIDED), year)
    draft = copy_of(pledge, recorded_by=recorded_by)
    with refusing("Somebody else has just begun the next version. Open it to see theirs."):
        db.session.flush()
    return draft


def copy_of(pledge: Pledge, *, recorded_by: User | None) -> Pledge:
    """The next version as a draft, its lines continuing those of the pledge. Not flushed."""
    draft = Pledge(
        employer_id=pledge.employer_id,
        academic_year_name=pledge.academic_year_name,
        number=next_number(pledge.employer_id, pledge.academic_year),
        status=PledgeStatus.DRAFT,
        signatory_id=pledge.signatory_id,
        recorded_by=recorded_by,
        note=pledge.note,
    )
    draft.lines = continued(pledge)
    db.session.add(draft)
    return draft


def lock(pledge: Pledge) -> None:
    """See the pledge as it is now, and let nobody else decide about it until this unit of work ends."""
    db.session.refresh(pledge, ["status", "version", "sent_on", "confirmed_on"], with_for_update=True)


def require(pledge: Pledge, statuses: Sequence[PledgeStatus], done: str) -> None:
    if pledge.status not in statuses:
        raise Conflict(f"This pledge is {IN_WORDS[pledge.status]}, so it cannot be {done}.")


def refuse_before(on: date, earliest: date | None, message: str) -> None:
    if earliest is not None and on < earliest:
        raise Conflict(f"{message}, on {earliest.day} {earliest:%B %Y}.")


def end(pledge: Pledge, status: PledgeStatus, reason: str, on: date) -> None:
    if not reason.strip():
        raise Conflict("Enter the reason.")
    pledge.status = status
    pledge.ended_reason = reason.strip()
    pledge.ended_on = on
    db.session.flush()


def versions(employer_id: int, year: AcademicYear, *statuses: PledgeStatus) -> Sequence[Pledge]:
    return db.session.scalars(
        select(Pledge)
        .where(
            Pledge.employer_id == employer_id,
            Pledge.academic_year_name == year.name,
            Pledge.status.in_(statuses),
        )
        .order_by(Pledge.number)
        .with_for_update()
    ).all()


def next_number(employer_id: int, year: AcademicYear) -> int:
    latest = db.session.scalar(
        select(func.max(Pledge.number)).where(Pledge.employer_id == employer_id, Pledge.academic_year_name == year.name)
    )
    return (latest or 0) + 1


def _refuse_beside(others: Sequence[Pledge], year: AcademicYear) -> None:
    for other in others:
        if other.status is PledgeStatus.CONFIRMED:
            raise Conflict(
                f"This employer has a confirmed pledge for {year}. Open it and begin its next version to change it."
            )
        raise Conflict(
            f"This employer has a pledge for {year} that is {IN_WORDS[other.status]}. Change that one instead."
        )


def _common(employer_id: int, details: PledgeDetails) -> dict[str, object]:
    if details.signatory is not None and details.signatory.employer_id != employer_id:
        raise Conflict("The person who signs must be a contact of this employer.")
    return {"signatory_id": details.signatory.id if details.signatory else None, "note": details.note}


@contextmanager
def refusing(message: str) -> Iterator[None]:
    """Say in a sentence what a constraint of the database says in its own words."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(message) from error
