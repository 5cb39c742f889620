"""What the mails say that bring, change and strike out a calendar entry. Pure: everything comes as an argument."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm.accounts.models import User
from crm.core.formatting import clock_time, long_date, sentence, weekday_date
from crm.invitations.deciding import (
    ANOTHER_ADDRESS,
    CANCELLED,
    MOVED_TO_THE_PAST,
    SOMEBODY_ELSE,
    Entry,
)
from crm.invitations.models import Party
from crm.invitations.ourselves import Ourselves
from crm.notifications.letters import Bullets, Letter
from crm.opportunities.timing import Timing
from crm.reference.kinds import OpportunityKind

# Nothing of what is invited to stands in a subject: anybody may see it.
SUBJECT = "Invitation: {kind} on {when}"
CHANGED_SUBJECT = "Changed: {kind} on {when}"
CANCELLED_SUBJECT = "Cancelled: {kind} on {when}"
NOWHERE = "We will tell you as soon as it is settled"
OPENING = {
    Party.LEADER: "This is the {kind} that we agreed with you. Please say in your calendar that you will be there.",
    Party.PROVIDER: (
        "This {kind} with {employer} is arranged for your young people. Please say in your calendar that it suits you."
    ),
    Party.OFFICER: "You look after {employer}, and this {kind} with them is arranged.",
}
KEPT = "If the time or the place changes, you get an e-mail and the entry in your calendar changes with it."
WHY = {
    CANCELLED: "It was cancelled and will not take place.",
    MOVED_TO_THE_PAST: "It will not take place on that day.",
    SOMEBODY_ELSE: "Somebody else takes your part in it, so we do not expect you.",
    ANOTHER_ADDRESS: "You get a new invitation at the other address we know you by.",
}
NOT_EXPECTED = "We do not expect you there any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What is said to whom, and by whom."""

    party: Party
    kind: OpportunityKind
    employer: str
    employer_id: int
    officer: User  # whom questions go to
    council: Ourselves

    @property
    def sender_name(self) -> str:
        return f"{self.officer.name}, {self.council.council}"

    @property
    def what(self) -> str:
        """In the middle of a sentence."""
        return self.kind.value.replace("_", " ")

    def subject(self, template: str, entry: Entry) -> str:
        when = f"{long_date(entry.starts_at)}, {clock_time(entry.starts_at)}"
        return template.format(kind=self.what, when=when)

    @property
    def questions(self) -> str:
        """Whom to ask: it stands in the entry, too."""
        return f"Questions? {self.officer.name}, {self.council.council}, {self.officer.email}"


def invitation(mailing: Mailing, entry: Entry) -> Letter:
    opening = OPENING[mailing.party].format(kind=mailing.what, employer=mailing.employer)
    return _letter(mailing, entry, opening, Bullets(tuple(_facts(entry)), heading="What is arranged"), KEPT)


def change(mailing: Mailing, entry: Entry, before: Entry | None) -> Letter:
    """`before` is what they were told last; None if they may not have heard of that."""
    opening = (
        f"The {mailing.what} with {mailing.employer} has changed, and the entry in your calendar changes with it. "
        "Please say there again whether that suits you."
    )
    return _letter(mailing, entry, opening, Bullets(tuple(_changes(entry, before or entry)), heading="How it is now"))


def called_off(mailing: Mailing, entry: Entry, reason: str) -> Letter:
    opening = f"About the {mailing.what} with {mailing.employer} on {when(entry)}:"
    why = WHY.get(reason, NOT_EXPECTED)
    return _letter(mailing, entry, f"{opening} {why[:1].lower()}{why[1:]}", "It is taken out of your calendar.")


def when(entry: Entry) -> str:
    """Thursday 12 November 2026, 9:30am to 11am; of several days from which to which, and the times of each."""
    timing = Timing.of(entry)
    if timing.is_one_day:
        return f"{weekday_date(timing.first_day)}, {timing.times}"
    return f"{timing.days}, {timing.times} each day"


def _facts(entry: Entry) -> Iterator[str]:
    yield f"What: {entry.title}"
    yield f"When: {when(entry)}"
    yield f"Where: {entry.location or NOWHERE}"


def _changes(entry: Entry, before: Entry) -> Iterator[str]:
    """Every fact, and of those that are new what it was."""
    for now, then in zip(_facts(entry), _facts(before), strict=True):
        yield now if now == then else f"{now} (before: {then.partition(': ')[2]})"


def _letter(mailing: Mailing, entry: Entry, *parts: str | Bullets) -> Letter:
    answers = "" if mailing.council.mailbox else " An answer from your calendar goes to them, too."
    return Letter(
        greeting=f"Hello {entry.name}," if entry.name else "Hello,",
        parts=parts,
        closing=f"{mailing.officer.name}\n{mailing.council.council}",
        small_print=(sentence(f"{mailing.questions}.{answers}"),),
        sender=mailing.council.council,
    )
