"""What a line says besides its numbers: where, how, for whom, in which sectors, and how it is spread."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Site
from crm.pledges import services
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.lines import LineDetails, details_of
from crm.pledges.models import Pledge, PledgeLine, PledgeLineYearGroup, PledgeStatus
from crm.pledges.offers import offer_instead
from crm.pledges.queries import load_lines
from crm.pledges.services import PledgeDetails
from crm.providers.models import YearGroup
from crm.reference.academic_years import AcademicYear
from tests.conftest import stored
from tests.factories import EmployerFactory, PledgeFactory, PledgeLineFactory, SectorFactory, SiteFactory

YEAR = AcademicYear("2026/27")
A_DAY = date(2027, 2, 12)

pytestmark = pytest.mark.usefixtures("database")


def promise(*lines: LineDetails) -> PledgeDetails:
    return PledgeDetails(YEAR, lines)


def in_depth(site: Site, *sector_ids: int) -> LineDetails:
    return LineDetails(
        OpportunityKind.PLACEMENT,
        4,
        site_id=site.id,
        mode=Mode.IN_PERSON,
        profile=DeliveryProfile.BY_DATE,
        due_on=A_DAY,
        sector_ids=frozenset(sector_ids),
        year_groups=frozenset({YearGroup.YEAR_12, YearGroup.YEAR_10}),
    )


def opened(pledge: Pledge) -> Pledge:
    statement = select(Pledge).where(Pledge.id == pledge.id).options(selectinload(Pledge.lines))
    return db.session.scalars(statement).one()


def a_draft(line: LineDetails, site: Site) -> Pledge:
    return services.record_pledge(site.employer, promise(line), None)


def test_a_line_says_where_how_for_whom_and_by_when() -> None:
    site, sector = SiteFactory.make(), SectorFactory.make()

    a_draft(in_depth(site, sector.id), site)
    db.session.commit()

    [line] = load_lines(stored(Pledge)[0])
    assert line.site is not None
    assert (line.site.id, line.mode, line.profile, line.due_on) == (
        site.id,
        Mode.IN_PERSON,
        DeliveryProfile.BY_DATE,
        A_DAY,
    )
    assert [each.id for each in line.sectors] == [sector.id]
    assert [each.year_group for each in line.year_groups] == [YearGroup.YEAR_10, YearGroup.YEAR_12]


def test_a_line_of_which_nothing_more_was_agreed_is_spread_over_term_time() -> None:
    pledge = services.record_pledge(EmployerFactory.make(), promise(LineDetails(OpportunityKind.TALK, 3)), None)

    [line] = load_lines(pledge)
    assert (line.site, line.mode, line.sectors, line.year_groups) == (None, None, [], [])
    assert (line.profile, line.due_on) == (DeliveryProfile.TERM_TIME, None)


def test_a_site_of_another_employer_is_refused() -> None:
    elsewhere = SiteFactory.make()

    with pytest.raises(Conflict, match="one of this employer’s"):
        services.record_pledge(EmployerFactory.make(), promise(in_depth(elsewhere)), None)


def test_a_closed_site_is_refused_but_a_line_that_has_it_keeps_it() -> None:
    site = SiteFactory.make()
    pledge = a_draft(in_depth(site), site)
    site.closed_at, site.closed_reason = clock.now(), "Sold"
    [line] = load_lines(pledge)

    services.change_pledge(pledge, promise(replace(details_of(line), young_people=5)))
    db.session.commit()
    pledge = opened(pledge)
    [line] = load_lines(pledge)
    with pytest.raises(Conflict, match="is closed"):
        services.change_pledge(pledge, promise(details_of(line), in_depth(site)))

    assert [each.young_people for each in stored(PledgeLine)] == [5]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (LineDetails(OpportunityKind.TALK, 1, profile=DeliveryProfile.BY_DATE), "Enter the date by which"),
        (
            LineDetails(
                OpportunityKind.TALK, 1, starts_on=A_DAY, profile=DeliveryProfile.BY_DATE, due_on=date(2027, 2, 11)
            ),
            "between its first and its last day",
        ),
        (
            LineDetails(
                OpportunityKind.TALK, 1, ends_on=A_DAY, profile=DeliveryProfile.BY_DATE, due_on=date(2027, 2, 13)
            ),
            "between its first and its last day",
        ),
    ],
)
def test_a_line_due_by_a_date_needs_one_inside_its_window(line: LineDetails, complaint: str) -> None:
    with pytest.raises(Conflict, match=complaint):
        services.record_pledge(EmployerFactory.make(), promise(line), None)


def test_a_date_left_over_from_another_profile_is_dropped() -> None:
    line = LineDetails(OpportunityKind.TALK, 1, profile=DeliveryProfile.EVENLY, due_on=A_DAY)

    pledge = services.record_pledge(EmployerFactory.make(), promise(line), None)

    assert pledge.lines[0].due_on is None


def test_the_next_version_carries_everything_over() -> None:
    site, sector = SiteFactory.make(), SectorFactory.make()
    pledge = a_draft(in_depth(site, sector.id), site)
    services.mark_sent(pledge, A_DAY)
    services.confirm(pledge, A_DAY)
    db.session.commit()

    second = services.next_version(pledge, recorded_by=None)
    db.session.commit()

    [former], [line] = load_lines(pledge), load_lines(second)
    assert line.first_line_id == former.id
    assert replace(details_of(line), line_id=former.id) == details_of(former)
    assert {each.id for each in line.year_groups}.isdisjoint(each.id for each in former.year_groups)


def test_changing_what_a_line_says_is_told_in_its_history() -> None:
    site, digital, building = SiteFactory.make(name="Hanley works"), SectorFactory.make(), SectorFactory.make()
    pledge = a_draft(in_depth(site, digital.id), site)
    db.session.commit()
    [line] = load_lines(pledge)
    changed = replace(
        details_of(line), site_id=None, sector_ids=frozenset({building.id}), year_groups=frozenset({YearGroup.YEAR_13})
    )

    services.change_pledge(opened(pledge), promise(changed))
    db.session.commit()

    [record] = [each for each in stored(ChangeRecord) if each.entity == "pledge_line" and each.action == "changed"]
    assert record.changes == {
        "site_id": [site.id, None],
        "sectors": [digital.name, building.name],
        "year_groups": ["Year 10, Year 12", "Year 13"],
    }
    assert len(stored(PledgeLineYearGroup)) == 1


def test_a_save_raises_the_version_once() -> None:
    site = SiteFactory.make()
    pledge = a_draft(in_depth(site), site)
    before = pledge.version

    services.change_pledge(pledge, PledgeDetails(YEAR, [in_depth(site, SectorFactory.make().id)], note="Other"))

    assert pledge.version == before + 1


def test_a_draft_is_discarded_with_everything_its_lines_say() -> None:
    site = SiteFactory.make()
    pledge = a_draft(in_depth(site, SectorFactory.make().id), site)
    db.session.commit()
    assert load_lines(pledge)

    services.discard_draft(opened(pledge))
    db.session.commit()

    assert stored(PledgeLine) == stored(PledgeLineYearGroup) == []


def a_decided_line() -> PledgeLine:
    line = PledgeLineFactory.build(
        sectors=[SectorFactory.make()], year_groups=[PledgeLineYearGroup(year_group=YearGroup.YEAR_10)]
    )
    return PledgeFactory.make(status=PledgeStatus.CONFIRMED, lines=[line]).lines[0]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO pledge_line_year_group (pledge_line_id, year_group) VALUES (:line, '11')",
        "UPDATE pledge_line_year_group SET year_group = '11'",
        "DELETE FROM pledge_line_year_group",
        "INSERT INTO pledge_line_sector (pledge_line_id, sector_id) VALUES (:line, :sector)",
        "UPDATE pledge_line_sector SET sector_id = :sector",
        "DELETE FROM pledge_line_sector",
    ],
)
def test_the_database_keeps_what_a_decided_line_says(statement: str) -> None:
    given = {"line": a_decided_line().id, "sector": SectorFactory.make().id}

    with pytest.raises(IntegrityError, match="lines of a decided pledge never change"):
        db.session.execute(text(statement), {name: value for name, value in given.items() if f":{name}" in statement})


@pytest.mark.parametrize("table", ["pledge_line_year_group", "pledge_line_sector"])
def test_nothing_moves_from_an_open_line_to_a_decided_one(table: str) -> None:
    decided = a_decided_line()
    draft = PledgeLineFactory.build(
        sectors=[SectorFactory.make()], year_groups=[PledgeLineYearGroup(year_group=YearGroup.YEAR_11)]
    )
    PledgeFactory.make(status=PledgeStatus.DRAFT, lines=[draft])

    with pytest.raises(IntegrityError, match="lines of a decided pledge never change"):
        db.session.execute(
            text(f"UPDATE {table} SET pledge_line_id = :to WHERE pledge_line_id = :of"),
            {"to": decided.id, "of": draft.id},
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("profile = 'by_date'", "due_by_date_has_its_date"),
        ("due_on = '2027-02-12'", "due_by_date_has_its_date"),
        ("profile = 'by_date', due_on = '2027-09-01'", "due_inside_its_window"),
        ("profile = 'whenever'", "deliveryprofile"),
        ("mode = 'by_post'", "mode"),
    ],
)
def test_the_database_refuses_a_line_that_cannot_be(change: str, constraint: str) -> None:
    PledgeFactory.make(status=PledgeStatus.DRAFT, lines=[PledgeLineFactory.build()])

    with pytest.raises(IntegrityError, match=constraint):
        db.session.execute(text(f"UPDATE pledge_line SET {change}"))


def test_what_an_employer_offers_instead_keeps_everything_it_was_not_asked_about() -> None:
    site, sector = SiteFactory.make(), SectorFactory.make()
    pledge = a_draft(in_depth(site, sector.id), site)
    services.mark_sent(pledge, A_DAY)
    [asked] = load_lines(pledge)

    offered = offer_instead(pledge, [LineDetails(OpportunityKind.PLACEMENT, 2, 1, line_id=asked.id)], on=A_DAY)
    db.session.commit()

    [line] = load_lines(offered)
    assert details_of(line) == replace(details_of(load_lines(pledge)[0]), line_id=line.id, young_people=2, each=1)
