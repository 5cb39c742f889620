"""What the page of an employer puts together. Each part is its own feature's query; nothing is worked out twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.readable import HistoryRow, readable_history
from crm.checks.queries import SiteWithChecks, sites_with_checks
from crm.core.clock import local_date
from crm.desk.before_you_call import BeforeYouCall, open_links_of, promised, quiet_reason, years_to_speak_of
from crm.employers import policies
from crm.employers.models import Contact, Employer
from crm.employers.queries import contacts_of, get_employer
from crm.fulfilment.progress import pledge_progress
from crm.fulfilment.standing import Progress
from crm.groups.queries import MemberOf, memberships_of
from crm.interactions.queries.coming import coming_at
from crm.interactions.queries.follow_ups import NextStepRow
from crm.interactions.queries.log import LogRow, log_of
from crm.interactions.queries.planned import PlannedRow
from crm.interactions.queries.pressure import asked_lately
from crm.links.queries import LinkRow
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.next_step import Given, next_small_step
from crm.opportunities.queries.opportunities import OpportunityRow, Wanted, opportunity_rows
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import said_by

LOG_ROWS = 25
MOST_OPPORTUNITIES = 40  # the latest; the rest are in the list of opportunities
HISTORY_ROWS = 40
HISTORY_AT_ONCE = 6  # the rest unfolds
WITH_PROGRESS = (PledgeStatus.CONFIRMED, PledgeStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerPage:
    """Everything the page shows. What the viewer may not know is empty."""

    employer: Employer
    sites: Sequence[SiteWithChecks]
    groups: Sequence[MemberOf]  # those it sits in, then those it sat in
    contacts: Sequence[Contact]
    log: Sequence[LogRow]  # the latest first
    before_you_call: BeforeYouCall
    next_steps: Sequence[NextStepRow]
    planned: Sequence[PlannedRow]
    pledges: Sequence[Pledge]
    progress: Mapping[int, Progress]  # by pledge
    links: Mapping[int, LinkRow]  # by pledge that waits for an answer: the latest
    upcoming: Sequence[OpportunityRow]  # the soonest first
    past: Sequence[OpportunityRow]  # the latest first
    history: Sequence[HistoryRow]

    @property
    def latest_changes(self) -> Sequence[HistoryRow]:
        return self.history[:HISTORY_AT_ONCE]

    @property
    def earlier_changes(self) -> Sequence[HistoryRow]:
        return self.history[HISTORY_AT_ONCE:]


def employer_page(employer_id: int, *, viewer: User, today: date) -> EmployerPage:
    """The page of an employer. Twelve statements, and one more while a pledge waits for an answer.

    Raises NotFound if there is no such employer, or none the viewer may know about.
    """
    employer = get_employer(employer_id, viewer=viewer)
    staff = viewer.is_staff
    said = said_by(employer_id, years_to_speak_of(today), viewer=viewer)
    pledges = said.pledges
    progress = _progress(pledges, today) if staff else {}
    links = open_links_of(pledges, viewer)
    opportunities = opportunity_rows(
        viewer, Wanted(employer_id=employer_id), latest_first=True, limit=MOST_OPPORTUNITIES
    )
    upcoming = [row for row in reversed(opportunities) if local_date(row.ends_at) >= today]
    log = log_of(employer_id, viewer=viewer, limit=LOG_ROWS)
    coming = coming_at(employer) if staff else None
    return EmployerPage(
        employer=employer,
        sites=sites_with_checks(employer_id),
        groups=memberships_of(employer_id),
        contacts=contacts_of(employer_id) if policies.may_see_people(viewer) else [],
        log=log,
        before_you_call=BeforeYouCall(
            last=log[0] if log else None,
            asked=asked_lately(employer_id, today=today),
            promised=promised(pledges, progress, today, links),
            appetites=said.appetites,
            booked=[row for row in upcoming if row.status is OpportunityStatus.OPEN],
            small_step=next_small_step(Given.of(opportunities, today)) if staff else None,
            plans=coming.plans[:1] if coming else [],
            next_steps=[],  # the page lists them, and whom we may e-mail, itself
            owner=employer.owner.name if employer.owner else None,
            quiet_until=employer.quiet_until if employer.is_quiet(today) else None,
            quiet_reason=quiet_reason(employer, viewer),
        ),
        next_steps=coming.steps if coming else [],
        planned=coming.plans if coming else [],
        pledges=pledges,
        progress=progress,
        links=links,
        upcoming=upcoming,
        past=[row for row in opportunities if local_date(row.ends_at) < today],
        history=_history(employer_id) if policies.may_see_history(viewer) else [],
    )


def _progress(pledges: Sequence[Pledge], today: date) -> Mapping[int, Progress]:
    return pledge_progress([pledge for pledge in pledges if pledge.status in WITH_PROGRESS], today)


def _history(employer_id: int) -> Sequence[HistoryRow]:
    """Of those that became part of it, too."""
    merged = select(Employer.id).where(Employer.merged_into_id == employer_id)
    return readable_history("employer", employer_id, limit=HISTORY_ROWS, besides=merged)
