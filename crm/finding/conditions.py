"""A question as a condition in SQL, for either database. What was typed only ever travels as a parameter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from crm.core.normalise import plain_words
from crm.finding.postgresql import LOG
from crm.finding.question import SHORTEST_INSIDE, Question, Word
from crm.finding.sources import BY_KIND, Kind

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


def named(kind: Kind, question: Question, *, on_sqlite: bool, but_one: bool = False) -> Condition:
    """Rows of the index of a kind that hold every word in one of its spellings; `but_one`: all words but one.

    One of the words must be the row's own, or an e-mail address: all at Moorcroft are no answer to "moorcroft".
    """
    condition = Condition(kind.value)
    if on_sqlite:
        own = " OR ".join(f"{'' if '@' in word.plain else 'text : '}{_either_trigram(word)}" for word in question.words)
        match = condition.bind(f"({own}) AND ({_combined(question.words, _either_trigram, but_one)})")
        index = f"search_{kind.value}_index"
        condition.sql = f"id IN (SELECT rowid FROM {index} WHERE {index} MATCH {match})"
    else:
        columns = ("text", "beside") if BY_KIND[kind].beside else ("text",)
        condition.sql = f"({_combined(question.words, lambda word: _either_like(word, condition, *columns), but_one)})"
        if BY_KIND[kind].beside:
            own = " OR ".join(
                _either_like(word, condition, *(columns if "@" in word.plain else ("text",))) for word in question.words
            )
            condition.sql = f"({own}) AND {condition.sql}"
    return condition


def logged(question: Question, *, on_sqlite: bool) -> Condition:
    """Entries of the contact log that have every word, or one that begins so. Nothing if no letter can be looked up."""
    condition = Condition("log")
    groups = [group for word in question.words if (group := list(_log_terms(word)))]
    if not groups:
        condition.sql = "1 = 0"
    elif on_sqlite:
        match = " AND ".join(_either(f"{_string(term)}*" for term in group) for group in groups)
        condition.sql = f"search_interaction_index MATCH {condition.bind(match)}"
    else:
        terms = " & ".join(_either((_lexeme(term) for term in group), "|") for group in groups)
        condition.sql = f"{LOG} @@ to_tsquery('simple', {condition.bind(terms)})"
    return condition


def _combined(words: Sequence[Word], draw: Callable[[Word], str], but_one: bool) -> str:
    drawn = [draw(word) for word in words]
    if not but_one or len(drawn) == 1:
        return " AND ".join(drawn)
    return " OR ".join(f"({' AND '.join(most)})" for most in combinations(drawn, len(drawn) - 1))


def _either(parts: Iterator[str], sign: str = "OR") -> str:
    return f"({f' {sign} '.join(parts)})"


def _sought(word: Word) -> Iterator[str]:
    """Short words are found where a word begins, longer ones anywhere."""
    for spelling in word.spellings:
        if len(spelling) >= SHORTEST_INSIDE:
            yield spelling
        elif len(spelling) == SHORTEST_INSIDE - 1:
            yield f" {spelling}"


def _either_trigram(word: Word) -> str:
    return _either(_string(each) for each in _sought(word))


def _either_like(word: Word, condition: Condition, *columns: str) -> str:
    patterns = [condition.bind(f"%{literally(each)}%") for each in _sought(word)]
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
