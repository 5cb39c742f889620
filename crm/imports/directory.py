"""Finds the employer that a contact log names. Exactly, by its number or by its names; what is only near is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from crm.core import normalise
from crm.imports.entries import Entry
from crm.imports.queries import Known

NEAR_ENOUGH = 82.0  # of 100
MOST_SUGGESTED = 3
MOST_LOOKED_FOR = 300  # names that nobody knows; each costs a walk through all employers


@dataclass(frozen=True)
class NotFound:
    """Why an entry's employer is not settled. `is_unknown`: nobody has the name."""

    reason: str
    is_unknown: bool = False


class Directory:
    """The employers a file may mean: those in the database and those that its own sheets would add."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_number: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._by_key: dict[str, list[Known]] = defaultdict(list)
        self._by_trading_key: dict[str, list[Known]] = defaultdict(list)
        for each in known:
            self.add(each)

    def add(self, known: Known) -> None:
        if known.company_number:
            self._by_number.setdefault(known.company_number, known)
        self._by_name[known.name.casefold()].append(known)
        self._by_key[known.name_key].append(known)
        if known.trading_name and (key := _key(known.trading_name)):
            self._by_trading_key[key].append(known)

    def find(self, entry: Entry) -> Known | NotFound:
        """Whom an entry is about: by company number, the very name, the name but for its spelling, the trading name."""
        numbered = self._by_number.get(entry.company_number or "")
        if numbered is not None:
            return numbered
        key = _key(entry.employer_name)
        for candidates in (
            self._by_name.get(entry.employer_name.casefold(), []),
            self._by_key.get(key, []),
            self._by_trading_key.get(key, []),
        ):
            possible = list({each.id: each for each in candidates if not _contradicts(entry, each)}.values())
            if len(possible) == 1:
                return possible[0]
            if possible:
                names = ", ".join(f"“{each.name}”{_numbered(each)}" for each in possible[:MOST_SUGGESTED])
                return NotFound(f"There are several employers of this name: {names}. Add the company number")
        return NotFound("No employer of this name is known", is_unknown=True)

    @property
    def names(self) -> list[str]:
        return [each.name for several in self._by_name.values() for each in several]

    def namesakes(self, known: Known) -> list[Known]:
        """Others that differ only in how the name is spelt."""
        return [each for each in self._by_key[known.name_key] if each.id != known.id]


def suggestions(names: Sequence[str], everybody: Sequence[str]) -> dict[str, list[str]]:
    """The names nearest to ones that nobody has. Only to be shown: whether they are meant is for a person to say."""
    spelt = [_key(each) for each in everybody]
    found: dict[str, list[str]] = {}
    for name in list(dict.fromkeys(names))[:MOST_LOOKED_FOR]:
        near = process.extract(
            _key(name), spelt, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_ENOUGH, limit=MOST_SUGGESTED
        )
        if near:
            found[name] = list(dict.fromkeys(everybody[index] for _, _, index in near))
    return found


def _contradicts(entry: Entry, known: Known) -> bool:
    return bool(entry.company_number and known.company_number and entry.company_number != known.company_number)


def _numbered(known: Known) -> str:
    return f" ({known.company_number})" if known.company_number else ""


@lru_cache(maxsize=4096)  # a log names the same employers again and again
def _key(name: str) -> str:
    try:
        return normalise.name_key(name)
    except ValueError:
        return ""
