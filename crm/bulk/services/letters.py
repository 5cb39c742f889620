"""Who gets an e-mail to many, who does not and why, and what each reads."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from crm.accounts.models import User
from crm.bulk.models import ItemState
from crm.core.db import db
from crm.core.formatting import long_date
from crm.employers.emailing import may_email
from crm.employers.models import Contact, Employer
from crm.reference.settings import settings

Item = dict[str, Any]
LONGEST_WHY = 255
PLACEHOLDERS = ("{contact name}", "{employer}", "{officer}")
AT_A_TIME = 500


class Recipients(StrEnum):
    """Whom at each employer."""

    MAIN = "main"  # who signs pledges, else who was added first; the next one where they may not be e-mailed
    EVERYBODY = "everybody"

    @property
    def label(self) -> str:
        return "The main contact of each" if self is Recipients.MAIN else "Everybody we may e-mail"


def letters(employers: Iterable[Employer], to: Recipients, today: date) -> Iterator[Item]:
    """One item for each mail that will go out, and for each employer or person it will not go to, with the reason."""
    taken: dict[str, str] = {}  # an address gets one mail, however many employers it stands for
    pending: list[Employer] = []
    for employer in employers:
        pending.append(employer)
        if len(pending) == AT_A_TIME:
            yield from _of_some(pending, to, today, taken)
            pending = []
    yield from _of_some(pending, to, today, taken)


def _of_some(employers: Sequence[Employer], to: Recipients, today: date, taken: dict[str, str]) -> Iterator[Item]:
    there = _contacts([employer.id for employer in employers])
    for employer in employers:
        people = there.get(employer.id, [])
        if refusal := why_not_now(employer, today):
            yield _item(employer, None, ItemState.CANNOT, refusal)
        elif not people:
            yield _item(employer, None, ItemState.CANNOT, "No contact is recorded.")
        else:
            yield from _to_people(employer, people, to, taken)


def why_not_now(employer: Employer, today: date) -> str:
    """What stands in the way at the employer, whoever would be written to; empty for nothing."""
    if employer.is_archived:
        return "It is archived."
    if employer.quiet_until is not None and employer.is_quiet(today):
        return f"They asked to be left in peace until {long_date(employer.quiet_until)}."
    return ""


def _to_people(employer: Employer, people: Sequence[Contact], to: Recipients, taken: dict[str, str]) -> Iterator[Item]:
    allowed = [person for person in people if may_email(employer, person).allowed]
    if to is Recipients.MAIN:
        people = allowed[:1] or people[:1]
    for person in people:
        answer = may_email(employer, person)
        if not answer.allowed:
            yield _item(employer, person, ItemState.CANNOT, answer.reason)
        elif person.email in taken:
            yield _item(employer, person, ItemState.ALREADY, f"The same address gets it for {taken[person.email]}.")
        else:
            taken[str(person.email)] = employer.name
            yield _item(employer, person, ItemState.WILL, answer.reason)


def _contacts(employer_ids: Sequence[int]) -> dict[int, list[Contact]]:
    """Who works at these employers, main contacts first."""
    statement = (
        select(Contact)
        .where(Contact.employer_id.in_(employer_ids), Contact.left_at.is_(None))
        .order_by(Contact.employer_id, Contact.signs_pledges.desc(), Contact.id)
    )
    found: dict[int, list[Contact]] = {}
    for contact in db.session.scalars(statement):
        found.setdefault(contact.employer_id, []).append(contact)
    return found


def _item(employer: Employer, contact: Contact | None, state: ItemState, why: str) -> Item:
    return {
        "employer_id": employer.id,
        "contact_id": contact.id if contact else None,
        "state": state,
        "why": why[:LONGEST_WHY],
        "version": employer.version,
    }


def filled_in(text: str, employer: Employer, contact: Contact, officer: User) -> str:
    """The text as one person reads it. Whatever else stands in braces stays: nothing is looked up."""
    names = dict(zip(PLACEHOLDERS, (contact.name, employer.name, officer.name), strict=True))
    for placeholder, name in names.items():
        text = text.replace(placeholder, name)
    return text


def ending(officer: User) -> str:
    """Who writes, and how to be left alone: what the law asks of a mail like this (PECR, regulation 23)."""
    council = settings()["council_name"]
    return (
        f"\n\n{officer.name}\n{council}\n{officer.email}\n\n"
        "You get this because we talk to employers about opportunities for young people. "
        "If you would rather not hear from us by e-mail, "
        f"write STOP to {officer.email} and we will not e-mail you again."
    )
