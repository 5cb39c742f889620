"""Plain words in SQL: small letters without accents, apostrophes and full stops dropped, other marks made spaces.

`crm.core.normalise.plain_words` does the same to the question. Letters beyond the Latin ones stay as they are.
"""

import json
import unicodedata

from crm.core.normalise import UNACCENTED

DROPPED = "'’‘`."
SPACED = '&+,-/()"_:;!?*#@–—|\\[]{}%\t\n\r'


def _latin() -> dict[str, str]:
    """Accented letters, large and small, and what is left of them."""
    letters = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        small = chr(code).casefold()
        apart = unicodedata.normalize("NFKD", small).translate(UNACCENTED)
        plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
        if plain.isascii() and plain.isalpha():
            letters[chr(code)] = plain
    return letters


LATIN = _latin()


def in_sqlite(expression: str) -> str:
    """An SQL expression, folded. Plain letters and figures, as most names are, skip the long way round.

    The others go letter by letter through a table in JSON: SQLite's parser has no room for so many nested replaces.
    """
    letters = LATIN | dict.fromkeys(SPACED, " ") | dict.fromkeys(DROPPED, "")
    del letters['"'], letters["\\"]  # would end the path that looks a letter up
    table = _quoted(json.dumps(letters, ensure_ascii=False))
    text = f"""replace(replace({expression}, '"', ' '), '\\', ' ')"""
    return (
        f"CASE WHEN {expression} NOT GLOB '*[^A-Za-z0-9 ]*' THEN lower({expression}) ELSE ("
        f"SELECT group_concat(coalesce(json_extract({table}, '$.\"' || letter || '\"'), lower(letter)), '') FROM ("
        f"WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length({expression})) "
        f"SELECT substr({text}, n, 1) AS letter FROM place)) END"
    )


def in_postgresql(expression: str) -> str:
    """The same for PostgreSQL."""
    one_to_one = {letter: plain for letter, plain in LATIN.items() if len(plain) == 1}
    one_to_one |= dict.fromkeys(SPACED, " ")
    before, after = "".join([*one_to_one, *DROPPED]), "".join(one_to_one.values())
    folded = f"lower({expression})"
    for letter, plain in LATIN.items():
        if len(plain) > 1:
            folded = f"replace({folded}, '{letter}', '{plain}')"
    return f"translate({folded}, {_quoted(before)}, {_quoted(after)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
