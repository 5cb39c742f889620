"""What holds for every list: a constant number of statements, rows on a page in the address, files of what is shown."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from tests.conftest import CarefulClient, counting_queries
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    OpportunityFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    SavedViewFactory,
    SectorFactory,
    TagFactory,
    UserFactory,
    YoungPersonFactory,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALL_COLUMNS = (
    "name,sectors,tags,contact,last_contact,pledge,progress,next_step,owner,size,last_by,last_how,contact_phone,created"
)


def _employers(officer: User) -> Callable[[int], object]:
    sector, tag = SectorFactory.make(), TagFactory.make()

    def add(_number: int) -> None:
        employer = EmployerFactory.make(sectors=[sector], tags=[tag], owner=officer)
        ContactFactory.make(employer=employer, phone="+441632960001")
        InteractionFactory.make(employer=employer, logged_by=officer, officers=[officer])
        FollowUpFactory.make(employer=employer, owner=officer)
        PledgeFactory.make(employer=employer, lines=[PledgeLineFactory.build()])

    return add


def _log(officer: User) -> Callable[[int], object]:
    def add(_number: int) -> None:
        contact = ContactFactory.make()
        InteractionFactory.make(employer=contact.employer, contacts=[contact], officers=[officer], logged_by=officer)

    return add


def _pledges(_officer: User) -> Callable[[int], object]:
    return lambda _number: PledgeFactory.make(lines=[PledgeLineFactory.build(), PledgeLineFactory.build()])


def _opportunities(_officer: User) -> Callable[[int], object]:
    school = ProviderFactory.make()
    starts, ends = datetime(2027, 1, 11, 9, tzinfo=UTC), datetime(2027, 1, 11, 11, tzinfo=UTC)
    return lambda _number: OpportunityFactory.make(provider=school, starts_at=starts, ends_at=ends)


def _young_people(_officer: User) -> Callable[[int], object]:
    school = ProviderFactory.make()
    return lambda _number: YoungPersonFactory.make(provider=school)


LISTS = {
    "/employers/": _employers,
    f"/employers/?columns={ALL_COLUMNS}&sort=-last_contact": _employers,
    "/contact-log/": _log,
    "/pledges/": _pledges,
    "/opportunities/": _opportunities,
    "/providers/": lambda _officer: lambda _number: ProviderFactory.make(),
    "/young-people/": _young_people,
}
MOST_STATEMENTS = 8


@pytest.fixture
def officer(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client.sign_in(UserFactory.make())


def rows_in(page: str) -> int:
    return page[page.index("<tbody>") : page.index("</tbody>")].count("<tr>")


def address(path: str, **arguments: int) -> str:
    return path + ("&" if "?" in path else "?") + "&".join(f"{name}={value}" for name, value in arguments.items())


@pytest.mark.parametrize("path", LISTS)
def test_a_list_runs_the_same_statements_at_25_and_at_100_rows(client: CarefulClient, officer: User, path: str) -> None:
    SavedViewFactory.make(owner=officer)
    add = LISTS[path](officer)
    for number in range(101):
        add(number)

    def visit(per_page: int) -> tuple[int, int]:
        with counting_queries() as statements:
            page = client.get(address(path, per_page=per_page)).text
        return rows_in(page), len([each for each in statements if not each.startswith("BEGIN")])

    (few, at_25), (many, at_100) = visit(25), visit(100)

    assert (few, many) == (25, 100)
    assert at_25 == at_100 <= MOST_STATEMENTS


@pytest.mark.parametrize("path", ["/employers/", "/contact-log/", "/young-people/"])
def test_how_many_rows_are_shown_is_kept_by_every_link_of_the_page(
    client: CarefulClient, officer: User, path: str
) -> None:
    add = LISTS[path](officer)
    for number in range(51):
        add(number)

    page = client.get(address(path, per_page=50)).text

    assert "showing 1 to 50" in page
    assert re.search(r'href="[^"]*per_page=50&amp;page=2"', page)
    assert '<input type="hidden" name="per_page" value="50">' in page
    assert re.search(r'href="[^"]*per_page=100"', page)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/employers/employers.xlsx", "Employers"),
        ("/contact-log/contact-log.xlsx", "Contact log"),
        ("/pledges/pledges.xlsx", "Pledges for 2026/27"),
        ("/opportunities/opportunities.xlsx", "Opportunities"),
        ("/providers/providers.xlsx", "Providers"),
        ("/young-people/young-people.xlsx", "Young people"),
    ],
)
def test_the_workbook_of_a_list_has_what_its_csv_has(
    client: CarefulClient, officer: User, path: str, title: str
) -> None:
    add = next(make for page, make in LISTS.items() if page.startswith(f"/{path.split('/')[1]}/"))(officer)
    for number in range(30):
        add(number)

    answer = client.get(path, buffered=True)
    lines = client.get(path.replace(".xlsx", ".csv"), buffered=True).text.removeprefix("\ufeff").splitlines()

    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet["A1"].value == title
    assert "Filters: none" in str(sheet["A2"].value)
    headings = [cell.value for cell in sheet[3]]
    assert headings == lines[0].replace('"', "").split(",")
    assert (sheet.max_row, sheet.freeze_panes, len(sheet.tables)) == (33, "A4", 1)
    assert "2026-11-24.xlsx" in answer.headers["Content-Disposition"]


def test_a_workbook_names_its_filters_has_dates_as_dates_and_no_formula(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="=1+1", name_key="1 1", owner=officer)
    InteractionFactory.make(employer=employer, happened_on=date(2026, 11, 2))

    answer = client.get("/employers/employers.xlsx?owner=me&columns=last_contact,owner", buffered=True)

    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    assert "Filters: Me" in str(sheet["A2"].value)
    row = {heading.value: cell for heading, cell in zip(sheet[3], sheet[4], strict=True)}
    assert list(row) == ["Reference", "Employer", "Area", "Postcode", "Archived", "Last contact", "Officer"]
    assert (row["Employer"].value, row["Employer"].data_type) == ("=1+1", "s")
    assert row["Last contact"].value == datetime(2026, 11, 2)  # noqa: DTZ001  # as Excel has it


@pytest.mark.parametrize("path", ["/employers/", "/contact-log/", "/pledges/", "/opportunities/"])
def test_columns_come_in_the_order_asked_for_and_can_be_moved(client: CarefulClient, officer: User, path: str) -> None:
    LISTS[path](officer)(1)
    usual = re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', client.get(path).text)
    page = client.get(path).text
    moves = re.findall(r'<a class="app-earlier" href="([^"]+)">', page)
    moved = client.get(moves[0].replace("&amp;", "&")).text

    headings = re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', moved)
    assert headings == [usual[0], usual[2], usual[1], *usual[3:]]
    assert "Back to the usual columns" in moved


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/employers/", "contact_email"),
        ("/contact-log/", "said"),
        ("/pledges/", "attended"),
        ("/opportunities/", "taken"),
    ],
)
def test_columns_that_a_partner_may_not_see_are_neither_offered_nor_exported(
    client: CarefulClient, officer: User, path: str, secret: str
) -> None:
    LISTS[path](officer)(1)
    name = path.strip("/")
    staff = client.get(f"{path}{name}.csv?columns={secret}", buffered=True).text
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get(f"{path}?columns={secret}").text
    file = client.get(f"{path}{name}.csv?columns={secret}", buffered=True).text

    assert f'id="column-{secret}"' not in page
    assert file.splitlines()[0] != staff.splitlines()[0]


def test_unknown_columns_are_not_asked_for_and_the_first_is_always_there(client: CarefulClient, officer: User) -> None:
    EmployerFactory.make(name="Alder")

    page = client.get("/employers/?columns=password&columns=owner,owner,tags").text

    headings = re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', page)
    assert headings == ["Employer", "Officer", "Tags"]
