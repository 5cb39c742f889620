"""The index in PostgreSQL: pg_trgm for names, full text for the contact log, our own tables kept by triggers."""

from collections.abc import Iterator

from crm.finding.folding import in_postgresql
from crm.finding.sources import LONGEST_WORD, SHORTEST_WORD, SOURCES, Source, differs

LOG = "to_tsvector('simple', search_plain(summary))"
WORD = f"'^[a-z]{{{SHORTEST_WORD},{LONGEST_WORD}}}$'"

AT_THE_END = 1_000  # of the newest entries of the log that are looked through before the index is asked
MANY = 3_000  # entries of the log: a word in more is looked for from the newest backwards


def newest_function() -> str:
    """The last entries of the log that answer.

    Words that everybody uses are met at once at the end of the log, and the index would have to fetch all their entries
    to say which are the newest. Of few the index knows all; very many are soon met from the end. PostgreSQL cannot tell
    beforehand how many have a word that begins so: it is asked for some first, and not to guess.
    """
    return (
        "CREATE OR REPLACE FUNCTION search_newest(asked tsquery, most integer) RETURNS SETOF integer LANGUAGE plpgsql "
        "STABLE SET enable_seqscan = off AS $body$ DECLARE newest integer[]; BEGIN "
        "newest := ARRAY(SELECT id FROM "
        f"(SELECT id, words FROM search_interaction ORDER BY id DESC LIMIT {AT_THE_END}) AS last "
        "WHERE words @@ asked ORDER BY id DESC LIMIT most); "
        "IF cardinality(newest) = most THEN RETURN QUERY SELECT unnest(newest); RETURN; END IF; RETURN QUERY "
        f"WITH found AS MATERIALIZED (SELECT id FROM search_interaction WHERE words @@ asked LIMIT {MANY}) "
        f"(SELECT id FROM found WHERE (SELECT count(*) FROM found) < {MANY} ORDER BY id DESC LIMIT most) UNION ALL "
        f"(SELECT id FROM search_interaction WHERE (SELECT count(*) FROM found) = {MANY} AND words @@ asked "
        "ORDER BY id DESC LIMIT most); END $body$"
    )


def functions() -> Iterator[str]:
    """IMMUTABLE, which an index demands, and true: the letters are written into it."""
    yield (
        "CREATE OR REPLACE FUNCTION search_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT {in_postgresql('$1')} $$"
    )


def indexes() -> Iterator[str]:
    for source in SOURCES:
        columns = "text gin_trgm_ops, beside gin_trgm_ops"
        yield f"CREATE INDEX IF NOT EXISTS {source.index}_trigrams ON {source.index} USING gin ({columns})"
    yield "CREATE INDEX IF NOT EXISTS search_word_trigrams ON search_word USING gin (word gin_trgm_ops)"
    yield "CREATE TABLE IF NOT EXISTS search_interaction (id integer PRIMARY KEY, words tsvector NOT NULL)"
    yield "CREATE INDEX IF NOT EXISTS search_interaction_in_words ON search_interaction USING gin (words)"
    yield "DROP INDEX IF EXISTS search_interaction_words"  # as it was before
    yield newest_function()


def drop_all() -> Iterator[str]:
    for source in SOURCES:
        for event in ("follow", "forget", "join"):
            yield f"DROP FUNCTION IF EXISTS {source.index}_{event}()"
    yield "DROP FUNCTION IF EXISTS search_learn()"
    yield "DROP FUNCTION IF EXISTS search_newest(tsquery, integer)"
    yield "DROP TABLE IF EXISTS search_interaction"
    yield "DROP FUNCTION IF EXISTS search_interaction_follow()"
    yield "DROP FUNCTION IF EXISTS search_interaction_forget()"
    yield "DROP INDEX IF EXISTS search_interaction_words"
    yield "DROP FUNCTION IF EXISTS search_plain(text)"


