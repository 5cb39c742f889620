"""How the invitations to an opportunity stand, for its page. Pure: rows come loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crm.invitations.deciding import Owed
from crm.invitations.models import Answer, Invitation, Invitee, Party
from crm.invitations.people import person_of, why_not
from crm.invitations.queries import MailFate, live_of, owed_to
from crm.invitations.wording import ON_ITS_WAY, party_label
from crm.notifications.policies import GIVEN_UP
from crm.opportunities.models import Opportunity

NOTHING = Owed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One party, whether it is invited or not."""

    party: Party
    label: str  # Speaker, Provider, Officer
    name: str
    address: str
    why_not: str  # why nobody of it can be invited; empty if somebody can
    invitee_id: int | None = None
    live: Invitation | None = None
    fate: MailFate | None = None  # of the last mail; None: it went out long ago
    owed: Owed = NOTHING
    ended: Sequence[Invitation] = ()  # entries of before, the latest first
    answers_come: bool = True  # whether a mailbox is read that answers go to

    @property
    def is_invited(self) -> bool:
        return self.live is not None

    @property
    def tag(self) -> str:
        """What they answered. Where no answer can reach us there is none to wait for."""
        answer = self.live.answer if self.live is not None else Answer.NONE
        return answer.label if self.answers_come or answer is not Answer.NONE else "Invited"

    @property
    def knows_otherwise(self) -> bool:
        """Whether what they were told is not so any more."""
        return bool(self.live is not None and (self.owed.change or self.owed.stale))

    @property
    def is_on_its_way(self) -> bool:
        return self.fate is not None and self.fate.status in ON_ITS_WAY

    @property
    def is_lost(self) -> bool:
        return self.fate is not None and self.fate.status in GIVEN_UP

    @property
    def coming(self) -> str:
        """What is about to be mailed by itself, in a sentence; empty if nothing is."""
        if self.owed.change:
            return "This has changed since. They are told in a minute or two."
        if self.owed.end and self.owed.ask:
            return f"{self.owed.end}: both are told in a minute or two."
        if self.owed.end:
            return f"{self.owed.end}: they are told in a minute or two."
        return f"{self.owed.ask.name} is invited in a minute or two." if self.owed.ask else ""

    @property
    def to_ring_about(self) -> str:
        """What they do not know and nobody will tell them by e-mail, in a sentence; empty if there is nothing."""
        if self.owed.stale:
            return f"They do not know of the last change. {self.owed.stale}"
        untold = self.ended[0].untold_reason if self.ended and not self.is_invited else None
        return f"They were not told that they are not expected any more. {untold}" if untold else ""

    @property
    def answered_before(self) -> bool:
        """Whether they answered to what they were told before the last change."""
        live = self.live
        return live is not None and live.answered_sequence is not None and live.answered_sequence < live.sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known beside the rows themselves."""

    fates: Mapping[str, MailFate]
    answers_come: bool
    now: datetime


def standings(opportunity: Opportunity, invitees: Sequence[Invitee], seen: Seen) -> Sequence[Standing]:
    """Every party that is or could be invited, in order."""
    chosen = {each.party: each for each in invitees}
    return [
        _standing(party, opportunity, chosen.get(party), seen)
        for party in Party
        if party in chosen or party is not Party.PROVIDER or opportunity.provider is not None
    ]


def _standing(party: Party, opportunity: Opportunity, invitee: Invitee | None, seen: Seen) -> Standing:
    name, address = person_of(party, opportunity)
    standing = Standing(
        party=party,
        label=party_label(party, opportunity.kind),
        name=name,
        address=address,
        why_not=why_not(party, opportunity),
        answers_come=seen.answers_come,
    )
    if invitee is None:
        return standing
    live = live_of(invitee)
    return replace(
        standing,
        invitee_id=invitee.id,
        live=live,
        fate=seen.fates.get(live.mail_key) if live is not None else None,
        owed=owed_to(invitee, seen.now),
        ended=[each for each in reversed(invitee.invitations) if not each.is_live],
    )
