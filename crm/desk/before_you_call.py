"""What to know before ringing an employer, so that nobody rings twice. One answer for the employer's page and the log.

The log form stands lower than opportunities and the progress of a promise, so it cannot ask for them itself: pages ask
`before_calling`, which `crm.desk.chrome` gives to every template.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.accounts.models import User
from crm.core.clock import local_date
from crm.employers import policies
from crm.employers.emailing import MayEmail, may_email
from crm.employers.models import Contact, Employer
from crm.employers.queries import contacts_of
from crm.fulfilment.progress import pledge_progress
from crm.fulfilment.standing import Progress
from crm.interactions.queries.coming import coming_at
from crm.interactions.queries.follow_ups import NextStepRow
from crm.interactions.queries.log import LogRow, log_of
from crm.interactions.queries.planned import PlannedRow
from crm.interactions.queries.pressure import Asked, asked_lately
from crm.links.queries import Fate, LinkRow, links_of_each
from crm.links.wording import fate_words
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.next_step import Given, NextSmallStep, next_small_step
from crm.opportunities.queries.opportunities import OpportunityRow, Wanted, opportunity_rows
from crm.pledges.models import Appetite, Pledge, PledgeStatus
from crm.pledges.queries import said_by
from crm.pledges.wording import STATUS_LABELS
from crm.reference.academic_years import AcademicYear

MOST_BOOKED = 10
MOST_OPPORTUNITIES = 200  # the latest, read together: what is booked, and what was given
MOST_PLANNED = 3  # of each
OFTEN = 2  # contacts in 30 days, from which the panel warns


@dataclass(frozen=True, slots=True)
class Promised:
    """This academic year's pledge: in force, or with the employer."""

    pledge_id: int
    label: str
    progress: str = ""  # in words, where it is in force and the viewer is staff
    link: str = ""  # what became of the link to answer it by, where they were sent one and the viewer is staff


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeYouCall:
    """The panel. It warns, and never stands in the way. What the viewer may not know is empty."""

    last: LogRow | None  # by anyone
    asked: Sequence[Asked]  # who was in touch in the last 30 days
    promised: Promised | None
    appetites: Sequence[Appetite]  # for this academic year and the next, where they said something
    booked: Sequence[OpportunityRow]  # to come, the soonest first
    small_step: NextSmallStep | None = None  # what to ask them for next, by what they have given; for staff
    plans: Sequence[PlannedRow]  # calls, meetings and visits, the soonest first
    next_steps: Sequence[NextStepRow]
    owner: str | None
    quiet_until: date | None  # a day to come
    quiet_reason: str | None
    mail: Sequence[tuple[Contact, MayEmail]] = field(default_factory=list)

    @property
    def times_asked(self) -> int:
        """Contacts by anybody in the last 30 days."""
        return sum(each.times for each in self.asked)

    @property
    def warns(self) -> bool:
        return self.quiet_until is not None or self.times_asked >= OFTEN

    @property
    def may_mail(self) -> int:
        """How many of the contacts may be e-mailed."""
        return sum(answer.allowed for _, answer in self.mail)


def before_you_call(employer: Employer, *, viewer: User, today: date) -> BeforeYouCall:
    """The panel of an employer whose owner is loaded. Nine statements at the most.

    A partner sees neither people nor notes: whom a colleague spoke to, what is planned, and why they want peace.
    """
    staff = viewer.is_staff
    said = said_by(employer.id, years_to_speak_of(today), viewer=viewer)
    pledges = said.pledges
    coming = coming_at(employer) if staff else None
    in_force = [pledge for pledge in pledges if pledge.status is PledgeStatus.CONFIRMED] if staff else []
    latest = opportunity_rows(viewer, Wanted(employer_id=employer.id), latest_first=True, limit=MOST_OPPORTUNITIES)
    open_ones = [row for row in reversed(latest) if row.status is OpportunityStatus.OPEN]
    return BeforeYouCall(
        last=next(iter(log_of(employer.id, viewer=viewer, limit=1)), None),
        asked=asked_lately(employer.id, today=today),
        promised=promised(pledges, pledge_progress(in_force, today), today, open_links_of(pledges, viewer)),
        appetites=said.appetites,
        booked=[row for row in open_ones if local_date(row.ends_at) >= today][:MOST_BOOKED],
        small_step=next_small_step(Given.of(latest, today)) if staff else None,
        plans=coming.plans[:MOST_PLANNED] if coming else [],
        next_steps=coming.steps[:MOST_PLANNED] if coming else [],
        owner=employer.owner.name if employer.owner else None,
        quiet_until=employer.quiet_until if employer.is_quiet(today) else None,
        quiet_reason=quiet_reason(employer, viewer),
        mail=mail_of(employer, contacts_of(employer.id)) if policies.may_see_people(viewer) else [],
    )


def years_to_speak_of(today: date) -> tuple[AcademicYear, AcademicYear]:
    """This academic year and the next: what a call is about."""
    this_year = AcademicYear.of(today)
    return this_year, this_year.next


def quiet_reason(employer: Employer, viewer: User) -> str | None:
    """Why they want to be left in peace: a note, so for staff only."""
    return employer.quiet_reason if viewer.is_staff else None


def mail_of(employer: Employer, contacts: Sequence[Contact]) -> Sequence[tuple[Contact, MayEmail]]:
    """Whether each contact who still works there may be e-mailed."""
    return [(contact, may_email(employer, contact)) for contact in contacts if contact.left_at is None]


OPEN = (PledgeStatus.CONFIRMED, PledgeStatus.OFFERED, PledgeStatus.SENT)  # in this order one is named


def open_links_of(pledges: Sequence[Pledge], viewer: User) -> Mapping[int, LinkRow]:
    """Of each pledge with the employer, the latest link that was not taken back: for staff, because it names people.

    One statement, and none where nothing waits for an answer.
    """
    asked = [pledge.id for pledge in pledges if pledge.status is PledgeStatus.SENT]
    if not asked or not viewer.is_staff:
        return {}
    rows = [row for links in links_of_each(asked).values() for row in links if row.fate is not Fate.REVOKED]
    return {row.link.pledge_id or 0: row for row in reversed(rows)}


def promised(
    pledges: Sequence[Pledge], progress: Mapping[int, Progress], today: date, links: Mapping[int, LinkRow]
) -> Promised | None:
    """The pledge in force this academic year; otherwise the one the employer is thinking about."""
    year = AcademicYear.of(today)
    by_status = {pledge.status: pledge for pledge in pledges if pledge.academic_year == year}
    pledge = next((by_status[each] for each in OPEN if each in by_status), None)
    if pledge is None:
        return None
    kept = progress.get(pledge.id) if pledge.status is PledgeStatus.CONFIRMED else None
    link = fate_words(links[pledge.id]) if pledge.id in links else ""
    return Promised(pledge.id, STATUS_LABELS[pledge.status], kept.sentence if kept else "", link)
