"""Northmoor's areas, employers and providers, added as officers would add them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock, normalise
from crm.core.access import Role
from crm.core.db import db
from crm.demo import city
from crm.employers.models import Contact, Employer, LegalForm, Site
from crm.employers.services import ContactDetails, EmployerDetails, SiteDetails, add_contact, add_employer, add_site
from crm.employers.services import mark_left as mark_contact_left
from crm.providers.models import Provider, YearGroup
from crm.providers.services import (
    CohortDetails,
    ProviderDetails,
    add_provider,
    add_young_people,
    count_cohort,
    let_act_for,
)
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Area, Sector, SizeBand
from crm.reference.services import AreaDetails, add_entry, save_setting

RECORDED = 0.6  # share of a cohort that providers have named by reference
LARGER = {city.MEDIUM, city.LARGE}  # have a second site
WITHOUT_OWNER = 15  # every so many employers, one belongs to nobody yet
SOMEBODY_LEFT = 9


@dataclass(frozen=True)
class Known:
    """An employer with what the rest of the demonstration needs to know about it."""

    firm: city.Firm
    employer: Employer
    officer: User  # its owner, or who looks after it while it has none
    contacts: Sequence[Contact]  # signs, speaks, supervises
    sites: Sequence[Site]

    @property
    def trade(self) -> city.Trade:
        return city.TRADES[self.firm.trade]


@dataclass(frozen=True)
class Classes:
    """A provider and the references of its young people."""

    provider: Provider
    references: Sequence[str]


def add_council() -> dict[str, Area]:
    """The council's name and its areas, by name."""
    save_setting("council_name", city.COUNCIL, version=0)
    for name, _ in city.AREAS:
        add_entry(AreaDetails(name=name))
    return {area.name: area for area in db.session.scalars(select(Area))}


def add_employers(random: Random, officers: Sequence[User], areas: dict[str, Area]) -> list[Known]:
    sectors = {sector.name: sector.id for sector in db.session.scalars(select(Sector))}
    bands = {band.name: band.id for band in db.session.scalars(select(SizeBand))}
    numbers = iter(range(1, 1000))
    return [
        _employer(random, firm, place, officers, (areas, sectors, bands), numbers)
        for place, firm in enumerate(city.FIRMS)
    ]


def _employer(
    random: Random,
    firm: city.Firm,
    place: int,
    officers: Sequence[User],
    lists: tuple[dict[str, Area], dict[str, int], dict[str, int]],
    numbers: Iterator[int],
) -> Known:
    areas, sectors, bands = lists
    officer = officers[place % len(officers)]
    address, postcode = _address(random, firm.area)
    domain = f"{normalise.name_key(firm.name).replace(' and ', '').replace(' ', '')}.example.com"
    employer = add_employer(
        EmployerDetails(
            name=firm.name,
            company_number=f"NM{place + 101:06}" if firm.form in {LegalForm.COMPANY, LegalForm.LLP} else None,
            legal_form=firm.form,
            size_band_id=bands.get(firm.size),
            sector_ids=frozenset(
                sectors[name] for name in (city.TRADES[firm.trade].sector, firm.also) if name in sectors
            ),
            address=address,
            postcode=postcode,
            area_id=areas[firm.area].id,
            website=f"https://{domain}",
            phone=f"+441632960{next(numbers):03}",
            email=f"hello@{domain}",
            owner_id=None if place % WITHOUT_OWNER == WITHOUT_OWNER - 1 else officer.id,
        )
    )
    contacts = [
        _contact(random, employer, number, firm, domain, next(numbers))
        for number in range(2 if firm.size == city.MICRO else 3)
    ]
    if place % SOMEBODY_LEFT == SOMEBODY_LEFT - 1 and len(contacts) > 2:  # noqa: PLR2004  # two stay
        mark_contact_left(contacts[-1], at=clock.now())
    sites = [
        add_site(
            employer, SiteDetails(name="Main site", address=address, postcode=postcode, area_id=areas[firm.area].id)
        )
    ]
    if firm.size in LARGER:
        other = random.choice([name for name, _ in city.AREAS if name != firm.area])
        address, postcode = _address(random, other)
        sites.append(
            add_site(
                employer, SiteDetails(name=f"{other} site", address=address, postcode=postcode, area_id=areas[other].id)
            )
        )
    return Known(firm, employer, officer, contacts, sites)


def _contact(random: Random, employer: Employer, number: int, firm: city.Firm, domain: str, serial: int) -> Contact:
    """The first signs pledges, the second speaks and mentors, the third supervises."""
    jobs = city.TRADES[firm.trade].jobs
    first, last = random.choice(city.FIRST_NAMES), random.choice(city.LAST_NAMES)
    alone = firm.size == city.MICRO
    return add_contact(
        employer,
        ContactDetails(
            name=f"{first} {last}",
            job_title=jobs[number],
            email=f"{first}.{last}{number or ''}@{domain}".lower(),
            phone=employer.phone,
            mobile=f"+447700900{serial % 1000:03}" if number != 1 else None,
            signs_pledges=number == 0,
            is_speaker=number == 1,
            is_mentor=number == 1,
            is_supervisor=number == 2 or (alone and number == 0),  # noqa: PLR2004  # the third
        ),
    )


def _address(random: Random, area: str) -> tuple[str, str]:
    district = dict(city.AREAS)[area]
    letters = "ABDEFGHJLN"
    postcode = f"{district}{random.choice(letters)}{random.choice(letters)}"
    return f"{random.randint(1, 120)} {random.choice(city.STREETS)}, {area}, Northmoor", postcode


def add_schools(today: date, users: Sequence[User], areas: dict[str, Area]) -> list[Classes]:
    """Providers with cohorts of last year and this one, and young people by reference."""
    this_year = AcademicYear.of(today)
    schools = []
    for place, school in enumerate(city.SCHOOLS):
        domain = f"{school.code.lower()}.example.com"
        provider = add_provider(
            ProviderDetails(
                name=school.name,
                type=school.type,
                area_id=areas[school.area].id,
                contact_name=school.contact,
                email=f"work.experience@{domain}",
                phone=f"+441632960{900 + place}",
            )
        )
        references: list[str] = []
        for year_group, size in school.cohorts.items():
            for year, change in ((this_year.previous, size // 25), (this_year, 0)):
                counted_on = min(year.first_day + timedelta(days=30), today)
                count_cohort(provider, CohortDetails(year_group, size - change, counted_on))
            references += _people(provider, school.code, year_group, int(size * RECORDED))
        schools.append(Classes(provider, references))
    for user in users:
        if user.role is Role.PROVIDER:
            let_act_for(user, schools[0].provider)
    return schools


def _people(provider: Provider, code: str, year_group: YearGroup, how_many: int) -> list[str]:
    references = [f"{code}-{year_group.value.replace('-', '')}{number:03}" for number in range(1, how_many + 1)]
    add_young_people(provider, "\n".join(references), year_group)
    return references
