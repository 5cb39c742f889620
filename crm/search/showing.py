"""What is shown of the things that were found, one statement for each kind. Asks again whether the viewer may know."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.formatting import phone, short_date
from crm.employers.models import Contact, Employer
from crm.employers.queries import visible_to as employers_visible_to
from crm.finding.question import Question
from crm.finding.sources import Kind
from crm.interactions.models import Interaction
from crm.interactions.queries.log import visible_to as log_visible_to
from crm.providers.models import YoungPerson
from crm.providers.queries import young_people_visible_to
from crm.search.hits import Hit, Part, marked, reason, snippet

Hits = Mapping[int, Hit]


def _employers(ids: Sequence[int], question: Question, viewer: User) -> Hits:
    employers = db.session.scalars(employers_visible_to(viewer).where(Employer.id.in_(ids)))
    return {employer.id: _employer_hit(employer, question) for employer in employers}


def _employer_hit(employer: Employer, question: Question) -> Hit:
    fields = (
        ("", employer.name),
        ("Trading name", employer.trading_name),
        ("Company number", employer.company_number),
        ("Postcode", employer.postcode),
        ("E-mail address", employer.email),
        ("Phone", _number(employer.phone, question)),
        ("Website", employer.website),
    )
    return Hit(
        kind=Kind.EMPLOYER,
        id=employer.id,
        title=marked(employer.name, question),
        hint=" · ".join(filter(None, (employer.trading_name, employer.postcode))),
        why=reason(fields, question),
        note="Archived" if employer.is_archived else "",
    )


def _people(ids: Sequence[int], question: Question, viewer: User) -> Hits:
    statement = (
        select(Contact)
        .join(Contact.employer)  # and not "in those visible", for which SQLite reads every employer
        .where(Contact.id.in_(ids), Employer.merged_into_id.is_(None))
        .options(contains_eager(Contact.employer))
    )
    people = db.session.scalars(statement) if viewer.is_staff else ()
    return {contact.id: _contact_hit(contact, question) for contact in people}


def _contact_hit(contact: Contact, question: Question) -> Hit:
    fields = (
        ("", contact.name),
        ("E-mail address", contact.email),
        *(("Phone", _number(number, question)) for number in (contact.phone, contact.mobile)),
    )
    return Hit(
        kind=Kind.CONTACT,
        id=contact.id,
        title=marked(contact.name, question),
        hint=", ".join(filter(None, (contact.job_title, contact.employer.name))),
        why=reason(fields, question),
        note="Left" if contact.left_at else "",
        employer_id=contact.employer_id,
    )


def _entries(ids: Sequence[int], question: Question, viewer: User) -> Hits:
    statement = log_visible_to(viewer).where(Interaction.id.in_(ids)).options(joinedload(Interaction.employer))
    entries = db.session.scalars(statement)
    return {entry.id: _entry_hit(entry, question) for entry in entries if viewer.is_staff}


def _entry_hit(entry: Interaction, question: Question) -> Hit:
    return Hit(
        kind=Kind.INTERACTION,
        id=entry.id,
        title=[Part(entry.employer.name)],
        hint=f"{entry.channel.label} on {short_date(entry.happened_on)}",
        why=snippet(entry.summary, question),
        employer_id=entry.employer_id,
    )


def _young_people(ids: Sequence[int], question: Question, viewer: User) -> Hits:
    statement = young_people_visible_to(viewer).where(YoungPerson.id.in_(ids))
    people = db.session.scalars(statement.options(joinedload(YoungPerson.provider)))
    return {
        person.id: Hit(
            kind=Kind.YOUNG_PERSON,
            id=person.id,
            title=marked(person.reference, question),
            hint=f"{person.provider.name}, {person.year_group.label}",
            note="Left" if person.left_at else "",
        )
        for person in people
    }


SHOWN: Mapping[Kind, Callable[[Sequence[int], Question, User], Hits]] = {
    Kind.EMPLOYER: _employers,
    Kind.CONTACT: _people,
    Kind.INTERACTION: _entries,
    Kind.YOUNG_PERSON: _young_people,
}


def _number(stored: str | None, question: Question) -> str | None:
    """A phone number as people read it, if it can be why something was found: writing it out takes a while."""
    return phone(stored) if stored and any(letter.isdigit() for letter in question.phrase) else None
