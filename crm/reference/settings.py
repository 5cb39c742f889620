"""What an administrator may set, what each setting means, and its value until somebody sets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from sqlalchemy import select

from crm.core.dates import read_time
from crm.core.db import db
from crm.reference.models import Setting


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting: what it is called on its page, what it does, its value when nobody has chosen."""

    label: str
    hint: str
    default: str
    check: Callable[[str], object] = str  # raises ValueError on what cannot be


def _group_size(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 100:  # noqa: PLR2004
        raise ValueError("Enter a whole number from 1 to 100")
    return int(value)


def _some_days(value: str) -> int:
    if not value.isdecimal() or not 7 <= int(value) <= 730:  # noqa: PLR2004
        raise ValueError("Enter a whole number of days from 7 to 730")
    return int(value)


def _months(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= 12:  # noqa: PLR2004
        raise ValueError("Enter a whole number of months from 0 to 12")
    return int(value)


def _days(fewest: int, most: int) -> Callable[[str], int]:
    def check(value: str) -> int:
        if not value.isdecimal() or not fewest <= int(value) <= most:
            raise ValueError(f"Enter a whole number of days from {fewest} to {most}")
        return int(value)

    return check


def _yes_or_no(value: str) -> str:
    if value not in {"yes", "no"}:
        raise ValueError("Enter yes or no")
    return value


def _mails(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 5000:  # noqa: PLR2004
        raise ValueError("Enter a whole number from 1 to 5,000")
    return int(value)


def _morning(value: str) -> time:
    at = read_time(value)
    if not time(5) <= at < time(12):
        raise ValueError("Enter a time from 5am to before noon, like 7:30")
    return at


def _some_words(value: str) -> str:
    if not value.strip():
        raise ValueError("Enter a name")
    return value.strip()


CHOICES = {
    "council_name": Choice(
        "Council’s name", "Shown at the top of every page and on the workbook", "Your council", _some_words
    ),
    "service_name": Choice("Service’s name", "Shown beside the navigation", "Employer engagement", _some_words),
    "group_limit": Choice(
        "Group limit",
        "The most young people in a talk, online presentation or mentoring meeting before the officer must say why",
        "12",
        _group_size,
    ),
    "quiet_days": Choice(
        "Days until an employer counts as quiet",
        "Without two-way contact for this long, an employer is listed on the day of the officer who owns it",
        "90",
        _some_days,
    ),
    "digest_time": Choice(
        "Time of the daily digest",
        "When officers get the e-mail with what is due, on working days, London time, like 7:30",
        "7:30",
        _morning,
    ),
    "bulk_email_limit": Choice(
        "E-mails to many, a day",
        "How many e-mails all officers together may send in a day to several employers at once",
        "300",
        _mails,
    ),
    "pledge_link_days": Choice(
        "Days to answer a pledge",
        "The link that an employer is sent to answer its pledge works for so many days",
        "28",
        _days(7, 120),
    ),
    "first_chaser_days": Choice(
        "Days until a pledge is first chased",
        "An employer that has not answered is reminded by e-mail so many days after the pledge was sent",
        "7",
        _days(1, 60),
    ),
    "second_chaser_days": Choice(
        "Days until a pledge is chased again",
        "And once more so many days after it was sent",
        "14",
        _days(2, 90),
    ),
    "last_chaser_days": Choice(
        "Days before its end that a link is chased last",
        "The last reminder goes out so many days before the link stops working",
        "3",
        _days(1, 14),
    ),
    "reminder_time": Choice(
        "Time of the reminders around opportunities",
        "When speakers and providers are reminded, registers and feedback asked for; London time, like 8:00",
        "8:00",
        _morning,
    ),
    "first_reminder_days": Choice(
        "Days before an opportunity that it is first announced",
        "Who leads it and the provider get an e-mail so many days before the first day",
        "7",
        _days(2, 30),
    ),
    "last_reminder_days": Choice(
        "Days before an opportunity that it is announced last",
        "And once more so many days before",
        "1",
        _days(1, 7),
    ),
    "feedback_days": Choice(
        "Days until feedback is asked for",
        "Who led it and the provider are asked how it went so many days after the last day",
        "1",
        _days(1, 14),
    ),
    "unfilled_days": Choice(
        "Days until free places are somebody’s next step",
        "An open opportunity with free places so many days after it was arranged becomes a next step of the employer’s "
        "owner",
        "21",
        _days(7, 120),
    ),
    "check_notice_months": Choice(
        "Notice before checks run out, in months",
        "Insurance and site checks that run out within so many months are shown as due; what has run out always is",
        "2",
        _months,
    ),
    "offer_days": Choice(
        "Days to answer an offered place",
        "A place that is offered holds its seat so many days, but never longer than until the day before",
        "7",
        _days(1, 60),
    ),
    "keep_attachments": Choice(
        "Keep attachments of e-mails",
        "yes or no. Documents, spreadsheets and pictures up to 5 MB are kept with an e-mail that is filed. With no, "
        "only their names are",
        "no",
        _yes_or_no,
    ),
    "staff_read_names": Choice(
        "Council staff may read names",
        "yes or no. Where a provider keeps names of young people, may council staff look at one? Every look is logged",
        "no",
        _yes_or_no,
    ),
    "discarded_mail_days": Choice(
        "Days until discarded e-mails are deleted",
        "E-mails discarded from the mail tray, and those put aside by themselves, are deleted after so many days",
        "30",
        _some_days,
    ),
}


def settings() -> dict[str, str]:
    """Every setting by name, as chosen or by default. One statement."""
    chosen = {name: value for name, value in db.session.execute(select(Setting.name, Setting.value))}  # noqa: C416
    return {name: chosen.get(name, choice.default) for name, choice in CHOICES.items()}


def group_limit() -> int:
    """The most young people in a small-group opportunity before a reason is needed."""
    return int(settings()["group_limit"])


def quiet_days() -> int:
    """How many days without two-way contact make an employer quiet."""
    return int(settings()["quiet_days"])


def offer_days() -> int:
    """How many days a place that is offered waits for an answer."""
    return int(settings()["offer_days"])


def digest_time() -> time:
    """When the daily digest is due, on a London clock."""
    return read_time(settings()["digest_time"])


def bulk_email_limit() -> int:
    """How many e-mails may go to several employers at once, in a London day, from all officers together."""
    return int(settings()["bulk_email_limit"])


def check_notice_months() -> int:
    """How many months before it runs out a check of a site counts as due."""
    return int(settings()["check_notice_months"])


def keeps_attachments() -> bool:
    """Whether files that come with e-mails are kept."""
    return settings()["keep_attachments"] == "yes"


def staff_may_read_names() -> bool:
    """Whether council staff may look at names that providers keep."""
    return settings()["staff_read_names"] == "yes"


def discarded_mail_days() -> int:
    """How many days an e-mail nobody wants is kept."""
    return int(settings()["discarded_mail_days"])
