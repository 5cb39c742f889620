"""What changed from one version of a promise to the next, in words."""

from datetime import date

from crm.employers.models import Site
from crm.pledges.comparing import LineChange, changes_between
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.models import PledgeLine, PledgeLineYearGroup
from crm.providers.models import YearGroup
from crm.reference.models import Sector


def a_line(line_id: int, *, continues: int | None = None, **given: object) -> PledgeLine:
    usual: dict[str, object] = {
        "kind": OpportunityKind.PLACEMENT,
        "young_people": 3,
        "each": 3,
        "window_starts_on": date(2026, 9, 1),
        "window_ends_on": date(2027, 8, 31),
        "profile": DeliveryProfile.TERM_TIME,
    }
    return PledgeLine(id=line_id, first_line_id=continues, **(usual | given))


def test_a_line_that_says_the_same_has_not_changed() -> None:
    assert changes_between([a_line(1)], [a_line(7, continues=1)]) == []


def test_each_thing_a_line_says_is_compared() -> None:
    after = a_line(
        7,
        continues=1,
        kind=OpportunityKind.WORKPLACE_VISIT,
        young_people=1200,
        each=1,
        window_ends_on=date(2027, 7, 31),
        site=Site(name="Hanley works"),
        mode=Mode.ONLINE,
        year_groups=[PledgeLineYearGroup(year_group=YearGroup.YEAR_9)],
        sectors=[Sector(name="Digital"), Sector(name="Care")],
        profile=DeliveryProfile.BY_DATE,
        due_on=date(2027, 2, 12),
    )

    [change] = changes_between([a_line(1)], [after])

    assert change.line == "3 × 3 placements"
    assert change.what.split("; ") == [
        "what: placement, now workplace visit",
        "young people: 3, now 1,200",
        "each: 3, now 1",
        "when: between September 2026 and August 2027, now between September 2026 and July 2027",
        "site: not said, now Hanley works",
        "how: not said, now online",
        "for: any year group, now Year 9",
        "sectors: not said, now Digital and Care",
        "spread: evenly over term time, now all by 12 February 2027",
    ]


def test_lines_that_came_and_went_are_named() -> None:
    before = [a_line(1), a_line(2, kind=OpportunityKind.TALK, young_people=None)]
    after = [a_line(7, continues=1), a_line(8, kind=OpportunityKind.MENTORING, each=1)]

    assert changes_between(before, after) == [
        LineChange("3 × 1 mentoring meeting", "new"),
        LineChange("talks, number not known yet", "left out"),
    ]
