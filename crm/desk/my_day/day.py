"""An officer's day, put together: what My day shows, and what the daily digest sums up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.core.clock import start_of_day
from crm.desk.checks_due.queries import DueRow, checks_running_out, with_whom
from crm.desk.checks_due.services import why_not
from crm.desk.my_day.queries import OnSoon, WaitingPledge, on_soon, open_pledges, waiting
from crm.employers.queries import contacts_of_each
from crm.interactions.queries.follow_ups import (
    COMING_DAYS,
    NextStepRow,
    OpenCounts,
    done_since,
    open_with_counts,
)
from crm.interactions.queries.planned import PlannedRow, planned_for
from crm.interactions.queries.pressure import QuietEmployers, quiet_employers
from crm.links.queries import links_of_each
from crm.providers.requests.queries import RequestRow, waiting_for

MOST_REQUESTS = 10
MOST_CHECKS = 6

Group = tuple[str, str, Sequence[NextStepRow]]  # heading, name of its place on the page, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything that waits for an officer on a day in London."""

    today: date
    counts: OpenCounts
    steps: Sequence[NextStepRow]  # open ones, the most overdue first
    done: Sequence[NextStepRow]  # today, the latest first
    planned: Sequence[PlannedRow]  # until tomorrow, and what should have been logged
    on_soon: Sequence[OnSoon]
    pledges: Sequence[WaitingPledge]
    requests: Sequence[RequestRow]
    checks: Sequence[tuple[DueRow, str]]  # and why nobody is asked for it by e-mail now, if so
    quiet: QuietEmployers
    quiet_days: int

    @property
    def groups(self) -> Sequence[Group]:
        """The open next steps under their headings; empty ones are left out."""
        last = self.today + timedelta(days=COMING_DAYS)
        groups: tuple[Group, ...] = (
            ("Overdue", "overdue", [row for row in self.steps if row.due_on < self.today]),
            ("Today", "today", [row for row in self.steps if row.due_on == self.today]),
            ("Next 7 days", "coming", [row for row in self.steps if self.today < row.due_on <= last]),
            ("Later", "later", [row for row in self.steps if row.due_on > last]),
        )
        return [group for group in groups if group[2]]

    def next_step_at(self, employer_id: int) -> NextStepRow | None:
        """What the officer has planned at an employer, the soonest."""
        return next((row for row in self.steps if row.employer_id == employer_id), None)


def day_of(officer_id: int, today: date, settings: Mapping[str, str]) -> Day:
    """The day of one of the staff. Ten statements, whatever there is to do.

    `settings` are `crm.reference.settings.settings()`: how long is quiet, how soon a check is due.
    """
    quiet_days, notice_months = int(settings["quiet_days"]), int(settings["check_notice_months"])
    steps, counts = open_with_counts(officer_id, today)
    pledges = open_pledges(officer_id)
    checks = checks_running_out(officer_id, today, notice_months=notice_months, limit=MOST_CHECKS)
    employer_ids = {pledge.employer_id for pledge in pledges} | {row.employer_id for row in checks}
    contacts = contacts_of_each(employer_ids)
    links = links_of_each([pledge.id for pledge in pledges])
    return Day(
        today=today,
        counts=counts,
        steps=steps,
        done=done_since(officer_id, start_of_day(today)),
        planned=planned_for(officer_id, today, days=1),
        on_soon=on_soon(officer_id, today),
        pledges=[waiting(each, contacts.get(each.employer_id, []), links.get(each.id, []), today) for each in pledges],
        requests=waiting_for(officer_id, limit=MOST_REQUESTS),
        checks=[(row, why_not(row)) for row in with_whom(checks, contacts)],
        quiet=quiet_employers(officer_id, today=today, days=quiet_days),
        quiet_days=quiet_days,
    )
