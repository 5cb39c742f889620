"""Adding, changing and archiving employers, contacts and sites, as somebody at the keyboard does it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.core.normalise import name_key
from crm.employers.models import Contact, Employer, LegalForm, SicVersion, Site
from crm.reference.models import SizeBand
from tests.conftest import CarefulClient, stored
from tests.factories import AreaFactory, ContactFactory, EmployerFactory, SectorFactory, SiteFactory, UserFactory
from tests.support.forms import post
from tests.support.forms import typed as answers_of

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def test_an_employer_is_added_with_every_answer_in_one_spelling(client: CarefulClient, officer: User) -> None:
    sectors = [SectorFactory.make(), SectorFactory.make()]
    area = AreaFactory.make()
    band = db.session.scalars(select(SizeBand)).first()
    assert band is not None

    response = post(
        client,
        "/employers/new",
        name="  The Alder   Joinery Ltd ",
        trading_name="Alder",
        company_number="1234567",
        legal_form="company",
        sector_ids=[sector.id for sector in sectors],
        size_band_id=band.id,
        local_headcount="1,200",
        sic_code="16.23/0",
        sic_version="2007",
        address="1 Mill Lane\r\nHanley",
        postcode="st14ht",
        area_id=area.id,
        website="alder.example",
        phone="01632 960961",
        email="Office@Alder.example",
        owner_id=officer.id,
    )

    (employer,) = stored(Employer)
    assert response.headers["Location"] == f"/employers/{employer.id}"
    assert (employer.company_number, employer.postcode, employer.phone) == ("01234567", "ST1 4HT", "+441632960961")
    assert (employer.website, employer.email) == ("https://alder.example", "office@alder.example")
    assert (employer.sic_code, employer.sic_version) == ("16230", SicVersion.SIC_2007)
    assert (employer.local_headcount, employer.legal_form) == (1200, LegalForm.COMPANY)
    assert (employer.area_id, employer.size_band_id, employer.owner_id) == (area.id, band.id, officer.id)
    assert employer.address == "1 Mill Lane\nHanley"
    page = client.get(response.headers["Location"]).text
    for words in ("Alder", sectors[0].name, sectors[1].name, "01632 960961", "ST1 4HT"):
        assert words in page


def test_a_new_employer_is_mine_unless_i_say_otherwise(client: CarefulClient, officer: User) -> None:
    page = client.get("/employers/new").text

    assert re.search(rf'<option value="{officer.id}" selected>', page)


def test_a_name_alone_is_enough_and_the_rest_is_not_known(client: CarefulClient, officer: User) -> None:
    post(client, "/employers/new", name="Alder", sic_version="2007", owner_id="")

    (employer,) = stored(Employer)
    for column in ("company_number", "sic_code", "sic_version", "postcode", "owner_id", "size_band_id", "legal_form"):
        assert getattr(employer, column) is None


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"name": " "}, "Enter the employer’s name"),
        ({"name": "???"}, "Enter the employer’s name"),
        ({"name": "Alder", "company_number": "12"}, ""),
        ({"name": "Alder", "company_number": "nonsense"}, "Enter a company number of 8 characters"),
        ({"name": "Alder", "postcode": "ST1"}, "Enter a full postcode, like ST1 4HT"),
        ({"name": "Alder", "phone": "12"}, "Enter a phone number"),
        ({"name": "Alder", "email": "office"}, "Enter an e-mail address in full"),
        ({"name": "Alder", "website": "javascript:alert(1)"}, "Enter a website address"),
        ({"name": "Alder", "sic_code": "162"}, "Enter a SIC code of 5 digits"),
        ({"name": "Alder", "local_headcount": "many"}, "Enter a whole number"),
    ],
)
def test_every_message_says_what_to_do_and_what_was_typed_stays(
    client: CarefulClient, officer: User, answers: dict[str, str], message: str
) -> None:
    response = post(client, "/employers/new", **answers)

    if not message:
        assert response.status_code == 302
        return
    assert message in response.text
    assert not stored(Employer)
    for typed in answers.values():
        assert typed.strip() in response.text


def test_a_likely_duplicate_is_shown_first_and_a_second_press_adds_it_all_the_same(
    client: CarefulClient, officer: User
) -> None:
    there = _employer("Alder Joinery", postcode="ST1 4HT")

    asked = post(client, "/employers/new", name="ALDER JOINERY LTD", postcode="st1 4ht")

    assert len(stored(Employer)) == 1
    for words in ("We may have this employer already", f"/employers/{there.id}", "the same name, same postcode"):
        assert words in asked.text
    post(client, "/employers/new", **answers_of(asked.text))
    assert len(stored(Employer)) == 2


def test_the_same_company_number_cannot_be_pressed_away(client: CarefulClient, officer: User) -> None:
    _employer("Alder Joinery", company_number="01234567")
    asked = post(client, "/employers/new", name="Beech", company_number="1234567")

    again = post(client, "/employers/new", **answers_of(asked.text))

    assert "A company number belongs to one employer" in again.text
    assert len(stored(Employer)) == 1


def test_a_second_click_on_add_leads_to_the_one_employer_it_made(client: CarefulClient, officer: User) -> None:
    typed = answers_of(client.get("/employers/new").text) | {"name": "Alder"}

    first, second = (client.post("/employers/new", data=typed) for _ in range(2))

    assert len(stored(Employer)) == 1
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])


def test_an_edit_opens_on_what_is_stored_and_saves_what_changed(client: CarefulClient, officer: User) -> None:
    sector = SectorFactory.make()
    employer = _employer(
        "Alder", postcode="ST1 4HT", sectors=[sector], sic_code="16230", sic_version=SicVersion.SIC_2026, owner=officer
    )
    typed = answers_of(client.get(f"/employers/{employer.id}/edit").text)

    post(client, f"/employers/{employer.id}/edit", **typed | {"phone": "01632 960961"})

    (saved,) = stored(Employer)
    assert (saved.postcode, saved.phone, saved.owner_id) == ("ST1 4HT", "+441632960961", officer.id)
    assert (saved.sic_code, saved.sic_version) == ("16230", SicVersion.SIC_2026)
    assert 'value="01632 960961"' in client.get(f"/employers/{employer.id}/edit").text


def test_an_edit_that_meets_another_shows_both_keeps_the_text_and_then_saves(
    client: CarefulClient, officer: User
) -> None:
    employer = _employer("Alder")
    typed = answers_of(client.get(f"/employers/{employer.id}/edit").text)
    client.sign_in(UserFactory.make(name="Tunde Okafor"))
    post(client, f"/employers/{employer.id}/edit", **typed | {"trading_name": "Theirs", "submission_key": "other"})
    client.sign_in(officer)

    met = post(client, f"/employers/{employer.id}/edit", **typed | {"trading_name": "Mine"})

    for words in ("Tunde Okafor saved this while you were editing", "Theirs", "Mine"):
        assert words in met.text
    assert [each.trading_name for each in stored(Employer)] == ["Theirs"]
    post(client, f"/employers/{employer.id}/edit", **answers_of(met.text))
    assert [each.trading_name for each in stored(Employer)] == ["Mine"]


def test_a_number_that_is_taken_is_said_beside_the_number(client: CarefulClient, officer: User) -> None:
    _employer("Beech", company_number="01234567")
    employer = _employer("Alder")
    typed = answers_of(client.get(f"/employers/{employer.id}/edit").text)

    refused = post(client, f"/employers/{employer.id}/edit", **typed | {"company_number": "1234567"})

    assert '<a href="#company_number">Another employer already has this company number: Beech.</a>' in refused.text


def test_a_choice_out_of_use_stays_for_those_who_have_it_and_is_offered_to_nobody_else(
    client: CarefulClient, officer: User
) -> None:
    old = AreaFactory.make(name="Old ward", is_in_use=False)
    employer = _employer("Alder", area=old)

    assert "Old ward" not in client.get("/employers/new").text
    typed = answers_of(client.get(f"/employers/{employer.id}/edit").text)
    post(client, f"/employers/{employer.id}/edit", **typed)
    assert [each.area_id for each in stored(Employer)] == [old.id]


def test_an_employer_is_archived_with_a_reason_and_restored(client: CarefulClient, officer: User) -> None:
    employer = _employer("Alder")
    address = f"/employers/{employer.id}"

    assert "Enter why this employer is archived" in post(client, f"{address}/archive", reason=" ").text
    post(client, f"{address}/archive", reason="Closed in March")

    page = client.get(address).text
    assert "Closed in March" in page
    assert "Archived" in page
    assert client.get(f"{address}/edit").status_code == 403
    assert client.get(f"{address}/archive").status_code == 403
    assert client.get(f"{address}/contacts/new").status_code == 403
    assert client.get(f"{address}/sites/new").status_code == 403
    post(client, f"{address}/restore")
    assert "Closed in March" not in client.get(address).text.split('id="history"')[0]
    assert [each.archived_at for each in stored(Employer)] == [None]


def test_archiving_twice_is_refused_with_a_sentence(client: CarefulClient, officer: User) -> None:
    employer = _employer("Alder", archived_at=LONG_AGO, archived_reason="Closed")

    response = post(client, f"/employers/{employer.id}/archive", reason="Again")

    assert response.status_code == 409
    assert "archived already" in response.text


def test_a_contact_is_added_with_roles_and_changed(client: CarefulClient, officer: User) -> None:
    employer = _employer("Alder")

    post(
        client,
        f"/employers/{employer.id}/contacts/new",
        name="Dawn Alder",
        job_title="Owner",
        mobile="07700 900982",
        roles=["signs_pledges", "is_mentor"],
    )

    (contact,) = stored(Contact)
    assert (contact.signs_pledges, contact.is_mentor, contact.is_speaker) == (True, True, False)
    assert "Signs pledges, Mentor" in client.get(f"/employers/{employer.id}").text
    typed = answers_of(client.get(f"/contacts/{contact.id}/edit").text)
    post(client, f"/contacts/{contact.id}/edit", **typed | {"email": "Dawn@alder.example"})
    assert [(each.email, each.is_mentor) for each in stored(Contact)] == [("dawn@alder.example", True)]


def test_a_contact_with_anothers_address_is_refused_beside_the_address(client: CarefulClient, officer: User) -> None:
    there = ContactFactory.make(name="Dawn Alder", email="dawn@alder.example")
    other = ContactFactory.make(employer=there.employer)
    typed = answers_of(client.get(f"/contacts/{other.id}/edit").text)

    added = post(client, f"/employers/{there.employer_id}/contacts/new", name="Jo", email="dawn@alder.example")
    changed = post(client, f"/contacts/{other.id}/edit", **typed | {"email": "dawn@alder.example"})

    for refused in (added, changed):
        assert '<a href="#email">Dawn Alder already has this e-mail address at this employer.</a>' in refused.text


def test_a_contacts_edit_that_meets_another_shows_both(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make(name="Dawn")
    typed = answers_of(client.get(f"/contacts/{contact.id}/edit").text)
    post(client, f"/contacts/{contact.id}/edit", **typed | {"name": "Theirs", "submission_key": "other"})

    met = post(client, f"/contacts/{contact.id}/edit", **typed | {"name": "Mine"})

    assert "Priya Shah saved this while you were editing" in met.text
    post(client, f"/contacts/{contact.id}/edit", **answers_of(met.text))
    assert [each.name for each in stored(Contact)] == ["Mine"]


def test_somebody_who_left_is_marked_and_can_come_back(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make()

    post(client, f"/contacts/{contact.id}/left")
    assert [each.left_at is None for each in stored(Contact)] == [False]
    assert "They work there" in client.get(f"/contacts/{contact.id}/edit").text
    post(client, f"/contacts/{contact.id}/back")
    assert [each.left_at is None for each in stored(Contact)] == [True]


def test_a_site_is_added_changed_and_refused_under_anothers_name(client: CarefulClient, officer: User) -> None:
    employer = _employer("Alder")
    area = AreaFactory.make(name="Hanley")

    post(client, f"/employers/{employer.id}/sites/new", name="Yard", postcode="st14ht", area_id=area.id)
    post(client, f"/employers/{employer.id}/sites/new", name="Mill")

    again = post(client, f"/employers/{employer.id}/sites/new", name="Yard")
    assert '<a href="#name">This employer already has a site called Yard.</a>' in again.text
    yard, mill = stored(Site)
    assert (yard.postcode, yard.area_id) == ("ST1 4HT", area.id)
    typed = answers_of(client.get(f"/sites/{mill.id}/edit").text)
    refused = post(client, f"/sites/{mill.id}/edit", **typed | {"name": "Yard"})
    assert "already has a site called Yard" in refused.text
    post(client, f"/sites/{mill.id}/edit", **typed | {"name": "Old mill", "submission_key": "second"})
    met = post(client, f"/sites/{mill.id}/edit", **typed | {"name": "Saw mill", "submission_key": "third"})
    assert "saved this while you were editing" in met.text
    assert [each.name for each in stored(Site)] == ["Yard", "Old mill"]


def test_suggestions_say_what_tells_two_employers_apart(client: CarefulClient, officer: User) -> None:
    employer = _employer("Alder", postcode="ST1 4HT")

    assert client.get("/employers/options?q=ald").json == [{"id": employer.id, "text": "Alder", "hint": "ST1 4HT"}]
    assert client.get("/employers/options").json == []


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_nobody_but_staff_changes_anything(client: CarefulClient, role: Role) -> None:
    contact, site = ContactFactory.make(), SiteFactory.make()
    client.sign_in(UserFactory.make(role=role))
    employer = f"/employers/{contact.employer_id}"

    for address in (
        "/employers/new",
        "/employers/options?q=e",
        f"{employer}/edit",
        f"{employer}/archive",
        f"{employer}/contacts/new",
        f"{employer}/sites/new",
        f"/contacts/{contact.id}/edit",
        f"/sites/{site.id}/edit",
    ):
        assert client.get(address).status_code == 403, address


def test_what_does_not_exist_is_not_found(client: CarefulClient, officer: User) -> None:
    for address in ("/employers/99", "/employers/99/edit", "/contacts/99/edit", "/sites/99/edit"):
        assert client.get(address).status_code == 404, address


def test_a_button_with_a_key_that_is_none_of_ours_is_out_of_date(client: CarefulClient, officer: User) -> None:
    employer = _employer("Alder", archived_at=LONG_AGO, archived_reason="Closed")

    response = client.post(f"/employers/{employer.id}/restore", data={"submission_key": "x" * 200})

    assert response.status_code == 409
    assert "out of date" in response.text


def _employer(name: str, **given: object) -> Employer:
    return EmployerFactory.make(name=name, name_key=name_key(name), **given)
