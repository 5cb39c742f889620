from datetime import date

import pytest

from crm.employers.models import Site
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.models import PledgeLine, PledgeLineYearGroup, PledgeStatus
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS, line_sentence, short_line, window, year_groups
from crm.providers.models import YearGroup
from crm.reference.models import Sector

WHOLE_YEAR = (date(2026, 9, 1), date(2027, 8, 31))


def a_line(
    young_people: int | None, each: int = 3, kind: OpportunityKind = OpportunityKind.PLACEMENT, **window: date
) -> PledgeLine:
    starts_on, ends_on = window.get("starts_on", WHOLE_YEAR[0]), window.get("ends_on", WHOLE_YEAR[1])
    return PledgeLine(
        kind=kind, young_people=young_people, each=each, window_starts_on=starts_on, window_ends_on=ends_on
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            a_line(2),
            "2 young people will each have 3 placements, 6 in all, between September 2026 and August 2027.",
        ),
        (a_line(1), "1 young person will have 3 placements, between September 2026 and August 2027."),
        (
            a_line(1500, 1, OpportunityKind.JOB_SHADOWING),
            (
                "1,500 young people will each have 1 job shadowing day, 1,500 in all, "
                "between September 2026 and August 2027."
            ),
        ),
        (
            a_line(None, 2, OpportunityKind.MENTORING),
            (
                "Young people, how many is not known yet, will each have 2 mentoring meetings, "
                "between September 2026 and August 2027."
            ),
        ),
        (
            a_line(5, 1, OpportunityKind.MOCK_INTERVIEW, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 31)),
            "5 young people will each have 1 mock interview, 5 in all, in March 2027.",
        ),
    ],
)
def test_a_promise_reads_as_a_sentence(line: PledgeLine, sentence: str) -> None:
    assert line_sentence(line) == sentence


def test_a_window_that_is_not_whole_months_names_its_days() -> None:
    assert window(date(2027, 1, 12), date(2027, 3, 5)) == "between 12 January 2027 and 5 March 2027"
    assert window(date(2027, 3, 5), date(2027, 3, 5)) == "on 5 March 2027"


def test_a_line_whose_number_is_not_known_says_so_in_a_table() -> None:
    assert short_line(a_line(None)) == "placements, number not known yet"
    assert short_line(a_line(10)) == "10 × 3 placements"


def test_every_status_has_its_words_and_its_meaning() -> None:
    assert set(STATUS_LABELS) == set(STATUS_MEANINGS) == set(PledgeStatus)


def test_a_promise_says_where_how_for_whom_in_what_and_by_when_if_that_was_agreed() -> None:
    line = a_line(2)
    line.site, line.mode = Site(name="Hanley works"), Mode.IN_PERSON
    line.year_groups = [PledgeLineYearGroup(year_group=each) for each in (YearGroup.YEAR_12, YearGroup.YEAR_10)]
    line.sectors = [Sector(name="Digital"), Sector(name="ICT support")]
    line.profile, line.due_on = DeliveryProfile.BY_DATE, date(2027, 2, 12)

    assert line_sentence(line) == (
        "2 young people will each have 3 placements, 6 in all, at Hanley works, in person, for Year 10 and Year 12, "
        "in digital and in ICT support, between September 2026 and August 2027, all by 12 February 2027."
    )


def test_a_promise_that_goes_on_in_the_holidays_says_so() -> None:
    line = a_line(1)
    line.profile = DeliveryProfile.EVENLY

    assert line_sentence(line).endswith("between September 2026 and August 2027, holidays included.")


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([YearGroup.YEAR_10], "Year 10"),
        ([YearGroup.AGED_18_TO_24, YearGroup.YEAR_13], "Year 13 and those aged 18 to 24"),
        ([YearGroup.YEAR_9, YearGroup.YEAR_8, YearGroup.YEAR_7], "Year 7, Year 8 and Year 9"),
    ],
)
def test_year_groups_are_listed_by_age(groups: list[YearGroup], words: str) -> None:
    assert year_groups(groups) == words
