"""What an officer may say about each line besides its numbers."""

import pytest

from crm.core import clock
from crm.core.db import db
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import load_lines
from crm.pledges.services import PledgeDetails, record_pledge
from crm.providers.models import YearGroup
from crm.reference.academic_years import AcademicYear
from tests.conftest import CarefulClient, stored
from tests.factories import EmployerFactory, SectorFactory, SiteFactory, UserFactory

YEAR = AcademicYear.of(clock.today())
SPRING = f"12 2 {YEAR.last_day.year}"

pytestmark = pytest.mark.usefixtures("database")


def a_line(**more: object) -> dict[str, object]:
    usual = {"kind": "placement", "young_people": "4", "each": "2"}
    return {f"lines-0-{name}": value for name, value in (usual | more).items()}


def recorded(client: CarefulClient, employer_id: int, **more: object) -> str:
    typed = {"submission_key": "one", "academic_year": YEAR.name, "signatory": "", **a_line(**more)}
    return client.post(f"/pledges/new?employer_id={employer_id}", data=typed, follow_redirects=True).text


def test_an_officer_says_more_about_a_line_and_reads_it_back(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    site, sector = SiteFactory.make(name="Hanley works"), SectorFactory.make(name="Robotics")

    page = recorded(
        client,
        site.employer_id,
        site=site.id,
        mode="in_person",
        year_groups=["12", "10"],
        sectors=[sector.id],
        profile="by_date",
        due_on=SPRING,
    )

    assert "at Hanley works, in person, for Year 10 and Year 12, in robotics, between" in page
    assert f"all by 12 February {YEAR.last_day.year}." in page


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"profile": "by_date"}, "Enter the date by which all of it is due"),
        ({"profile": "evenly", "due_on": SPRING}, "Select “All by a date”, or empty this date"),
        (
            {"profile": "by_date", "due_on": SPRING, "ends_on": f"1 2 {YEAR.last_day.year}"},
            "between the line’s first and last day",
        ),
        ({"profile": "by_date", "due_on": "1 1 1999"}, "between the line’s first and last day"),
    ],
)
def test_what_cannot_be_is_said_and_everything_typed_is_kept(
    client: CarefulClient, more: dict[str, object], complaint: str
) -> None:
    client.sign_in(UserFactory.make())
    site, sector = SiteFactory.make(name="Hanley works"), SectorFactory.make()

    page = recorded(client, site.employer_id, site=site.id, sectors=[sector.id], year_groups=["9"], **more)

    assert complaint in page
    assert f'<option value="{site.id}" selected>Hanley works' in page
    assert page.count(" checked") == 2
    assert "app-line__more" in page
    assert '<details class="govuk-details app-line__more" open>' in page
    assert stored(Pledge) == []


def test_a_site_of_another_employer_is_not_offered(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    elsewhere = SiteFactory.make()

    page = recorded(client, EmployerFactory.make().id, site=elsewhere.id)

    assert "Not a valid choice" in page
    assert stored(Pledge) == []


def test_more_about_a_line_stays_folded_until_something_is_said(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    page = client.get(f"/pledges/new?employer_id={EmployerFactory.make().id}").text

    assert '<details class="govuk-details app-line__more">' in page
    assert '<details class="govuk-details app-line__more" open>' not in page


def a_draft() -> Pledge:
    site, sector = SiteFactory.make(name="Hanley works"), SectorFactory.make(name="Robotics")
    line = LineDetails(
        OpportunityKind.PLACEMENT,
        4,
        2,
        site_id=site.id,
        mode=Mode.ONLINE,
        profile=DeliveryProfile.EVENLY,
        sector_ids=frozenset({sector.id}),
        year_groups=frozenset({YearGroup.YEAR_9}),
    )
    pledge = record_pledge(site.employer, PledgeDetails(YEAR, [line]), None)
    db.session.commit()
    return pledge


def test_changing_a_pledge_opens_on_what_is_stored_and_one_row_more_keeps_it(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_draft()
    [line] = load_lines(pledge)
    address = f"/pledges/{pledge.id}/edit"

    opened = client.get(address).text
    typed = a_line(line_id=line.id, site=line.site_id, mode="online", year_groups=["9"], profile="evenly")
    more = client.post(address, data={"version": pledge.version, "add_line": "1", **typed}).text

    for page in (opened, more):
        assert "selected>Hanley works" in page
        assert '<option value="evenly" selected>' in page
        assert 'value="9" checked' in page


def test_a_line_that_two_officers_changed_is_shown_both_ways_in_a_sentence(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_draft()
    [line] = load_lines(pledge)
    address, seen = f"/pledges/{pledge.id}/edit", pledge.version
    same = a_line(line_id=line.id, site=line.site_id, mode="online", year_groups=["9"], profile="evenly")
    client.post(address, data={"version": seen, "submission_key": "one", **same, "note": "Theirs"})

    mine = a_line(line_id=line.id, mode="mixed", year_groups=["9"], profile="evenly")
    page = client.post(
        address, data={"version": seen, "submission_key": "two", **mine, "lines-1-kind": "talk", "lines-1-each": "1"}
    ).text

    assert "saved this while you were editing" in page
    assert "8 in all, at Hanley works, online, for Year 9," in page
    assert "8 in all, partly in person and partly online, for Year 9," in page
    assert "A line added" in page
    assert stored(Pledge)[0].status is PledgeStatus.DRAFT
