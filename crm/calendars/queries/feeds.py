"""Which feeds there are, which of them still open, and what they say."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import User
from crm.calendars.models import CalendarFeed, FeedPurpose
from crm.core.access import Role
from crm.core.clock import local_date
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.tokens import hash_token
from crm.employers.models import Contact, Employer
from crm.interactions.models import PlannedInteraction, PlannedOfficer, PlanStatus
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.queries import is_about_provider, visible_to
from crm.providers.models import Provider, ProviderMember
from crm.providers.queries import own_provider_ids

BACK = timedelta(days=60)
AHEAD = timedelta(days=400)  # a school year, and what is arranged in one for the next
CANCELLED_FOR = timedelta(days=30)  # that what was cancelled says so: then every calendar has seen it
MOST_EVENTS = 2000


def live(token: str) -> CalendarFeed | None:
    """The feed that a token opens now, with whose it is loaded.

    Nothing for one that is wrong or was revoked, whose person may not sign in any more, or whose employer or provider
    is archived. What somebody made for themselves ends with them: a coordinator's when they are disabled or act for
    another provider, a contact's when they have left. One statement, found by the hash, so that nothing tells these
    apart.
    """
    person, maker = aliased(User), aliased(User)
    still_acts = exists().where(
        ProviderMember.user_id == maker.id, ProviderMember.provider_id == CalendarFeed.provider_id
    )
    statement = (
        select(CalendarFeed)
        .outerjoin(person, person.id == CalendarFeed.user_id)
        .outerjoin(maker, maker.id == CalendarFeed.made_by_id)
        .outerjoin(CalendarFeed.contact)
        .outerjoin(CalendarFeed.provider)
        .outerjoin(CalendarFeed.employer)
        .where(
            CalendarFeed.token_hash == hash_token(token),
            CalendarFeed.revoked_at.is_(None),
            person.disabled_at.is_(None),
            Provider.archived_at.is_(None),
            Employer.archived_at.is_(None),
            Contact.left_at.is_(None),
            or_(
                CalendarFeed.purpose != FeedPurpose.PROVIDER,
                maker.role != Role.PROVIDER,
                and_(maker.disabled_at.is_(None), still_acts),
            ),
        )
        .options(
            joinedload(CalendarFeed.user),
            joinedload(CalendarFeed.provider),
            joinedload(CalendarFeed.employer),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


def feeds_of(purpose: FeedPurpose, owner_id: int) -> Sequence[CalendarFeed]:
    """Those that were not revoked, latest first, with who made them. One statement."""
    statement = (
        select(CalendarFeed)
        .where(_column(purpose) == owner_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id.desc())
        .options(joinedload(CalendarFeed.made_by), joinedload(CalendarFeed.contact))
    )
    return db.session.scalars(statement).all()


def feed_of_contact(contact_id: int) -> CalendarFeed | None:
    """The one that somebody made last on their employer's own page and that was not revoked."""
    statement = (
        select(CalendarFeed)
        .where(CalendarFeed.contact_id == contact_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def get_feed(feed_id: int, *, viewer: User) -> CalendarFeed:
    """A feed that the viewer may revoke: their own, their provider's; officers those of any provider and employer.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    if viewer.is_staff:
        others: ColumnElement[bool] = CalendarFeed.purpose != FeedPurpose.PERSON
    elif viewer.role is Role.PROVIDER:
        others = CalendarFeed.provider_id.in_(own_provider_ids(viewer))
    else:
        others = false()
    statement = select(CalendarFeed).where(CalendarFeed.id == feed_id, or_(CalendarFeed.user_id == viewer.id, others))
    feed = db.session.scalars(statement).one_or_none()
    if feed is None:
        raise NotFound("We could not find that calendar address.")
    return feed


def opportunities_in(feed: CalendarFeed, now: datetime) -> Sequence[Opportunity]:
    """What a feed says of opportunities, by beginning, with employer, provider and site. One statement.

    An officer's has those of their employers; anybody else's what they may know about. Drafts are nobody's.
    """
    statement = (
        _opportunities_of(feed)
        .join(Opportunity.employer)
        .where(
            Opportunity.ends_at >= now - BACK,
            Opportunity.starts_at < now + AHEAD,
            or_(
                Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.DELIVERED)),
                and_(
                    Opportunity.status == OpportunityStatus.CANCELLED, Opportunity.cancelled_at >= now - CANCELLED_FOR
                ),
            ),
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
        .limit(MOST_EVENTS)
        .options(joinedload(Opportunity.employer), joinedload(Opportunity.provider), joinedload(Opportunity.site))
    )
    return db.session.scalars(statement).unique().all()


def plans_in(feed: CalendarFeed, now: datetime) -> Sequence[PlannedInteraction]:
    """The contacts that an officer takes part in or looks after, by day; nobody else has any. One statement."""
    if feed.user is None or not feed.user.is_staff:
        return ()
    taking_part = select(PlannedOfficer.planned_interaction_id).where(PlannedOfficer.user_id == feed.user_id)
    statement = (
        select(PlannedInteraction)
        .where(
            PlannedInteraction.id.in_(taking_part) | (PlannedInteraction.planned_by_id == feed.user_id),
            PlannedInteraction.planned_on.between(local_date(now - BACK), local_date(now + AHEAD)),
            or_(
                PlannedInteraction.status != PlanStatus.CANCELLED,
                PlannedInteraction.updated_at >= now - CANCELLED_FOR,
            ),
        )
        .order_by(PlannedInteraction.planned_on, PlannedInteraction.id)
        .limit(MOST_EVENTS)
        .options(joinedload(PlannedInteraction.employer))
    )
    return db.session.scalars(statement).unique().all()


def _opportunities_of(feed: CalendarFeed) -> Select[Opportunity]:
    opportunities = select(Opportunity)
    if feed.purpose is FeedPurpose.EMPLOYER:
        return opportunities.where(Opportunity.employer_id == feed.employer_id)
    if feed.provider_id is not None:
        return opportunities.where(is_about_provider(feed.provider_id))
    assert feed.user is not None  # noqa: S101  # the table says so
    return opportunities.where(Employer.owner_id == feed.user_id) if feed.user.is_staff else visible_to(feed.user)


def _column(purpose: FeedPurpose) -> ColumnElement[int | None]:
    columns: dict[FeedPurpose, ColumnElement[int | None]] = {
        FeedPurpose.PERSON: CalendarFeed.user_id.expression,
        FeedPurpose.PROVIDER: CalendarFeed.provider_id.expression,
        FeedPurpose.EMPLOYER: CalendarFeed.employer_id.expression,
    }
    return columns[purpose]
