"""Requests as a provider's coordinator and an officer use them."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.providers.models import Provider
from crm.providers.queries import provider_of
from crm.providers.requests.models import Request, RequestStatus
from tests.conftest import CarefulClient, stored
from tests.factories import (
    EmployerFactory,
    ProviderFactory,
    ProviderMemberFactory,
    RequestFactory,
    SectorFactory,
    UserFactory,
)
from tests.support.forms import post, typed
from tests.support.pages import words_of

TODAY = date(2026, 11, 24)
ANSWERS = {
    "kind": "workplace_visit",
    "young_people": "8",
    "year_groups": ["10", "11"],
    "wanted_by": "31 3 2027",
    "words": "Eight who like to build things.",
}


@pytest.fixture(autouse=True)
def _a_tuesday_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def coordinator(client: CarefulClient) -> User:
    member = ProviderMemberFactory.make(provider=ProviderFactory.make(name="Priory School"))
    return client.sign_in(member.user)


def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def test_a_coordinator_asks_and_an_officer_takes_arranges_and_marks_it_met(client: CarefulClient) -> None:
    person = coordinator(client)
    page = client.get("/requests/new")
    sent = post(client, "/requests/new", **(typed(page.text) | ANSWERS))
    address = sent.headers["Location"]
    assert "New" in words_of(client.get(address).text)

    officer(client)
    assert "Workplace visit for 8" in words_of(client.get("/requests/").text)
    post(client, f"{address}/take")
    taken = client.get(address)
    post(client, f"{address}/met")

    asked = stored(Request)[0]
    assert (asked.asked_by_id, asked.status) == (person.id, RequestStatus.MET)
    assert "Being worked on" in words_of(taken.text)
    assert "Schedule an opportunity" in words_of(taken.text)
    client.sign_in(person)
    assert "Met Priya Shah" in words_of(client.get("/requests/").text)


def test_a_coordinator_s_navigation_leads_to_requests_and_an_officer_finds_them_beside_providers(
    client: CarefulClient,
) -> None:
    coordinator(client)
    assert 'href="/requests/"' in client.get("/opportunities/").text
    assert "You have not asked for anything yet" in words_of(client.get("/requests/").text)

    officer(client)
    assert 'href="/requests/"' in client.get("/providers/").text


def test_what_is_missing_or_impossible_is_asked_for_and_nothing_is_saved(client: CarefulClient) -> None:
    coordinator(client)
    provider = typed(client.get("/requests/new").text)["provider"]

    empty = post(client, "/requests/new", provider=provider)
    past = post(client, "/requests/new", **(ANSWERS | {"provider": provider, "wanted_by": "23 11 2026"}))
    order = post(client, "/requests/new", **(ANSWERS | {"provider": provider, "wanted_from": "1 4 2027"}))

    for message in (
        "Select what you are looking for",
        "Enter how many young people",
        "Enter by when",
        "what would help",
    ):
        assert message in words_of(empty.text)
    assert "The day must be today or later" in words_of(past.text)
    assert "The last day must not be before the first" in words_of(order.text)
    assert not stored(Request)


def test_a_coordinator_cannot_ask_for_another_provider_nor_read_what_it_asked(client: CarefulClient) -> None:
    other = RequestFactory.make()
    coordinator(client)

    assert "Not a valid choice" in post(client, "/requests/new", **(ANSWERS | {"provider": other.provider_id})).text
    assert client.get(f"/requests/{other.id}").status_code == 404
    assert client.get(f"/requests/{other.id}/edit").status_code == 404
    assert post(client, f"/requests/{other.id}/withdraw").status_code == 404
    assert len(stored(Request)) == 1


def test_a_coordinator_without_a_provider_is_told_whom_to_ask(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PROVIDER))

    for path in ("/requests/", "/requests/new"):
        assert "Ask an administrator of the council" in words_of(client.get(path).text)


def test_a_provider_archived_meanwhile_is_refused_in_words(
    client: CarefulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = ProviderFactory.make(archived_at=clock.now())
    officer(client)
    offered = [SimpleNamespace(id=provider.id, name=provider.name)]
    monkeypatch.setattr("crm.providers.requests.views.own_or_all", lambda _viewer: offered)

    answer = post(client, "/requests/new", **(ANSWERS | {"provider": provider.id}))

    assert "is archived" in words_of(answer.text)


def test_a_coordinator_edits_while_nobody_works_on_it_and_withdraws(client: CarefulClient) -> None:
    person = coordinator(client)
    asked = RequestFactory.make(provider=_provider_of(person))
    address = f"/requests/{asked.id}"
    answers = typed(client.get(f"{address}/edit").text)

    post(client, f"{address}/edit", **(answers | {"young_people": "9"}))
    assert stored(Request)[0].young_people == 9
    post(client, f"{address}/withdraw")

    assert stored(Request)[0].status is RequestStatus.WITHDRAWN
    assert client.get(f"{address}/edit").status_code == 403


def test_two_who_edit_at_once_see_both_versions(client: CarefulClient) -> None:
    person = coordinator(client)
    sector = SectorFactory.make(name="Robots")
    asked = RequestFactory.make(provider=_provider_of(person), sectors=[sector])
    address = f"/requests/{asked.id}/edit"
    first = typed(client.get(address).text)
    del first["submission_key"]
    post(client, address, **(first | {"young_people": "9"}))

    met = post(client, address, **(first | {"young_people": "7"}))
    overwritten = post(client, address, **(typed(met.text)))

    assert "9" in words_of(met.text)
    assert "7" in words_of(met.text)
    assert overwritten.status_code == 302
    assert stored(Request)[0].young_people == 7


def test_an_officer_declines_with_a_reason_that_the_coordinator_reads(client: CarefulClient) -> None:
    person = coordinator(client)
    asked = RequestFactory.make(provider=_provider_of(person))
    officer(client)
    address = f"/requests/{asked.id}"

    refused = post(client, f"{address}/decline")
    post(client, f"{address}/decline", reason="Nobody builds kilns here")

    assert "Enter why it cannot be done" in words_of(refused.text)
    assert client.get(f"{address}/decline").status_code == 403
    client.sign_in(person)
    assert "Nobody builds kilns here" in words_of(client.get("/requests/").text)
    page = words_of(client.get(address).text)
    assert "Nobody builds kilns here" in page
    assert "History" not in page


def test_a_request_taken_by_mistake_is_put_back_and_one_that_is_over_opened_again(client: CarefulClient) -> None:
    officer(client)
    asked = RequestFactory.make()
    address = f"/requests/{asked.id}"

    post(client, f"{address}/take", next="/providers/")
    assert post(client, f"{address}/put-back").headers["Location"] == address
    assert stored(Request)[0].status is RequestStatus.NEW
    post(client, f"{address}/decline", reason="No")
    post(client, f"{address}/reopen")

    assert stored(Request)[0].status is RequestStatus.NEW


def test_taking_from_a_list_leads_back_to_it(client: CarefulClient) -> None:
    officer(client)
    asked = RequestFactory.make()

    answer = post(client, f"/requests/{asked.id}/take", next="/#requests")
    elsewhere = post(client, f"/requests/{asked.id}/put-back", next="https://elsewhere.example/")

    assert answer.headers["Location"] == "/#requests"
    assert elsewhere.headers["Location"] == f"/requests/{asked.id}"


def test_staff_see_what_is_open_and_on_demand_the_rest_narrowed_and_as_a_file(client: CarefulClient) -> None:
    officer(client)
    RequestFactory.make(words="Still open")
    RequestFactory.make(words="Long over", status=RequestStatus.WITHDRAWN)

    open_ones = words_of(client.get("/requests/").text)
    everything = words_of(client.get("/requests/?status=all").text)
    over = words_of(client.get("/requests/?status=withdrawn&kind=nonsense").text)
    lines = client.get("/requests/requests.csv?status=all").text.splitlines()
    sheet = load_workbook(BytesIO(client.get("/requests/requests.xlsx?status=all", buffered=True).data))["Requests"]

    assert ("Still open" in open_ones, "Long over" in open_ones) == (True, False)
    assert "Still open" in everything
    assert "Long over" in everything
    assert "Still open" not in over
    assert "No requests match." in words_of(client.get("/requests/?kind=talk").text)
    assert len(lines) == 3
    assert "Long over" in {cell.value for row in sheet.iter_rows() for cell in row}
    assert lines[0].endswith("Provider,Kind,Young people,From,By,What would help,Status,Taken by,Reason")


def test_nothing_open_says_so(client: CarefulClient) -> None:
    officer(client)

    assert "No provider is waiting for an answer." in words_of(client.get("/requests/").text)


def test_a_taken_request_fills_in_the_form_of_an_opportunity(client: CarefulClient) -> None:
    officer(client)
    asked = RequestFactory.make(wanted_from=date(2027, 1, 4))
    employer = EmployerFactory.make(name="Alder Joinery", name_key="alder joinery")
    post(client, f"/requests/{asked.id}/take")
    page = client.get(f"/requests/{asked.id}").text
    link = page[page.index("/opportunities/new?") :].split('"')[0].replace("&amp;", "&")

    choosing = client.get(link)
    form = client.get(f"{link}&name=Alder+Joinery", follow_redirects=True)

    assert 'name="kind" value="workplace_visit"' in choosing.text
    answers = typed(form.text)
    assert employer.name in form.text
    assert (answers["kind"], answers["capacity"], answers["first_day"]) == ("workplace_visit", "8", "4 1 2027")
    assert answers["provider"] == str(asked.provider_id)


def test_an_address_that_says_nonsense_fills_in_nothing(client: CarefulClient) -> None:
    officer(client)
    employer = EmployerFactory.make()

    page = client.get(f"/opportunities/new?employer={employer.id}&kind=x&capacity=many&provider=-&first_day=soon")

    answers = typed(page.text)
    assert (answers["kind"], answers["capacity"], answers["first_day"]) == ("", "", "")


def _provider_of(user: User) -> Provider | None:
    return provider_of(user)
