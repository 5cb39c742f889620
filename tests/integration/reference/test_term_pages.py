"""Term dates, as an administrator keeps them."""

from datetime import date

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.reference.models import Term
from tests.conftest import CarefulClient, stored
from tests.factories import TermFactory, UserFactory
from tests.support.forms import post, typed

TERMS = "/administration/terms/"


@pytest.fixture(autouse=True)
def administrator(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Ada Admin", role=Role.ADMIN))


def test_an_empty_list_says_what_not_knowing_means(client: CarefulClient) -> None:
    page = client.get(TERMS).text

    assert "No term dates yet" in page
    assert f"{TERMS}new" in page
    assert TERMS in client.get("/administration/").text


def test_a_term_is_added_changed_and_its_history_shown(client: CarefulClient) -> None:
    post(client, f"{TERMS}new", name="Autumn", first_day="2 9 2026", last_day="18 12 2026")
    (term,) = stored(Term)
    address = f"{TERMS}{term.id}"
    answers = typed(client.get(address).text)
    post(client, address, **answers | {"name": "Autumn term", "last_day": "17 12 2026"})

    assert [(each.name, each.last_day) for each in stored(Term)] == [("Autumn term", date(2026, 12, 17))]
    page = client.get(address).text
    assert "Ada Admin" in page
    assert "<del>Autumn</del>" in page


def test_terms_stand_by_academic_year_and_a_year_that_lacks_them_is_named(
    client: CarefulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 25))
    TermFactory.make()
    TermFactory.make(
        academic_year_name="2025/26", name="Summer", first_day=date(2026, 4, 20), last_day=date(2026, 4, 26)
    )

    page = client.get(TERMS).text

    assert page.index("Terms of 2026/27") < page.index("Terms of 2025/26")
    assert ">78</td>" in page  # Mondays to Fridays from 2 September to 18 December 2026
    assert ">5</td>" in page  # from a Monday to a Sunday
    assert "No terms are known for 2027/28" in page
    assert "No terms are known for 2026/27" not in page


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"name": ""}, "Enter a name"),
        ({"first_day": ""}, "Enter the first day of school, like 2 9 2026"),
        ({"last_day": ""}, "Enter the last day of school, like 18 12 2026"),
        ({"last_day": "1 1 2027"}, "Enter a last day that is not before the first day"),
        ({"last_day": "1 9 2027"}, "A term must lie inside one academic year"),
        ({"first_day": "18 12 2026"}, "This overlaps Autumn, 2 September 2026 to 18 December 2026"),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_every_message_says_what_to_do_and_keeps_what_was_typed(
    client: CarefulClient, answers: dict[str, str], message: str, is_new: bool
) -> None:
    TermFactory.make()
    spring = TermFactory.make(name="Spring", first_day=date(2027, 1, 5), last_day=date(2027, 3, 26))
    address = f"{TERMS}new" if is_new else f"{TERMS}{spring.id}"
    given = {"name": "Mine", "first_day": "19 4 2027", "last_day": "26 5 2027", "version": str(spring.version)}

    page = post(client, address, **given | answers).text

    assert message in page
    assert all(f'value="{each}"' in page for name, each in (given | answers).items() if each and name != "version")
    assert [each.name for each in stored(Term)] == ["Autumn", "Spring"]


def test_an_edit_that_meets_another_shows_both_and_then_saves(client: CarefulClient) -> None:
    address = f"{TERMS}{TermFactory.make().id}"
    answers = typed(client.get(address).text)
    post(client, address, **answers | {"name": "Theirs", "submission_key": "first"})

    met = post(client, address, **answers | {"name": "Mine"})

    assert "Ada Admin saved this while you were editing" in met.text
    post(client, address, **typed(met.text))
    assert [each.name for each in stored(Term)] == ["Mine"]


def test_a_term_is_removed_after_a_question_once(client: CarefulClient) -> None:
    address = f"{TERMS}{TermFactory.make().id}/remove"
    page = client.get(address).text
    assert "2 September 2026 to 18 December 2026" in page
    assert len(stored(Term)) == 1

    answers = typed(page)
    client.post(address, data=answers)

    assert stored(Term) == []
    assert "Autumn removed." in client.get(TERMS).text
    assert client.get(address).status_code == 404
