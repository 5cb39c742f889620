"""Changing providers, cohorts and young people. Callers open the unit of work; nothing here commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.providers.models import Cohort, Provider, ProviderMember, ProviderType, YearGroup, YoungPerson
from crm.providers.queries import by_reference, folded
from crm.providers.references import Refused, read_reference, read_references
from crm.reference.models import Sector


@dataclass(frozen=True, slots=True)
class ProviderDetails:
    """What is written down about a provider."""

    name: str
    type: ProviderType
    area_id: int | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class CohortDetails:
    """How many young people a year group had on a day."""

    year_group: YearGroup
    size: int
    counted_on: date


@dataclass(frozen=True, slots=True)
class AddedPeople:
    """What became of references that were pasted. Every line is in exactly one of these."""

    added: Sequence[YoungPerson]
    known: Sequence[YoungPerson]  # were recorded already, and stay as they are
    repeated: Sequence[str]  # further occurrences within what was pasted
    refused: Sequence[Refused]


def add_provider(details: ProviderDetails) -> Provider:
    """Raises Conflict if there is a provider of that name."""
    provider = Provider()
    _write(provider, details)
    return provider


def edit_provider(provider: Provider, details: ProviderDetails, *, seen_version: int | None) -> None:
    """Raises EditedMeanwhile if the provider is no longer at that version, Conflict if another has the name."""
    check_version(provider, seen_version)
    _write(provider, details)


def archive_provider(provider: Provider) -> None:
    """No longer offered on forms; everything that happened stays."""
    provider.archived_at = provider.archived_at or clock.now()
    db.session.flush()


def restore_provider(provider: Provider) -> None:
    provider.archived_at = None
    db.session.flush()


def count_cohort(provider: Provider, details: CohortDetails) -> Cohort:
    """Write down how large a year group is on a day; the same day again corrects it.

    Raises Conflict for a day to come.
    """
    if details.counted_on > clock.today():
        raise Conflict("Enter a day that is not in the future: a cohort is counted, not forecast.")
    lock_provider(provider)
    cohort = db.session.scalars(
        select(Cohort).where(
            Cohort.provider_id == provider.id,
            Cohort.year_group == details.year_group,
            Cohort.counted_on == details.counted_on,
        )
    ).one_or_none()
    if cohort is None:
        cohort = Cohort(provider_id=provider.id, year_group=details.year_group, counted_on=details.counted_on)
        db.session.add(cohort)
    cohort.size = details.size
    db.session.flush()
    return cohort


def remove_count(cohort: Cohort) -> None:
    """Take back a count that was entered by mistake. Its history stays."""
    db.session.delete(cohort)
    db.session.flush()


def add_young_person(
    provider: Provider, reference: str, year_group: YearGroup, *, area_id: int | None = None
) -> YoungPerson:
    """Record a young person by the provider's own reference.

    Raises ValueError if the reference is plainly personal data, Conflict if the provider has it already.
    """
    reference = read_reference(reference)
    lock_provider(provider)
    if by_reference(provider.id, [reference]):
        raise Conflict(f"{provider.name} already has a young person with the reference {reference}.")
    person = YoungPerson(provider_id=provider.id, reference=reference, year_group=year_group, area_id=area_id)
    db.session.add(person)
    db.session.flush()
    return person


def add_young_people(provider: Provider, pasted: str, year_group: YearGroup) -> AddedPeople:
    """Record the references in a text, one on a line, and say what became of each line."""
    read = read_references(pasted)
    lock_provider(provider)
    known = by_reference(provider.id, read.references)
    new: dict[str, YoungPerson] = {}
    repeated = list(read.repeated)
    for reference in read.references:
        key = folded(reference)
        if key in new:
            repeated.append(reference)
        elif key not in known:
            new[key] = YoungPerson(provider_id=provider.id, reference=reference, year_group=year_group)
    db.session.add_all(new.values())
    db.session.flush()
    return AddedPeople(list(new.values()), list(known.values()), repeated, read.refused)


def edit_young_person(person: YoungPerson, reference: str, year_group: YearGroup, *, seen_version: int | None) -> None:
    """Correct a reference or move somebody up a year. Their provider must be loaded.

    Raises EditedMeanwhile, ValueError and Conflict like `edit_provider` and `add_young_person`.
    """
    check_version(person, seen_version)
    reference = read_reference(reference)
    lock_provider(person.provider)
    if by_reference(person.provider_id, [reference]).get(folded(reference), person) is not person:
        raise Conflict(f"{person.provider.name} already has a young person with the reference {reference}.")
    person.reference, person.year_group = reference, year_group
    db.session.flush()


def set_interests(person: YoungPerson, sector_ids: Collection[int]) -> None:
    """Write down which sectors somebody, whose sectors are loaded, is interested in."""
    if {sector.id for sector in person.sectors} == set(sector_ids):
        return
    chosen = select(Sector).where(Sector.id.in_(sector_ids)).order_by(Sector.position, Sector.id)
    person.sectors = list(db.session.scalars(chosen))
    person.updated_at = clock.now()  # a list is not a column: without this the version would stay
    db.session.flush()


def mark_left(person: YoungPerson) -> None:
    """They left the provider: no longer offered for places, while what they took part in stays."""
    person.left_at = person.left_at or clock.now()
    db.session.flush()


def mark_returned(person: YoungPerson) -> None:
    person.left_at = None
    db.session.flush()


def let_act_for(user: User, provider: Provider) -> ProviderMember:
    """Let a provider's coordinator see that provider's young people, and no longer another's.

    Raises Conflict if the user's role is another one.
    """
    if user.role is not Role.PROVIDER:
        raise Conflict(f"{user.name} is not a provider’s coordinator. Change the role first.")
    member = db.session.scalars(
        select(ProviderMember).where(ProviderMember.user_id == user.id).with_for_update()
    ).one_or_none()
    if member is None:
        member = ProviderMember(user_id=user.id)
        db.session.add(member)
    member.provider_id = provider.id
    db.session.flush()
    return member


def _write(provider: Provider, details: ProviderDetails) -> None:
    _refuse_known_name(details.name, provider.id)
    db.session.add(provider)
    provider.name, provider.type, provider.area_id = details.name, details.type, details.area_id
    provider.contact_name, provider.email, provider.phone = details.contact_name, details.email, details.phone
    db.session.flush()


def _refuse_known_name(name: str, own_id: int | None) -> None:
    same = select(Provider.id).where(func.lower(Provider.name).in_((name.lower(), folded(name))))
    if set(db.session.scalars(same)) - {own_id}:
        raise Conflict(f"There is already a provider called {name}.")


def lock_provider(provider: Provider) -> None:
    """Two people adding the same reference at once take turns, so that the second is told."""
    db.session.execute(select(Provider.id).where(Provider.id == provider.id).with_for_update())
