"""The page of results and the suggestions."""

import pytest

from crm.core.access import Role
from crm.core.normalise import name_key
from crm.employers.models import Employer
from tests.conftest import CarefulClient
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InteractionFactory,
    UserFactory,
    YoungPersonFactory,
)


@pytest.fixture
def officer(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make())
    return client


def employer(name: str, **details: object) -> Employer:
    return EmployerFactory.make(name=name, name_key=name_key(name), **details)


def test_every_kind_has_its_part_of_the_page_and_each_hit_its_link(officer: CarefulClient) -> None:
    moorcroft = employer("Moorcroft <Timber>")
    ContactFactory.make(employer=moorcroft, name="Moor Croft")
    entry = InteractionFactory.make(employer=moorcroft, summary="Croft & <i>co</i> rang")
    person = YoungPersonFactory.make(reference="CROFT7")

    page = officer.get("/search?q=croft").text

    assert f'href="/employers/{moorcroft.id}"' in page
    assert f'href="/employers/{moorcroft.id}#contacts"' in page
    assert f'href="/contact-log/{entry.id}"' in page
    assert f'href="/young-people/{person.id}/edit"' in page
    assert '<mark class="app-mark-found">Moorcroft</mark> &lt;' in page
    assert "&lt;i&gt;" in page


def test_the_words_stay_in_the_box(officer: CarefulClient) -> None:
    assert 'value="&#34;timbr&#34; &lt;x&gt;"' in officer.get('/search?q="timbr" <x>').text


def test_nothing_found_comes_with_advice(officer: CarefulClient) -> None:
    page = officer.get("/search?q=banana").text

    assert "Nothing found for “banana”." in page
    assert "Try fewer words. Part of a name, a trading name" in page


def test_a_provider_who_finds_nothing_is_told_what_a_provider_may_look_for(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PROVIDER))

    page = client.get("/search?q=banana").text

    assert "Try fewer words. Part of a reference." in page
    assert "phone number" not in page


def test_a_single_letter_comes_with_a_hint(officer: CarefulClient) -> None:
    assert "Type at least two letters or figures." in officer.get("/search?q=x").text


def test_without_a_question_the_page_says_what_can_be_asked(officer: CarefulClient) -> None:
    assert "Part of a name" in officer.get("/search").text


def test_one_kind_is_shown_page_by_page(officer: CarefulClient) -> None:
    for number in range(30):
        employer(f"Jubilee {number:02}")

    first, second = (officer.get(f"/search?q=jubilee{more}").text for more in ("", "&kind=employer&page=2"))

    assert "kind=employer" in first
    assert "Jubilee 04" not in first.split("Jubilee 00")[0]
    assert first.count('class="app-hits__hit"') == 5
    assert second.count('class="app-hits__hit"') == 5
    assert 'aria-current="page">2<' in second
    assert "There are no more results." in officer.get("/search?q=jubilee&kind=employer&page=9").text


def test_a_cut_list_asks_for_a_further_word(officer: CarefulClient) -> None:
    for number in range(101):
        employer(f"Jubilee {number:03}")

    page = officer.get("/search?q=jubilee&kind=employer").text

    assert "more than 100" in page
    assert "add a word" in page


def test_an_unknown_kind_and_one_that_is_not_for_the_reader_show_every_kind(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    employer("Jubilee")
    ContactFactory.make(name="Jubilee Person")

    for kind in ("contact", "banana"):
        page = client.get(f"/search?q=jubilee&kind={kind}").text
        assert "Jubilee Person" not in page
        assert 'class="app-hits__hit"' in page


def test_suggestions_say_what_each_is_and_where_it_leads(officer: CarefulClient) -> None:
    moorcroft = employer("Moorcroft Timber Ltd", postcode="ST1 4HT")

    assert officer.get("/search/suggestions?q=timbr").json == [
        {"text": "Moorcroft Timber Ltd", "hint": "ST1 4HT", "kind": "Employer", "href": f"/employers/{moorcroft.id}"}
    ]
    assert officer.get("/search/suggestions").json == []


@pytest.mark.parametrize(
    ("role", "label"),
    [
        (Role.OFFICER, "Search employers, people and the log"),
        (Role.PARTNER, "Search employers"),
        (Role.PROVIDER, "Search young people"),
    ],
)
def test_the_box_at_the_top_of_every_page_says_what_it_searches(client: CarefulClient, role: Role, label: str) -> None:
    client.sign_in(UserFactory.make(role=role))

    page = client.get("/account").text

    assert f'aria-label="{label}" data-search="/search/suggestions"' in page


@pytest.mark.parametrize("typed", ['"', "%25", "NEAR(", "%00", "%F0%9F%98%80", "a" * 3000])
def test_no_question_breaks_the_page(officer: CarefulClient, typed: str) -> None:
    assert officer.get(f"/search?q={typed}").status_code == 200
    assert officer.get(f"/search/suggestions?q={typed}").status_code == 200


def test_who_opens_the_page_of_the_search_can_type_at_once(officer: CarefulClient) -> None:
    assert "autofocus" in officer.get("/search").text
    assert "autofocus" not in officer.get("/search?q=banana").text  # the results are to be read
