"""Words that a misspelt one may mean."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import TextClause, text

from crm.core.db import db
from crm.finding.question import Question, Word

SHORTEST, LONG = 4, 8  # letters: words shorter than the first are taken as they are; longer ones may be wrong twice
MOST_OTHERS = 6  # spellings tried instead of one word
# Of words that share some three letters, the likest. PostgreSQL's own measure; SQLite's is the rank of its index.
ON_SQLITE = (
    "SELECT search_word.word FROM search_word_index JOIN search_word ON search_word.id = search_word_index.rowid "
    "WHERE search_word_index MATCH :letters AND length(search_word.word) BETWEEN :shortest AND :longest"
)
ON_POSTGRESQL = "SELECT word FROM search_word WHERE word % :word AND length(word) BETWEEN :shortest AND :longest"
LENIENT = "SELECT set_config('pg_trgm.similarity_threshold', '0.2', true)"


def forgiving(question: Question) -> Question:
    """The question with what its words may have meant. One statement for each word, and one before on PostgreSQL."""
    words = [replace(word, others=(*word.others, *_others(word))) for word in question.words]
    return replace(question, words=tuple(words))


def _others(word: Word) -> Sequence[str]:
    plain = word.plain
    if len(plain) < SHORTEST or not (plain.isascii() and plain.isalpha()):
        return ()
    mistakes = 2 if len(plain) >= LONG else 1
    near = process.extract(
        plain, set(_alike(plain, mistakes)), scorer=OSA.distance, score_cutoff=mistakes, limit=MOST_OTHERS + 1
    )
    others = sorted((distance, found) for found, distance, _ in near if found != plain)
    return [found for distance, found in others if distance == others[0][0]][:MOST_OTHERS]


def _alike(plain: str, mistakes: int) -> Sequence[str]:
    values = {"shortest": len(plain) - mistakes, "longest": len(plain) + mistakes}
    if db.engine.dialect.name == "sqlite":
        return db.session.scalars(_statement(ON_SQLITE), {**values, "letters": _trigrams(f" {plain} ")}).all()
    db.session.execute(_statement(LENIENT))
    return db.session.scalars(_statement(ON_POSTGRESQL), {**values, "word": plain}).all()


@cache
def _statement(sql: str) -> TextClause:
    return text(sql)


def _trigrams(padded: str) -> str:
    parts = dict.fromkeys(padded[start : start + 3] for start in range(len(padded) - 2))
    return " OR ".join(f'"{part}"' for part in parts)
