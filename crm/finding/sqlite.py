"""The index in SQLite: FTS5 tables beside ours, kept by triggers.

Names have two: their words, which answer at once, and their trigrams, which know what is inside a word. The contact
log has its words only: trigrams of long texts would make the file four times as large.
"""

from collections.abc import Iterator

from crm.finding.folding import in_sqlite
from crm.finding.sources import LONGEST_WORD, SHORTEST_WORD, SOURCES, Source, differs

TRIGRAM = "tokenize='trigram'"
WORDS = "tokenize='unicode61 remove_diacritics 2'"
# The virtual tables: what is indexed, and the table whose rows it describes.
TABLES = {
    **{
        f"{source.index}_index": f"text, beside, content='{source.index}', content_rowid='id', {TRIGRAM}"
        for source in SOURCES
    },
    **{
        f"{source.index}_words": f"text, beside, content='{source.index}', content_rowid='id', {WORDS}, prefix='2 3'"
        for source in SOURCES
    },
    "search_interaction_index": f"summary, content='interaction', content_rowid='id', {WORDS}",
    "search_word_index": f"word, content='', detail='none', {TRIGRAM}",
}
# Reads the words of the contact log from its index.
VOCABULARY = ("search_interaction_words", "search_interaction_index, 'row'")


def tables() -> dict[str, str]:
    """By name, how each is made."""
    made = {name: f"CREATE VIRTUAL TABLE {name} USING fts5({definition})" for name, definition in TABLES.items()}
    name, definition = VOCABULARY
    return {**made, name: f"CREATE VIRTUAL TABLE {name} USING fts5vocab({definition})"}


def drop_tables() -> Iterator[str]:
    for name in (VOCABULARY[0], *TABLES):
        yield f"DROP TABLE IF EXISTS {name}"


def triggers() -> dict[str, str]:
    """By name, how each is made. Those on tables of other features vanish when a migration rebuilds such a table."""
    made: dict[str, str] = {}
    for source in SOURCES:
        made |= _follow(source)
        for index in (f"{source.index}_index", f"{source.index}_words"):
            made |= _keep(source.index, index, "text", "beside")
        if source.learns:
            made |= _learn(source)
    made |= _keep("interaction", "search_interaction_index", "summary")
    made |= _keep("search_word", "search_word_index", "word", value="' ' || {row}.{column} || ' '")
    return {name: f"CREATE TRIGGER {name} AFTER {rest}" for name, rest in made.items()}


def filling(source: Source, condition: str) -> str:
    """Write the rows of the index for the rows of the source that meet a condition, whether they are there or not."""
    plain = (f"coalesce({in_sqlite(part)}, '')" for part in source.plain)
    exact = (f"coalesce(lower({part}), '')" for part in source.exact)
    name = in_sqlite(source.name)
    before_at = (f"coalesce(lower(substr({part}, 1, instr({part}, '@') - 1)), '')" for part in source.addresses)
    addresses = (f"coalesce(lower({part}), '')" for part in source.addresses)
    text = " || ' ' || ".join(["''", name, *plain, *exact, *before_at, "''"])
    plain_beside = (f"coalesce({in_sqlite(part)}, '')" for part in source.beside)
    beside = " || ' ' || ".join(["''", *addresses, *plain_beside, "''"])
    return (
        f"INSERT INTO {source.index} (id, parent_id, name, text, beside, is_past) "
        f"SELECT {source.table}.id, {source.parent}, {name}, {text}, {beside}, {source.is_past} "
        f"FROM {source.table} {source.joins} WHERE {condition} "
        "ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name, "
        "text = excluded.text, beside = excluded.beside, is_past = excluded.is_past "
        f"WHERE {differs(source.index)}"
    )


