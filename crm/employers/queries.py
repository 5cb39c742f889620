"""Reading employers, their contacts and sites."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.accounts.models import User
from crm.core import normalise
from crm.core.access import READERS, STAFF
from crm.core.db import db
from crm.core.errors import NotFound, Replaced
from crm.employers.models import Contact, Employer, EmployerSector, EmployerTag, Site
from crm.finding.queries import Within, find
from crm.finding.question import read
from crm.finding.sources import Kind
from crm.reference.models import Sector, Tag

MOST_OPTIONS = 10


@dataclass(frozen=True, slots=True)
class EmployerOption:
    """An employer in a list of suggestions."""

    id: int
    name: str
    hint: str  # what tells two of one name apart: the trading name, the postcode


def visible_to(viewer: User) -> Select[Employer]:
    """The employers a user may know about: every one for staff and partners, none for a provider.

    One that was merged away is on no list: its number leads to the one it became part of (`get_employer`).
    """
    employers = select(Employer).where(Employer.merged_into_id.is_(None))
    return employers if viewer.role in READERS else employers.where(false())


def get_employer(employer_id: int, *, viewer: User) -> Employer:
    """An employer with its sectors, tags, size band, area and owner loaded. One statement.

    Raises NotFound if there is none, or none the viewer may know about; Replaced if it was merged into another.
    """
    statement = (
        visible_to(viewer)
        # Joined by hand: SQLite reads a joined pair, as joinedload writes it, from end to end before it looks for one.
        .outerjoin(EmployerSector, EmployerSector.employer_id == Employer.id)
        .outerjoin(Sector, Sector.id == EmployerSector.sector_id)
        .outerjoin(EmployerTag, EmployerTag.employer_id == Employer.id)
        .outerjoin(Tag, Tag.id == EmployerTag.tag_id)
        .where(Employer.id == employer_id)
        .order_by(Sector.position, Sector.id, Tag.position, Tag.id)
        .options(
            contains_eager(Employer.sectors),
            contains_eager(Employer.tags),
            joinedload(Employer.company),
            joinedload(Employer.size_band),
            joinedload(Employer.area),
            joinedload(Employer.owner),
        )
        .execution_options(populate_existing=True)
    )
    employer = db.session.scalars(statement).unique().one_or_none()
    if employer is None:
        lead_to_survivor(employer_id, viewer)
        raise NotFound("We could not find that employer.")
    return employer


def lead_to_survivor(employer_id: int, viewer: User) -> None:
    """Raises Replaced if the employer was merged into another one the viewer may know about."""
    survivor = aliased(Employer)
    names = db.session.execute(
        select(Employer.name, survivor.name, survivor.id)
        .join(survivor, survivor.id == Employer.merged_into_id)
        .where(Employer.id == employer_id)
    ).one_or_none()
    if names is not None and viewer.role in READERS:
        old, new, new_id = names
        raise Replaced(f"{old} was merged into {new}.", kind="employer", old=employer_id, new=new_id)


def get_contact(contact_id: int, *, viewer: User) -> Contact:
    """A contact with its employer loaded. Only staff may know the people at an employer.

    Raises NotFound; Replaced for one who is also at the employer that theirs was merged into.
    """
    statement = select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.employer))
    contact = db.session.scalars(statement).one_or_none() if viewer.is_staff else None
    if contact is None:
        raise NotFound("We could not find that contact.")
    if contact.employer.merged_into_id is not None:
        _lead_to_same_person(contact)
    return contact


def _lead_to_same_person(contact: Contact) -> None:
    """A contact stays behind at a merge if the survivor has one with the same e-mail address. Raises either way."""
    same = select(Contact.id).where(
        Contact.employer_id == contact.employer.merged_into_id, Contact.email == contact.email
    )
    there = db.session.scalar(same)
    if there is None:
        raise NotFound("This contact was merged with another one, who has a new e-mail address now.")
    message = f"{contact.name} was on two employers that have been merged."
    raise Replaced(message, kind="contact", old=contact.id, new=there)


def get_site(site_id: int, *, viewer: User) -> Site:
    """A site with its employer loaded. Raises NotFound."""
    statement = (
        select(Site)
        .where(Site.id == site_id, Site.employer_id.in_(visible_to(viewer).with_only_columns(Employer.id)))
        .options(joinedload(Site.employer))
    )
    site = db.session.scalars(statement).one_or_none()
    if site is None:
        raise NotFound("We could not find that site.")
    return site


def contacts_of(employer_id: int) -> Sequence[Contact]:
    """The people at an employer: those who sign pledges first, those who left last, then by name. One statement."""
    return db.session.scalars(_contacts().where(Contact.employer_id == employer_id)).all()


def contacts_of_each(employer_ids: Collection[int]) -> Mapping[int, Sequence[Contact]]:
    """The people at several employers, in the order of `contacts_of`. One statement, also for no employers."""
    found: dict[int, list[Contact]] = {}
    for contact in db.session.scalars(_contacts().where(Contact.employer_id.in_(employer_ids))):
        found.setdefault(contact.employer_id, []).append(contact)
    return found


def find_by_company_number(number: str) -> Employer | None:
    """The employer with a normalised company number, archived or not."""
    return db.session.scalars(select(Employer).where(Employer.company_number == number)).one_or_none()


def employer_options(text: str, *, limit: int = MOST_OPTIONS) -> Sequence[EmployerOption]:
    """Employers in use that a few typed letters may mean, best first: misspelt, in any order, by name or number.

    Those that were merged are found by the name they had. Two statements, three for a merged one, and what it takes to
    look up misspelt words.
    """
    found = find(read(text), Within(kinds=[Kind.EMPLOYER], most=limit, only_current=True)).get(Kind.EMPLOYER)
    if found is None:
        return []
    ids = list(dict.fromkeys(each.parent_id for each in found.candidates))
    own = {each.id for each in found.candidates}
    once = _once_called([each.id for each in found.candidates if each.parent_id not in own])
    options = {option.id: option for option in _options(Employer.id.in_(ids), limit)}
    return [replace(options[each], hint=once.get(each, options[each].hint)) for each in ids if each in options]


def _once_called(merged: Sequence[int]) -> dict[int, str]:
    """By what became of each: what it was called before."""
    if not merged:
        return {}
    statement = select(Employer.merged_into_id, Employer.name).where(Employer.id.in_(merged))
    return {survivor: f"once called {name}" for survivor, name in db.session.execute(statement) if survivor}


def employers_named(text: str) -> Sequence[tuple[int, str]]:
    """What `SearchSelectField.find` asks: id, and name with what tells it apart."""
    key = _key_of(text)
    exactly = _options(Employer.name_key == key, MOST_OPTIONS) if key else []
    return [
        (option.id, f"{option.name}, {option.hint}" if option.hint else option.name)
        for option in exactly or employer_options(text)
    ]


def possible_owners(*, besides: int | None = None) -> Sequence[tuple[int, str]]:
    """Id and name of everybody an employer can belong to, by name; `besides` is its owner, whatever became of them."""
    able = and_(User.role.in_(STAFF), User.disabled_at.is_(None))
    statement = select(User.id, User.name).where(able | (User.id == besides)).order_by(func.lower(User.name), User.id)
    return [(user_id, name) for user_id, name in db.session.execute(statement)]


def _contacts() -> Select[Contact]:
    order = (Contact.left_at.is_not(None), Contact.signs_pledges.desc(), func.lower(Contact.name), Contact.id)
    return select(Contact).order_by(*order)


def _options(condition: ColumnElement[bool], limit: int) -> list[EmployerOption]:
    statement = (
        select(Employer.id, Employer.name, Employer.trading_name, Employer.postcode)
        .where(Employer.archived_at.is_(None), condition)
        .order_by(Employer.name_key, Employer.id)
        .limit(limit)
    )
    return [
        EmployerOption(employer_id, name, " · ".join(filter(None, (trading_name, postcode))))
        for employer_id, name, trading_name, postcode in db.session.execute(statement)
    ]


def _key_of(text: str) -> str:
    try:
        return normalise.name_key(text)
    except ValueError:
        return ""
