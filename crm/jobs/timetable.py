"""Every scheduled job, when it runs (London time), and the one function it calls.

No daily job between 00:59 and 02:01: on two nights a year that hour comes twice or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crm.answering.jobs import chase_unanswered, tell_of_lapsed
from crm.core.batch import Tally
from crm.core.clock import LONDON
from crm.correspondence.jobs import read_mailbox
from crm.desk.digest.jobs import owe_daily_digests
from crm.desk.undelivered.jobs import follow_up_undelivered
from crm.hub.jobs import answer_hub_requests
from crm.imports.jobs import run_queued_imports
from crm.invitations.jobs import keep_invitations
from crm.jobs.housekeeping import forget_old
from crm.matching.jobs import run_matchings
from crm.merging.jobs import ask_by_night, search_for_duplicates
from crm.notifications.jobs import send_due_emails
from crm.opportunities.jobs import lapse_offers
from crm.reminders.jobs import send_reminders, tell_owners_of_unfilled
from crm.reminders.offers import tell_of_offers
from crm.renewals.jobs import send_renewals


@dataclass(frozen=True, slots=True)
class Job:
    """A named job. `run` takes the instant it was started at and returns how it went.

    It asks tables what is due, so that running it late, twice or twice at once does no harm.
    """

    name: str
    run: Callable[[datetime], Tally]
    trigger: BaseTrigger


def every(seconds: int) -> BaseTrigger:
    return IntervalTrigger(seconds=seconds)


def daily(hour: int, minute: int) -> BaseTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=LONDON)


TIMETABLE = (
    Job("send-emails", send_due_emails, every(15)),
    Job("keep-invitations", keep_invitations, every(15)),
    Job("undelivered-emails", follow_up_undelivered, every(60)),
    Job("imports", run_queued_imports, every(2)),  # somebody is watching its progress
    Job("matchings", run_matchings, every(2)),  # as with imports
    Job("read-mailbox", read_mailbox, every(60)),
    Job("hub-requests", answer_hub_requests, every(10)),  # somebody waits for the mail
    Job("renewals", send_renewals, every(20)),
    Job("find-duplicates", search_for_duplicates, every(5)),
    Job("duplicates-by-night", ask_by_night, daily(4, 10)),
    Job("chase-pledges", chase_unanswered, every(60)),
    Job("lapsed-pledges", tell_of_lapsed, every(300)),
    Job("offered-places", tell_of_offers, every(60)),
    Job("reminders", send_reminders, every(60)),  # asks what is due: the hour is a setting
    Job("unfilled-opportunities", tell_owners_of_unfilled, every(300)),
    Job("daily-digests", owe_daily_digests, every(120)),  # asks whether it is morning, and whose is still to be decided
    Job("lapsed-offers", lapse_offers, every(300)),
    Job("forget-old", forget_old, daily(3, 20)),
)
