"""Finding pairs that look alike among all employers. Pure.

Comparing each with each would take hours. Two that are one share a number, a place, a rare word or the way their names
begin or end, so only neighbours are compared: with a hundred thousand employers some millions of times, in seconds.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crm.employers.likeness import LIKELY, Features, Likeness, likeness, telling_words

WINDOW = 6  # neighbours in an order of names that are compared
CROWD = 25  # neighbours among those that share a postcode, a domain or a phone number
RARE = 20  # employers that share a word at most, for it to say something
SHORTEST_WORD = 4

Known = tuple[int, Features]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two employers that look alike, the smaller id first."""

    first_id: int
    second_id: int
    likeness: Likeness


def likely_pairs(employers: Sequence[Known], tell: Progress) -> list[Pair]:
    """Pairs that may be one, best first. `tell` hears the share that is done, in percent."""
    found: dict[tuple[int, int], Likeness] = {}
    passes = [*_passes(employers)]
    for number, order in enumerate(passes):
        for one, other in order:
            key = (one[0], other[0]) if one[0] < other[0] else (other[0], one[0])
            if key not in found and (score := likeness(one[1], other[1])).score >= LIKELY:
                found[key] = score
        tell(100 * (number + 1) // len(passes))
    pairs = [Pair(*ids, score) for ids, score in found.items()]
    return sorted(pairs, key=lambda each: (-each.likeness.score, each.first_id, each.second_id))


def _passes(employers: Sequence[Known]) -> Iterator[Iterable[tuple[Known, Known]]]:
    yield _neighbours(sorted(employers, key=lambda each: each[1].name_key), WINDOW)
    yield _neighbours(sorted(employers, key=lambda each: sorted(telling_words(each[1].name_key))), WINDOW)
    yield _neighbours(sorted(employers, key=lambda each: each[1].name_key[::-1]), WINDOW)
    for share in (_postcode, _domain, _phone, _trading_name):
        yield _within(_groups(employers, share), CROWD)
    yield _within((group for group in _groups(employers, _words) if len(group) <= RARE), RARE)


def _neighbours(ordered: Sequence[Known], window: int) -> Iterator[tuple[Known, Known]]:
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 : place + 1 + window]:
            yield one, other


def _within(groups: Iterable[list[Known]], window: int) -> Iterator[tuple[Known, Known]]:
    for group in groups:
        yield from _neighbours(sorted(group, key=lambda each: each[1].name_key), window)


def _groups(employers: Iterable[Known], share: Callable[[Features], Iterable[Hashable]]) -> Iterable[list[Known]]:
    groups: dict[Hashable, list[Known]] = defaultdict(list)
    for each in employers:
        for value in share(each[1]):
            groups[value].append(each)
    return groups.values()


def _postcode(of: Features) -> Iterable[Hashable]:
    return [of.postcode] if of.postcode else []


def _domain(of: Features) -> Iterable[Hashable]:
    return [of.domain] if of.domain else []


def _phone(of: Features) -> Iterable[Hashable]:
    return [of.phone] if of.phone else []


def _trading_name(of: Features) -> Iterable[Hashable]:
    """One may be called as the other trades."""
    return {telling_words(key) for key in (of.name_key, of.trading_key) if key}


def _words(of: Features) -> Iterable[Hashable]:
    return {word for word in telling_words(of.name_key) if len(word) >= SHORTEST_WORD}
