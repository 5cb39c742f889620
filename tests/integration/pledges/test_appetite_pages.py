"""What an employer says of a year without a number, as officers write it down."""

from datetime import date

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.pledges.models import Appetite, Attitude, Pledge, PledgeStatus
from tests.conftest import CarefulClient, stored
from tests.factories import DeclineReasonFactory, EmployerFactory, PledgeFactory, UserFactory
from tests.support.forms import post, typed

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def officer(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    signed_in = client.sign_in(UserFactory.make(name="Priya Shah"))
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return signed_in


def test_the_page_of_an_employer_leads_to_what_it_says(client: CarefulClient) -> None:
    employer = EmployerFactory.make()

    assert f"/employers/{employer.id}/appetite" in client.get(f"/employers/{employer.id}").text
    page = client.get(f"/employers/{employer.id}/appetite").text
    assert "What they say of 2026/27" in page
    assert "Nothing was said of 2026/27 yet" in page


@pytest.mark.parametrize(("asked", "year"), [("", "2026/27"), ("?year=2027/28", "2027/28"), ("?year=1", "2026/27")])
def test_an_officer_writes_down_what_they_say_of_this_year_or_the_next(
    client: CarefulClient, officer: User, asked: str, year: str
) -> None:
    address = f"/employers/{EmployerFactory.make().id}/appetite{asked}"

    post(client, address, version="0", attitude="interested", detail="After Easter")

    [appetite] = stored(Appetite)
    assert (appetite.academic_year_name, appetite.attitude, appetite.detail) == (
        year,
        Attitude.INTERESTED,
        "After Easter",
    )
    assert (appetite.recorded_by_id, appetite.recorded_on) == (officer.id, TODAY)
    assert "After Easter" in client.get(address).text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "Select what they say"),
        ({"attitude": "not_this_year"}, "Select why not this year"),
        ({"attitude": "interested", "detail": "x" * 2001}, "Shorten it to 2,000 characters"),
    ],
)
def test_every_message_says_what_to_do(client: CarefulClient, answers: dict[str, str], message: str) -> None:
    page = post(client, f"/employers/{EmployerFactory.make().id}/appetite", version="0", **answers).text

    assert message in page
    assert stored(Appetite) == []


def test_an_archived_employer_is_refused_in_a_sentence(client: CarefulClient) -> None:
    employer = EmployerFactory.make(name="Alder Ltd", archived_at=clock.now(), archived_reason="Closed")

    page = post(client, f"/employers/{employer.id}/appetite", version="0", attitude="interested").text

    assert "Alder Ltd is archived" in page


def test_an_edit_that_meets_another_shows_both_and_then_saves(client: CarefulClient) -> None:
    address = f"/employers/{EmployerFactory.make().id}/appetite"
    answers = typed(client.get(address).text)
    post(client, address, **answers | {"attitude": "interested", "detail": "Theirs", "submission_key": "first"})

    met = post(client, address, **answers | {"attitude": "interested", "detail": "Mine"})

    assert "Priya Shah saved this while you were editing" in met.text
    post(client, address, **typed(met.text) | {"attitude": "interested"})
    assert [each.detail for each in stored(Appetite)] == ["Mine"]


def say_no(client: CarefulClient, pledge: Pledge, **answers: object) -> str:
    given = {
        "reason": DeclineReasonFactory.make(name="No room").id,
        "on": "25 11 2026",
        "submission_key": "no",
    } | answers
    return client.post(
        f"/pledges/{pledge.id}/decline", data={f"decline-{name}": each for name, each in given.items()}
    ).text


def test_a_no_takes_its_reason_from_the_list_and_is_kept_of_the_year(client: CarefulClient, officer: User) -> None:
    pledge = PledgeFactory.make(status=PledgeStatus.SENT, confirmed_on=None, sent_on=date(2026, 10, 1))

    say_no(client, pledge, detail="We are moving")

    [declined], [appetite] = stored(Pledge), stored(Appetite)
    assert (declined.status, declined.ended_reason) == (PledgeStatus.DECLINED, "No room: We are moving")
    assert (appetite.academic_year, appetite.attitude) == (declined.academic_year, Attitude.NOT_THIS_YEAR)
    assert (appetite.detail, appetite.recorded_by_id) == ("We are moving", officer.id)


def test_a_no_to_a_later_version_says_nothing_of_the_year_that_has_its_number(client: CarefulClient) -> None:
    first = PledgeFactory.make()
    later = PledgeFactory.make(
        employer=first.employer, number=2, status=PledgeStatus.SENT, confirmed_on=None, sent_on=date(2026, 10, 1)
    )

    say_no(client, later)

    assert [(each.number, each.status) for each in stored(Pledge)] == [
        (1, PledgeStatus.CONFIRMED),
        (2, PledgeStatus.DECLINED),
    ]
    assert stored(Appetite) == []


def test_a_no_of_an_archived_employer_is_kept_with_its_pledge_alone(client: CarefulClient) -> None:
    employer = EmployerFactory.make(archived_at=clock.now(), archived_reason="Closed")
    pledge = PledgeFactory.make(
        employer=employer, status=PledgeStatus.SENT, confirmed_on=None, sent_on=date(2026, 10, 1)
    )

    say_no(client, pledge)

    assert [each.ended_reason for each in stored(Pledge)] == ["No room"]
    assert stored(Appetite) == []
