"""Pledge lines that places can fulfil, and the places that fulfil them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, func, select, type_coerce
from sqlalchemy.orm import contains_eager

from crm.core.clock import local_date
from crm.core.db import db
from crm.opportunities.models import TAKES_PART, Opportunity, Place, PlaceStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import UNDECIDED, Pledge, PledgeLine, PledgeStatus


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A pledge line that a place could fulfil, all its versions taken together."""

    root_id: int  # what the place links to
    line_ids: frozenset[int]  # of every version that fits, and the root
    is_in_force: bool  # of a confirmed pledge; otherwise of one that is still a draft or with the employer
    academic_year: str
    kind: OpportunityKind
    young_people: int | None
    each: int
    remaining: int  # promised and neither booked nor attended

    @property
    def is_open_ended(self) -> bool:
        """Whether it takes any number, since none was promised yet."""
        return self.young_people is None

    @property
    def label(self) -> str:
        """As a choice on a form: "2026/27: 10 young people × 3, 12 left"."""
        number = "number not known yet" if self.young_people is None else f"{self.young_people} × {self.each}"
        left = "" if self.young_people is None else f", {self.remaining} left"
        return f"{self.academic_year} {self.kind.label.lower()}: {number}{left}{'' if self.is_in_force else ' (draft)'}"


def fitting_lines(opportunity: Opportunity) -> Sequence[LineChoice]:
    """Lines of the same employer and kind whose dates include the first day; those in force first. Two statements."""
    day = local_date(opportunity.starts_at)
    lines = db.session.scalars(
        select(PledgeLine)
        .join(PledgeLine.pledge)
        .where(
            Pledge.employer_id == opportunity.employer_id,
            Pledge.status.in_((PledgeStatus.CONFIRMED, *UNDECIDED)),
            PledgeLine.kind == opportunity.kind,
            PledgeLine.window_starts_on <= day,
            PledgeLine.window_ends_on >= day,
        )
        .options(contains_eager(PledgeLine.pledge))
        .order_by(PledgeLine.id)
    ).all()
    held = _seats_held({line.root_id for line in lines}) if lines else {}
    choices: dict[int, LineChoice] = {}
    for line in sorted(lines, key=lambda each: (each.pledge.status is not PledgeStatus.CONFIRMED, each.id)):
        if line.root_id not in choices:
            choices[line.root_id] = _choice(line, lines, held.get(line.root_id, 0))
    return list(choices.values())


def _choice(line: PledgeLine, lines: Sequence[PledgeLine], held: int) -> LineChoice:
    return LineChoice(
        root_id=line.root_id,
        line_ids=frozenset({line.root_id} | {each.id for each in lines if each.root_id == line.root_id}),
        is_in_force=line.pledge.status is PledgeStatus.CONFIRMED,
        academic_year=line.pledge.academic_year_name,
        kind=line.kind,
        young_people=line.young_people,
        each=line.each,
        remaining=max(0, line.promised - held),
    )


def _seats_held(root_ids: Collection[int]) -> dict[int, int]:
    """Seats booked or filled per line, as `crm.fulfilment` counts them: no-shows leave the promise open."""
    filled = func.coalesce(Place.came, Place.seats)
    statement = (
        select(Place.pledge_line_id, func.sum(filled))
        .where(Place.pledge_line_id.in_(root_ids), Place.status.in_(TAKES_PART - {PlaceStatus.NO_SHOW}))
        .group_by(Place.pledge_line_id)
    )
    return {line_id: seats for line_id, seats in db.session.execute(statement) if line_id is not None}


@dataclass(frozen=True, slots=True)
class PlaceOnLine:
    """A place that fulfils a pledge line, or would have."""

    place_id: int
    line_id: int  # of the first version: PledgeLine.root_id
    opportunity_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    status: PlaceStatus
    seats: int
    came: int | None


def places_for_line_ids(root_ids: Collection[int]) -> Sequence[PlaceOnLine]:
    """Every place linked to these lines (give `PledgeLine.root_id`s), by date, then opportunity. One statement."""
    line_id = Place.pledge_line_id
    statement = (
        select(
            Place.id,
            type_coerce(line_id, Integer),
            Opportunity.id,
            Opportunity.title,
            Opportunity.starts_at,
            Opportunity.ends_at,
            Place.status,
            Place.seats,
            Place.came,
        )
        .join(Place.opportunity)
        .where(line_id.in_(root_ids))
        .order_by(Opportunity.starts_at, Opportunity.id, Place.id)
    )
    return [PlaceOnLine(*row) for row in db.session.execute(statement)]
