"""Why somebody is proposed for a place, or for none, in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core.formatting import counted
from crm.matching.fitting import Obstacle, is_near
from crm.matching.question import Opening, Seeker
from crm.pledges.kinds import OpportunityKind

PHASES = {  # what the child says it is at
    "choices": "Looking at who could have which place",
    "rules": "Writing down the rules",
    "preferences": "Giving people what they are interested in",
    "reasons": "Writing down why",
}
STEPS = {
    "step 1": "Leaving as few as possible without any",
    "step 2": "Leaving as few as possible with only one",
    "step 3": "Bringing as many as possible to three",
}


ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called."""

    sectors: Mapping[int, str]
    areas: Mapping[int, str]


def phase(said: str) -> str:
    """What the child is doing, for the page that waits for it."""
    return PHASES.get(said) or STEPS.get(said) or "Bringing more people further"


def reason(seeker: Seeker, opening: Opening, *, becomes: int, target: int, names: Names) -> str:
    """Has 0 of 3; interested in Digital; first workplace visit; near, in Hanley."""
    stands = f"Has {seeker.had} of {target}"
    if becomes > seeker.had + 1:
        stands += f", this would be the {ORDINALS.get(becomes, f'{becomes}th')}"
    return "; ".join([stands, *_likings(seeker, opening, names)])


def _likings(seeker: Seeker, opening: Opening, names: Names) -> list[str]:
    found = []
    shared = [names.sectors[each] for each in sorted(seeker.sectors & opening.sectors) if each in names.sectors]
    if shared:
        found.append(f"interested in {' and '.join(shared)}")
    if opening.kind not in seeker.kinds:
        found.append(f"first {OpportunityKind(opening.kind).label.lower()}")
    if seeker.employers and opening.employer_id not in seeker.employers:
        found.append("another employer than before")
    if not opening.in_person:
        found.append("online, no journey")
    elif opening.area_id is not None and opening.area_id in names.areas and is_near(seeker, opening):
        found.append(f"near: {names.areas[opening.area_id]}")
    return found


WHY_NOT = {
    Obstacle.PROVIDER: "for another provider",
    Obstacle.YEAR_GROUP: "for other year groups",
    Obstacle.BEEN: "they had a place in already",
    Obstacle.BUSY: "at a time when they are booked",
    Obstacle.FULL: "needed for others who are no further",
    Obstacle.EMPLOYER: "with the only employer they have been to",
}


def why_without(obstacles: Mapping[str, int]) -> str:
    """No open place fits. Of 5 opportunities: 4 for other year groups, 1 at a time when they are booked."""
    if not obstacles:
        return "There is no open place."
    told = [f"{number:,} {WHY_NOT[Obstacle(name)]}" for name, number in obstacles.items()]
    would_fit = Obstacle.FULL.value in obstacles
    of_all = counted(sum(obstacles.values()), "opportunity", "opportunities")
    return f"{'No seat is left for them' if would_fit else 'No open place fits'}. Of {of_all}: {', '.join(told)}."


def distribution(stands: Sequence[int], target: int) -> list[int]:
    """How many people have 0, 1, 2, … and the target."""
    return [sum(each == number for each in stands) for number in range(target + 1)]
