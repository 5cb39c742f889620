"""Arranging opportunities: scheduling, changing, cancelling, marking as delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from sqlalchemy import func, select, update

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict, NotAllowed
from crm.employers.models import Contact, Employer, Site
from crm.opportunities.models import (
    CAME,
    LIVE,
    ONGOING,
    Opportunity,
    OpportunityStatus,
    Place,
    PlaceStatus,
    Side,
)
from crm.opportunities.particulars import Programme, Venue
from crm.opportunities.policies import may_schedule
from crm.opportunities.series.models import MOST_MENTEES
from crm.opportunities.services.clashes import refuse_busy_leader, refuse_busy_people
from crm.opportunities.services.describing import Lists, set_lists
from crm.opportunities.services.ending import close
from crm.opportunities.services.fulfilling import relink_places
from crm.opportunities.services.opening import forget_exemption, stay_open_only_if_ready
from crm.opportunities.services.seats import lock
from crm.opportunities.services.waiting import move_up
from crm.opportunities.timing import Timing
from crm.pledges.kinds import SMALL_GROUP_KINDS, Mode, OpportunityKind
from crm.reference.settings import group_limit

LARGEST = 10_000  # young people
LONGEST_TITLE = 255
LONGEST = 366  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityDetails:
    """What is arranged. Empty things have defaults: see each."""

    kind: OpportunityKind
    first_day: date
    starts: time  # on each day, in London
    ends: time
    capacity: int  # young people
    last_day: date | None = None  # the first day
    title: str = ""  # made of the kind and the employer's name
    provider_id: int | None = None  # any provider's young people
    hours: Decimal | None = None  # per young person; of a one-day thing, as long as it lasts
    mode: Mode = Mode.IN_PERSON
    venue: Venue | None = None  # where its site and mode say it is
    site_id: int | None = None
    place_or_link: str = ""
    leader_id: int | None = None  # the contact who speaks, mentors or supervises
    group_limit_reason: str = ""
    activity: str = ""  # what the young people will do
    programme: Programme | None = None
    lists: Lists | None = None  # as they are; of a new one, empty
    as_draft: bool = False  # of a new one: agreed on later
    warned: bool = True  # whoever saves knows what may clash; otherwise a ClashWarning says so first

    @property
    def where(self) -> Venue:
        if self.venue is not None:
            return self.venue
        if self.site_id is not None:
            return Venue.SITE
        return Venue.ONLINE if self.mode is Mode.ONLINE else Venue.ELSEWHERE

    @property
    def timing(self) -> Timing:
        return Timing(self.first_day, self.last_day or self.first_day, self.starts, self.ends)


def schedule_opportunity(
    employer: Employer,
    details: OpportunityDetails,
    *,
    scheduled_by: User,
    in_series: tuple[int, int] | None = None,
) -> Opportunity:
    """Arrange something, or write down afterwards what took place.

    It is open for places at once, unless it is to be a draft or something stands in the way (`readiness_of`).
    `in_series` makes it a meeting of a series: the series' id and the meeting's number.

    Raises:
        ClashWarning: it may clash with a draft, or a draft with something, and nobody was warned.
        NotAllowed: only staff schedule.
        Conflict: the employer is archived, the details do not fit together, or whoever leads it is elsewhere then.
    """
    if not may_schedule(scheduled_by):
        raise NotAllowed("Only council staff schedule opportunities.")
    if employer.is_archived:
        raise Conflict(f"{employer.name} is archived. Bring it back before scheduling anything.")
    opportunity = Opportunity(
        employer=employer,
        employer_id=employer.id,
        status=OpportunityStatus.DRAFT if details.as_draft else OpportunityStatus.OPEN,
        taken=0,
        sectors=[],
        skills=[],
        year_groups=[],
        parts=[],
    )
    opportunity.series_id, opportunity.series_number = in_series or (None, None)
    _write(opportunity, details)
    refuse_busy_leader(opportunity, warned=details.warned)
    db.session.add(opportunity)
    db.session.flush()
    stay_open_only_if_ready(opportunity)
    db.session.flush()
    return opportunity


def edit_opportunity(opportunity: Opportunity, details: OpportunityDetails, *, seen_version: int | None) -> None:
    """Change what is arranged. Its employer must be loaded; so must the lists, if some are given.

    Places whose pledge line no longer fits (another kind, another time) are linked to one that does, if there is one.
    An exemption from checks ends when it takes place elsewhere or ends later. What is no longer ready and has no places
    becomes a draft again. If there is more room than before, whoever waits moves up.

    Raises:
        ClashWarning: it may clash with something, and nobody was warned.
        EditedMeanwhile: the opportunity is no longer at the version that was seen when the form was opened.
        Conflict: it was cancelled, more places are taken than it would have, the details do not fit together, or
            somebody who leads it or takes part is elsewhere then.
    """
    lock(opportunity)
    check_version(opportunity, seen_version)
    if opportunity.status is OpportunityStatus.CANCELLED:
        raise Conflict("This opportunity was cancelled, so it cannot be changed.")
    if details.capacity < opportunity.taken:
        taken = opportunity.taken
        raise Conflict(f"{taken} {'place is' if taken == 1 else 'places are'} taken, so it needs at least that many.")
    if details.first_day > clock.today() and _has_places(opportunity, CAME | {PlaceStatus.NO_SHOW}):
        raise Conflict("Attendance is marked already, so the first day cannot be in the future.")
    moved = (opportunity.starts_at, opportunity.ends_at, opportunity.mode)
    fulfils = (opportunity.kind, opportunity.starts_at)
    exempt_for = (opportunity.site_id, opportunity.venue, opportunity.kind)
    _write(opportunity, details)
    refuse_busy_leader(opportunity, warned=details.warned)
    if moved != (opportunity.starts_at, opportunity.ends_at, opportunity.mode):
        refuse_busy_people(opportunity, warned=details.warned)
    if exempt_for != (opportunity.site_id, opportunity.venue, opportunity.kind) or opportunity.ends_at > moved[1]:
        forget_exemption(opportunity)  # it was given for that place and up to that day
    db.session.flush()
    stay_open_only_if_ready(opportunity)
    db.session.flush()
    move_up(opportunity)
    if fulfils != (opportunity.kind, opportunity.starts_at):
        relink_places(opportunity)


def cancel_opportunity(opportunity: Opportunity, *, side: Side, reason: str) -> None:
    """It will not take place. Everybody's place ends with it, on the same side and for the same reason.

    Raises Conflict if it was cancelled or delivered already, if attendance is marked, or if no reason is given.
    """
    lock(opportunity)
    if opportunity.status not in ONGOING:
        raise Conflict(f"This opportunity is {opportunity.status.value}, so it cannot be cancelled.")
    if not reason.strip():
        raise Conflict("Enter why it was cancelled.")
    if _has_places(opportunity, CAME):
        raise Conflict("Somebody attended, so it cannot be cancelled. Mark it as delivered instead.")
    if _has_places(opportunity, frozenset({PlaceStatus.NO_SHOW})):
        raise Conflict("Somebody is marked as a no-show. Correct the register first if it did not take place.")
    now = clock.now()
    for place in _places(opportunity, LIVE):
        close(place, PlaceStatus.CANCELLED, side=side, reason=reason, at=now)
    opportunity.status = OpportunityStatus.CANCELLED
    opportunity.cancelled_at, opportunity.cancelled_side, opportunity.cancelled_reason = now, side, reason.strip()
    db.session.flush()
    db.session.execute(
        update(Opportunity)
        .where(Opportunity.id == opportunity.id)
        .values(taken=0)
        .execution_options(audited_elsewhere=True, synchronize_session=False)
    )
    db.session.refresh(opportunity, ["taken", "version"])


def mark_delivered(opportunity: Opportunity) -> None:
    """It took place. Raises Conflict before its first day, or if it was cancelled. Safe to repeat."""
    lock(opportunity)
    if opportunity.status is OpportunityStatus.CANCELLED:
        raise Conflict("This opportunity was cancelled, so it cannot have been delivered.")
    if opportunity.status is OpportunityStatus.DRAFT:
        raise Conflict("This opportunity is a draft. Open it first.")
    if clock.local_date(opportunity.starts_at) > clock.today():
        raise Conflict("This opportunity has not begun yet.")
    opportunity.status = OpportunityStatus.DELIVERED
    db.session.flush()


def reopen_opportunity(opportunity: Opportunity) -> None:
    """Let a delivered opportunity take places again. Raises Conflict if it is not delivered."""
    lock(opportunity)
    if opportunity.status is not OpportunityStatus.DELIVERED:
        raise Conflict("Only a delivered opportunity can be opened again.")
    opportunity.status = OpportunityStatus.OPEN
    db.session.flush()


def _write(opportunity: Opportunity, details: OpportunityDetails) -> None:
    _refuse_impossible(opportunity, details)
    timing = details.timing
    default_title = f"{details.kind.label} with {opportunity.employer.name}"
    opportunity.kind, opportunity.mode = details.kind, details.mode
    opportunity.title = (details.title.strip() or default_title)[:LONGEST_TITLE]
    opportunity.provider_id = details.provider_id
    opportunity.starts_at, opportunity.ends_at = timing.starts_at, timing.ends_at
    opportunity.hours = details.hours if details.hours is not None else timing.hours
    opportunity.site_id, opportunity.place_or_link = details.site_id, details.place_or_link.strip()
    opportunity.leader_id, opportunity.capacity = details.leader_id, details.capacity
    opportunity.group_limit_reason = details.group_limit_reason.strip() or None
    opportunity.venue, opportunity.programme = details.where, details.programme
    opportunity.activity = details.activity.strip()
    if details.lists is not None:
        set_lists(opportunity, details.lists)


def _refuse_impossible(opportunity: Opportunity, details: OpportunityDetails) -> None:
    _refuse_impossible_timing(details.timing)
    _refuse_crowd(opportunity, details)
    if details.hours is not None and details.hours <= 0:
        raise Conflict("The hours per person must be more than 0.")
    refuse_anothers(opportunity.employer, details.site_id, details.leader_id)
    if details.site_id != opportunity.site_id and _is_closed(details.site_id):
        raise Conflict("This site is closed. Choose another, or open it again.")
    if details.kind in SMALL_GROUP_KINDS and not details.group_limit_reason.strip():
        limit = group_limit()
        if details.capacity > limit:
            raise Conflict(f"More than {limit} young people: say why this group is larger than the group limit.")


def refuse_anothers(employer: Employer, site_id: int | None, leader_id: int | None) -> None:
    """Raise Conflict unless site and leader, where there are any, are the employer's own."""
    for model, chosen, what in ((Site, site_id, "site"), (Contact, leader_id, "person who leads it")):
        if chosen is not None and _employer_of(model, chosen) != employer.id:
            raise Conflict(f"The {what} must be one of {employer.name}’s.")


