"""Which rows of the index answer a question. Says nothing of who may see them: `crm.search` and the lists do."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, TextClause, TextualSelect, column, text

from crm.core.db import db
from crm.finding import conditions
from crm.finding.question import Question
from crm.finding.ranking import Candidate, ranked
from crm.finding.sources import Kind
from crm.finding.spelling import forgiving

MANY_ENTRIES = 10  # of the log with a word that is then taken to be spelt right
MOST_BUT_ONE = 5  # words of a question of which one may be wrong altogether
PAST_ALL = "\U0010ffff"  # sorts after every letter

Answers = Mapping[Kind, "Found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Where to look. `of` confines a kind to some parents, such as young people to a provider."""

    kinds: Sequence[Kind]
    most: int  # of each kind
    of: Mapping[Kind, Collection[int]] = field(default_factory=dict)
    only_current: bool = False  # neither archived nor left


@dataclass(frozen=True, slots=True)
class Found:
    """What answers, best first, and the question as it was read when it was answered."""

    candidates: Sequence[Candidate]
    question: Question


@dataclass(frozen=True, slots=True)
class _Reading:
    question: Question
    but_one: bool = False
    begins: bool = False  # only at the beginning of a word


def find(question: Question, within: Within) -> Answers:
    """The rows that answer, by kind: those with all words; failing that, misspelt; failing that, all words but one.

    Failing means that of all kinds no name answers, so that what was spelt right is never mixed with guesses. What many
    entries of the log say is spelt right, too. They come newest first. At most six statements.
    """
    found: dict[Kind, Found] = {}
    for reading in _readings(question):
        if found and reading.but_one:
            break
        found |= _answers(reading, [kind for kind in within.kinds if kind not in found], within)
        if found.keys() - {Kind.INTERACTION} or found.keys() >= set(within.kinds):
            break  # before the next reading, which would look words up
        if not reading.begins and _is_spelt_right(found):
            break
    return found


def _is_spelt_right(found: Answers) -> bool:
    """Few entries may share the mistake of whoever asks; many do not."""
    logged = found.get(Kind.INTERACTION)
    return logged is not None and len(logged.candidates) >= MANY_ENTRIES


def ids_answering(kinds: Sequence[Kind], question: Question) -> TextualSelect:
    """The parents of the rows that have all words, to narrow a list by: of employers their own ids."""
    drawn = [(kind, conditions.named(kind, question, on_sqlite=_on_sqlite())) for kind in kinds]
    statement = " UNION ".join(f"SELECT parent_id FROM search_{kind} WHERE {each.sql}" for kind, each in drawn)
    values = {name: value for _, each in drawn for name, value in each.values.items()}
    return text(statement).bindparams(**values).columns(column("parent_id", Integer))


def _readings(question: Question) -> Iterator[_Reading]:
    if not question.words:
        return
    if _on_sqlite():
        yield _Reading(question, begins=True)
    yield _Reading(question)
    misspelt = forgiving(question)
    if misspelt != question:
        yield _Reading(misspelt, begins=True)
    if 1 < len(question.words) <= MOST_BUT_ONE:
        yield _Reading(misspelt, but_one=True, begins=True)


def _answers(reading: _Reading, kinds: Sequence[Kind], within: Within) -> Answers:
    parts: list[str] = []
    values: dict[str, Any] = {"most": within.most}
    for kind in kinds:
        if kind is Kind.INTERACTION:
            if not reading.but_one:
                parts += _of_the_log(reading, values)
        else:
            parts += _of_names(kind, reading, within, values)
    if not parts:
        return {}
    rows = db.session.execute(_statement(" UNION ALL ".join(parts)), values)
    return _ranked(rows, reading.question, within.most)


def _ranked(rows: Any, question: Question, most: int) -> Answers:
    found: dict[Kind, dict[int, Candidate]] = {}
    for kind, *row in rows:
        found.setdefault(Kind(kind), {})[row[0]] = Candidate(*row)
    return {
        kind: Found(_in_order(kind, list(each.values()), question)[:most], question) for kind, each in found.items()
    }


def _in_order(kind: Kind, candidates: Sequence[Candidate], question: Question) -> Sequence[Candidate]:
    if kind is Kind.INTERACTION:
        return sorted(candidates, key=lambda each: (each.name, each.id), reverse=True)
    return ranked(candidates, question)


def _of_names(kind: Kind, reading: _Reading, within: Within, values: dict[str, Any]) -> Iterator[str]:
    """Names that begin with the question, so that they are there however many others have its words; then those.

    Those are not asked for where names that begin so fill all the room.
    """
    on_sqlite = _on_sqlite()
    condition = conditions.named(
        kind, reading.question, on_sqlite=on_sqlite, but_one=reading.but_one, begins=reading.begins
    )
    values |= condition.values
    allowed = _allowed(kind, within)
    columns = f"SELECT '{kind.value}' AS kind, id, parent_id, name, text || beside AS text, is_past FROM search_{kind}"
    if reading.but_one:
        yield f"SELECT * FROM ({columns} WHERE {condition.sql}{allowed} LIMIT :most) AS {kind.value}_has"
        return
    phrase = reading.question.phrase
    if on_sqlite:
        values |= {"begins": phrase, "ends": phrase + PAST_ALL}
        begins, order = "name >= :begins AND name < :ends", "name"
    else:
        values["begins"] = f"{conditions.literally(phrase)}%"
        begins, order = "name LIKE :begins", "name USING ~<~"
    first = f"{columns} WHERE {begins}{allowed} ORDER BY {order}, id LIMIT :most"
    if on_sqlite:
        # In the limit: a condition would be looked at only after everything that has the words was fetched.
        room = f"(SELECT CASE WHEN count(*) < :most THEN :most ELSE 0 END FROM {kind.value}_first)"
        has = f"{columns} WHERE {condition.sql}{allowed} LIMIT {room}"
    else:
        # In a condition, which is looked at first: PostgreSQL plans worse for a limit that it does not know.
        room = f"(SELECT count(*) FROM {kind.value}_first) < :most"
        has = f"{columns} WHERE {room} AND {condition.sql}{allowed} LIMIT :most"
    yield (
        f"SELECT * FROM (WITH {kind.value}_first AS ({first}) "
        f"SELECT * FROM {kind.value}_first UNION ALL SELECT * FROM ({has}) AS {kind.value}_has) AS {kind.value}_all"
    )


def _of_the_log(reading: _Reading, values: dict[str, Any]) -> Iterator[str]:
    """Of the entries that were written last, those that answer; with the day in place of a name."""
    condition = conditions.logged(reading.question, on_sqlite=_on_sqlite())
    values |= condition.values
    if not condition.sql:
        return
    if _on_sqlite():
        index = "search_interaction_index"
        newest = f"SELECT rowid AS id FROM {index} WHERE {condition.sql} ORDER BY rowid DESC LIMIT :most"
    else:
        newest = f"SELECT id FROM search_newest({condition.sql}, :most) AS id"
    yield (
        "SELECT 'interaction' AS kind, interaction.id, employer_id AS parent_id, CAST(happened_on AS text) AS name, "
        f"'' AS text, 1 = 0 AS is_past FROM interaction JOIN ({newest}) AS newest ON newest.id = interaction.id"
    )


def _allowed(kind: Kind, within: Within) -> str:
    allowed = " AND NOT is_past" if within.only_current else ""
    if kind in within.of:
        ids = ", ".join(str(int(each)) for each in within.of[kind]) or "NULL"
        allowed += f" AND parent_id IN ({ids})"
    return allowed


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    return text(sql)


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
