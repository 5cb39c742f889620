"""What an officer sees of the reminders of an opportunity: what was said, what will be, and what not and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.opportunities.models import ONGOING, Opportunity, OpportunityStatus
from crm.reference.settings import settings
from crm.reminders.models import Party, Reminder, ReminderStop, Step
from crm.reminders.planning import A_DAY, STOPPED, Rhythm, no_owner, plan, undecided, why_not
from crm.reminders.queries import Told, beside, open_since, reminders_of, stop_of, told_of

LABELS = {
    Step.UNFILLED: "Free places, to the owner as a next step",
    Step.FIRST: "First reminder",
    Step.LAST: "Last reminder",
    Step.REGISTER: "Who came, please",
    Step.FEEDBACK: "How it went, please",
}
NO_MORE = {
    OpportunityStatus.CANCELLED: "It was cancelled, so nothing more is sent.",
    OpportunityStatus.DRAFT: "Nothing is sent while it is a draft.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said, or to be said, to one party."""

    step: Step
    whom: str
    at: datetime  # when it was decided, or is due
    is_over: bool
    reason: str | None  # why it was not sent; of what is to come, why it would not be as things are

    @property
    def what(self) -> str:
        return LABELS[self.step]

    @property
    def state(self) -> str:
        if self.is_over:
            return "Skipped" if self.reason else "Sent"
        return "Will be skipped" if self.reason else "To be sent"

    @property
    def meaning(self) -> str:
        """What the colour of its tag says."""
        return {"Sent": "done", "Skipped": "none", "To be sent": "active", "Will be skipped": "warning"}[self.state]


@dataclass(frozen=True, slots=True)
class Block:
    """The reminders of an opportunity, the soonest first."""

    lines: Sequence[Line]
    stop: ReminderStop | None
    may_stop: bool  # something is still to come
    nothing_more: str  # why nothing is sent whatever the lines say; empty if something may be


def block_of(opportunity: Opportunity, *, now: datetime) -> Block:
    """Of an opportunity whose employer (and that one's owner) and leader are loaded. Seven statements at the most."""
    told, stop, chosen = told_of(opportunity.id), stop_of(opportunity.id), settings()
    decided = reminders_of(opportunity.id)
    coming = [] if opportunity.status in NO_MORE else list(_coming(opportunity, decided, told, stop, now, chosen))
    over = [
        Line(each.step, _told_then(each, opportunity), each.decided_at, is_over=True, reason=each.reason)
        for each in decided
    ]
    return Block(
        lines=[*over, *sorted(coming, key=lambda line: line.at)],
        stop=stop,
        may_stop=stop is None and any(line.reason is None for line in coming),
        nothing_more=NO_MORE.get(opportunity.status, ""),
    )


def _coming(
    opportunity: Opportunity,
    decided: Sequence[Reminder],
    told: Mapping[int, Told],
    stop: ReminderStop | None,
    now: datetime,
    chosen: Mapping[str, str],
) -> Iterator[Line]:
    """What nothing was decided about. What is long too late is not worth a line."""
    stopped_by, others = stop.stopped_by.name if stop else None, beside(opportunity)
    planned = plan(opportunity.starts_at, opportunity.ends_at, told.keys(), Rhythm.of(chosen))
    known = {(each.step, each.provider_id, each.about_on) for each in decided}
    for each in undecided(planned, known):
        if each.until > now - A_DAY:
            party = told[each.provider_id] if each.provider_id is not None else None
            at = max(now, each.due_at)
            reason = why_not(
                each, opportunity, party.reach if party else None, stopped_by=stopped_by, now=at, beside=others
            )
            yield Line(each.step, _whom(opportunity, party), each.due_at, is_over=False, reason=reason)
    if not others.earlier and _may_stay_unfilled(opportunity, decided, now):
        yield from _unfilled(opportunity, stopped_by, timedelta(days=int(chosen["unfilled_days"])))


def _unfilled(opportunity: Opportunity, stopped_by: str | None, after: timedelta) -> Iterator[Line]:
    """Nothing if it takes place before that would be due."""
    due_at, owner = open_since(opportunity) + after, opportunity.employer.owner
    if due_at < opportunity.starts_at:
        reason = STOPPED.format(name=stopped_by) if stopped_by else no_owner(opportunity)
        yield Line(Step.UNFILLED, owner.name if owner else "Nobody yet", due_at, is_over=False, reason=reason)


def _may_stay_unfilled(opportunity: Opportunity, decided: Sequence[Reminder], now: datetime) -> bool:
    return (
        opportunity.status in ONGOING
        and not opportunity.is_full
        and opportunity.starts_at > now
        and not any(each.step is Step.UNFILLED for each in decided)
    )


def _whom(opportunity: Opportunity, told: Told | None) -> str:
    if told is not None:
        return told.provider.name
    return opportunity.leader.name if opportunity.leader else opportunity.employer.name


def _told_then(reminder: Reminder, opportunity: Opportunity) -> str:
    if reminder.party is Party.OWNER:
        return opportunity.employer.owner.name if opportunity.employer.owner else "Nobody"
    named = reminder.provider or reminder.contact
    return named.name if named else opportunity.employer.name