def _refuse_impossible_timing(timing: Timing) -> None:
    if timing.ends_at <= timing.starts_at:
        raise Conflict("It must end after it starts.")
    if (timing.last_day - timing.first_day).days > LONGEST:
        raise Conflict("It cannot last longer than a year.")


def _refuse_crowd(opportunity: Opportunity, details: OpportunityDetails) -> None:
    if not 1 <= details.capacity <= LARGEST:
        raise Conflict(f"The number of young people must be between 1 and {LARGEST:,}.")
    if opportunity.series_id and details.kind is OpportunityKind.MENTORING and details.capacity > MOST_MENTEES:
        raise Conflict(f"A mentor has at most {MOST_MENTEES} mentees.")


def _employer_of(model: type[Site] | type[Contact], row_id: int) -> int | None:
    return db.session.scalar(select(model.employer_id).where(model.id == row_id))


def _is_closed(site_id: int | None) -> bool:
    return db.session.scalar(select(Site.closed_at).where(Site.id == site_id)) is not None


def _has_places(opportunity: Opportunity, statuses: frozenset[PlaceStatus]) -> bool:
    count = select(func.count()).where(Place.opportunity_id == opportunity.id, Place.status.in_(statuses))
    return bool(db.session.scalar(count))


def _places(opportunity: Opportunity, statuses: frozenset[PlaceStatus]) -> Sequence[Place]:
    return db.session.scalars(
        select(Place).where(Place.opportunity_id == opportunity.id, Place.status.in_(statuses)).order_by(Place.id)
    ).all()
