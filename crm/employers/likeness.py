"""How much two employers look like one. Pure.

A score from 0 to 100 with its reasons in words. The name says most; a shared place, domain or number says that two
similar names are one; two company numbers say that they are not, whatever else they share.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

LIKELY = 50  # worth showing to a person
SAME_NAME = 60  # points of a name that is the same; less alike, fewer; none below the next
ALIKE = 70.0  # percent
SAME_NUMBER = 100
DIFFERENT_NUMBERS = -60
SAME_DOMAIN = 25
SAME_POSTCODE = 20
SAME_PHONE = 20
DIFFERENT_POSTCODES = -15
# Says what kind of company it is, not which.
NOISE = frozenset({"and", "cic", "co", "company", "inc", "limited", "llp", "ltd", "plc", "the", "uk"})
WHOLE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What an employer is recognised by. Texts are normalised (crm.core.normalise); None is not known."""

    name_key: str
    trading_key: str | None = None
    company_number: str | None = None
    postcode: str | None = None
    domain: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two employers are one, and why."""

    score: int  # 0 to 100
    reasons: tuple[str, ...]


def likeness(one: Features, other: Features) -> Likeness:
    """Compare two employers. The order makes no difference."""
    telling = list(_points(one, other))
    score = round(sum(points for points, _ in telling))
    return Likeness(max(0, min(100, score)), tuple(reason for _, reason in telling))


def names_alike(one: Features, other: Features) -> float:
    """In percent, whichever of their names are most alike; the order of words and what says nothing apart."""
    ours = {telling_words(key) for key in (one.name_key, one.trading_key) if key}
    theirs = {telling_words(key) for key in (other.name_key, other.trading_key) if key}
    return max(_alike(a, b) for a in ours for b in theirs)


def _points(one: Features, other: Features) -> Iterator[tuple[float, str]]:
    alike = names_alike(one, other)
    if alike == WHOLE:
        yield SAME_NAME, "the same name"
    elif alike > ALIKE:
        # Rounded down: only the same is 100 % alike.
        yield SAME_NAME * (alike - ALIKE) / (WHOLE - ALIKE), f"names {int(alike)} % alike"
    for points, difference, ours, theirs, what in (
        (SAME_NUMBER, DIFFERENT_NUMBERS, one.company_number, other.company_number, "company number"),
        (SAME_DOMAIN, 0, one.domain, other.domain, "web or e-mail domain"),
        (SAME_POSTCODE, DIFFERENT_POSTCODES, one.postcode, other.postcode, "postcode"),
        (SAME_PHONE, 0, one.phone, other.phone, "phone number"),
    ):
        if ours and theirs and ours == theirs:
            yield points, f"same {what}"
        elif ours and theirs and difference:
            yield difference, f"different {what}s"


def telling_words(key: str) -> tuple[str, ...]:
    words = key.split()
    return tuple(word for word in words if word not in NOISE) or tuple(words)


def _alike(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """The better of two readings: as written without spaces ("moor croft"), and whatever the order of words."""
    together = fuzz.ratio("".join(ours), "".join(theirs), score_cutoff=ALIKE)
    return max(together, fuzz.ratio(" ".join(sorted(ours)), " ".join(sorted(theirs)), score_cutoff=ALIKE))
