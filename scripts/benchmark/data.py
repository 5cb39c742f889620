"""Fill a new database with an invented county: python -m benchmark.data DATABASE_URL.

10,000 employers, 20,000 contacts, 100,000 interactions and what belongs to them, the same on every run but for the
academic year, which is this one. Written with SQLAlchemy Core in batches, past the services: history rows are made
beside them, so that history is as long as it would be. Employer 1 is the busy one whose page is measured: it has 200
interactions and 10 contacts.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, create_engine, func, insert, select, text

import crm.app  # noqa: F401  # loads every model, as one may name another
from benchmark.words import employer_name, person_name, postcode, sentence
from crm.accounts.models import User
from crm.audit.models import ChangeAction, ChangeRecord
from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base
from crm.core.normalise import name_key
from crm.employers.models import Contact, Employer, EmployerSector, LegalForm
from crm.interactions.models import (
    Channel,
    Direction,
    FollowUp,
    Interaction,
    InteractionContact,
    InteractionOfficer,
    Outcome,
)
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.providers.models import Cohort, Provider, ProviderType, YearGroup, YoungPerson
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Area, Sector, SizeBand

TIMES = int(os.environ.get("BENCH_TIMES", "1"))  # as many employers, contacts and interactions; the rest stays
EMPLOYERS, CONTACTS, INTERACTIONS = 10_000 * TIMES, 20_000 * TIMES, 100_000 * TIMES
BUSY_CONTACTS, BUSY_INTERACTIONS = 10, 200
USERS, PROVIDERS, YOUNG_PEOPLE, PLEDGES, OPPORTUNITIES, FOLLOW_UPS = 40, 40, 8_000, 2_000, 3_000, 20_000
PLACES_EACH = 5  # of each opportunity
BATCH = 5_000
YEAR = AcademicYear.of(clock.today())
YEARS = (YEAR, YEAR.previous, YEAR.previous.previous)  # pledges are spread over
FIRST_DAY = YEAR.first_day
NOON = datetime.combine(FIRST_DAY, time(12), tzinfo=UTC)

Rows = Iterator[dict[str, Any]]


def fill(connection: Connection) -> None:
    """Write everything, parents first."""
    lists = [list(connection.scalars(select(model.id).order_by(model.id))) for model in (Sector, SizeBand, Area)]
    sectors, bands, areas = lists
    write(connection, User, users())
    write(connection, Employer, employers(bands, areas))
    write(connection, EmployerSector, employer_sectors(sectors))
    write(connection, Contact, contacts())
    write(connection, Interaction, interactions())
    write(connection, InteractionContact, spoken_to())
    write(connection, InteractionOfficer, took_part())
    write(connection, FollowUp, follow_ups())
    write(connection, Provider, providers())
    write(connection, Cohort, cohorts())
    write(connection, YoungPerson, young_people())
    write(connection, Pledge, pledges())
    write(connection, PledgeLine, pledge_lines())
    confirm_pledges(connection)
    write(connection, Opportunity, opportunities())
    write(connection, Place, places())
    if TIMES == 1:  # no list reads history
        write(connection, ChangeRecord, history())


def write(connection: Connection, model: type[Base], rows: Rows) -> None:
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(model.__table__), batch)  # type: ignore[arg-type]  # a FromClause to the type checker
    if connection.dialect.name == "postgresql":  # numbers were given out by us
        table = model.__tablename__
        newest = select(func.max(model.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(f'"{table}"', "id"), newest)))


def users() -> Rows:
    for number in range(1, USERS + 1):
        name, _ = person_name(random.Random(number), number)
        yield {"id": number, "email": f"user{number}@example.com", "name": name, "role": Role.OFFICER, "version": 1}


def employers(bands: list[int], areas: list[int]) -> Rows:
    for number in range(1, EMPLOYERS + 1):
        chance = random.Random(f"employer {number}")
        name = employer_name(chance, number)
        yield {
            "id": number,
            "name": name,
            "name_key": name_key(name),
            "company_number": f"{number:08}",
            "legal_form": chance.choice(list(LegalForm)),
            "size_band_id": chance.choice(bands),
            "address": f"{chance.randint(1, 200)} Long Lane",
            "postcode": postcode(chance),
            "area_id": chance.choice(areas) if areas else None,
            "website": f"https://employer{number}.example",
            "phone": f"+44163296{number % 1000:04}",
            "email": f"office@employer{number}.example",
            "owner_id": chance.randint(1, USERS),
            "version": 1,
        }


def employer_sectors(sectors: list[int]) -> Rows:
    for number in range(1, EMPLOYERS + 1):
        chance = random.Random(f"sectors {number}")
        for sector in chance.sample(sectors, chance.randint(1, 2)):
            yield {"employer_id": number, "sector_id": sector}


def contacts() -> Rows:
    for number in range(1, CONTACTS + 1):
        chance = random.Random(f"contact {number}")
        employer = 1 if number <= BUSY_CONTACTS else chance.randint(2, EMPLOYERS)
        name, email = person_name(chance, number)
        yield {
            "id": number,
            "employer_id": employer,
            "name": name,
            "job_title": chance.choice(("Director", "Owner", "Site lead", "Apprenticeships lead")),
            "email": email,
            "phone": f"+441632{960000 + number % 1000}",
            "signs_pledges": number % 3 == 0,
            "is_speaker": number % 4 == 0,
            "is_mentor": number % 5 == 0,
            "is_supervisor": number % 2 == 0,
            "version": 1,
        }


def interactions() -> Rows:
    for number in range(1, INTERACTIONS + 1):
        chance = random.Random(f"interaction {number}")
        busy = number <= BUSY_INTERACTIONS
        yield {
            "id": number,
            # Some employers hear from us much more often than others.
            "employer_id": 1 if busy else 2 + int((EMPLOYERS - 1) * chance.random() ** 1.6),
            "logged_by_id": chance.randint(1, USERS),
            "channel": chance.choice(list(Channel)),
            "direction": Direction.INCOMING if number % 6 == 0 else Direction.OUTGOING,
            "outcome": chance.choice((None, *Outcome)),
            "happened_on": FIRST_DAY - timedelta(days=chance.randint(0, 700)),
            "summary": sentence(chance, 35),
            "version": 1,
        }


def spoken_to() -> Rows:
    """One or two people of the busy employer's at each of its interactions."""
    for number in range(1, BUSY_INTERACTIONS + 1):
        for contact in {1 + number % BUSY_CONTACTS, 1 + number % 3}:
            yield {"interaction_id": number, "contact_id": contact}


