"""One function for everything that can be found, by whoever asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.access import READERS, Role
from crm.core.db import db
from crm.employers.models import Contact
from crm.finding.queries import Answers, Found, Within, find
from crm.finding.question import read
from crm.finding.ranking import Candidate
from crm.finding.sources import Kind
from crm.providers.queries import own_provider_ids
from crm.search.hits import Group, Hit, Part
from crm.search.showing import SHOWN

MOST = 100  # of one kind that are put in order; whoever has more needs another word, not another page


def kinds_for(viewer: User) -> Sequence[Kind]:
    """What somebody may search, in the order it is shown: a provider its own young people, a partner employers."""
    if viewer.is_staff:
        return (Kind.EMPLOYER, Kind.CONTACT, Kind.INTERACTION, Kind.YOUNG_PERSON)
    if viewer.role is Role.PROVIDER:
        return (Kind.YOUNG_PERSON,)
    return (Kind.EMPLOYER,) if viewer.role in READERS else ()


def search(
    text: str, *, viewer: User, kinds: Collection[Kind] | None = None, limit: int = 5, offset: int = 0
) -> Sequence[Group]:
    """What answers a question, by kind, best first; of each kind `limit` hits after the first `offset`.

    The number of statements depends on the question and never on how much there is. A kind without a hit is left out.
    """
    question, asked = read(text), [kind for kind in kinds_for(viewer) if kinds is None or kind in kinds]
    if not question.words or not asked:
        return []
    by_contact = viewer.is_staff and Kind.EMPLOYER in asked
    sought = dict.fromkeys([*asked, Kind.CONTACT] if by_contact else asked)
    answers = find(question, Within(kinds=list(sought), most=MOST + 1, of=_confined(viewer)))
    names: Mapping[int, str] = {}
    if by_contact:
        answers, names = _with_employers_of_contacts(answers, limit + offset)
    groups = [_group(kind, answers[kind], viewer, slice(offset, offset + limit)) for kind in asked if kind in answers]
    return [_explained(group, names) for group in groups if group.hits]


def _group(kind: Kind, found: Found, viewer: User, part: slice) -> Group:
    chosen = [each.id for each in found.candidates[:MOST][part]]
    shown, total = SHOWN[kind](chosen, found.question, viewer), len(found.candidates)
    return Group(kind, [shown[each] for each in chosen if each in shown], min(total, MOST), total > MOST)


def _confined(viewer: User) -> Mapping[Kind, Collection[int]]:
    if viewer.role is not Role.PROVIDER:
        return {}
    return {Kind.YOUNG_PERSON: db.session.scalars(own_provider_ids(viewer)).all()}


def _with_employers_of_contacts(answers: Answers, wanted: int) -> tuple[Answers, Mapping[int, str]]:
    """After the employers that answer themselves, those where somebody does; and who that is, by employer."""
    found, contacts = answers.get(Kind.EMPLOYER), answers.get(Kind.CONTACT)
    own = list(found.candidates) if found else []
    if contacts is None or len(own) >= wanted:
        return answers, {}
    known, through = {each.id for each in own}, dict[int, Candidate]()
    for contact in contacts.candidates:
        if contact.parent_id not in known and not contact.is_past:
            through.setdefault(contact.parent_id, contact)
    if not through:
        return answers, {}
    people = [contact.id for contact in through.values()]
    rows = db.session.execute(select(Contact.employer_id, Contact.name).where(Contact.id.in_(people)))
    employers = [replace(contact, id=employer_id) for employer_id, contact in through.items()]
    question = found.question if found else contacts.question
    together = Found([*own, *employers][: MOST + 1], question)
    return {**answers, Kind.EMPLOYER: together}, dict(rows.all())


def _explained(group: Group, names: Mapping[int, str]) -> Group:
    if group.kind is not Kind.EMPLOYER or not names:
        return group
    return replace(group, hits=[_through(hit, names.get(hit.id)) for hit in group.hits])


def _through(hit: Hit, contact: str | None) -> Hit:
    return hit if contact is None else replace(hit, why=[Part(f"Contact {contact} works here")])
