"""What is on offer: live promises with what remains of each line, and open opportunities with free places."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.clock import local_date, now, start_of_day
from crm.core.db import db
from crm.desk.ask_board.fitting import Asked, Offer
from crm.employers.models import Employer, Site
from crm.fulfilment.progress import LineInForce, lines_in_force
from crm.opportunities.for_requests.queries import spoken_for
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.pledges.kinds import Mode, OpportunityKind
from crm.pledges.models import PledgeLine
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Area


def offers(asked: Collection[Asked], today: date) -> Mapping[OpportunityKind, Sequence[Offer]]:
    """What could be offered of the kinds asked for, by kind.

    However much there is: five statements for opportunities, two for the promises of each academic year, seven besides.
    """
    kinds, last_day = {each.kind for each in asked}, max([today, *(each.last_day for each in asked)])
    areas = dict(db.session.execute(select(Area.id, Area.name)).all())
    scheduled = list(_scheduled(kinds, last_day, areas))
    by_kind: dict[OpportunityKind, list[Offer]] = {}
    for offer in [*scheduled, *_promised(kinds, today, last_day, scheduled, areas)]:
        by_kind.setdefault(offer.kind, []).append(offer)
    return by_kind


def _scheduled(kinds: Collection[OpportunityKind], last_day: date, areas: Mapping[int, str]) -> Iterator[Offer]:
    """Whoever they are for: what is arranged for another provider is no offer, but uses up a promise as well."""
    opportunities = db.session.scalars(
        select(Opportunity)
        .where(
            Opportunity.status == OpportunityStatus.OPEN,
            Opportunity.kind.in_(kinds),
            Opportunity.starts_at > now(),
            Opportunity.starts_at < start_of_day(last_day + timedelta(days=1)),
            Opportunity.taken < Opportunity.capacity,
        )
        .options(
            joinedload(Opportunity.employer).selectinload(Employer.sectors),
            joinedload(Opportunity.site),
            selectinload(Opportunity.sectors),
            selectinload(Opportunity.year_groups),
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
    ).all()
    meant = spoken_for([each.id for each in opportunities])
    for each in opportunities:
        yield Offer(
            employer_id=each.employer_id,
            employer=each.employer.name,
            kind=each.kind,
            first_day=local_date(each.starts_at),
            last_day=local_date(each.ends_at),
            left=each.seats_left - sum(meant.get(each.id, {}).values()),
            of=each.capacity,
            free=each.seats_left,
            sectors=frozenset(sector.name for sector in each.sectors or each.employer.sectors),
            year_groups=frozenset(group.year_group for group in each.year_groups),
            area=areas.get(_area_of(each.site, each.employer) or 0),
            is_online=each.mode is Mode.ONLINE,
            opportunity_id=each.id,
            title=each.title,
            provider_id=each.provider_id,
            quiet_until=None,  # what is arranged needs no call
        )


def _promised(
    kinds: Collection[OpportunityKind],
    today: date,
    last_day: date,
    scheduled: Collection[Offer],
    areas: Mapping[int, str],
) -> Iterator[Offer]:
    in_force = [
        each
        for year in _years(today, last_day)
        for each in lines_in_force(year, today)
        if each.line.kind in kinds and each.progress.remaining and each.line.window_ends_on >= today
    ]
    _load_particulars(in_force)
    for each in in_force:
        line, employer = each.line, each.pledge.employer
        yield Offer(
            employer_id=employer.id,
            employer=employer.name,
            kind=line.kind,
            first_day=line.window_starts_on,
            last_day=line.window_ends_on,
            left=each.progress.remaining,
            of=each.progress.promised,
            sectors=frozenset(sector.name for sector in line.sectors or employer.sectors),
            year_groups=frozenset(group.year_group for group in line.year_groups),
            area=areas.get(_area_of(line.site, employer) or 0),
            is_online=line.mode is Mode.ONLINE,
            pledge_id=line.pledge_id,
            scheduled=sum(offer.free for offer in scheduled if _may_keep(offer, line, employer)),
            quiet_until=employer.quiet_until if employer.is_quiet(today) else None,
        )


def _load_particulars(in_force: Sequence[LineInForce]) -> None:
    """Sectors, year groups and site of the lines, and their employers' sectors. At most four statements."""
    db.session.scalars(
        select(PledgeLine)
        .where(PledgeLine.id.in_([each.line.id for each in in_force]))
        .options(selectinload(PledgeLine.sectors), selectinload(PledgeLine.year_groups), joinedload(PledgeLine.site))
    ).all()
    db.session.scalars(
        select(Employer)
        .where(Employer.id.in_({each.pledge.employer_id for each in in_force}))
        .options(selectinload(Employer.sectors))
    ).all()


def _may_keep(offer: Offer, line: PledgeLine, employer: Employer) -> bool:
    """Whether an opportunity that is scheduled may already be what the line promised."""
    return (
        offer.employer_id == employer.id
        and offer.kind is line.kind
        and line.window_starts_on <= offer.first_day <= line.window_ends_on
    )


def _area_of(site: Site | None, employer: Employer) -> int | None:
    return site.area_id if site and site.area_id else employer.area_id


def _years(first: date, last: date) -> Iterator[AcademicYear]:
    year = AcademicYear.of(first)
    while year.first_day <= last:
        yield year
        year = year.next
