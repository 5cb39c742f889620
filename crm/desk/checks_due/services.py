"""Asking employers for their checks by e-mail. Callers open the unit of work; nothing here commits.

One mail for each employer, whatever is asked for there: nobody is asked five times for five things.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm.accounts.models import User
from crm.checks.models import CheckKind, CheckStatus
from crm.checks.services import record_request
from crm.checks.states import State
from crm.core.errors import Conflict
from crm.core.formatting import counted, long_date, short_date
from crm.desk.checks_due.queries import DueRow, Pick, picked
from crm.desk.checks_due.whom import Recipient
from crm.employers.models import Employer
from crm.employers.queries import get_employer, get_site
from crm.employers.services.shared import flush
from crm.interactions.models import Channel, Outcome
from crm.interactions.services import InteractionDetails, log_interaction
from crm.notifications import letters
from crm.notifications.services import enqueue
from crm.reference.settings import settings

LONGEST_NAME = 255
NOBODY_TO_ASK = "Nobody can be asked by e-mail for these checks now. The page says why."
ASKED_TODAY = "An e-mail about this check went out today already."
SUBJECT = "Insurance and site checks for young people’s placements and visits"
WANTED = {
    CheckKind.INSURANCE: "Employers’ liability insurance: who insures you, the policy number, and until when",
    CheckKind.HEALTH_AND_SAFETY: "Health and safety: who looked at the site last and when, or a day when we could",
}
WHAT_FOR = (
    "{council} arranges placements and visits for young people with {employer}. "
    "So that they can go ahead, please tell us:"
)
HOW = "Please write to {officer} at {address}. A line or two is enough: you need not send copies of certificates."
THANKS = "Thank you for what you do for young people."


@dataclass(frozen=True, slots=True)
class Letter:
    """What one employer would be asked for, by whom it would be read."""

    rows: Sequence[DueRow]
    recipient: Recipient

    @property
    def first(self) -> DueRow:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request would do: the letters, and the checks nobody is asked for, each with why."""

    letters: Sequence[Letter]
    left_out: Sequence[tuple[DueRow, str]]


def plan(picks: Iterable[Pick], today: date) -> Plan:
    """Who would be asked for what. Changes nothing. Three statements, or none without a pick."""
    asked: dict[int, list[DueRow]] = {}
    left_out = []
    for row in picked(picks, today):
        reason = why_not(row)
        if reason:
            left_out.append((row, reason))
        else:
            asked.setdefault(row.employer_id, []).append(row)
    return Plan([Letter(rows, _recipient(rows[0])) for rows in asked.values()], left_out)


def why_not(row: DueRow) -> str:
    """Why an employer is not asked for a check by e-mail now; empty if nothing is in the way."""
    if not row.may_be_asked:
        return f"Asked lately: again from {short_date(row.ask_again_on)}, or ring them."
    return row.whom.reason if row.whom else ""


def request(picks: Iterable[Pick], *, by: User, today: date) -> Plan:
    """Owe each employer one e-mail about its checks, mark them as requested, and log it as a contact.

    Returns what was done.

    Raises:
        Conflict: nobody can be asked, or was asked today already.
        EditedMeanwhile: somebody else saved one of the checks at the same moment: nobody was asked for anything.
    """
    planned = plan(picks, today)
    if not planned.letters:
        raise Conflict(NOBODY_TO_ASK)
    for letter in planned.letters:
        _send(letter, by, today)
    return planned


def letter_of(asked: Letter, by: User) -> letters.Letter:
    """What the mail says."""
    council = settings()["council_name"]
    return letters.Letter(
        sender=council,
        greeting=f"Hello {asked.recipient.name if asked.recipient.contact_id else asked.first.employer},",
        parts=(
            WHAT_FOR.format(council=council, employer=asked.first.employer),
            *_asked_at(asked.rows),
            HOW.format(officer=by.name, address=by.email),
            THANKS,
        ),
        closing=f"{by.name}\n{council}",
    )


def _asked_at(rows: Sequence[DueRow]) -> list[letters.Bullets]:
    """Site by site."""
    sites: dict[str, list[str]] = {}
    for row in rows:
        sites.setdefault(row.site, []).append(f"{WANTED[row.standing.kind]}.{_what_we_have(row)}")
    return [letters.Bullets(tuple(lines), heading=f"{site}:") for site, lines in sites.items()]


def _what_we_have(row: DueRow) -> str:
    if row.check is None or row.check.status is not CheckStatus.ACCEPTED:
        return ""
    verb = "ran out" if row.standing.state is State.RAN_OUT else "runs out"
    return f" What we have {verb} on {long_date(row.check.valid_to)}."


def _send(letter: Letter, by: User, today: date) -> None:
    key = _key(letter.first, today)  # before the rows change
    mail = letter_of(letter, by)
    for row in letter.rows:
        site = get_site(row.site_id, viewer=by)
        record_request(site, row.standing.kind, of=letter.recipient.name[:LONGEST_NAME], on=today)
    enqueue(
        key=key,
        recipient=letter.recipient.email,
        subject=SUBJECT,
        body=mail.text,
        html=mail.html,
        reply_to=by.email,
        sender_name=f"{by.name}, {mail.sender}",
        employer_id=letter.first.employer_id,
    )
    flush(ASKED_TODAY)
    contact_id = letter.recipient.contact_id
    details = InteractionDetails(
        channel=Channel.EMAIL,
        happened_on=today,
        summary=f"Asked for {counted(len(letter.rows), 'check')} by e-mail: {_named(letter.rows)}.",
        contact_ids=frozenset({contact_id} if contact_id else ()),
        outcome=Outcome.SENT,
    )
    log_interaction(_employer(letter, by), details, by=by, today=today)


def _key(row: DueRow, today: date) -> str:
    """Why the mail is sent: this turn of this check, on this day. The check's own row says whether it is time again."""
    check = row.check
    until = check.valid_to.isoformat() if check and check.valid_to else "never"
    return f"check-request:{row.pick}:{check.id if check else 0}:{until}:{today.isoformat()}"


def _named(rows: Sequence[DueRow]) -> str:
    return "; ".join(f"{row.standing.label.lower()}, {row.site}" for row in rows)


def _employer(letter: Letter, by: User) -> Employer:
    return get_employer(letter.first.employer_id, viewer=by)


def _recipient(row: DueRow) -> Recipient:
    assert row.whom is not None  # noqa: S101  # `why_not` said nothing
    assert row.whom.recipient is not None  # noqa: S101
    return row.whom.recipient
