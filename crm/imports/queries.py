"""What an import reads: the council's lists, employers that may be meant, earlier runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.core.access import ADMINS, STAFF
from crm.core.db import db
from crm.core.normalise import name_key
from crm.employers.models import Contact, Employer
from crm.imports.entries import Lists
from crm.imports.words import Band, Names, short_names_of, spellings_of_person
from crm.interactions.models import FollowUp, Interaction, InteractionOfficer
from crm.reference.models import Sector, SizeBand

AT_ONCE = 400  # SQLite takes only so many values in one statement


@dataclass(frozen=True)
class Known:
    """An employer in the database, as far as matching needs it."""

    id: int
    name: str
    name_key: str
    company_number: str | None
    postcode: str | None
    trading_name: str | None = None
    is_old_name: bool = False  # of an employer that has become part of the one with this id


_known = select(
    Employer.id,
    Employer.name,
    Employer.name_key,
    Employer.company_number,
    Employer.postcode,
    Employer.trading_name,
    Employer.merged_into_id,
)


def _as_known(row: Any) -> Known:
    *told, merged_into_id = row
    known = Known(*told)
    return known if merged_into_id is None else replace(known, id=merged_into_id, is_old_name=True)


def lists() -> tuple[Lists, dict[str, dict[int, str]]]:
    """The council's lists by the words for them, and the names behind ids."""
    bands = db.session.execute(
        select(SizeBand.id, SizeBand.name, SizeBand.description, SizeBand.fewest, SizeBand.most).order_by(
            SizeBand.fewest
        )
    ).all()
    sectors = db.session.execute(select(Sector.id, Sector.name, Sector.also_known_as)).all()
    staff = db.session.execute(
        select(User.id, User.name, User.email).where(User.role.in_(STAFF), User.disabled_at.is_(None))
    ).all()
    found = Lists(
        bands=[Band(*band) for band in bands],
        sectors=Names((id_, name) for id_, own, others in sectors for name in (own, *others.splitlines())),
        officers=Names((id_, each) for id_, name, email in staff for each in (*spellings_of_person(name), email)),
        short_names=Names((id_, each) for id_, name, _ in staff for each in short_names_of(name)),
    )
    return found, {
        "size_band_id": {band.id: band.name for band in bands},
        "owner_id": {id_: name for id_, name, _ in staff},
    }


def employers_that_may_be_meant(numbers: Iterable[str], keys: Iterable[str]) -> list[Known]:
    """Every employer with one of the company numbers or one of the names, archived ones too.

    One that was merged away stands for what it became part of.
    """
    found: dict[int, Known] = {}
    for column, values in ((Employer.company_number, numbers), (Employer.name_key, keys)):
        for some in _pieces(sorted(set(values))):
            for row in db.session.execute(_known.where(column.in_(some)).order_by(Employer.id)):
                found[row.id] = _as_known(row)
    return [found[id_] for id_ in sorted(found)]


def employers_to_update(ids: Sequence[int]) -> dict[int, Employer]:
    employers: dict[int, Employer] = {}
    for some in _pieces(ids):
        statement = select(Employer).where(Employer.id.in_(some)).options(selectinload(Employer.sectors))
        employers |= {employer.id: employer for employer in db.session.scalars(statement)}
    return employers


def employers_that_trade_under_names() -> list[Known]:
    """Every employer with a trading name. There is no key of it to ask by."""
    rows = db.session.execute(_known.where(Employer.trading_name.is_not(None)).order_by(Employer.id))
    return [_as_known(row) for row in rows]


def names_of_employers() -> list[str]:
    """Of those that are not archived."""
    return list(db.session.scalars(select(Employer.name).where(Employer.archived_at.is_(None)).order_by(Employer.id)))


def contacts_of(ids: Sequence[int]) -> dict[int, list[Contact]]:
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for some in _pieces(ids):
        for contact in db.session.scalars(
            select(Contact).where(Contact.employer_id.in_(some)).order_by(Contact.employer_id, Contact.id)
        ):
            contacts[contact.employer_id].append(contact)
    return contacts


def officers_by_id(ids: Iterable[int]) -> dict[int, User]:
    return {user.id: user for user in db.session.scalars(select(User).where(User.id.in_(sorted(set(ids)))))}


def first_administrator() -> User | None:
    """Who the command line acts for unless it is told."""
    admins = select(User).where(User.role.in_(ADMINS), User.disabled_at.is_(None))
    return db.session.scalars(admins.order_by(User.id).limit(1)).one_or_none()


def interactions_on(
    employer_ids: Sequence[int], days: Sequence[date]
) -> Iterator[tuple[int, date, str, frozenset[int]]]:
    """What the log has on some employers between the first and the last of some days: with its text and officers."""
    if not days:
        return
    for some in _pieces(employer_ids):
        wanted = (Interaction.employer_id.in_(some), Interaction.happened_on.between(days[0], days[-1]))
        officers: dict[int, set[int]] = defaultdict(set)
        took_part = select(InteractionOfficer.interaction_id, InteractionOfficer.user_id)
        for id_, user_id in db.session.execute(
            took_part.join(Interaction, Interaction.id == InteractionOfficer.interaction_id).where(*wanted)
        ):
            officers[id_].add(user_id)
        entries = select(Interaction.id, Interaction.employer_id, Interaction.happened_on, Interaction.summary)
        for id_, employer_id, day, summary in db.session.execute(entries.where(*wanted).order_by(Interaction.id)):
            yield employer_id, day, summary, frozenset(officers[id_])


def follow_ups_of(employer_ids: Iterable[int]) -> Iterator[tuple[int, date, str]]:
    """Every next step with some employers, those that are done among them: when and what."""
    for some in _pieces(sorted({each for each in employer_ids if each > 0})):
        steps = select(FollowUp.employer_id, FollowUp.due_on, FollowUp.what).where(FollowUp.employer_id.in_(some))
        yield from ((row[0], row[1], row[2]) for row in db.session.execute(steps.order_by(FollowUp.id)))


def sectors_by_id() -> dict[int, Sector]:
    return {sector.id: sector for sector in db.session.scalars(select(Sector))}


def _pieces(values: Sequence[int] | Sequence[str]) -> Iterator[Sequence[int] | Sequence[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def key_or_none(name: str) -> str | None:
    """What a name is matched by; None if there is nothing in it to match."""
    try:
        return name_key(name)
    except ValueError:
        return None
