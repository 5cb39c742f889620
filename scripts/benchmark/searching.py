"""Fill a new database with 100,000 invented employers to search: python -m benchmark.searching DATABASE_URL.

Names are made of syllables, so that there are about as many different words as in a real register, and of trades, some
of which are in thousands of names. The one that is looked for is the last. Prints how long the filling took.
"""

import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, insert, text

from benchmark.words import each, person_name, postcode, sentence
from crm.accounts.models import User
from crm.app import create_app  # noqa: F401  # loads every model
from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base
from crm.core.normalise import name_key
from crm.employers.models import Contact, Employer
from crm.interactions.models import Channel, Direction, Interaction

EMPLOYERS, CONTACTS, INTERACTIONS = 100_000, 200_000, 200_000
BATCH = 5_000
LOOKED_FOR = "Moorcroft Lane Timber Frame Ltd"
BEGIN = each("b c d f g h k l m n p r s t v w br cl cr dr gr st th sh wh tr")
MIDDLE = each("a e i o u ea ou oa ai")
END = each("ley ton ford worth croft field ham wick by dale brook son man er well stone burn")
TRADES = each(
    "timber frame joinery ceramics logistics digital care engineering foods construction retail energy packaging "
    "motors robotics plumbing electrical roofing consulting accountancy dental nursery solutions services systems "
    "media design training security cleaning catering landscapes lane road holdings international midlands"
)
FORMS = ("Ltd", "Limited", "LLP", "plc", "CIC", "& Sons Ltd")

Rows = Iterator[dict[str, Any]]


def fill(connection: Connection) -> None:
    write(connection, User, users())
    write(connection, Employer, employers())
    write(connection, Contact, contacts())
    write(connection, Interaction, interactions())


def write(connection: Connection, model: type[Base], rows: Rows) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            connection.execute(insert(model.__table__), batch)  # type: ignore[arg-type]  # a FromClause to the type checker
            batch.clear()
    if batch:
        connection.execute(insert(model.__table__), batch)  # type: ignore[arg-type]


def users() -> Rows:
    yield {"id": 1, "email": "one@example.com", "name": "Amir Ashdown", "role": Role.OFFICER, "version": 1}


def employers() -> Rows:
    chance = random.Random("names")
    words = sorted({_word(chance) for _ in range(30_000)})
    for number in range(1, EMPLOYERS + 1):
        name = LOOKED_FOR if number == EMPLOYERS else _name(chance, words)
        yield {
            "id": number,
            "name": name,
            "name_key": name_key(name),
            "company_number": f"{number:08}",
            "postcode": postcode(chance),
            "email": f"office@employer{number}.example",
            "phone": f"+441632{960000 + number % 1000}",
            "owner_id": 1,
            "version": 1,
        }


def contacts() -> Rows:
    for number in range(1, CONTACTS + 1):
        chance = random.Random(number)
        name, email = person_name(chance, number)
        employer = chance.randint(1, EMPLOYERS)
        phone = f"+441632{960000 + number % 1000}"
        yield {"id": number, "employer_id": employer, "name": name, "email": email, "phone": phone, "version": 1}


def interactions() -> Rows:
    today = clock.today()
    for number in range(1, INTERACTIONS + 1):
        chance = random.Random(number)
        yield {
            "id": number,
            "employer_id": chance.randint(1, EMPLOYERS),
            "logged_by_id": 1,
            "channel": chance.choice(list(Channel)),
            "direction": Direction.OUTGOING,
            "happened_on": today - timedelta(days=chance.randint(0, 700)),
            "summary": sentence(chance, 25),
            "version": 1,
        }


def _word(chance: random.Random) -> str:
    more = chance.choice(MIDDLE) + chance.choice(BEGIN) if chance.random() < 0.4 else ""  # noqa: PLR2004
    return chance.choice(BEGIN) + chance.choice(MIDDLE) + chance.choice(BEGIN) + more + chance.choice(END)


def _name(chance: random.Random, words: list[str]) -> str:
    own = chance.sample(words, chance.choice((1, 1, 2)))
    trades = chance.sample(TRADES, chance.choice((1, 2, 2)))
    return f"{' '.join((*own, *trades)).title()} {chance.choice(FORMS)}"


def main(url: str) -> None:
    engine = create_engine(url)
    started = time.perf_counter()
    with engine.begin() as connection:
        fill(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))
    print(f"filled in {time.perf_counter() - started:.1f} seconds")


if __name__ == "__main__":
    main(sys.argv[1])
