"""When an employer that has not answered is chased, and when it is not. Pure: no database, no request.

Steps keep to the clock on a London wall: who was written to at ten in the morning is chased at ten in the morning,
whatever became of summer time in between.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.answering.asking import FIRST, LAST, SECOND
from crm.core.clock import LONDON, local_date, local_instant
from crm.core.formatting import long_date
from crm.employers.emailing import may_email
from crm.employers.models import Contact, Employer

REST = timedelta(days=2)  # between a mail about a pledge and the next that goes out by itself
TOO_LATE = "Too late: the next reminder was due as well."


@dataclass(frozen=True, slots=True)
class Rhythm:
    """After how many days an unanswered link is chased, and how many days before its end for the last time."""

    first: int
    second: int
    last: int

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Rhythm":
        """As an administrator set it (`crm.reference.settings.settings`)."""
        return cls(
            *(int(settings[f"{name}_chaser_days"]) for name in ("first", "second", "last")),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of the three, and when it is due."""

    number: int
    due_at: datetime


def steps(asked_at: datetime, expires_at: datetime, rhythm: Rhythm) -> Sequence[Step]:
    """The reminders of a link, the soonest first.

    One that would follow the sending within a day, or that would come when the link has ended, is none.
    """
    asked_on, last_day = local_date(asked_at), local_date(expires_at - timedelta(microseconds=1))
    days = {
        FIRST: asked_on + timedelta(days=rhythm.first),
        SECOND: asked_on + timedelta(days=rhythm.second),
        LAST: last_day - timedelta(days=rhythm.last),
    }
    at = asked_at.astimezone(LONDON).time()
    planned = [Step(number, local_instant(day, at)) for number, day in days.items() if day > asked_on]
    return sorted((step for step in planned if step.due_at < expires_at), key=lambda step: (step.due_at, step.number))


def due(planned: Sequence[Step], decided: Collection[int], now: datetime) -> Sequence[Step]:
    """Those that are due and were not decided about, the soonest first."""
    return [step for step in planned if step.due_at <= now and step.number not in decided]


def coming(planned: Sequence[Step], decided: Collection[int], now: datetime) -> Step | None:
    """The next one, if there is to be one."""
    return next((step for step in planned if step.number not in decided and step.due_at > now), None)


def why_not(
    employer: Employer, contact: Contact, *, last_mail: datetime | None, now: datetime, is_lost: bool = False
) -> str | None:
    """Why somebody is not chased now, in a sentence; None if nothing is in the way.

    Args:
        employer: the contact's own.
        contact: whose link it is.
        last_mail: when the last mail with the link was written.
        now: when they would be chased.
        is_lost: whether that mail could not be delivered.
    """
    today: date = local_date(now)
    answer = may_email(employer, contact)
    if not answer.allowed:
        return answer.reason
    if employer.is_quiet(today):
        return f"They asked to be left in peace until {long_date(employer.quiet_until)}."
    if is_lost:
        return "The last e-mail to them could not be delivered."
    if last_mail is not None and now - last_mail < REST:
        return f"They were written to about it on {long_date(last_mail)} already."
    return None
