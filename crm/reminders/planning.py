"""When something is said around an opportunity, and when it is not. Pure: no database, no request.

Every step keeps to the clock on a London wall: what goes out at eight in the morning goes out at eight in the morning,
in summer time and out of it, also when the clocks change between the reminder and the day.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm.core.clock import local_date, local_instant, start_of_day
from crm.core.dates import read_time
from crm.core.formatting import long_date
from crm.employers.emailing import may_notify
from crm.employers.models import Contact, Employer
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.reminders.models import BEFORE_IT, ONCE_EVER, Party, Step

A_DAY = timedelta(days=1)
FIRST_MATTERS_FOR = 2 * A_DAY  # “in a week” is of no use in four days
FEEDBACK_MATTERS_FOR = 14 * A_DAY  # nobody remembers longer
STOPPED = "{name} stopped the reminders."
TOO_LATE = "Too late to matter: it was due on {day}."


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many days before and after, and at what time on a London clock."""

    first: int
    last: int
    feedback: int  # after the last day
    at: time

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Rhythm":
        """As an administrator set it (`crm.reference.settings.settings`)."""
        first, last, feedback = (
            int(settings[name]) for name in ("first_reminder_days", "last_reminder_days", "feedback_days")
        )
        return cls(first, last, feedback, read_time(settings["reminder_time"]))


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to say to one party."""

    step: Step
    party: Party
    provider_id: int | None
    due_at: datetime
    until: datetime  # from then on it is too late to matter
    about_on: date  # the first day, in London


def plan(starts_at: datetime, ends_at: datetime, providers: Collection[int], rhythm: Rhythm) -> Sequence[Planned]:
    """What is said before, on the day and after, to the employer and to each provider; the soonest first.

    The register is asked for on the last day: who came to a whole week is known only then.
    """
    first_day, last_day = local_date(starts_at), local_date(ends_at)

    def on(day: date) -> datetime:
        return local_instant(day, rhythm.at)

    last_at = on(first_day - rhythm.last * A_DAY)
    first_on = first_day - rhythm.first * A_DAY
    feedback_on = last_day + rhythm.feedback * A_DAY
    windows = {
        Step.FIRST: (on(first_on), min(on(first_on + FIRST_MATTERS_FOR), last_at)),
        Step.LAST: (last_at, start_of_day(first_day)),
        Step.REGISTER: (on(last_day), start_of_day(last_day + A_DAY)),
        Step.FEEDBACK: (on(feedback_on), on(feedback_on + FEEDBACK_MATTERS_FOR)),
    }
    parties: list[tuple[Party, int | None]] = [(Party.PROVIDER, each) for each in sorted(providers)]
    planned = [
        Planned(step, party, provider_id, *window, about_on=first_day)
        for step, window in windows.items()
        for party, provider_id in [(Party.EMPLOYER, None), *parties]
        if party is Party.PROVIDER or step is not Step.REGISTER
    ]
    return sorted(planned, key=lambda each: each.due_at)  # stable: the employer stays before providers


Decided = Collection[tuple[Step, int | None, date]]  # what, to which provider, about which day


def undecided(planned: Sequence[Planned], decided: Decided) -> Sequence[Planned]:
    """What nothing was decided about, for this day or, where once is enough, at all."""
    at_all = {(step, provider_id) for step, provider_id, _ in decided if step in ONCE_EVER}
    return [
        each
        for each in planned
        if (each.step, each.provider_id, each.about_on) not in decided and (each.step, each.provider_id) not in at_all
    ]


def due(planned: Sequence[Planned], decided: Decided, now: datetime) -> Sequence[Planned]:
    """What is to be decided now, the soonest first."""
    return [each for each in undecided(planned, decided) if each.due_at <= now]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a provider can be told of an opportunity."""

    name: str
    seats: int  # that its young people hold
    coordinators: int  # who can sign in
    has_address: bool = False  # of its own


@dataclass(frozen=True, slots=True)
class Beside:
    """Whether a meeting of a series has others before it and after it that were not cancelled."""

    earlier: bool = False
    later: bool = False


ALONE = Beside()


def why_not(  # what is in the way comes from all sides
    planned: Planned,
    opportunity: Opportunity,
    reach: Reach | None,
    *,
    stopped_by: str | None,
    now: datetime,
    beside: Beside = ALONE,
) -> str | None:
    """Why something that is due is not said, in a sentence; None if nothing is in the way.

    Args:
        planned: what, to whom.
        opportunity: with its employer and leader loaded.
        reach: of the provider, where it is said to one.
        stopped_by: who stopped the reminders of this opportunity.
        now: when it would be said.
        beside: which other meetings of its series there are.
    """
    return (
        _of_the_opportunity(planned.step, opportunity)
        or (STOPPED.format(name=stopped_by) if stopped_by else None)
        or _of_the_series(planned.step, beside)
        or (_of_the_provider(planned.step, reach) if reach else _of_the_employer(planned.step, opportunity, now))
        or (TOO_LATE.format(day=long_date(planned.due_at)) if now >= planned.until else None)
    )


def _of_the_opportunity(step: Step, opportunity: Opportunity) -> str | None:
    if opportunity.status is OpportunityStatus.CANCELLED:
        return "It was cancelled."
    if opportunity.status is OpportunityStatus.DRAFT:
        return "It is still a draft."
    if opportunity.status is OpportunityStatus.DELIVERED and step is not Step.FEEDBACK:
        return "It is delivered and marked already."
    return None


def _of_the_series(step: Step, beside: Beside) -> str | None:
    """Who meets every other week is not written to four times a meeting."""
    if step is Step.FIRST and beside.earlier:
        return "It is one of a series: only the first meeting is announced so early."
    if step is Step.FEEDBACK and beside.later:
        return "More of the series is to come: it is asked after the last meeting."
    return None


def _of_the_employer(step: Step, opportunity: Opportunity, now: datetime) -> str | None:
    employer, leader = opportunity.employer, opportunity.leader
    if step is Step.FEEDBACK and not opportunity.taken:
        return "Nobody has a place."
    if leader is None:
        return "Nobody is named who leads it."
    if employer.is_archived:
        return "The employer is archived."
    answer = may_notify(leader)
    return _quiet(employer, leader, local_date(now)) if answer.allowed else answer.reason


def _quiet(employer: Employer, leader: Contact, today: date) -> str | None:
    if not employer.is_quiet(today):
        return None
    return f"{leader.name} is not written to: they asked to be left in peace until {long_date(employer.quiet_until)}."


def _of_the_provider(step: Step, reach: Reach) -> str | None:
    if step not in BEFORE_IT and not reach.seats:
        return f"No young people of {reach.name} have a place."
    if reach.coordinators or (step in BEFORE_IT and reach.has_address):
        return None
    missing = "has an e-mail address" if step in BEFORE_IT else "can sign in"
    return f"Nobody at {reach.name} {missing}."


def no_owner(opportunity: Opportunity) -> str | None:
    """Why an offer that is not taken up is nobody's next step; None if it has an owner who can see to it."""
    employer, owner = opportunity.employer, opportunity.employer.owner
    if employer.is_archived:
        return "The employer is archived."
    if owner is None:
        return "The employer has no owner."
    return None if owner.is_active and owner.is_staff else f"{owner.name}, who owns the employer, cannot sign in."
