"""Keeping groups and their members. Callers open the unit of work; nothing here commits or knows of HTTP."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.core.formatting import long_date
from crm.employers.models import Contact, Employer
from crm.employers.services.shared import flush, refuse_archived, values
from crm.groups.models import EmployerGroup, Membership
from crm.groups.queries import turns_in

NAME_TAKEN = "There is a group of this name already."
MEMBER_ALREADY = "This employer is a member already."


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDetails:
    """What is known about a group."""

    name: str
    kind: str = ""
    purpose: str = ""
    seats: int | None = None  # as many as come
    begins_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDetails:
    """Who sits there for an employer, as what, from when."""

    joined_on: date
    contact_id: int | None = None
    role: str = ""


def add_group(details: GroupDetails) -> EmployerGroup:
    """Add a group. Raises Conflict if its name is taken or its days cannot be."""
    _refuse_impossible(details)
    group = EmployerGroup(**values(details))
    db.session.add(group)
    flush(NAME_TAKEN)
    return group


def change_group(group: EmployerGroup, details: GroupDetails, *, version: int | None) -> None:
    """Give a group other details, all of them.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: as for `add_group`.
    """
    check_version(group, version)
    _refuse_impossible(details)
    for name, value in values(details).items():
        setattr(group, name, value)
    flush(NAME_TAKEN)


def add_member(group: EmployerGroup, employer: Employer, details: MemberDetails) -> Membership:
    """Give an employer a seat. More members than seats are let in: the page says so.

    Raises Conflict if the employer is a member already or was one later than it would join, if it is archived, or the
    contact is not one of its people.
    """
    refuse_archived(employer)
    _refuse_strangers(employer.id, details.contact_id)
    _refuse_overlap(group.id, employer.id, details.joined_on)
    membership = Membership(group_id=group.id, employer_id=employer.id, **values(details))
    db.session.add(membership)
    flush(MEMBER_ALREADY)
    return membership


def change_member(membership: Membership, details: MemberDetails, *, version: int | None) -> None:
    """Change who sits there, as what, since when.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: the days would overlap another turn of the employer or end before they begin, or the contact is not
            one of its people.
    """
    check_version(membership, version)
    _refuse_strangers(membership.employer_id, details.contact_id)
    _refuse_overlap(membership.group_id, membership.employer_id, details.joined_on, besides=membership)
    if membership.left_on is not None and details.joined_on > membership.left_on:
        raise Conflict(f"They left on {long_date(membership.left_on)}: the day they joined must not be later.")
    for name, value in values(details).items():
        setattr(membership, name, value)
    db.session.flush()


def end_membership(membership: Membership, *, on: date, version: int | None) -> None:
    """Give a seat up from a day on, which counts as without it. The turn is kept.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: it has ended, or would before it began.
    """
    check_version(membership, version)
    if not membership.is_open:
        raise Conflict("This membership has ended already.")
    if on < membership.joined_on:
        raise Conflict(f"They joined on {long_date(membership.joined_on)}: the day they left must not be earlier.")
    membership.left_on = on
    db.session.flush()


def resume_membership(membership: Membership) -> None:
    """Undo an ending. Raises Conflict if it goes on, or the employer has joined again since."""
    if membership.is_open:
        raise Conflict("This membership goes on already.")
    latest = turns_in(membership.group_id, membership.employer_id)[0]
    if latest.id != membership.id:
        raise Conflict("They have joined again since. Change that membership instead.")
    membership.left_on = None
    flush(MEMBER_ALREADY)


def _refuse_impossible(details: GroupDetails) -> None:
    if details.begins_on and details.ends_on and details.ends_on < details.begins_on:
        raise Conflict("The last day must not be before the first.")


def _refuse_strangers(employer_id: int, contact_id: int | None) -> None:
    if contact_id is None:
        return
    theirs = db.session.scalar(select(Contact.employer_id).where(Contact.id == contact_id))
    if theirs != employer_id:
        raise Conflict("That person is not a contact of this employer. Select another.")


def _refuse_overlap(group_id: int, employer_id: int, joined_on: date, *, besides: Membership | None = None) -> None:
    """Turns follow each other: no employer holds two seats in a group on one day."""
    for turn in turns_in(group_id, employer_id):
        if besides is not None and (turn.id == besides.id or turn.joined_on > besides.joined_on):
            continue
        if turn.left_on is None:
            raise Conflict(MEMBER_ALREADY)
        if turn.left_on > joined_on:
            raise Conflict(f"They were a member until {long_date(turn.left_on)}. They can join again from that day on.")
