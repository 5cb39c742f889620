"""The list of employers: what it finds, shows, sorts, counts and hands out as CSV."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from sqlalchemy import text as sql

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.normalise import name_key
from crm.desk.employers_list.narrowing import Wanted, chosen, ordered
from crm.employers.models import Employer
from crm.interactions.models import FollowUp
from crm.opportunities.models import PlaceStatus
from crm.pledges.models import PledgeStatus
from crm.reference.academic_years import AcademicYear
from tests.conftest import CarefulClient, counting_queries
from tests.factories import (
    AreaFactory,
    ContactFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    SectorFactory,
    UserFactory,
)
from tests.support.pages import words_of

TODAY = date(2026, 11, 24)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def officer(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def test_a_row_says_what_an_officer_needs_before_the_next_call(client: CarefulClient, officer: User) -> None:
    employer = _employer(
        "Alder Joinery",
        postcode="ST1 4HT",
        area=AreaFactory.make(name="Hanley"),
        owner=officer,
        sectors=[SectorFactory.make(name="Robots"), SectorFactory.make(name="Kilns")],
    )
    ContactFactory.make(employer=employer, name="Dawn Alder")
    ContactFactory.make(employer=employer, name="Samir Beech", signs_pledges=True)
    InteractionFactory.make(employer=employer, happened_on=date(2026, 10, 5))
    InteractionFactory.make(employer=employer, happened_on=date(2026, 11, 12))
    FollowUpFactory.make(employer=employer, what="Ring about dates", due_on=date(2026, 11, 23))
    FollowUpFactory.make(employer=employer, what="Thank them", due_on=date(2026, 12, 23))
    _attended(employer, promised=4, came=1)

    text = words_of(client.get("/employers/").text)

    for words in (
        "Alder Joinery",
        "Hanley · ST1 4HT",
        "Kilns, Robots",
        "Samir Beech",
        "12 Nov 2026",
        "Confirmed",
        "1 of 12",
        "Ring about dates",
        "Overdue: 23 Nov 2026",
        "Priya Shah",
    ):
        assert words in text
    assert "Thank them" not in text


@pytest.mark.parametrize(
    "words", ["ALDER joinery ltd", "woodmen", "st14h", "ST1 4HT", "01234567", "beech", "the alder"]
)
def test_a_search_finds_any_spelling_trading_name_postcode_number_or_contact(
    client: CarefulClient, officer: User, words: str
) -> None:
    found = _employer("Alder Joinery", trading_name="The Woodmen", postcode="ST1 4HT", company_number="01234567")
    ContactFactory.make(employer=found, name="Samir Beech")
    _employer("Somebody Else", postcode="ST9 9ZZ")

    assert _names(client, q=words) == ["Alder Joinery"]


@pytest.mark.parametrize("words", ["%", "_", "100%", "…"])
def test_signs_in_a_search_are_letters_like_others(client: CarefulClient, officer: User, words: str) -> None:
    _employer("Alder Joinery")

    assert _names(client, q=words) == []


def test_filters_of_one_kind_widen_and_of_different_kinds_narrow(client: CarefulClient, officer: User) -> None:
    robots, kilns = SectorFactory.make(), SectorFactory.make()
    area = AreaFactory.make()
    _employer("Both", sectors=[robots, kilns], area=area)
    _employer("Robots", sectors=[robots], area=area)
    _employer("Kilns elsewhere", sectors=[kilns])
    _employer("Neither", area=area)

    assert _names(client, sector=[robots.id, kilns.id], area=area.id) == ["Both", "Robots"]
    assert _names(client, area=area.id) == ["Both", "Neither", "Robots"]


def test_the_owner_may_be_me_nobody_or_a_colleague(client: CarefulClient, officer: User) -> None:
    colleague = UserFactory.make()
    for name, owner in (("Mine", officer), ("Hers", colleague), ("Free", None)):
        _employer(name, owner=owner)

    assert _names(client, owner="me") == ["Mine"]
    assert _names(client, owner="nobody") == ["Free"]
    assert _names(client, owner=colleague.id) == ["Hers"]
    assert _names(client) == ["Free", "Hers", "Mine"]


def test_employers_are_narrowed_by_this_years_pledge(client: CarefulClient, officer: User) -> None:
    PledgeFactory.make(employer=_employer("Confirmed"))
    PledgeFactory.make(employer=_employer("Sent"), status=PledgeStatus.SENT)
    PledgeFactory.make(employer=_employer("Last year"), academic_year_name="2025/26", confirmed_on=date(2025, 9, 14))

    assert _names(client, pledge="confirmed") == ["Confirmed"]
    assert _names(client, pledge=["confirmed", "sent"]) == ["Confirmed", "Sent"]
    assert _names(client, pledge="none") == ["Last year"]
    assert _names(client, pledge=["none", "sent"]) == ["Last year", "Sent"]


def test_archived_employers_are_shown_only_on_request(client: CarefulClient, officer: User) -> None:
    _employer("Gone", archived_at=LONG_AGO, archived_reason="Closed")
    _employer("Here")

    assert _names(client) == ["Here"]
    assert _names(client, archived="y") == ["Gone", "Here"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["ant", "Bee", "Cat"]),
        ("-name", ["Cat", "Bee", "ant"]),
        ("last_contact", ["Bee", "ant", "Cat"]),
        ("-last_contact", ["ant", "Bee", "Cat"]),
        ("owner", ["Cat", "Bee", "ant"]),
        ("-owner", ["Bee", "Cat", "ant"]),
        ("nonsense", ["ant", "Bee", "Cat"]),
    ],
)
def test_the_list_sorts_both_ways_with_what_is_missing_last(
    client: CarefulClient, officer: User, sort: str, names: list[str]
) -> None:
    ant, bee = _employer("ant"), _employer("Bee", owner=UserFactory.make(name="Zoe"))
    _employer("Cat", owner=UserFactory.make(name="abe"))
    InteractionFactory.make(employer=ant, happened_on=date(2026, 11, 2))
    InteractionFactory.make(employer=bee, happened_on=date(2026, 10, 2))

    assert _names(client, sort=sort) == names


def test_a_page_shows_25_and_says_how_many_there_are(client: CarefulClient, officer: User) -> None:
    for number in range(30):
        _employer(f"Employer {number:02}")

    first, second, beyond = (client.get(f"/employers/?page={number}").text for number in (1, 2, 9))

    assert first.count("app-table__main") == 25
    assert "30 employers · showing 1 to 25" in words_of(first)
    assert second.count("app-table__main") == 5
    assert "30 employers" in words_of(beyond)


@pytest.mark.parametrize("nonsense", ["owner=x&area=y&sector=z&size=-1&pledge=q&page=-3&sort=;", "area=99999999999999"])
def test_nonsense_in_the_address_is_not_asked_for(client: CarefulClient, officer: User, nonsense: str) -> None:
    _employer("Alder")

    response = client.get(f"/employers/?{nonsense}")

    assert (response.status_code, response.text.count("app-table__main")) == (200, 1)


@pytest.mark.parametrize("address", ["/employers/", "/employers/?q=employer&pledge=confirmed&sort=-last_contact"])
def test_the_list_takes_eight_statements_however_many_employers_there_are(
    client: CarefulClient, officer: User, address: str
) -> None:
    sector = SectorFactory.make()

    def statements_with(number: int) -> int:
        for _ in range(number):
            employer = EmployerFactory.make(sectors=[sector], owner=officer)
            ContactFactory.make(employer=employer)
            InteractionFactory.make(employer=employer, logged_by=officer)
            FollowUpFactory.make(employer=employer, owner=officer)
            PledgeFactory.make(employer=employer, lines=[PledgeLineFactory.build()])
        with counting_queries() as statements:
            client.get(address)
        return len([statement for statement in statements if not statement.startswith("BEGIN")])

    assert (statements_with(25), statements_with(75)) == (8, 8)


def test_the_csv_is_every_page_of_what_is_shown(client: CarefulClient, officer: User) -> None:
    for number in range(30):
        _employer(f"Alder {number:02}", owner=officer)
    employer = _employer("Alder 99", postcode="ST1 4HT", owner=officer)
    _attended(employer, promised=1, came=1)
    _employer("Beech")

    response = client.get("/employers/employers.csv?q=alder&sort=-name&owner=me&page=2")

    rows = list(csv.DictReader(StringIO(response.text.removeprefix("\ufeff"))))
    assert [row["Employer"] for row in rows] == ["Alder 99", *(f"Alder {number:02}" for number in range(29, -1, -1))]
    assert {key: rows[0][key] for key in ("Postcode", "Pledge this year", "Places promised", "Places attended")} == {
        "Postcode": "ST1 4HT",
        "Pledge this year": "Confirmed",
        "Places promised": "3",
        "Places attended": "1",
    }
    assert response.headers["Content-Disposition"] == 'attachment; filename="employers-2026-11-24.csv"'


def test_no_cell_of_the_csv_is_a_formula(client: CarefulClient, officer: User) -> None:
    ContactFactory.make(employer=_employer("=1+1"), name="@SUM(A1)")

    rows = list(csv.reader(StringIO(client.get("/employers/employers.csv").text.removeprefix("\ufeff"))))

    assert "'=1+1" in rows[1]
    assert "'@SUM(A1)" in rows[1]


def test_a_partner_sees_employers_and_promises_but_no_people_numbers_or_plans(
    client: CarefulClient, officer: User
) -> None:
    employer = _employer("Alder")
    ContactFactory.make(employer=employer, name="Dawn Alder")
    FollowUpFactory.make(employer=employer, what="Ring about dates")
    _attended(employer, promised=4, came=1)
    PledgeFactory.make(employer=_employer("Beech"), status=PledgeStatus.SENT)
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page, download = client.get("/employers/").text, client.get("/employers/employers.csv").text

    for text in (page, download):
        assert "Alder" in text
        assert "Confirmed" in text
        for secret in ("Dawn Alder", "Ring about dates", "1 of 12", "Places attended", "Sent to the employer"):
            assert secret not in text
    assert _names(client, q="dawn") == []
    assert _names(client, pledge="sent") == ["Alder", "Beech"]  # cannot be asked


@pytest.mark.parametrize("address", ["/employers/", "/employers/employers.csv"])
def test_a_provider_has_no_list_of_employers(client: CarefulClient, officer: User, address: str) -> None:
    client.sign_in(UserFactory.make(role=Role.PROVIDER))

    assert client.get(address).status_code == 403


def test_a_next_step_that_is_done_is_no_next_step(client: CarefulClient, officer: User) -> None:
    step: FollowUp = FollowUpFactory.make(employer=_employer("Alder"), what="Ring about dates")
    step.done_at, step.done_by_id = LONG_AGO, officer.id

    assert "Ring about dates" not in client.get("/employers/").text


def _employer(name: str, **given: object) -> Employer:
    return EmployerFactory.make(name=name, name_key=name_key(name), **given)


def _attended(employer: Employer, *, promised: int, came: int) -> None:
    line = PledgeLineFactory.build(young_people=promised)
    PledgeFactory.make(employer=employer, lines=[line])
    opportunity = OpportunityFactory.make(employer=employer)
    for _ in range(came):
        PlaceFactory.make(opportunity=opportunity, pledge_line=line, status=PlaceStatus.ATTENDED, came=1)


def _names(client: CarefulClient, **arguments: object) -> list[str]:
    text = client.get("/employers/employers.csv", query_string=arguments).text.removeprefix("\ufeff")
    listed = [row["Employer"] for row in csv.DictReader(StringIO(text))]
    page = client.get("/employers/", query_string=arguments).text
    assert page.count("app-table__main") == len(listed), "the page shows what the file has"
    return listed


def test_sqlite_looks_only_at_the_employers_that_a_search_found(officer: User) -> None:
    """Otherwise it reads all of them by the index of archived ones: a hundred thousand take ten milliseconds."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL knows how many there are, and chooses by that")
    employers = chosen(Wanted(words="timber frame"), AcademicYear("2026/27"), viewer=officer)
    statement = ordered(employers.with_only_columns(Employer.id), "name").limit(25)

    plan = db.session.execute(
        sql(f"EXPLAIN QUERY PLAN {statement.compile(db.engine, compile_kwargs={'literal_binds': True})}")
    )

    steps = [row[3] for row in plan if row[3].startswith(("SEARCH employer ", "SCAN employer"))]
    assert steps == ["SEARCH employer USING INTEGER PRIMARY KEY (rowid=?)"]
