"""Reading groups and their members. Staff and partners may know of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.access import READERS
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Employer
from crm.groups.models import EmployerGroup, Membership


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in the list of groups."""

    id: int
    name: str
    kind: str
    purpose: str
    seats: int | None
    begins_on: date | None
    ends_on: date | None
    members: int  # on the day

    @property
    def is_over_full(self) -> bool:
        return self.seats is not None and self.members > self.seats


@dataclass(frozen=True, slots=True)
class MemberOf:
    """A group an employer sits or sat in."""

    group_id: int
    group: str
    role: str
    joined_on: date
    left_on: date | None


def member_on(day: date) -> ColumnElement[bool]:
    """That a seat is held on a day: from the day of joining until before the day of leaving."""
    return and_(Membership.joined_on <= day, or_(Membership.left_on.is_(None), Membership.left_on > day))


def groups_on(day: date) -> Sequence[GroupRow]:
    """Every group with its number of members on a day: those that go on first, then by name. One statement."""
    members = (
        select(func.count())
        .where(Membership.group_id == EmployerGroup.id, member_on(day))
        .correlate(EmployerGroup)
        .scalar_subquery()
    )
    ended = and_(EmployerGroup.ends_on.is_not(None), EmployerGroup.ends_on < day)
    statement = select(
        EmployerGroup.id,
        EmployerGroup.name,
        EmployerGroup.kind,
        EmployerGroup.purpose,
        EmployerGroup.seats,
        EmployerGroup.begins_on,
        EmployerGroup.ends_on,
        members,
    ).order_by(ended, func.lower(EmployerGroup.name), EmployerGroup.id)
    return [GroupRow(*row) for row in db.session.execute(statement)]


def get_group(group_id: int, *, viewer: User) -> EmployerGroup:
    """A group. Raises NotFound if there is none, or the viewer may not know of any."""
    group = db.session.scalars(visible_to(viewer).where(EmployerGroup.id == group_id)).one_or_none()
    if group is None:
        raise NotFound("We could not find that group.")
    return group


def visible_to(viewer: User) -> Select[EmployerGroup]:
    """The groups a user may know about: every one for staff and partners, none for a provider."""
    groups = select(EmployerGroup)
    return groups if viewer.role in READERS else groups.where(EmployerGroup.id.is_(None))


def members_of(group_id: int) -> Sequence[Membership]:
    """Every turn of every member with its employer, size band and contact: open ones first, by name. One statement."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.employer)
        .where(Membership.group_id == group_id)
        .options(
            joinedload(Membership.employer).joinedload(Employer.size_band),
            joinedload(Membership.contact),
        )
        .order_by(Membership.left_on.is_not(None), Membership.left_on.desc(), Employer.name_key, Membership.id)
    ).all()


def get_membership(membership_id: int, *, viewer: User) -> Membership:
    """A membership with its group, employer and contact loaded. Raises NotFound."""
    statement = (
        select(Membership)
        .where(
            Membership.id == membership_id,
            Membership.group_id.in_(visible_to(viewer).with_only_columns(EmployerGroup.id)),
        )
        .options(joinedload(Membership.group), joinedload(Membership.employer), joinedload(Membership.contact))
    )
    membership = db.session.scalars(statement).one_or_none()
    if membership is None:
        raise NotFound("We could not find that membership.")
    return membership


def turns_in(group_id: int, employer_id: int) -> Sequence[Membership]:
    """When an employer sat in a group, the latest first. One statement."""
    of_both = (Membership.group_id == group_id, Membership.employer_id == employer_id)
    return db.session.scalars(
        select(Membership).where(*of_both).order_by(Membership.joined_on.desc(), Membership.id.desc())
    ).all()


def memberships_of(employer_id: int) -> Sequence[MemberOf]:
    """The groups an employer sits or sat in, present ones first. One statement."""
    statement = (
        select(EmployerGroup.id, EmployerGroup.name, Membership.role, Membership.joined_on, Membership.left_on)
        .join(Membership.group)
        .where(Membership.employer_id == employer_id)
        .order_by(Membership.left_on.is_not(None), func.lower(EmployerGroup.name), Membership.id)
    )
    return [MemberOf(*row) for row in db.session.execute(statement)]
