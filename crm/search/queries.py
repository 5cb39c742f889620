"""One function for everything that can be found, by whoever asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.access import READERS, Role
from crm.core.db import db
from crm.employers.models import Contact, Employer
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
    reasons: dict[int, str] = {}
    if Kind.EMPLOYER in answers:
        answers, reasons = _with_survivors(answers)
    if by_contact:
        answers, reasons = _with_employers_of_contacts(answers, reasons, limit + offset)
    groups = [_group(kind, answers[kind], viewer, slice(offset, offset + limit)) for kind in asked if kind in answers]
    return [_explained(group, reasons) for group in groups if group.hits]


def _group(kind: Kind, found: Found, viewer: User, part: slice) -> Group:
    chosen = [each.id for each in found.candidates[:MOST][part]]
    shown, total = SHOWN[kind](chosen, found.question, viewer), len(found.candidates)
    return Group(kind, [shown[each] for each in chosen if each in shown], min(total, MOST), total > MOST)


def _confined(viewer: User) -> Mapping[Kind, Collection[int]]:
    if viewer.role is not Role.PROVIDER:
        return {}
    return {Kind.YOUNG_PERSON: db.session.scalars(own_provider_ids(viewer)).all()}


def _with_survivors(answers: Answers) -> tuple[Answers, dict[int, str]]:
    """Employers that were merged into others become those, with what to say of each."""
    found = answers[Kind.EMPLOYER]
    merged = {each.id: each.parent_id for each in found.candidates if each.id != each.parent_id}
    if not merged:
        return answers, {}
    names = dict(db.session.execute(select(Employer.id, Employer.name).where(Employer.id.in_(merged))).all())
    candidates = {each.parent_id: replace(each, id=each.parent_id) for each in reversed(found.candidates)}
    in_order = [candidates[each] for each in dict.fromkeys(each.parent_id for each in found.candidates)]
    known = {each.id for each in found.candidates if each.id == each.parent_id}
    reasons = {new: f"{names[old]} was merged into it" for old, new in merged.items() if new not in known}
    return {**answers, Kind.EMPLOYER: Found(in_order, found.question)}, reasons


def _with_employers_of_contacts(
    answers: Answers, reasons: dict[int, str], wanted: int
) -> tuple[Answers, dict[int, str]]:
    """After the employers that answer themselves, those where somebody does; with what to say of each."""
    found, contacts = answers.get(Kind.EMPLOYER), answers.get(Kind.CONTACT)
    own = list(found.candidates) if found else []
    if contacts is None or len(own) >= wanted:
        return answers, reasons
    known, through = {each.id for each in own}, dict[int, Candidate]()
    for contact in contacts.candidates:
        if contact.parent_id not in known and not contact.is_past:
            through.setdefault(contact.parent_id, contact)
    if not through:
        return answers, reasons
    people = [contact.id for contact in through.values()]
    rows = db.session.execute(select(Contact.employer_id, Contact.name).where(Contact.id.in_(people)))
    employers = [replace(contact, id=employer_id) for employer_id, contact in through.items()]
    question = found.question if found else contacts.question
    together = Found([*own, *employers][: MOST + 1], question)
    work_here = {employer_id: f"Contact {name} works here" for employer_id, name in rows}
    return {**answers, Kind.EMPLOYER: together}, reasons | work_here


def _explained(group: Group, reasons: Mapping[int, str]) -> Group:
    if group.kind is not Kind.EMPLOYER or not reasons:
        return group
    return replace(group, hits=[_through(hit, reasons.get(hit.id)) for hit in group.hits])


def _through(hit: Hit, reason: str | None) -> Hit:
    return hit if reason is None else replace(hit, why=[Part(reason)])
