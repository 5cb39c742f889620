"""What the reminders say. Pure: everything comes as an argument.

Nothing in them tells who a young person is, or who leads an opportunity: a number and a link are enough.
"""

from dataclasses import dataclass
from datetime import date

from crm.core.formatting import counted, plural, weekday_date
from crm.notifications.letters import Bullets, Button, Letter, Part
from crm.opportunities.models import Opportunity
from crm.opportunities.timing import Timing
from crm.reminders.models import Step

SUBJECTS = {
    Step.FIRST: "Coming up: {kind} on {day}",
    Step.LAST: "Coming up: {kind} on {day}",
    Step.REGISTER: "Who came? {kind} on {day}",
    Step.FEEDBACK: "How did it go? {kind} on {day}",
}
CANNOT = "If anything is in the way, please answer this e-mail as soon as you can."
MARK = (
    "Please mark which of your {people} came. It takes a minute, on a phone too. Only those marked as attended count."
)
WHY_PROVIDER = "You get this because your young people are to take part."
FEEDBACK_ASKED = "Three short questions, about two minutes. What you say makes the next one better."


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a letter is about, from whom it comes."""

    opportunity: Opportunity  # with its employer (and that one's owner), provider and site
    council: str

    @property
    def _officer(self) -> str | None:
        owner = self.opportunity.employer.owner
        return owner.name if owner is not None and owner.is_active else None

    @property
    def sender(self) -> str:
        return f"{self._officer}, {self.council}" if self._officer else self.council

    @property
    def closing(self) -> str:
        return f"{self._officer}\n{self.council}" if self._officer else self.council

    @property
    def reply_to(self) -> str | None:
        owner = self.opportunity.employer.owner
        return owner.email if owner is not None and owner.is_active else None

    @property
    def timing(self) -> Timing:
        return Timing.of(self.opportunity)

    @property
    def when(self) -> str:
        timing = self.timing
        if timing.is_one_day:
            return f"{weekday_date(timing.first_day)}, {timing.times}"
        return f"{weekday_date(timing.first_day)} to {weekday_date(timing.last_day)}, {timing.times} each day"

    @property
    def where(self) -> str:
        opportunity, site = self.opportunity, self.opportunity.site
        named = [site.name, " ".join((site.address or "").split()), site.postcode] if site else []
        return ", ".join(part for part in (*named, opportunity.place_or_link) if part) or "Not known yet"

    def subject(self, step: Step) -> str:
        kind = self.opportunity.kind.label
        about = SUBJECTS[step]
        words = kind.lower() if about.startswith("Coming") else kind
        return about.format(kind=words, day=weekday_date(self.timing.first_day))


def to_employer(step: Step, occasion: Occasion, name: str, *, page: str, stop: str) -> Letter:
    """To who leads it. `page` opens the employer's page, or what is asked there; `stop` ends our e-mails to them."""
    opportunity = occasion.opportunity
    who = f", with {opportunity.provider.name}" if opportunity.provider else ""
    details = Bullets(
        (
            f"When: {occasion.when}",
            f"Where: {occasion.where}",
            f"Places taken: {opportunity.taken} of {opportunity.capacity}{who}",
        )
    )
    parts: tuple[Part, ...] = (
        f"This is to remind you of {_called(opportunity)}.",
        details,
        CANNOT,
        Button("See it on your page", page),
    )
    if step is Step.FEEDBACK:
        thanks = f"Thank you for {_called(opportunity)}. Would you tell us how many young people came and how it went?"
        parts = (thanks, FEEDBACK_ASKED, Button("Tell us how it went", page))
    return Letter(
        greeting=f"Hello {name},",
        parts=parts,
        closing=occasion.closing,
        small_print=(
            f"You get this because you lead it for {opportunity.employer.name}. The link is yours: do not pass it on.",
            f"To stop these e-mails: {stop}",
        ),
        sender=occasion.sender,
    )


def to_provider(step: Step, occasion: Occasion, name: str, *, seats: int, page: str | None) -> Letter:
    """To a coordinator, or to the provider's own address.

    `seats` are how many its young people hold; `page` is where they sign in to see it, None for who has no sign-in.
    """
    opportunity = occasion.opportunity
    called = f"{_called(opportunity)} with {opportunity.employer.name}"
    people = counted(seats, "young person", "young people")
    details = Bullets(
        (f"When: {occasion.when}", f"Where: {occasion.where}", f"Your young people: {seats or 'none yet'}")
    )
    ends = " on which it ends" if not occasion.timing.is_one_day else ""
    asked: dict[Step, tuple[Part, ...]] = {
        Step.REGISTER: (f"Today is the day{ends}: {called}.", MARK.format(people=people)),
        Step.FEEDBACK: (f"How was {called} for your young people?", FEEDBACK_ASKED),
    }
    said = asked.get(step, (f"This is to remind you of {called}.", details, CANNOT))
    buttons = {Step.REGISTER: "Mark who came", Step.FEEDBACK: "Tell us how it went"}
    button = [Button(buttons.get(step, "See who has a place"), page)] if page else []
    return Letter(
        greeting=f"Hello {name},",
        parts=(*said, *button),
        closing=occasion.closing,
        small_print=(WHY_PROVIDER + (" You sign in to see who they are." if page else ""),),
        sender=occasion.sender,
    )


def offer_subject(occasion: Occasion, seats: int) -> str:
    kind, day = occasion.opportunity.kind.label.lower(), weekday_date(occasion.timing.first_day)
    return f"{counted(seats, 'place')} {plural(seats, 'is', 'are')} offered: {kind} on {day}"


def of_an_offer(occasion: Occasion, name: str, *, seats: int, answer_by: date, page: str | None) -> Letter:
    """To a coordinator, or to the provider's own address: places wait for an answer until the end of a day.

    `page` is where they sign in to answer, None for who has no sign-in.
    """
    opportunity = occasion.opportunity
    people = counted(seats, "of your young people", "of your young people")
    called = f"{_called(opportunity)} with {opportunity.employer.name}"
    how = "Accept or decline" if page else "Answer this e-mail"
    return Letter(
        greeting=f"Hello {name},",
        parts=(
            f"We offer a place in {called} to {people}.",
            Bullets((f"When: {occasion.when}", f"Where: {occasion.where}")),
            f"{how} by {weekday_date(answer_by)}, please. After that the offer lapses, and others are asked.",
            *([Button("See whom it is offered to", page)] if page else []),
        ),
        closing=occasion.closing,
        small_print=("You get this because you asked for it, or your young people were waiting.",),
        sender=occasion.sender,
    )


def to_do(opportunity: Opportunity) -> str:
    """The next step of an officer whose employer's offer is not taken up."""
    left = opportunity.seats_left
    return (
        f"Find young people for “{opportunity.title}” on {Timing.of(opportunity).days}: "
        f"{left} of {opportunity.capacity} {plural(opportunity.capacity, 'place')} {plural(left, 'is', 'are')} free"
    )


def _called(opportunity: Opportunity) -> str:
    return f"“{opportunity.title}” ({opportunity.kind.label.lower()})"
