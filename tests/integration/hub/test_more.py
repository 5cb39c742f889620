"""What the pages of the hub have beside the page itself: papers, wishes to be forgotten, presses at the same moment."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact, Site
from crm.hub.models import ErasureRequest
from crm.hub.services import saying
from crm.interactions.models import FollowUp
from crm.pledges.models import Appetite
from tests.conftest import CarefulClient, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    OpportunityFactory,
    PledgeFactory,
    PledgeLineFactory,
    SiteFactory,
    UserFactory,
)
from tests.integration.hub.arranging import the_employer
from tests.integration.merging.arranging import merge, officer, undo
from tests.support.forms import post
from tests.support.racing import at_once, kind_of, saved_at_once

pytestmark = pytest.mark.usefixtures("database")


def test_the_certificate_of_a_pledge_in_force_prints(client: CarefulClient, hub: str) -> None:
    PledgeFactory.make(
        employer=the_employer(), academic_year_name="2026/27", lines=[PledgeLineFactory.build(young_people=10, each=3)]
    )

    assert f"{hub}/certificate/2026" in client.get(hub).text
    page = client.get(f"{hub}/certificate/2026")
    assert "Alder Joinery" in page.text
    assert "Set-Cookie" not in page.headers
    for kind, mimetype in (("pdf", "application/pdf"), ("svg", "image/svg+xml"), ("png", "image/png")):
        file = client.get(f"{hub}/certificate/2026.{kind}")
        assert (file.status_code, file.mimetype) == (200, mimetype)
        assert file.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["2026", "2026.pdf", "3", "99999"])
def test_without_a_pledge_in_force_there_is_no_certificate(client: CarefulClient, hub: str, path: str) -> None:
    assert client.get(f"{hub}/certificate/{path}").status_code == 404
    assert client.get(f"/hub/{'x' * 43}/certificate/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("details", {"job_title": "Owner", "phone": "01632 960961"}),
        ("mails", {"send": "stop"}),
        ("again", {"attitude": "interested"}),
    ],
)
def test_presses_at_the_same_moment_are_all_answered_and_write_it_once(
    app: Flask, hub: str, path: str, data: dict[str, str]
) -> None:
    def press() -> int:
        client = FlaskClient(app, app.response_class)
        return int(client.post(f"{hub}/{path}", data=data).status_code)

    assert at_once(app, *[press] * 2) == [303, 303]

    (contact,) = stored(Contact)
    assert contact.version == (1 if path == "again" else 2)
    assert len(stored(Appetite)) == (1 if path == "again" else 0)


def test_an_employer_that_nobody_looks_after_is_not_forgotten_over(contact: Contact) -> None:
    UserFactory.make(role=Role.ADMIN)
    UserFactory.make(role=Role.MANAGER, disabled_at=clock.now())
    manager = UserFactory.make(role=Role.MANAGER)
    UserFactory.make(role=Role.MANAGER)

    saying.ask_to_be_forgotten(contact, None)
    db.session.commit()

    assert [each.owner_id for each in stored(FollowUp)] == [manager.id]


def test_a_long_name_fits_the_next_step(contact: Contact) -> None:
    contact.name = "D" * 255

    assert saying.ask_to_be_forgotten(contact, contact.employer.owner_id)
    db.session.commit()
    assert len(stored(FollowUp)) == 1


def test_officers_see_who_asked_to_be_forgotten_and_note_that_it_is_done(client: CarefulClient, hub: str) -> None:
    client.post(f"{hub}/forget")
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    employer_id, request_id = the_employer().id, stored(ErasureRequest)[0].id
    assert f"/employers/{employer_id}/links" in client.get(f"/employers/{employer_id}").text
    page = client.get(f"/employers/{employer_id}/links").text
    assert "Dana Price asked to be forgotten" in page

    settle = f"/employers/{employer_id}/forgetting/{request_id}/settle"
    assert post(client, settle).status_code == 302

    assert "asked to be forgotten" not in client.get(f"/employers/{employer_id}/links").text
    assert stored(ErasureRequest)[0].settled_by_id is not None
    assert post(client, settle).status_code == 409


def test_of_officers_who_settle_at_once_one_does(app: Flask, contact: Contact) -> None:
    saying.ask_to_be_forgotten(contact, contact.employer.owner_id)
    db.session.commit()
    by_id, employer_id = UserFactory.make().id, contact.employer_id
    db.session.commit()
    request_id = stored(ErasureRequest)[0].id

    def settle() -> None:
        saying.settle(request_id, employer_id, by=db.session.get_one(User, by_id))

    told = saved_at_once(app, *[settle] * 4, told=kind_of)

    assert sorted(told) == ["Conflict", "Conflict", "Conflict", "done"]


def test_who_was_forgotten_may_ask_again(contact: Contact) -> None:
    saying.ask_to_be_forgotten(contact, contact.employer.owner_id)
    request = saying.open_requests_at(contact.employer_id)[0]
    with pytest.raises(Conflict):
        saying.settle(request.id, contact.employer_id + 1, by=officer())
    saying.settle(request.id, contact.employer_id, by=officer())

    assert saying.open_request_of(contact.id) is None
    assert saying.ask_to_be_forgotten(contact, contact.employer.owner_id)


def test_employers_are_merged_though_the_same_person_asked_both_to_be_forgotten(contact: Contact) -> None:
    twin = ContactFactory.make(name=contact.name, email=contact.email)
    for each in (contact, twin):
        saying.ask_to_be_forgotten(each, contact.employer.owner_id)
    ours, theirs, by = contact.employer_id, twin.employer_id, officer()

    merged = merge(ours, theirs, by=by)

    assert len(saying.open_requests_at(ours)) == 1
    undo(merged.id, by=by)
    assert len(saying.open_requests_at(theirs)) == 1


def test_the_link_of_a_merged_employer_opens_the_one_it_became(client: CarefulClient, hub: str) -> None:
    survivor, loser = EmployerFactory.make(name="Birch Ltd"), the_employer()

    merge(survivor.id, loser.id, by=officer())

    page = client.get(hub)
    assert page.status_code == 200
    assert "Birch Ltd" in page.text


def test_the_link_ends_after_90_days(client: CarefulClient, hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    then = clock.now() + timedelta(days=90, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: then)

    assert client.get(hub).status_code == 404


def test_the_address_of_the_only_site_is_theirs_to_change(client: CarefulClient, hub: str) -> None:
    SiteFactory.make(employer=the_employer(), address="1 Mill Lane")
    assert "1 Mill Lane" in client.get(f"{hub}/details").text

    client.post(f"{hub}/details", data={"job_title": "Owner", "address": "2 Mill Lane"})
    client.post(f"{hub}/details", data={"job_title": "Owner", "address": ""})

    assert stored(Site)[0].address == "2 Mill Lane"


def test_of_several_sites_none_is_asked_for(client: CarefulClient, hub: str) -> None:
    for name in ("Mill", "Dock"):
        SiteFactory.make(employer=the_employer(), name=name, address="1 Mill Lane")

    assert "Where young people come to" not in client.get(f"{hub}/details").text
    client.post(f"{hub}/details", data={"job_title": "Owner", "address": "9 High Street"})

    assert {each.address for each in stored(Site)} == {"1 Mill Lane"}


def test_what_took_place_long_ago_is_folded_away(client: CarefulClient, hub: str) -> None:
    for days in range(1, 7):
        begun = clock.now() - timedelta(days=30 * days)
        OpportunityFactory.make(
            employer=the_employer(), title=f"Visit {days}", starts_at=begun, ends_at=begun + timedelta(hours=2)
        )

    before, _, after = client.get(hub).text.partition("Before that (2)")

    assert "Visit 4" in before
    assert "Visit 5" not in before
    assert "Visit 6" in after
