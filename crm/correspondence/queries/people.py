"""Whose addresses these are: ours, an employer's people's, or probably an employer's."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.correspondence.sorting import domain_of
from crm.employers.models import Contact, Employer
from crm.employers.queries import employer_options

MOST_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An employer a mail may belong to."""

    id: int
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known at an employer: names by address; and what addresses there end in."""

    people: Mapping[str, str]
    domains: frozenset[str]


def colleagues() -> Mapping[str, User]:
    """All staff by address, those who have left among them. One statement."""
    return {user.email: user for user in db.session.scalars(select(User).where(User.role.in_(STAFF)))}


def employers_of(addresses: Collection[str]) -> dict[str, set[int]]:
    """At which employers each address is known, as a contact's or as the employer's own. One statement.

    One that was merged away stands for what it became part of.
    """
    found: dict[str, set[int]] = defaultdict(set)
    now = func.coalesce(Employer.merged_into_id, Employer.id)
    contacts = select(Contact.email, now).join(Contact.employer).where(Contact.email.in_(addresses))
    employers = select(Employer.email, now).where(func.lower(Employer.email).in_(addresses))
    for address, employer_id in db.session.execute(contacts.union_all(employers)):
        found[(address or "").lower()].add(employer_id)
    return found


def contacts_among(employer_id: int, addresses: Collection[str]) -> Sequence[Contact]:
    """The people at an employer with one of these addresses, those who left among them, by name. One statement."""
    statement = select(Contact).where(Contact.employer_id == employer_id, Contact.email.in_(addresses))
    return db.session.scalars(statement.order_by(func.lower(Contact.name), Contact.id)).all()


def known_at(employer_id: int) -> Known:
    """Who is known at an employer, and what their addresses, and its own or its website's, end in. One statement."""
    contacts = select(Contact.email, Contact.name).where(Contact.employer_id == employer_id, Contact.email.is_not(None))
    own = (
        select(column, Employer.name).where(Employer.id == employer_id, column.is_not(None))
        for column in (Employer.email, Employer.domain)
    )
    found = {text.lower(): name for text, name in db.session.execute(contacts.union_all(*own)) if text}
    return Known(
        {address: name for address, name in found.items() if "@" in address},
        frozenset(domain for each in found if (domain := domain_of(each))),
    )


def suggestions(addresses: Iterable[str]) -> Sequence[Suggestion]:
    """Employers a mail may belong to: somebody there has an address that ends alike, or the name is in the address.

    Two statements; none if everybody's address is at a place where anybody can have one.
    """
    domains = list(dict.fromkeys(domain for each in addresses if (domain := domain_of(each))))
    if not domains:
        return []
    found = {each.id: each for each in _at_domains(domains)}
    for domain in domains[:1]:
        words = domain.partition(".")[0].replace("-", " ")
        for option in employer_options(words, limit=MOST_SUGGESTIONS):
            found.setdefault(option.id, Suggestion(option.id, option.name, f"its name is like {domain}"))
    return list(found.values())[:MOST_SUGGESTIONS]


def _at_domains(domains: Sequence[str]) -> Iterable[Suggestion]:
    ends = or_(*(Contact.email.endswith(f"@{domain}", autoescape=True) for domain in domains))
    alike = or_(Employer.domain.in_(domains), Employer.id.in_(select(Contact.employer_id).where(ends)))
    statement = (
        select(Employer.id, Employer.name)
        .where(Employer.archived_at.is_(None), alike)
        .order_by(func.lower(Employer.name), Employer.id)
        .limit(MOST_SUGGESTIONS)
    )
    for employer_id, name in db.session.execute(statement):
        yield Suggestion(employer_id, name, "an address there ends alike")
