"""What officers see of a pledge's links, and whom a pledge can be sent to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crm.answering import chasing
from crm.answering.chasing import Rhythm, Step
from crm.answering.link_queries import chasers_of
from crm.answering.models import PledgeChaser
from crm.core import clock
from crm.employers.emailing import MayEmail, may_email
from crm.employers.models import Contact
from crm.employers.queries import contacts_of
from crm.links.queries import Fate, LinkRow, links_of
from crm.pledges.models import Pledge


@dataclass(frozen=True, slots=True)
class SentLink:
    """A link with what was done so that it is answered."""

    row: LinkRow
    chasers: Sequence[PledgeChaser]  # sent and skipped, in their order
    next_chaser: Step | None  # None too where something is in its way, as things stand


def sent_links(pledge: Pledge, settings: Mapping[str, str]) -> Sequence[SentLink]:
    """The links to answer a pledge by, latest first. Two statements. The pledge's employer must be loaded."""
    rows = links_of(pledge.id)
    chasers = chasers_of([row.link.id for row in rows])
    rhythm, now = Rhythm.of(settings), clock.now()

    def with_chasers(row: LinkRow) -> SentLink:
        decided = chasers.get(row.link.id, ())
        is_chased = row.is_open and row.fate is not Fate.FAILED
        planned = chasing.steps(row.asked_at, row.link.expires_at, rhythm) if is_chased else ()
        coming = chasing.coming(planned, {each.step for each in decided}, now)
        why_not = coming and chasing.why_not(pledge.employer, row.link.contact, last_mail=None, now=coming.due_at)
        return SentLink(row, decided, None if why_not else coming)

    return [with_chasers(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a pledge could be sent to."""

    contact: Contact
    answer: MayEmail
    has_link: bool  # which still works

    @property
    def may_be_chosen(self) -> bool:
        return self.answer.allowed and not self.has_link

    @property
    def hint(self) -> str:
        """Who it is, and why they may be chosen or not."""
        about = [self.contact.job_title, self.contact.email, "signs pledges" if self.contact.signs_pledges else None]
        why = "Has a link already: send that one again from the page of the pledge." if self.has_link else ""
        return f"{', '.join(filter(None, about))}. {why or self.answer.reason}"


def candidates(pledge: Pledge, with_link: Collection[int]) -> Sequence[Candidate]:
    """Everybody at the employer who has an e-mail address: who signs for this pledge first, then who signs pledges.

    One statement. The pledge's employer must be loaded; `with_link` are ids of contacts.
    """
    here = [each for each in contacts_of(pledge.employer_id) if each.email and each.left_at is None]
    here.sort(key=lambda each: (each.id != pledge.signatory_id, not each.signs_pledges))
    return [Candidate(each, may_email(pledge.employer, each), each.id in with_link) for each in here]


def preselected(pledge: Pledge, offered: Sequence[Candidate]) -> Sequence[int]:
    """Who signs, if that is one person and no other; nobody otherwise."""
    named = [each for each in offered if each.contact.id == pledge.signatory_id]
    signing = named or [each for each in offered if each.contact.signs_pledges]
    return [each.contact.id for each in signing if each.may_be_chosen] if len(signing) == 1 else []