def took_part() -> Rows:
    """Whoever logged it, and at one in ten a colleague."""
    for row in interactions():
        yield {"interaction_id": row["id"], "user_id": row["logged_by_id"]}
        if row["id"] % 10 == 0:
            yield {"interaction_id": row["id"], "user_id": 1 + row["logged_by_id"] % USERS}


def follow_ups() -> Rows:
    for number in range(1, FOLLOW_UPS + 1):
        chance = random.Random(f"follow-up {number}")
        is_open = number % 10 == 0
        yield {
            "id": number,
            "employer_id": chance.randint(1, EMPLOYERS),
            "owner_id": chance.randint(1, USERS),
            "what": sentence(chance, 6),
            "due_on": FIRST_DAY + timedelta(days=chance.randint(-60, 120)),
            "done_at": None if is_open else NOON,
            "done_by_id": None if is_open else 1,
            "version": 1,
        }


def providers() -> Rows:
    for number in range(1, PROVIDERS + 1):
        kind = list(ProviderType)[number % len(ProviderType)]
        yield {"id": number, "name": f"Invented Academy {number}", "type": kind, "version": 1}


def cohorts() -> Rows:
    for provider in range(1, PROVIDERS + 1):
        for group in YearGroup:
            size = 30 + provider
            yield {"provider_id": provider, "year_group": group, "size": size, "counted_on": FIRST_DAY, "version": 1}


