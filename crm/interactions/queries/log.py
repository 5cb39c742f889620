"""The contact log as a list, one entry of it, and an employer's part of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, false, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.access import READERS, STAFF
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import MOST_COUNTED, Asked, Page
from crm.employers.models import Contact, Employer
from crm.employers.queries import lead_to_survivor
from crm.interactions.models import (
    Channel,
    Direction,
    Interaction,
    InteractionContact,
    InteractionCorrection,
    InteractionOfficer,
    Outcome,
)
from crm.interactions.queries.people import contact_names, officer_names

NEWEST_FIRST = (Interaction.happened_on.desc(), Interaction.id.desc())
AT_A_TIME = 1000  # rows of a download held in memory


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What narrows the log. Days are London's and both ends belong to it."""

    employer_id: int | None = None
    employer_name: str = ""  # somewhere in the employer's name
    officer_id: int | None = None  # took part
    channels: tuple[Channel, ...] = ()
    direction: Direction | None = None
    contact_name: str = ""  # somewhere in the name of somebody who took part
    outcomes: tuple[Outcome, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""  # somewhere in what was said


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log. Notes stay inside the council: what follows the officers is empty for who is not staff.

    Several officers or contacts are one text, "Ada Birch, Ben Holt", in the order of their names.
    """

    id: int
    happened_on: date
    channel: Channel
    direction: Direction
    employer_id: int
    employer: str
    officers: str
    contacts: str | None
    outcome: Outcome | None
    summary: str | None
    corrected: bool  # its page shows what it said before


def visible_to(viewer: User) -> Select[Interaction]:
    """The entries a user may know about: every one for staff and partners, none for a provider."""
    entries = select(Interaction)
    return entries if viewer.role in READERS else entries.where(false())


def get_interaction(interaction_id: int, *, viewer: User) -> Interaction:
    """An entry with its employer, contacts, officers and writer loaded. Three statements.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        visible_to(viewer)
        .where(Interaction.id == interaction_id)
        .options(
            joinedload(Interaction.employer),
            joinedload(Interaction.logged_by),
            selectinload(Interaction.contacts),
            selectinload(Interaction.officers),
        )
        .execution_options(populate_existing=True)
    )
    interaction = db.session.scalars(statement).one_or_none()
    if interaction is None:
        raise NotFound("We could not find that entry in the contact log.")
    return interaction


def log_page(filters: LogFilters, asked: Asked, *, viewer: User) -> Page[LogRow]:
    """One page of the log, newest first. Two statements."""
    chosen = _chosen(filters, viewer)
    counted = chosen.with_only_columns(Interaction.id).limit(MOST_COUNTED + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    # Skipping is done in the index alone: names and texts are fetched for the rows that are shown.
    shown = (
        chosen.with_only_columns(Interaction.id)
        .order_by(*NEWEST_FIRST)
        .limit(asked.per_page)
        .offset(asked.offset)
        .subquery()
    )
    rows = db.session.execute(_rows(select(Interaction).join(shown, shown.c.id == Interaction.id), viewer))
    return asked.of([LogRow(*row) for row in rows], total)


def log_rows(filters: LogFilters, *, viewer: User) -> Iterator[LogRow]:
    """The whole log that fits the filters, newest first, for a download. One statement, read as it is written out."""
    statement = _rows(_chosen(filters, viewer), viewer).execution_options(yield_per=AT_A_TIME)
    for row in db.session.execute(statement):
        yield LogRow(*row)


def log_of(employer_id: int, *, viewer: User, limit: int = 20) -> Sequence[LogRow]:
    """An employer's newest entries. One statement."""
    chosen = _chosen(LogFilters(employer_id=employer_id), viewer)
    return [LogRow(*row) for row in db.session.execute(_rows(chosen, viewer).limit(limit))]


def officers() -> Sequence[tuple[int, str]]:
    """Id and name of all staff, by name, those who have left too: their entries stay. One statement."""
    statement = select(User.id, User.name).where(User.role.in_(STAFF)).order_by(func.lower(User.name), User.id)
    return [(user_id, name) for user_id, name in db.session.execute(statement)]


def employer_name(employer_id: int, *, viewer: User) -> str | None:
    """What the employer is called whose entries a list is narrowed to; nothing if the viewer may see no entries.

    Raises Replaced if it was merged into another.
    """
    if viewer.role not in READERS:
        return None
    lead_to_survivor(employer_id, viewer)
    return db.session.scalar(select(Employer.name).where(Employer.id == employer_id))


def _chosen(filters: LogFilters, viewer: User) -> Select[Interaction]:
    if not viewer.is_staff:
        # Or a search would answer what may not be read.
        filters = replace(filters, text="", contact_name="", outcomes=())
    return visible_to(viewer).where(*_conditions(filters))


def _conditions(filters: LogFilters) -> Iterator[ColumnElement[bool]]:
    yield from _about_people(filters)
    if filters.channels:
        yield Interaction.channel.in_(filters.channels)
    if filters.direction is not None:
        yield Interaction.direction == filters.direction
    if filters.outcomes:
        yield Interaction.outcome.in_(filters.outcomes)
    if filters.first_day is not None:
        yield Interaction.happened_on >= filters.first_day
    if filters.last_day is not None:
        yield Interaction.happened_on <= filters.last_day
    if filters.text:
        yield Interaction.summary.icontains(filters.text, autoescape=True)


def _about_people(filters: LogFilters) -> Iterator[ColumnElement[bool]]:
    if filters.employer_id is not None:
        yield Interaction.employer_id == filters.employer_id
    if filters.employer_name:
        named = select(Employer.id).where(Employer.name.icontains(filters.employer_name, autoescape=True))
        yield Interaction.employer_id.in_(named)
    if filters.officer_id is not None:
        yield Interaction.id.in_(
            select(InteractionOfficer.interaction_id).where(InteractionOfficer.user_id == filters.officer_id)
        )
    if filters.contact_name:
        yield Interaction.id.in_(
            select(InteractionContact.interaction_id)
            .join(Contact, Contact.id == InteractionContact.contact_id)
            .where(Contact.name.icontains(filters.contact_name, autoescape=True))
        )


def _rows(
    chosen: Select[Interaction], viewer: User
) -> Select[int, date, Channel, Direction, int, str, str, str | None, Outcome | None, str | None, bool]:
    staff = viewer.is_staff
    return (
        chosen.join(Interaction.employer)
        .with_only_columns(
            Interaction.id,
            Interaction.happened_on,
            Interaction.channel,
            Interaction.direction,
            Employer.id,
            Employer.name,
            officer_names(),
            contact_names() if staff else literal(None),
            Interaction.outcome if staff else literal(None),
            Interaction.summary if staff else literal(None),
            exists().where(InteractionCorrection.interaction_id == Interaction.id).correlate(Interaction),
        )
        .order_by(*NEWEST_FIRST)
    )
