"""How far a series has come, and how often everybody was there. Pure: worked out of meetings and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.opportunities.models import CAME, TAKES_PART, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.timing import Timing
from crm.providers.models import Provider, YoungPerson

MARKED = TAKES_PART - {PlaceStatus.CONFIRMED}


class Stage(StrEnum):
    """Where a meeting stands."""

    TO_COME = "to_come"
    TO_MARK = "to_mark"  # it has begun, and not everybody is marked
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"to_mark": "To be marked"}.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def meaning(self) -> str:
        """What the colour of its tag says."""
        return {"to_come": "active", "to_mark": "warning", "held": "done", "cancelled": "stopped"}[self.value]


def stage_of(meeting: Opportunity, now: datetime) -> Stage:
    if meeting.status is OpportunityStatus.CANCELLED:
        return Stage.CANCELLED
    if meeting.status is OpportunityStatus.DELIVERED:
        return Stage.HELD
    return Stage.TO_COME if meeting.starts_at > now else Stage.TO_MARK


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in the list of a series."""

    meeting: Opportunity  # with site and leader loaded
    stage: Stage
    came: int | None  # of those the viewer may know about; None: nobody is marked
    held: int  # seats of theirs
    warning: str  # why it should not take place that day; empty if nothing is known

    @property
    def when(self) -> Timing:
        return Timing.of(self.meeting)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One who takes part, or took part: their place in each meeting."""

    person: YoungPerson  # with their provider loaded
    places: Mapping[int, Place]  # by meeting, the live one where there are several
    came: int  # meetings
    marked: int  # meetings
    to_come: int  # meetings in which they have a place

    @property
    def attendance(self) -> str:
        """3 of 4 meetings; what is not marked yet does not count."""
        return f"{self.came} of {self.marked}" if self.marked else "–"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Young people of a provider who are not named: their places by meeting."""

    provider: Provider
    places: dict[int, Place]


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the page of a series shows of its meetings and its people."""

    meetings: Sequence[MeetingRow]
    people: Sequence[PersonRow]
    groups: Sequence[GroupRow]

    def count(self, stage: Stage) -> int:
        return sum(row.stage is stage for row in self.meetings)

    @property
    def attended(self) -> int:
        """Places, of young people who are named."""
        return sum(row.came for row in self.people)

    @property
    def marked(self) -> int:
        return sum(row.marked for row in self.people)

    @property
    def taking_part(self) -> int:
        """Young people with a place in a meeting to come."""
        return sum(bool(row.to_come) for row in self.people)


def progress_of(
    meetings: Sequence[Opportunity], places: Sequence[Place], warnings: Mapping[int, str], now: datetime
) -> Progress:
    """How far it has come. `warnings` are by meeting."""
    stages = {each.id: stage_of(each, now) for each in meetings}
    here = [each for each in places if each.opportunity_id in stages]
    return Progress(
        meetings=[_meeting_row(each, here, stages[each.id], warnings.get(each.id, "")) for each in meetings],
        people=_people(here, stages),
        groups=_groups(here),
    )


def _meeting_row(meeting: Opportunity, places: Sequence[Place], stage: Stage, warning: str) -> MeetingRow:
    held = [each for each in places if each.opportunity_id == meeting.id and each.status in TAKES_PART]
    came = sum(each.came or 0 for each in held) if any(each.status in MARKED for each in held) else None
    return MeetingRow(meeting, stage, came, sum(each.seats for each in held), warning)


def _people(places: Sequence[Place], stages: Mapping[int, Stage]) -> list[PersonRow]:
    by_person: dict[int, tuple[YoungPerson, dict[int, Place]]] = {}
    for place in places:
        if place.young_person is not None:
            _, theirs = by_person.setdefault(place.young_person.id, (place.young_person, {}))
            _keep(theirs, place)
    return [_person_row(person, theirs, stages) for person, theirs in by_person.values()]


def _person_row(person: YoungPerson, theirs: Mapping[int, Place], stages: Mapping[int, Stage]) -> PersonRow:
    held = [each for each in theirs.values() if each.status in TAKES_PART]
    return PersonRow(
        person=person,
        places=theirs,
        came=sum(each.status in CAME for each in held),
        marked=sum(each.status in MARKED for each in held),
        to_come=sum(stages[each.opportunity_id] is Stage.TO_COME for each in held),
    )


def _groups(places: Sequence[Place]) -> list[GroupRow]:
    """One row for each provider; a further one for a second group of its in the same meeting."""
    rows: list[GroupRow] = []
    for place in places:
        if place.provider is None:
            continue
        free = (row for row in rows if row.provider is place.provider and place.opportunity_id not in row.places)
        row = next(free, None)
        if row is None:
            row = GroupRow(place.provider, {})
            rows.append(row)
        row.places[place.opportunity_id] = place
    return rows


def _keep(theirs: dict[int, Place], place: Place) -> None:
    """A place that holds a seat is shown before one that ended."""
    if place.status in TAKES_PART or place.opportunity_id not in theirs:
        theirs[place.opportunity_id] = place
