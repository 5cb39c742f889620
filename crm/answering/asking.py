"""What the mails say that ask an employer for an answer. Pure: everything comes as an argument.

Every one of them says who asks, what would be promised, until when the link works, and what a pledge is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts.models import User
from crm.core.formatting import long_date
from crm.employers.models import Contact
from crm.notifications.letters import Bullets, Button, Letter, paragraphs
from crm.pledges.models import Pledge
from crm.pledges.wording import line_sentence

FIRST, SECOND, LAST = 1, 2, 3  # steps of chasing
BUTTON = "Answer the pledge"
SUBJECT = "Your pledge to young people for {year}: is this right?"
SUBJECTS = {
    FIRST: "Your pledge to young people for {year}: please answer",
    SECOND: "Your pledge to young people for {year}: we still hope to hear from you",
    LAST: "Your pledge to young people for {year}: the link ends soon",
}
REMINDER = "Your pledge for {year}: please tell us yes or no"
HOW = (
    "You can confirm it, offer other numbers, or say “not this year”. It takes about two minutes, and you need no "
    "account. The link works until {until}."
)
WHAT_IT_IS_NOT = (
    "A pledge is an offer of goodwill, not a contract. It costs you nothing and fixes no dates: we arrange each of "
    "them with you first, and you can change your mind."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks whom for what, and how they can answer."""

    contact: Contact  # with the employer loaded
    pledge: Pledge  # with its lines in full
    officer: User | None  # who asks; None: nobody who works here any more
    council: str
    until: date  # the last day on which the link works
    answer: str  # the address of the page where it is answered
    stop: str  # the address that stops our mails

    @property
    def sender(self) -> str:
        """Whom the mail comes from by name."""
        return f"{self.officer.name}, {self.council}" if self.officer else self.council

    def subject(self, template: str) -> str:
        return template.format(year=self.pledge.academic_year_name)


def first_letter(asking: Asking, own_words: str = "") -> Letter:
    """The letter that brings the link, with the officer's own words before all else."""
    employer, year = asking.contact.employer.name, asking.pledge.academic_year_name
    opening = (
        f"We would like to ask {employer} for a pledge to young people for the academic year {year}. "
        "This is how we understand what you can offer. Is it right?"
    )
    return _letter(asking, *paragraphs(own_words), opening)


def chaser(asking: Asking, step: int, asked_at: datetime) -> Letter:
    """A reminder that goes out by itself. `asked_at` is when the link was sent."""
    return _letter(asking, CHASING[step](asking, f"On {long_date(asked_at)} we sent you {_about(asking)}"))


def reminder(asking: Asking) -> Letter:
    """A reminder by an officer."""
    sent_on = asking.pledge.sent_on
    when = f"On {long_date(sent_on)} we" if sent_on else "Lately we"
    return _letter(asking, f"{when} sent you {_about(asking)}. Is it right?")


CHASING: dict[int, Callable[[Asking, str], str]] = {
    FIRST: lambda _, sent: f"{sent}. We have not heard from you yet. Is it right?",
    SECOND: lambda _, sent: f"{sent}, and would still like to hear from you. A “not this year” helps us too.",
    LAST: lambda asking, sent: f"{sent}. The link stops working after {long_date(asking.until)}. Is it right?",
}


def _about(asking: Asking) -> str:
    return f"the pledge of {asking.contact.employer.name} to young people for {asking.pledge.academic_year_name}"


def _letter(asking: Asking, *opening: str) -> Letter:
    lines = tuple(line_sentence(line) for line in asking.pledge.lines)
    return Letter(
        greeting=f"Hello {asking.contact.name},",
        parts=(
            *opening,
            Bullets(lines, heading="What you would promise"),
            Button(BUTTON, asking.answer),
            HOW.format(until=long_date(asking.until)),
            WHAT_IT_IS_NOT,
        ),
        closing=f"{asking.officer.name}\n{asking.council}" if asking.officer else asking.council,
        small_print=(
            _why(asking),
            f"To get no more e-mails from us about opportunities: {asking.stop}",
        ),
        sender=asking.council,
    )


def _why(asking: Asking) -> str:
    questions = " Questions? Reply to this e-mail." if asking.officer else ""
    return (
        f"You get this because we know you as somebody who can speak for {asking.contact.employer.name}. The link is "
        f"yours alone: if a colleague should answer, tell us, and they get their own.{questions}"
    )