def refill() -> Iterator[str]:
    """Everything anew, without triggers: FTS5 takes it for damage when it is told to forget what it does not know."""
    for source in SOURCES:
        yield f"DELETE FROM {source.index} WHERE id NOT IN (SELECT id FROM {source.table})"
        yield filling(source, "1")
        for index in (f"{source.index}_index", f"{source.index}_words"):
            yield f"INSERT INTO {index} ({index}) VALUES ('rebuild')"
    yield "INSERT INTO search_interaction_index (search_interaction_index) VALUES ('rebuild')"


def relearn_without_triggers() -> Iterator[str]:
    yield from relearn()
    yield "INSERT INTO search_word_index (rowid, word) SELECT id, ' ' || word || ' ' FROM search_word"


def relearn() -> Iterator[str]:
    """The words anew, those of the contact log as well where it says them more than once."""
    yield "DELETE FROM search_word"
    yield "INSERT INTO search_word_index (search_word_index) VALUES ('delete-all')"
    names = " UNION ALL ".join(f"SELECT text FROM {source.index}" for source in SOURCES if source.learns)
    logged = f"SELECT term FROM {VOCABULARY[0]} WHERE doc > 1 AND {_is_word('term')}"
    yield (
        "INSERT INTO search_word (word) SELECT DISTINCT value FROM "
        f"({names}) AS named, {_words_of('named.text')} WHERE {_is_word('value')} UNION {logged}"
    )


def tidy() -> Iterator[str]:
    """What was deleted lingers in the index until its parts are merged."""
    for name in TABLES:
        yield f"INSERT INTO {name} ({name}) VALUES ('optimize')"


def _follow(source: Source) -> dict[str, str]:
    columns = ", ".join(source.columns)
    fill = filling(source, f"{source.table}.id = NEW.id")
    made = {
        "added": f"INSERT ON {source.table} BEGIN {fill}; END",
        "changed": f"UPDATE OF {columns} ON {source.table} BEGIN {fill}; END",
        "removed": f"DELETE ON {source.table} BEGIN DELETE FROM {source.index} WHERE id = OLD.id; END",
    }
    if source.joined_by:
        table, key = source.joined_by
        all_of_it = filling(source, f"{source.table}.{key} = NEW.id")
        made["joined"] = f"UPDATE OF {', '.join(source.columns_beside)} ON {table} BEGIN {all_of_it}; END"
    return {f"{source.index}_is_{event}": rest for event, rest in made.items()}


def _keep(table: str, index: str, *columns: str, value: str = "{row}.{column}") -> dict[str, str]:
    """FTS5 must be told the former text to forget it."""
    old, new = (", ".join(value.format(row=row, column=column) for column in columns) for row in ("OLD", "NEW"))
    names = ", ".join(columns)
    forget = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', OLD.id, {old});"
    take = f"INSERT INTO {index} (rowid, {names}) VALUES (NEW.id, {new});"
    return {
        f"{index}_adds": f"INSERT ON {table} BEGIN {take} END",
        f"{index}_changes": f"UPDATE OF {names} ON {table} BEGIN {forget} {take} END",
        f"{index}_removes": f"DELETE ON {table} BEGIN {forget} END",
    }


def _learn(source: Source) -> dict[str, str]:
    learn = (
        f"INSERT INTO search_word (word) SELECT DISTINCT value FROM {_words_of('NEW.text')} WHERE {_is_word('value')} "
        "AND NOT EXISTS (SELECT 1 FROM search_word WHERE word = value)"
    )
    return {
        f"{source.index}_teaches_{event.lower()}": f"{event}{of} ON {source.index} BEGIN {learn}; END"
        for event, of in (("INSERT", ""), ("UPDATE", " OF text"))
    }


def _words_of(text: str) -> str:
    return f"""json_each('[' || replace(json_quote({text}), ' ', '","') || ']')"""


def _is_word(value: str) -> str:
    return f"length({value}) BETWEEN {SHORTEST_WORD} AND {LONGEST_WORD} AND {value} NOT GLOB '*[^a-z]*'"
