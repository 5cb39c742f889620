"""What a class list would do, and doing it. Callers open the unit of work; nothing here commits.

Only what a list says is changed, and only where somebody chose that: the same list again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm.core.db import db
from crm.providers.class_lists.reading import Line
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.providers.queries import by_reference, folded
from crm.providers.services import lock_provider
from crm.reference.models import Area


class Effect(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    SAME = "same"
    DIFFERS = "differs"  # the person is known, with another year group or area
    REPEATED = "repeated"  # stands further up as well
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row with what it would do and why."""

    line: Line
    effect: Effect
    said: str = ""  # the problem, or what differs
    year_group: YearGroup | None = None  # that the person would have; None of what is not recorded
    area_id: int | None = None  # None: the list does not say
    person: YoungPerson | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """How many young people were recorded, changed, and left as they are."""

    added: int
    changed: int
    left: int


def plan(
    provider: Provider,
    lines: Sequence[Line],
    areas: Mapping[str, Area],
    *,
    otherwise: YearGroup | None = None,
    names_are_references: bool = False,
) -> Sequence[Planned]:
    """What each row would do, in the order of the file. One statement.

    `areas` are the council's, by lower-case name; `otherwise` is the year group of who is new and has none in the
    list; `names_are_references` says that somebody looked at those that look like names, and they are none.
    """
    known = by_reference(provider.id, [line.reference for line in lines if line.reference])
    seen: dict[str, int] = {}
    planned = []
    for line in lines:
        key = folded(line.reference)
        if line.problem:
            planned.append(Planned(line, Effect.REFUSED, line.problem))
        elif line.may_be_a_name and not names_are_references:
            planned.append(Planned(line, Effect.REFUSED, MAY_BE_A_NAME))
        elif seen.setdefault(key, line.row) != line.row:
            planned.append(Planned(line, Effect.REPEATED, f"stands in row {seen[key]} already"))
        else:
            planned.append(_planned(line, known.get(key), areas, otherwise))
    return planned


MAY_BE_A_NAME = "this may be a name: use your own reference"


def _planned(line: Line, person: YoungPerson | None, areas: Mapping[str, Area], otherwise: YearGroup | None) -> Planned:
    area = areas.get(line.area.lower())
    if line.area and area is None:
        return Planned(line, Effect.REFUSED, f"“{line.area[:40]}” is none of the council’s areas")
    year_group = line.year_group or (person.year_group if person else otherwise)
    if year_group is None:
        return Planned(line, Effect.REFUSED, "no year group: add it to the list, or choose one for the whole list")
    area_id = area.id if area else None
    if person is None:
        return Planned(line, Effect.NEW, "", year_group, area_id)
    differing = []
    if person.year_group is not year_group:
        differing.append(f"{person.year_group.label} becomes {year_group.label}")
    if area and person.area_id != area.id:
        differing.append(f"the area becomes {area.name}")
    effect = Effect.DIFFERS if differing else Effect.SAME
    return Planned(line, effect, " and ".join(differing), year_group, area_id, person)


def _apply(provider: Provider, planned: Sequence[Planned], *, change: bool) -> Applied:
    new = [(each, each.year_group) for each in planned if each.year_group and each.effect is Effect.NEW]
    differing = [
        (each, each.person, each.year_group)
        for each in planned
        if each.person and each.year_group and each.effect is Effect.DIFFERS
    ]
    same = sum(each.effect is Effect.SAME for each in planned)
    for each, year_group in new:
        person = YoungPerson(provider_id=provider.id, reference=each.line.reference, year_group=year_group, sectors=[])
        person.area_id = each.area_id
        db.session.add(person)
    for each, person, year_group in differing if change else ():
        person.year_group, person.area_id = year_group, each.area_id or person.area_id
    db.session.flush()
    changed = len(differing) if change else 0
    return Applied(len(new), changed, same + len(differing) - changed)


def record_class_list(  # what a list, and the person who sent it, say
    provider: Provider,
    lines: Sequence[Line],
    areas: Mapping[str, Area],
    *,
    otherwise: YearGroup | None,
    names_are_references: bool,
    change: bool,
) -> Applied:
    """Record who is new; with `change` also write the year groups and areas that differ.

    What the rows do is found out once more, now that nobody else can add references of the provider's.
    """
    lock_provider(provider)
    planned = plan(provider, lines, areas, otherwise=otherwise, names_are_references=names_are_references)
    return _apply(provider, planned, change=change)
