"""Invented names and sentences. No organisation or person is meant."""

import random


def each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


PLACES = each(
    "Alderbrook Brackenfold Calverstone Dunmarsh Elmsworth Fernhollow Greyling Harrowdale Ivelgate Kestrelford"
)
TRADES = each("Ceramics Logistics Digital Care Engineering Foods Construction Retail Energy Packaging Motors Robotics")
ENDINGS = ("Ltd", "Limited", "CIC", "plc", "Partnership", "Group")
FIRST = each("Amir Beth Callum Divya Ewan Fatima George Hannah Imran Jess Kofi Lena Mo Nadia Owen Priya Rosa Sam")
LAST = each("Ashdown Birchall Copperfield Dunmore Eastlake Fairbrook Greenacre Hollins Ivory Jessop Kingsmere")
WORDS = each(
    "spoke about placements next summer the manager is keen to offer three weeks needs a risk assessment will call "
    "back asked for a talk at the college small group mentoring digital skills welding retail care site tour sent"
)


def employer_name(chance: random.Random, number: int) -> str:
    return f"{chance.choice(PLACES)} {chance.choice(TRADES)} {number:05} {chance.choice(ENDINGS)}"


def person_name(chance: random.Random, number: int) -> tuple[str, str]:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    return f"{first} {last}", f"{first}.{last}.{number}@example.com".lower()


def postcode(chance: random.Random) -> str:
    return f"ZZ{chance.randint(1, 9)} {chance.randint(1, 9)}{chance.choice('ABDEFGH')}{chance.choice('JLNPQRS')}"


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."
