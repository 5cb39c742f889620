"""The page of a site and the forms of its checks, as somebody at the keyboard uses them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Site
from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import Venue
from crm.pledges.kinds import Mode, OpportunityKind
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    EmployerFactory,
    OpportunityFactory,
    SiteCheckFactory,
    SiteFactory,
    UserFactory,
)
from tests.support.forms import post, typed
from tests.support.pages import words_of

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
INSURANCE, HEALTH = CheckKind.INSURANCE, CheckKind.HEALTH_AND_SAFETY


@pytest.fixture(autouse=True)
def _it_is_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


@pytest.fixture
def manager(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Ruth Calloway", role=Role.MANAGER))


def filled(client: CarefulClient, path: str, **answers: object) -> dict[str, object]:
    """What a form would send: what it opened with, and what somebody types."""
    return typed(client.get(path).text) | answers


def test_an_insurance_is_accepted_and_the_page_says_until_when_and_who_saw_it(
    client: CarefulClient, officer: User
) -> None:
    site = SiteFactory.make(name="Depot")
    path = f"/sites/{site.id}/checks/insurance/accept"

    response = client.post(
        path,
        data=filled(client, path, insurer="Oak Mutual", policy_number="OM-1", valid_to="31 3 2027", note="On screen"),
    )

    assert response.headers["Location"] == f"/sites/{site.id}"
    words = words_of(client.get(f"/sites/{site.id}").text)
    assert "Employers’ liability insurance Accepted until 31 Mar 2027" in words
    for expected in ("Oak Mutual", "OM-1", "Priya Shah on 2 November 2026", "On screen", "Not started"):
        assert expected in words


def test_a_health_and_safety_check_by_somebody_else_asks_for_no_insurer(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make()
    path = f"/sites/{site.id}/checks/health_and_safety/accept"
    answers = filled(client, path, checked_by="", checked_by_name="Jo Safe", valid_to="31 8 2028")
    assert "insurer" not in answers

    client.post(path, data=answers)

    (check,) = stored(SiteCheck)
    assert (check.kind, check.checked_by_id, check.checked_by_name, check.valid_to) == (
        HEALTH,
        None,
        "Jo Safe",
        date(2028, 8, 31),
    )


def test_a_renewal_begins_where_the_last_one_ends_and_keeps_it_under_before(
    client: CarefulClient, officer: User
) -> None:
    check = SiteCheckFactory.make(kind=INSURANCE, insurer="Oak Mutual", policy_number="OM-1", valid_to=TODAY + DAY)
    path = f"/sites/{check.site_id}/checks/insurance/accept"
    answers = filled(client, path, valid_to="3 11 2027")
    assert (answers["insurer"], answers["valid_from"]) == ("Oak Mutual", "4 11 2026")

    client.post(path, data=answers)

    assert [(row.valid_to, row.is_current) for row in stored(SiteCheck)] == [
        (TODAY + DAY, False),
        (date(2027, 11, 3), True),
    ]
    words = words_of(client.get(f"/sites/{check.site_id}").text)
    assert "Accepted until 3 Nov 2027" in words
    assert "Before (1)" in words
    assert "until 3 Nov 2026, Oak Mutual OM-1" in words


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"insurer": "", "valid_to": "31 3 2027"}, "Enter the insurer, as the certificate names it"),
        ({"insurer": "Oak", "valid_to": ""}, "Enter the last day it is valid, like 31 3 2027"),
        ({"insurer": "Oak", "valid_from": "1 4 2027", "valid_to": "31 3 2027"}, "The last day must not be before"),
        ({"insurer": "Oak", "valid_to": "31 3 2027", "checked_on": "3 11 2026"}, "must not be in the future"),
        ({"insurer": "Oak", "valid_to": "31 3 2027", "checked_by": ""}, "Select who checked, or enter their name"),
    ],
)
def test_messages_say_what_to_do_and_what_was_typed_stays(
    client: CarefulClient, officer: User, answers: dict[str, str], message: str
) -> None:
    path = f"/sites/{SiteFactory.make().id}/checks/insurance/accept"

    page = client.post(path, data=filled(client, path, **answers)).text

    assert message in page
    assert not stored(SiteCheck)
    assert not answers.get("valid_to") or f'value="{answers["valid_to"]}"' in page


def test_a_refusal_says_why(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make()
    path = f"/sites/{site.id}/checks/insurance/refuse"

    client.post(path, data=filled(client, path, reason="No cover under 18"))

    (check,) = stored(SiteCheck)
    assert (check.status, check.reason) == (CheckStatus.NOT_ACCEPTED, "No cover under 18")
    assert "No cover under 18" in client.get(f"/sites/{site.id}").text


def test_a_manager_exempts_and_undoes_it_an_officer_may_not(client: CarefulClient, manager: User) -> None:
    site = SiteFactory.make()
    path = f"/sites/{site.id}/checks/insurance/exempt"

    client.post(path, data=filled(client, path, reason="A public body"))

    (check,) = stored(SiteCheck)
    assert (check.status, check.checked_by_id) == (CheckStatus.NOT_NEEDED, manager.id)
    client.sign_in(UserFactory.make())
    page = client.get(f"/sites/{site.id}").text
    assert "/exempt" not in page
    assert "/undo" not in page
    assert client.get(path).status_code == 403
    assert post(client, f"/sites/checks/{check.id}/undo", version=check.version).status_code == 403
    client.sign_in(manager)
    assert (
        post(client, f"/sites/checks/{check.id}/undo", version=check.version).headers["Location"] == f"/sites/{site.id}"
    )
    assert not stored(SiteCheck)


def test_nobody_undoes_what_somebody_else_saved_meanwhile(client: CarefulClient, officer: User) -> None:
    check = SiteCheckFactory.make()
    seen = check.version
    check.note = "Theirs"
    db.session.commit()

    assert post(client, f"/sites/checks/{check.id}/undo", version=seen).status_code == 409
    assert post(client, f"/sites/checks/{check.id}/undo").status_code == 409
    assert len(stored(SiteCheck)) == 1


def test_a_slip_of_the_pen_is_corrected_without_a_new_turn(client: CarefulClient, officer: User) -> None:
    check = SiteCheckFactory.make()
    path = f"/sites/checks/{check.id}/correct"
    answers = filled(client, path, valid_to="31 8 2028")
    assert answers["checked_by_name"] == "Jo Safe"

    assert client.post(path, data=answers).headers["Location"] == f"/sites/{check.site_id}"

    assert [row.valid_to for row in stored(SiteCheck)] == [date(2028, 8, 31)]


def test_a_request_by_phone_is_recorded(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make()
    path = f"/sites/{site.id}/checks/insurance/asked"

    too_early = client.post(path, data=filled(client, path, of="Dawn Alder", on="3 11 2026"))
    client.post(path, data=filled(client, path, of="Dawn Alder"))

    assert "must not be in the future" in too_early.text
    words = words_of(client.get(f"/sites/{site.id}").text)
    assert "Requested on 2 Nov 2026" in words
    assert "Dawn Alder on 2 November 2026" in words


def test_a_request_for_what_is_not_needed_is_refused_in_words(client: CarefulClient, officer: User) -> None:
    check = SiteCheckFactory.make(status=CheckStatus.NOT_NEEDED, valid_to=None, reason="Talks only")
    path = f"/sites/{check.site_id}/checks/health_and_safety/asked"

    assert "This check is not needed" in client.post(path, data=filled(client, path, of="Dawn")).text


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_whoever_saves_second_sees_both_versions_and_may_save_again(
    client: CarefulClient, officer: User, verb: str
) -> None:
    site = SiteFactory.make()
    path = f"/sites/{site.id}/checks/health_and_safety/{verb}"
    mine = {"valid_to": "31 8 2028"} if verb == "accept" else {"reason": "Unsafe stairs"}
    answers = filled(client, path, **mine)
    SiteCheckFactory.make(site=site, note="Theirs")

    page = client.post(path, data=answers).text

    assert "saved this while you were editing" in page
    assert "Theirs" in page
    assert len(stored(SiteCheck)) == 1
    client.post(path, data=typed(page))
    assert [row.is_current for row in stored(SiteCheck)] == [False, True]


def test_a_correction_that_comes_second_sees_both_versions(client: CarefulClient, officer: User) -> None:
    check = SiteCheckFactory.make()
    path = f"/sites/checks/{check.id}/correct"
    answers = filled(client, path, valid_to="31 8 2028")
    check.note = "Theirs"
    db.session.commit()

    page = client.post(path, data=answers).text

    assert "saved this while you were editing" in page
    client.post(path, data=typed(page))
    assert stored(SiteCheck)[0].valid_to == date(2028, 8, 31)


def test_an_unknown_kind_or_site_is_not_found(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make()

    assert client.get(f"/sites/{site.id}/checks/fire/accept").status_code == 404
    assert client.get(f"/sites/{site.id + 1}").status_code == 404


def test_nothing_is_recorded_at_a_closed_site_or_corrected_twice(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make(closed_at=NOW, closed_reason="Sold")
    check = SiteCheckFactory.make(site=site)

    page = client.get(f"/sites/{site.id}").text

    assert "Sold" in page
    assert "/accept" not in page
    assert "This site is closed" in client.get(f"/sites/{site.id}/checks/insurance/accept").text
    assert client.get(f"/sites/checks/{check.id}/correct").status_code == 403
    assert post(client, f"/sites/checks/{check.id}/undo", version=check.version).status_code == 403


def test_a_site_is_closed_with_a_reason_and_opened_again(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make(name="Depot")
    path = f"/sites/{site.id}/close"
    unexplained = client.post(path, data=filled(client, path))

    client.post(path, data=filled(client, path, reason="They moved"))

    assert "Enter why the site is closed" in unexplained.text
    (closed,) = stored(Site)
    assert (closed.closed_reason, closed.closed_at) == ("They moved", NOW)
    assert "Closed" in words_of(client.get(f"/employers/{closed.employer_id}").text)
    post(client, f"/sites/{closed.id}/open")
    assert not stored(Site)[0].is_closed


def test_closing_twice_or_what_somebody_saved_meanwhile_is_refused_in_words(
    client: CarefulClient, officer: User
) -> None:
    site = SiteFactory.make()
    path = f"/sites/{site.id}/close"
    answers = filled(client, path, reason="They moved")
    site.name = "Renamed"
    db.session.commit()

    page = client.post(path, data=answers).text

    assert "Somebody else saved this" in page
    client.post(path, data=typed(page))
    assert "closed already" in client.post(path, data=filled(client, path, reason="Again")).text
    assert post(client, f"/sites/{site.id}/open").status_code == 302
    assert post(client, f"/sites/{site.id}/open").status_code == 409


def test_the_employer_page_shows_each_site_with_the_state_of_its_checks_to_partners_too(
    client: CarefulClient, officer: User
) -> None:
    site = SiteFactory.make(name="Depot")
    SiteCheckFactory.make(site=site, valid_to=TODAY - DAY, note="Secret note")
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get(f"/employers/{site.employer_id}").text

    words = words_of(page)
    assert "Depot" in words
    assert "Insurance Not started" in words
    assert "Health and safety Ran out on 1 Nov 2026" in words
    assert f"/sites/{site.id}" not in page
    assert "Secret note" not in page


def test_the_page_of_a_site_runs_as_many_statements_with_a_long_past(client: CarefulClient, officer: User) -> None:
    numbers = []
    for turns in (1, 30):
        site = SiteFactory.make()
        for number in range(turns):
            SiteCheckFactory.make(site=site, replaced_at=NOW if number else None, checked_by_name=f"Jo {number}")
        db.session.commit()
        with counting_queries() as statements:
            client.get(f"/sites/{site.id}")
        numbers.append(len(statements))

    assert numbers[0] == numbers[1]


def placement(**given: object) -> Opportunity:
    site = SiteFactory.make(name="Depot")
    starts = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
    return OpportunityFactory.make(
        **{
            "employer": site.employer,
            "site_id": site.id,
            "starts_at": starts,
            "ends_at": starts + timedelta(days=4, hours=7),
            **given,
        }
    )


def test_a_placement_says_what_its_site_lacks_until_it_is_put_right(client: CarefulClient, officer: User) -> None:
    opportunity = placement()
    SiteCheckFactory.make(site=db.session.get_one(Site, opportunity.site_id), valid_to=date(2026, 12, 10))

    words = words_of(client.get(f"/opportunities/{opportunity.id}").text)

    assert "This is open, but not in order: no more places can be confirmed" in words
    assert "Employers’ liability insurance: not started." in words
    assert "Health and safety check: valid to 10 December 2026, and the last day is 11 December 2026." in words
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    assert "not in order" not in words_of(client.get(f"/opportunities/{opportunity.id}").text)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": OpportunityKind.TALK},
        {"venue": Venue.PROVIDER, "site_id": None},
        {"mode": Mode.ONLINE},
        {"status": "delivered"},
    ],
)
def test_what_needs_no_checks_is_not_warned_about(
    client: CarefulClient, officer: User, given: dict[str, object]
) -> None:
    opportunity = placement(**given)

    assert "not in order" not in words_of(client.get(f"/opportunities/{opportunity.id}").text)


def test_the_form_of_an_opportunity_shows_the_checks_of_open_sites_and_keeps_a_closed_one_that_was_chosen(
    client: CarefulClient, officer: User
) -> None:
    employer = EmployerFactory.make()
    SiteFactory.make(employer=employer, name="Depot")
    closed = SiteFactory.make(employer=employer, name="Attic", closed_at=NOW, closed_reason="Sold")
    chosen = OpportunityFactory.make(employer=employer, site_id=closed.id)

    new = client.get(f"/opportunities/new?employer={employer.id}").text
    edit = client.get(f"/opportunities/{chosen.id}/edit").text

    assert "Attic" not in new
    assert "Insurance Not started" in words_of(new)
    assert re.search(r"<option[^>]*selected[^>]*>Attic", edit)


def test_nothing_new_is_arranged_at_a_closed_site(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make()
    site = SiteFactory.make(employer=employer)
    path = f"/opportunities/new?employer={employer.id}"
    answers = filled(
        client, path, kind="placement", first_day="7 12 2026", starts="9am", ends="3pm", capacity="2", site=site.id
    )
    site.closed_at, site.closed_reason = NOW, "Sold"
    db.session.commit()

    page = client.post(path, data=answers).text

    assert "There is a problem" in page
    assert not stored(Opportunity)