def triggers() -> dict[str, str]:
    """By name, how each is made."""
    made: dict[str, str] = {}
    for source in SOURCES:
        table, columns = source.table, ", ".join(source.columns)
        made |= {
            f"{source.index}_is_added": f"INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {source.index}_follow()",
            f"{source.index}_is_changed": f"UPDATE OF {columns} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {source.index}_follow()",
            f"{source.index}_is_removed": f"DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {source.index}_forget()",
        }
        if source.joined_by:
            columns = ", ".join(source.columns_beside)
            made[f"{source.index}_is_joined"] = (
                f"UPDATE OF {columns} ON {source.joined_by[0]} FOR EACH ROW EXECUTE FUNCTION {source.index}_join()"
            )
        if source.learns:
            made[f"{source.index}_teaches"] = (
                f"INSERT OR UPDATE OF text ON {source.index} FOR EACH ROW EXECUTE FUNCTION search_learn()"
            )
    follow, forget = (f"FOR EACH ROW EXECUTE FUNCTION search_interaction_{what}()" for what in ("follow", "forget"))
    made["search_interaction_is_added"] = f"INSERT ON interaction {follow}"
    made["search_interaction_is_changed"] = f"UPDATE OF summary ON interaction {follow}"
    made["search_interaction_is_removed"] = f"DELETE ON interaction {forget}"
    return {name: f"CREATE TRIGGER {name} AFTER {rest}" for name, rest in made.items()}


def trigger_functions() -> Iterator[str]:
    yield _function("search_interaction_follow", filling_log("id = NEW.id"))
    yield _function("search_interaction_forget", "DELETE FROM search_interaction WHERE id = OLD.id")
    for source in SOURCES:
        yield _function(f"{source.index}_follow", filling(source, f"{source.table}.id = NEW.id"))
        yield _function(f"{source.index}_forget", f"DELETE FROM {source.index} WHERE id = OLD.id")
        if source.joined_by:
            _, key = source.joined_by
            yield _function(f"{source.index}_join", filling(source, f"{source.table}.{key} = NEW.id"))
    yield _function(
        "search_learn",
        "FOREACH heard IN ARRAY string_to_array(NEW.text, ' ') LOOP "
        f"IF heard ~ {WORD} AND NOT EXISTS (SELECT 1 FROM search_word WHERE word = heard) "
        "THEN INSERT INTO search_word (word) VALUES (heard); END IF; END LOOP",
    )


def filling(source: Source, condition: str) -> str:
    """Write the rows of the index for the rows of the source that meet a condition, whether they are there or not."""
    name = f"search_plain({source.name})"
    plain = (f"coalesce(search_plain({part}), '')" for part in source.plain)
    exact = (f"coalesce(lower({part}), '')" for part in source.exact)
    before_at = (f"coalesce(lower(split_part({part}, '@', 1)), '')" for part in source.addresses)
    addresses = (f"coalesce(lower({part}), '')" for part in source.addresses)
    text = " || ' ' || ".join(["''", name, *plain, *exact, *before_at, "''"])
    plain_beside = (f"coalesce(search_plain({part}), '')" for part in source.beside)
    beside = " || ' ' || ".join(["''", *addresses, *plain_beside, "''"])
    return (
        f"INSERT INTO {source.index} (id, parent_id, name, text, beside, is_past) "
        f"SELECT {source.table}.id, {source.parent}, {name}, {text}, {beside}, {source.is_past} "
        f"FROM {source.table} {source.joins} WHERE {condition} "
        "ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name, "
        "text = excluded.text, beside = excluded.beside, is_past = excluded.is_past "
        f"WHERE {differs(source.index)}"
    )


def filling_log(condition: str) -> str:
    return (
        f"INSERT INTO search_interaction (id, words) SELECT id, {LOG} FROM interaction WHERE {condition} "
        "ON CONFLICT (id) DO UPDATE SET words = excluded.words WHERE search_interaction.words <> excluded.words"
    )


def refill() -> Iterator[str]:
    """Everything anew."""
    yield "DELETE FROM search_interaction WHERE id NOT IN (SELECT id FROM interaction)"
    yield filling_log("true")
    for source in SOURCES:
        yield f"DELETE FROM {source.index} WHERE id NOT IN (SELECT id FROM {source.table})"
        yield filling(source, "true")


def relearn() -> Iterator[str]:
    """The words anew, those of the contact log as well where it says them more than once."""
    yield "DELETE FROM search_word"
    names = " UNION ALL ".join(f"SELECT text FROM {source.index}" for source in SOURCES if source.learns)
    words = f"SELECT regexp_split_to_table(text, ' ') AS word FROM ({names}) AS named"
    logged = "SELECT word FROM ts_stat($$ SELECT words FROM search_interaction $$) WHERE ndoc > 1"
    yield (
        "INSERT INTO search_word (word) SELECT DISTINCT word FROM "
        f"({words} UNION {logged}) AS heard WHERE word ~ {WORD}"
    )


def _function(name: str, statement: str) -> str:
    """Planned once for a connection, perhaps while a table is empty, and then it must not read it from end to end."""
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS "
        f"$body$ DECLARE heard text; BEGIN {statement}; RETURN NULL; END $body$"
    )
