"""Words that a misspelt one may mean."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import TextClause, text

from crm.core.db import db
from crm.finding.question import Question, Word

SHORTEST, LONG = 4, 8  # letters: words shorter than the first are taken as they are; longer ones may be wrong twice
MOST_OTHERS = 6  # spellings tried instead of one word
# Words that share some three letters, of each in one row: there may be a thousand. PostgreSQL has a measure of its own.
ON_SQLITE = (
    "SELECT {place} AS place, group_concat(search_word.word, ' ') FROM search_word_index "
    "JOIN search_word ON search_word.id = search_word_index.rowid "
    "WHERE search_word_index MATCH :letters_{place} "
    "AND length(search_word.word) BETWEEN :shortest_{place} AND :longest_{place}"
)
ON_POSTGRESQL = (
    "SELECT {place} AS place, string_agg(word, ' ') FROM search_word "
    "WHERE word % :word_{place} AND length(word) BETWEEN :shortest_{place} AND :longest_{place}"
)
LENIENT = "SELECT set_config('pg_trgm.similarity_threshold', '0.2', true)"


def forgiving(question: Question) -> Question:
    """The question with what its words may have meant. One statement, and one before on PostgreSQL."""
    plain = [word.plain for word in question.words]
    alike = _alike([each for each in dict.fromkeys(plain) if _may_be_misspelt(each)])
    return replace(question, words=tuple(_forgiven(word, alike.get(word.plain, ())) for word in question.words))


def _forgiven(word: Word, alike: Collection[str]) -> Word:
    others = _others(word.plain, alike)
    meant = others[0] if others and word.plain not in alike else ""
    return replace(word, others=(*word.others, *others), meant=meant)


def _may_be_misspelt(plain: str) -> bool:
    return len(plain) >= SHORTEST and plain.isascii() and plain.isalpha()


def _mistakes(plain: str) -> int:
    return 2 if len(plain) >= LONG else 1


def _others(plain: str, alike: Collection[str]) -> Sequence[str]:
    most = _mistakes(plain)
    near = process.extract(plain, alike, scorer=OSA.distance, score_cutoff=most, limit=MOST_OTHERS + 1)
    others = sorted((distance, found) for found, distance, _ in near if found != plain)
    return [found for distance, found in others if distance == others[0][0]][:MOST_OTHERS]


def _alike(words: Sequence[str]) -> Mapping[str, set[str]]:
    """For each word those of the index that look like it."""
    if not words:
        return {}
    on_sqlite = db.engine.dialect.name == "sqlite"
    values: dict[str, str | int] = {}
    for place, plain in enumerate(words):
        mistakes = _mistakes(plain)
        values |= {f"shortest_{place}": len(plain) - mistakes, f"longest_{place}": len(plain) + mistakes}
        values |= {f"letters_{place}": _trigrams(f" {plain} ")} if on_sqlite else {f"word_{place}": plain}
    if not on_sqlite:
        db.session.execute(_statement(LENIENT))
    one = ON_SQLITE if on_sqlite else ON_POSTGRESQL
    every = " UNION ALL ".join(one.format(place=place) for place in range(len(words)))
    found = db.session.execute(_statement(every), values)
    return {words[place]: set(alike.split()) for place, alike in found if alike}


@cache
def _statement(sql: str) -> TextClause:
    return text(sql)


def _trigrams(padded: str) -> str:
    parts = dict.fromkeys(padded[start : start + 3] for start in range(len(padded) - 2))
    return " OR ".join(f'"{part}"' for part in parts)