def young_people() -> Rows:
    for number in range(1, YOUNG_PEOPLE + 1):
        yield {
            "id": number,
            "provider_id": 1 + number % PROVIDERS,
            "reference": f"YP-{number:05}",
            "year_group": list(YearGroup)[number % len(YearGroup)],
            "version": 1,
        }


def pledges() -> Rows:
    for number in range(1, PLEDGES + 1):
        yield {
            "id": number,
            "employer_id": number,
            "academic_year": year_of(number).name,
            "number": 1,
            "status": PledgeStatus.SENT,
            "sent_on": year_of(number).first_day,
            "note": "",
            "recorded_by_id": 1,
            "version": 1,
        }


def year_of(pledge: int) -> AcademicYear:
    return YEARS[pledge % len(YEARS)]


def confirm_pledges(connection: Connection) -> None:
    """Three of four. Only now, as the lines of a confirmed pledge never change."""
    table = Pledge.__table__
    confirmed = {"status": PledgeStatus.CONFIRMED, "confirmed_on": FIRST_DAY}
    connection.execute(table.update().where(table.c.id % 4 != 0).values(confirmed))  # type: ignore[attr-defined]


def pledge_lines() -> Rows:
    for number in range(1, 2 * PLEDGES + 1):
        pledge = (number + 1) // 2
        yield {
            "id": number,
            "pledge_id": pledge,
            "kind": OpportunityKind.TALK if number % 2 else OpportunityKind.PLACEMENT,
            "young_people": 1 + number % 20,
            "each": 3 if number % 2 else 1,
            "window_starts_on": year_of(pledge).first_day,
            "window_ends_on": year_of(pledge).last_day,
            "profile": DeliveryProfile.TERM_TIME,
        }


def opportunities() -> Rows:
    kinds = list(OpportunityKind)
    for number in range(1, OPPORTUNITIES + 1):
        starts = NOON + timedelta(days=number % 300)
        yield {
            "id": number,
            "employer_id": pledge_of(number),
            "provider_id": 1 + number % PROVIDERS,
            "kind": kinds[number % len(kinds)],
            "title": f"Invented opportunity {number}",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "hours": 2,
            "mode": Mode.IN_PERSON,
            "place_or_link": "The workshop",
            "capacity": 12,
            "taken": PLACES_EACH,
            "status": OpportunityStatus.DELIVERED if number % 300 < 80 else OpportunityStatus.OPEN,  # noqa: PLR2004
            "version": 1,
        }


def pledge_of(opportunity: int) -> int:
    """The pledge, of this year, that an opportunity helps to keep. Its employer has the same number."""
    return len(YEARS) * (1 + opportunity % (PLEDGES // len(YEARS)))


def places() -> Rows:
    for number in range(OPPORTUNITIES * PLACES_EACH):
        opportunity = 1 + number // PLACES_EACH
        came = opportunity % 300 < 80  # noqa: PLR2004  # the same as are delivered
        yield {
            "id": number + 1,
            "opportunity_id": opportunity,
            "young_person_id": 1 + number % YOUNG_PEOPLE,
            "seats": 1,
            "came": 1 if came else None,
            "status": PlaceStatus.ATTENDED if came else PlaceStatus.CONFIRMED,
            "pledge_line_id": 2 * pledge_of(opportunity),
            "version": 1,
        }


def history() -> Rows:
    """That everything was added, by somebody."""
    for entity, rows in (("employer", employers([1], [])), ("contact", contacts()), ("interaction", interactions())):
        for row in rows:
            yield {
                "at": NOON,
                "actor": "Somebody",
                "entity": entity,
                "entity_id": row["id"],
                "parent_entity": None if entity == "employer" else "employer",
                "parent_id": row.get("employer_id"),
                "action": ChangeAction.ADDED,
                "changes": {name: [None, str(value)] for name, value in row.items() if name in {"name", "summary"}},
            }


def main() -> int:
    engine = create_engine(sys.argv[1])
    with engine.begin() as connection:
        fill(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As PostgreSQL does by itself after a while: an index answers alone only for pages known to be settled.
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
