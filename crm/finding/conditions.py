"""A question as a condition in SQL, for either database. What was typed only ever travels as a parameter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from crm.core.normalise import plain_words
from crm.finding.question import SHORTEST_INSIDE, Question, Word
from crm.finding.sources import BY_KIND, Kind

LAST_FIGURES = 5  # of a phone or company number, by which it is looked up
SHORTEST_STEM = 5  # letters of a word whose plural ending is left off


@dataclass
class Condition:
    """SQL that is true of the rows that answer, and its parameters. `prefix` keeps two in one statement apart."""

    prefix: str
    sql: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def bind(self, value: str) -> str:
        name = f"{self.prefix}_{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def named(kind: Kind, question: Question, *, on_sqlite: bool, but_one: bool = False, begins: bool = False) -> Condition:
    """Rows of the index of a kind that hold every word in one of its spellings; `but_one`: all words but one.

    With `begins`, which is faster on SQLite and makes no difference elsewhere, only at the beginning of a word.

    One of the words must be the row's own, or an e-mail address: all at Moorcroft are no answer to "moorcroft".
    """
    condition = Condition(kind.value)
    has_beside = bool(BY_KIND[kind].beside)
    words, size = question.words, len(question.words) - (but_one and len(question.words) > 1)
    if on_sqlite:
        drawn = {word: _either_prefix(word) if begins else _either_trigram(word) for word in words}
        match = " OR ".join(
            f"({each})" for most in combinations(words, size) for each in _matching(most, drawn, has_beside)
        )
        index = f"search_{kind.value}_{'words' if begins else 'index'}"
        condition.sql = f"id IN (SELECT rowid FROM {index} WHERE {index} MATCH {condition.bind(match)})"
        for number in (word for word in words if _is_long_number(word.plain) and not (but_one or begins)):
            found = (f"instr(text, {condition.bind(each)}) > 0" for each in number.spellings)
            condition.sql += f" AND {_either(found)}"
    else:
        condition.sql = _liking(words, size, condition, has_beside)
        for number in (word for word in words if _is_long_number(word.plain) and not but_one):
            found = (f"strpos(text, {condition.bind(each)}) > 0" for each in number.spellings)
            condition.sql += f" AND {_either(found)}"
    return condition


def logged(question: Question, *, on_sqlite: bool) -> Condition:
    """Entries of the contact log that have every word, or one that begins so: on PostgreSQL, the query for those.

    No SQL if no letter can be looked up.
    """
    condition = Condition("log")
    groups = [group for word in question.words if (group := list(_log_terms(word)))]
    if not groups:
        return condition
    if on_sqlite:
        match = " AND ".join(_either(f"{_string(term)}*" for term in group) for group in groups)
        condition.sql = f"search_interaction_index MATCH {condition.bind(match)}"
    else:
        terms = " & ".join(_either((_lexeme(term) for term in group), "|") for group in groups)
        condition.sql = f"to_tsquery('simple', {condition.bind(terms)})"
    return condition


def _matching(words: Sequence[Word], drawn: Mapping[Word, str], has_beside: bool) -> Iterator[str]:
    """In FTS5's language: all words, each way round in which one of them is the row's own.

    Written out, because FTS5 leaps through an AND and reads an OR from end to end.
    """
    if not has_beside:
        yield " AND ".join(drawn[word] for word in words)
        return
    for own in words:
        yield " AND ".join(
            f"text : {drawn[word]}" if word == own and "@" not in word.plain else drawn[word] for word in words
        )


def _liking(words: Sequence[Word], size: int, condition: Condition, has_beside: bool) -> str:
    """In PostgreSQL's LIKE: as many of the words as `size`, one of them the row's own."""
    columns = ("text", "beside") if has_beside else ("text",)
    own = {word: _either_like(word, condition, *_own_columns(word, columns)) for word in words}
    if not has_beside or len(words) == 1:
        combined = (" AND ".join(own[word] for word in most) for most in combinations(words, size))
        return f"({' OR '.join(combined)})"
    drawn = {word: _either_like(word, condition, *columns) for word in words}
    combined = (" AND ".join(drawn[word] for word in most) for most in combinations(words, size))
    return f"({' OR '.join(f'({each})' for each in combined)}) AND ({' OR '.join(own.values())})"


def _own_columns(word: Word, columns: tuple[str, ...]) -> tuple[str, ...]:
    return columns if "@" in word.plain else ("text",)


def _last_figures(word: Word) -> Iterable[str]:
    return dict.fromkeys(each[-LAST_FIGURES:] for each in word.spellings)


def _is_long_number(plain: str) -> bool:
    return plain.isascii() and plain.isdigit() and len(plain) > LAST_FIGURES


def _either(parts: Iterable[str], sign: str = "OR") -> str:
    return f"({f' {sign} '.join(parts)})"


def _sought(word: Word) -> Iterator[str]:
    """Short words are found where a word begins, longer ones anywhere."""
    for spelling in word.spellings:
        if len(spelling) >= SHORTEST_INSIDE:
            yield spelling
        elif len(spelling) == SHORTEST_INSIDE - 1:
            yield f" {spelling}"


def _either_prefix(word: Word) -> str:
    return _either(f"{_string(each)} *" for each in word.spellings)


def _either_trigram(word: Word) -> str:
    """Of a long number only the last figures: everybody's phone number begins like everybody else's."""
    if _is_long_number(word.plain):
        return _either(_string(each) for each in _last_figures(word))
    return _either(_string(each) for each in _sought(word))


def _either_like(word: Word, condition: Condition, *columns: str) -> str:
    sought = _last_figures(word) if _is_long_number(word.plain) else _sought(word)
    patterns = [condition.bind(f"%{literally(each)}%") for each in sought]
    return _either(f"{column} LIKE {pattern}" for column in columns for pattern in patterns)


def _log_terms(word: Word) -> Iterator[str]:
    for spelling in word.spellings:
        if term := " ".join(plain_words(spelling)):
            yield term[:-1] if term.endswith("s") and len(term) >= SHORTEST_STEM else term


def _string(text: str) -> str:
    """A string of FTS5's query language, in which nothing has a meaning."""
    return '"' + text.replace('"', '""') + '"'


def _lexeme(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}':*"


def literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
