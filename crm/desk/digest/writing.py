"""What a digest says. Pure: the day comes as an argument. Plain text, no personal data in the subject."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.core.formatting import clock_time, counted, long_date, phone, plural, weekday_date
from crm.desk.my_day.day import Day
from crm.desk.my_day.queries import OnSoon
from crm.interactions.queries.follow_ups import NextStepRow
from crm.interactions.queries.planned import PlannedRow
from crm.notifications.letters import Bullets, Letter
from crm.pledges.models import PledgeStatus
from crm.providers.requests.models import RequestStatus

MOST_LINES = 10  # under one heading


@dataclass(frozen=True, slots=True)
class Digest:
    """A mail."""

    subject: str
    letter: Letter


def digest(day: Day, *, name: str, my_day: str, account: str) -> Digest | None:
    """The mail of an officer's day; nothing where no step is due and nothing is on.

    What only waits – pledges, requests, quiet employers – is no reason for a mail every morning: it is told beside
    the rest.

    Args:
        day: with what is on tomorrow too.
        name: the officer's.
        my_day: the address of My day.
        account: the address of the page where the digest is stopped.
    """
    overdue = [row for row in day.steps if row.due_on < day.today]
    due = [row for row in day.steps if row.due_on == day.today]
    planned = [row for row in day.planned if row.planned_on == day.today]
    if not (overdue or due or planned or day.on_soon):
        return None
    tomorrow = day.today + timedelta(days=1)
    parts = [
        f"this is your {weekday_date(day.today)}.",
        _part("Overdue", day.counts.overdue, (_step(row, late=True) for row in overdue)),
        _part("Due today", day.counts.today, (_step(row) for row in due)),
        _part("Planned today", len(planned), map(_plan, planned)),
        _on("On today", [row for row in day.on_soon if row.begins_on <= day.today], day.today),
        _on("On tomorrow", [row for row in day.on_soon if row.begins_on == tomorrow], day.today),
        "\n".join(_waiting(day)),
        f"Everything is here: {my_day}",
    ]
    letter = Letter(
        greeting=f"Good morning {name},",
        parts=tuple(part for part in parts if part),
        small_print=(f"You get this on working days when something is due. Stop it on your account page: {account}",),
    )
    return Digest(_subject(day, len(planned)), letter)


def _subject(day: Day, planned: int) -> str:
    said = [
        f"{day.counts.overdue} overdue" if day.counts.overdue else "",
        f"{day.counts.today} due today" if day.counts.today else "",
        f"{planned} planned today" if planned else "",
        f"{len(day.on_soon)} on today or tomorrow" if day.on_soon else "",
    ]
    return f"Your day: {', '.join(filter(None, said))}"


def _part(heading: str, total: int, lines: Iterable[str]) -> Bullets | None:
    """A heading with its first lines, and how many more there are."""
    shown = list(lines)[:MOST_LINES]
    if not shown:
        return None
    more = [f"and {total - len(shown)} more"] if total > len(shown) else []
    return Bullets((*shown, *more), heading=f"{heading} ({total})")


def _on(heading: str, rows: Sequence[OnSoon], today: date) -> Bullets | None:
    return _part(heading, len(rows), (_opportunity(row, today) for row in rows))


def _step(row: NextStepRow, *, late: bool = False) -> str:
    since = f", due {long_date(row.due_on)}" if late else ""
    number = f", {phone(row.phone)}" if row.phone else ""
    return f"{row.what}: {row.employer}{since}{number}"


def _plan(row: PlannedRow) -> str:
    when = f"{clock_time(row.starts_at)}: " if row.starts_at else ""
    return f"{when}{row.channel.label} with {row.employer}: {row.about}"


def _opportunity(row: OnSoon, today: date) -> str:
    when = f"until {long_date(row.ends_on)}" if row.begins_on < today else clock_time(row.starts_at)
    return f"{when}: {row.title}, {row.employer}, {row.taken} of {row.capacity} places taken"


def _waiting(day: Day) -> Iterator[str]:
    sent = sum(row.status is PledgeStatus.SENT for row in day.pledges)
    offered = sum(row.status is PledgeStatus.OFFERED for row in day.pledges)
    new = sum(row.status is RequestStatus.NEW for row in day.requests)
    lost = sum(row.is_lost for row in day.pledges)
    if lost:
        yield f"{counted(lost, 'link')} to answer a pledge by reached nobody, or ended: look at My day."
    if sent:
        yield f"{counted(sent, 'pledge')} {plural(sent, 'waits', 'wait')} for an answer."
    if offered:
        yield f"{counted(offered, 'employer')} {plural(offered, 'offers', 'offer')} something other than we asked for."
    if new:
        yield f"{counted(new, 'request')} from providers {plural(new, 'is', 'are')} new."
    if day.quiet.total:
        quiet = day.quiet.total
        verb = plural(quiet, "was", "were")
        yield f"{counted(quiet, 'employer')} of yours {verb} not reached for {counted(day.quiet_days, 'day')}."
