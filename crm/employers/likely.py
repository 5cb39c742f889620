"""Which employers may be the one that somebody describes. Looked up by index, never by comparing with all."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db import db
from crm.core.normalise import name_key
from crm.employers.domains import own_domain
from crm.employers.likeness import LIKELY, Features, likeness
from crm.employers.models import Employer
from crm.finding.queries import Within, find
from crm.finding.question import read
from crm.finding.sources import Kind

MOST_SHOWN = 10
NEIGHBOURS = 15  # before and after, in the order of names
SAME = 40  # of those that share a postcode, a domain or a phone number
BY_WORDS = 30  # of those that share words, misspelt too


@dataclass(frozen=True, slots=True)
class LikelyEmployer:
    """An employer that may be the one somebody describes."""

    id: int
    name: str
    postcode: str | None
    is_archived: bool
    has_same_number: bool
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What somebody says of an employer, while typing or in a file. Texts are normalised; None is not known."""

    name: str
    trading_name: str | None = None
    company_number: str | None = None
    postcode: str | None = None
    website: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def features(self) -> Features:
        return Features(
            name_key=_key(self.name) or "",
            trading_key=_key(self.trading_name),
            company_number=self.company_number,
            postcode=self.postcode,
            domain=own_domain(self.website, self.email),
            phone=self.phone,
        )


def likely_employers(described: Described, *, besides: Collection[int] = ()) -> Sequence[LikelyEmployer]:
    """Employers that may be the one that is described, the likeliest first, archived ones too.

    Looks at a hundred and fifty at most: those beside it in the order of names, those that share words, misspelt too,
    and those with the same company number, postcode, domain or phone number. Merged ones count as what they became.
    """
    features = described.features
    found: dict[int, LikelyEmployer] = {}
    for row in _candidates(features):
        score = likeness(features, features_of(row))
        id_, name, postcode, archived_at = _as_it_is_now(row)
        if score.score < LIKELY or id_ in besides or (id_ in found and found[id_].score >= score.score):
            continue
        same_number = features.company_number is not None and features.company_number == row.company_number
        reasons = score.reasons if id_ == row.id else (*score.reasons, f"once called {row.name}")
        found[id_] = LikelyEmployer(id_, name, postcode, archived_at is not None, same_number, score.score, reasons)
    best = sorted(found.values(), key=lambda each: (-each.has_same_number, -each.score, _key(each.name) or "", each.id))
    return best[:MOST_SHOWN]


def features_of(row: Row[*tuple[object, ...]]) -> Features:
    """The features of an employer, of which the columns were read."""
    return Features(
        name_key=row.name_key,
        trading_key=_key(row.trading_name),
        company_number=row.company_number,
        postcode=row.postcode,
        domain=row.domain,
        phone=row.phone,
    )


def _candidates(features: Features) -> Sequence[Row[*tuple[object, ...]]]:
    """At most three statements, and two for each word that may be misspelt."""
    lookups = [select(each.subquery().c.id) for each in _lookups(features)]
    ids = set(db.session.scalars(union_all(*lookups))) if lookups else set()
    if features.name_key:
        answers = find(read(features.name_key), Within(kinds=[Kind.EMPLOYER], most=BY_WORDS))
        ids |= {each.id for found in answers.values() for each in found.candidates}
    survivor = Employer.__table__.alias("survivor")
    statement = (
        select(
            Employer.id,
            Employer.name,
            Employer.name_key,
            Employer.trading_name,
            Employer.company_number,
            Employer.postcode,
            Employer.domain,
            Employer.phone,
            Employer.archived_at,
            survivor.c.id.label("survivor_id"),
            survivor.c.name.label("survivor_name"),
            survivor.c.postcode.label("survivor_postcode"),
            survivor.c.archived_at.label("survivor_archived_at"),
        )
        .outerjoin(survivor, survivor.c.id == Employer.merged_into_id)
        .where(Employer.id.in_(ids))
        .order_by(Employer.id)
    )
    return db.session.execute(statement).all()


def _lookups(features: Features) -> Iterator[Select[int]]:
    """Each answered by one index, each bounded."""
    if features.name_key:
        after = select(Employer.id).where(Employer.name_key >= features.name_key).order_by(Employer.name_key)
        before = select(Employer.id).where(Employer.name_key < features.name_key).order_by(Employer.name_key.desc())
        yield after.limit(NEIGHBOURS)
        yield before.limit(NEIGHBOURS)
    for column, value in _shared(features):
        yield select(Employer.id).where(_equal(column, value)).limit(SAME)


def _shared(features: Features) -> Iterator[tuple[InstrumentedAttribute[str | None], str]]:
    for column, value in (
        (Employer.company_number, features.company_number),
        (Employer.postcode, features.postcode),
        (Employer.domain, features.domain),
        (Employer.phone, features.phone),
    ):
        if value:
            yield column, value


def _equal(column: InstrumentedAttribute[str | None], value: str) -> ColumnElement[bool]:
    return column == value


def _as_it_is_now(row: Row[*tuple[object, ...]]) -> tuple[int, str, str | None, object]:
    """An employer, or the one it was merged into."""
    if row.survivor_id is None:
        return row.id, row.name, row.postcode, row.archived_at
    return row.survivor_id, row.survivor_name, row.survivor_postcode, row.survivor_archived_at


def _key(name: str | None) -> str | None:
    """None for a name that is not known, or has neither a letter nor a digit."""
    try:
        return name_key(name) if name else None
    except ValueError:
        return None
