"""What Northmoor's providers ask for, and what its employers said about being called and e-mailed."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.access import Role
from crm.demo.organisations import Classes, Known
from crm.employers.models import LegalForm
from crm.employers.services import EmailingDetails, Quiet, Said, keep_quiet, record_emailing
from crm.interactions.models import Channel
from crm.interactions.services import PlanDetails, plan_interaction
from crm.opportunities.services import OpportunityDetails, schedule_opportunity
from crm.providers.models import YearGroup
from crm.providers.requests.services import RequestDetails, ask, decline, mark_met, take
from crm.reference.kinds import OpportunityKind as Kind

ASKED = (
    (Kind.WORKPLACE_VISIT, 8, 60, "Eight in Year 10 who like to build things. Not on a Friday.", YearGroup.YEAR_10),
    (Kind.TALK, 12, 30, "Somebody who came into care work as an adult, for a small group.", YearGroup.YEAR_11),
    (Kind.PLACEMENT, 3, 90, "Three placements with computers, near a tram stop.", YearGroup.YEAR_12),
    (Kind.MOCK_INTERVIEW, 10, 21, "Two people for a morning of interviews, any trade.", YearGroup.YEAR_11),
    (Kind.JOB_SHADOWING, 2, 45, "Two who want to see a working kitchen.", YearGroup.YEAR_10),
    (Kind.WORKPLACE_VISIT, 15, 40, "A steam railway, for a whole class.", YearGroup.YEAR_9),
)
INDIVIDUALS = frozenset({LegalForm.SOLE_TRADER, LegalForm.PARTNERSHIP})
SAID = (
    (Said.CONSENTED, "form signed at the breakfast"),
    (Said.OPTED_IN, "gave the address when asking about placements"),
    (Said.OBJECTED, "by phone"),
)
BUSY = ((2, 20, "Asked to be left in peace until after stocktaking"), (9, 45, "Moving premises, back in the new year"))


def ask_for_opportunities(schools: Sequence[Classes], users: Sequence[User], today: date) -> None:
    """Requests in every state, the first of them by the coordinator who signs in."""
    coordinator = next(user for user in users if user.role is Role.PROVIDER)
    officers = [user for user in users if user.role is Role.OFFICER]
    for place, (kind, how_many, days, words, year_group) in enumerate(ASKED):
        set_actor(coordinator.name)
        request = ask(
            schools[0 if place % 2 == 0 else place % len(schools)].provider,
            RequestDetails(
                kind=kind,
                young_people=how_many,
                wanted_by=today + timedelta(days=days),
                words=words,
                year_groups=frozenset({year_group}),
            ),
            by=coordinator,
        )
        officer = officers[place % len(officers)]
        set_actor(officer.name)
        if place in {2, 4}:
            take(request, by=officer, at=clock.now())
        if place == 4:  # noqa: PLR2004  # the one that was met
            mark_met(request)
        if place == len(ASKED) - 1:
            decline(request, reason="The railway takes no visits this winter. We ask again in spring.")


def speak_about_email(everybody: Sequence[Known], today: date) -> None:
    """Consent, soft opt-in and objections among those who count as individuals, one objection at a company."""
    individuals = [known for known in everybody if known.firm.form in INDIVIDUALS]
    companies = [known for known in everybody if known.firm.form is LegalForm.COMPANY]
    for place, known in enumerate([*individuals, companies[3]]):
        said, how = SAID[2] if known is companies[3] else SAID[place % len(SAID)]
        set_actor(known.officer.name)
        contact = known.contacts[0]
        details = EmailingDetails(said=said, on=today - timedelta(days=20 + place), how=how)
        contact.employer = known.employer
        record_emailing(contact, details, seen=contact.version, today=today)
    for place, days, reason in BUSY:
        set_actor(everybody[place].officer.name)
        keep_quiet(everybody[place].employer, Quiet(until=today + timedelta(days=days), reason=reason), today=today)


def give_the_first_officer_a_day(everybody: Sequence[Known], officer: User, today: date) -> None:
    """Whoever is shown the demonstration first finds a call planned for today, and a talk tomorrow, on My day."""
    first, second, *_ = (known for known in everybody if known.employer.owner_id == officer.id)
    set_actor(officer.name)
    call = PlanDetails(
        channel=Channel.CALL,
        planned_on=today,
        starts_at=time(15, 30),
        about="Dates for the spring",
        contact_ids=frozenset({first.contacts[0].id}),
    )
    plan_interaction(first.employer, call, by=officer, today=today)
    talk = OpportunityDetails(
        kind=Kind.TALK,
        title="How I came to do this",
        first_day=today + timedelta(days=1),
        starts=time(10),
        ends=time(11),
        capacity=12,
    )
    schedule_opportunity(second.employer, talk, scheduled_by=officer)
