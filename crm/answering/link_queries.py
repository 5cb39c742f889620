"""Links that employers can answer by: whose they are, who could be sent one, and which are to be chased."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.accounts.models import User
from crm.answering.asking import FIRST, LAST, SECOND
from crm.answering.chasing import Rhythm
from crm.answering.models import PledgeChaser
from crm.core import clock
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Contact, Employer
from crm.links.models import EmployerLink, EmployerLinkToken, LinkPurpose
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import visible_to

LEEWAY = timedelta(hours=2)  # a day in London may be an hour longer or shorter
_UNDECIDED = (
    EmployerLink.purpose == LinkPurpose.ANSWER,
    EmployerLink.used_at.is_(None),
    EmployerLink.revoked_at.is_(None),
)


def get_link(link_id: int, pledge_id: int, *, viewer: User) -> EmployerLink:
    """A link to answer a pledge by, with its contact (and their employer) loaded.

    Raises NotFound if the pledge has none such, or the viewer may not know about the pledge.
    """
    statement = (
        select(EmployerLink)
        .join(EmployerLink.contact)
        .where(
            EmployerLink.id == link_id,
            EmployerLink.purpose == LinkPurpose.ANSWER,
            EmployerLink.pledge_id.in_(visible_to(viewer).where(Pledge.id == pledge_id).with_only_columns(Pledge.id)),
        )
        .options(contains_eager(EmployerLink.contact).joinedload(Contact.employer))
    )
    link = db.session.scalars(statement).one_or_none()
    if link is None:
        raise NotFound("We could not find that link.")
    return link


def open_links(pledge_id: int, *, ended: bool = False) -> dict[int, EmployerLink]:
    """The links a pledge can be answered by now, by contact, contacts loaded; or those that ended. One statement."""
    now = clock.now()
    statement = (
        select(EmployerLink)
        .where(
            EmployerLink.pledge_id == pledge_id,
            *_UNDECIDED,
            EmployerLink.expires_at <= now if ended else EmployerLink.expires_at > now,
        )
        .options(joinedload(EmployerLink.contact).joinedload(Contact.employer))
    )
    return {link.contact_id: link for link in db.session.scalars(statement)}


def chasers_of(link_ids: Collection[int]) -> Mapping[int, Sequence[PledgeChaser]]:
    """What was decided about chasing each link, in the order of the steps. One statement."""
    statement = (
        select(PledgeChaser).where(PledgeChaser.link_id.in_(link_ids)).order_by(PledgeChaser.link_id, PledgeChaser.step)
    )
    found: dict[int, list[PledgeChaser]] = {}
    for chaser in db.session.scalars(statement):
        found.setdefault(chaser.link_id, []).append(chaser)
    return found


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A link that waits for an answer, and about which steps of chasing it was decided."""

    link_id: int
    asked_at: datetime
    expires_at: datetime
    decided: frozenset[int]


def perhaps_due(now: datetime, rhythm: Rhythm) -> Sequence[Unanswered]:
    """Unanswered links of which some step may be due: all that are, and a few that are so within hours. One statement.

    The database knows no London time, so it leaves the last word to `chasing.due`.
    """
    asked_at = (
        select(func.min(EmployerLinkToken.created_at))
        .where(EmployerLinkToken.link_id == EmployerLink.id, EmployerLinkToken.retired_at.is_(None))
        .scalar_subquery()
    )
    since = func.coalesce(asked_at, EmployerLink.created_at, type_=EmployerLink.created_at.type)
    steps = {number: _decided(number) for number in (FIRST, SECOND, LAST)}
    soon = now + LEEWAY
    statement = (
        select(
            EmployerLink.id,
            since,
            EmployerLink.expires_at,
            *(case((done, number), else_=0) for number, done in steps.items()),
        )
        .join(EmployerLink.pledge)
        .where(
            Pledge.status == PledgeStatus.SENT,
            *_UNDECIDED,
            EmployerLink.expires_at > now,
            or_(
                and_(~steps[FIRST], since <= soon - timedelta(days=rhythm.first)),
                and_(~steps[SECOND], since <= soon - timedelta(days=rhythm.second)),
                and_(~steps[LAST], EmployerLink.expires_at <= soon + timedelta(days=rhythm.last + 1)),
            ),
        )
        .order_by(EmployerLink.id)
    )
    return [
        Unanswered(link_id, asked, expires, frozenset(decided) - {0})
        for link_id, asked, expires, *decided in db.session.execute(statement)
    ]


def _decided(step: int) -> ColumnElement[bool]:
    return exists().where(PledgeChaser.link_id == EmployerLink.id, PledgeChaser.step == step)


def lapsed_pledges(now: datetime, *, limit: int) -> Sequence[int]:
    """Ids of pledges whose last link ended without an answer, and about which no officer was told. One statement."""
    other = aliased(EmployerLink)
    still_open = exists().where(
        other.pledge_id == EmployerLink.pledge_id,
        other.purpose == LinkPurpose.ANSWER,
        other.used_at.is_(None),
        other.revoked_at.is_(None),
        other.expires_at > now,
    )
    statement = (
        select(Pledge.id)
        .join(EmployerLink, EmployerLink.pledge_id == Pledge.id)
        .join(Pledge.employer)
        .where(
            Pledge.status == PledgeStatus.SENT,
            Employer.archived_at.is_(None),
            *_UNDECIDED,
            EmployerLink.expires_at <= now,
            EmployerLink.lapse_told_at.is_(None),
            ~still_open,
        )
        .distinct()
        .order_by(Pledge.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()
