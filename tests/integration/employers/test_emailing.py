"""What contacts said about e-mail, and employers that want to be left in peace."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.employers import services
from crm.employers.models import Contact, Employer, LegalForm
from crm.employers.services import ContactDetails, EmailingDetails, Quiet, Said
from tests.conftest import CarefulClient, stored
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.support.forms import post
from tests.support.pages import words_of

TODAY = date(2026, 11, 24)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def officer(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def _said(said: Said, on: date = TODAY) -> EmailingDetails:
    return EmailingDetails(said=said, on=on, how="by phone")


@pytest.mark.parametrize("said", Said)
def test_what_somebody_said_is_kept_with_its_day_and_how_we_know(database: None, said: Said) -> None:
    contact = ContactFactory.make()

    services.record_emailing(contact, _said(said), seen=contact.version, today=TODAY)

    db.session.commit()
    (contact,) = stored(Contact)
    assert (getattr(contact, f"{said}_on"), getattr(contact, f"{said}_how")) == (TODAY, "by phone")


def test_what_somebody_will_say_tomorrow_is_not_recorded(database: None) -> None:
    contact = ContactFactory.make()

    with pytest.raises(Conflict, match="today or earlier"):
        services.record_emailing(
            contact, _said(Said.CONSENTED, TODAY + timedelta(days=1)), seen=contact.version, today=TODAY
        )


def test_nothing_is_recorded_on_a_contact_that_somebody_changed_meanwhile(database: None) -> None:
    contact = ContactFactory.make()
    seen = contact.version
    services.change_contact(contact, ContactDetails(name="Dawn Oak"), version=seen)

    with pytest.raises(EditedMeanwhile):
        services.record_emailing(contact, _said(Said.CONSENTED), seen=seen, today=TODAY)


def test_an_archived_employer_s_contacts_stay_as_they_are(database: None) -> None:
    contact = ContactFactory.make(employer=EmployerFactory.make(archived_at=LONG_AGO, archived_reason="Closed"))

    with pytest.raises(Conflict, match="archived"):
        services.record_emailing(contact, _said(Said.CONSENTED), seen=contact.version, today=TODAY)


def test_an_objection_survives_an_edit_of_the_contact(database: None) -> None:
    contact = ContactFactory.make(objected_on=TODAY, objected_how="by phone")

    services.change_contact(
        contact, ContactDetails(name="Dawn Oak", email="dawn.oak@alder.example"), version=contact.version
    )

    assert (contact.objected_on, contact.objected_how) == (TODAY, "by phone")


def test_a_lifted_objection_stays_in_the_history_with_the_reason(database: None) -> None:
    contact = ContactFactory.make(objected_on=TODAY, objected_how="by phone")

    services.lift_objection(contact, reason="Asked for the newsletter")

    assert contact.objected_on is None
    change = history_of("contact", contact.id)[0]
    assert change.reason == "Asked for the newsletter"
    assert change.changes == {"objected_on": [TODAY.isoformat(), None], "objected_how": ["by phone", None]}


# The address ---------------------------------------------------------------------------------------------------------


ADDRESS = "dawn@alder.example"
OBJECTION = {"objected_on": TODAY - timedelta(days=9), "objected_how": "by letter"}


def objections() -> list[date | None]:
    return [contact.objected_on for contact in stored(Contact)]


def test_an_objection_holds_for_the_address_at_every_employer_and_the_first_one_stays(database: None) -> None:
    here, there = ContactFactory.make(email=ADDRESS), ContactFactory.make(email=ADDRESS)
    ContactFactory.make(email=ADDRESS, **OBJECTION)
    ContactFactory.make(email="ada@alder.example")
    ContactFactory.make()

    services.record_emailing(here, _said(Said.OBJECTED), seen=here.version, today=TODAY)

    db.session.commit()
    assert objections() == [TODAY, TODAY, TODAY - timedelta(days=9), None, None]
    assert history_of("contact", there.id)[0].changes["objected_how"] == [None, "by phone"]


def test_a_consent_is_given_to_one_employer_s_contact_only(database: None) -> None:
    here, there = ContactFactory.make(email=ADDRESS), ContactFactory.make(email=ADDRESS)

    services.record_emailing(here, _said(Said.CONSENTED), seen=here.version, today=TODAY)

    assert there.consented_on is None


def test_an_objection_without_an_address_is_nobody_else_s(database: None) -> None:
    here, _ = ContactFactory.make(), ContactFactory.make()

    services.record_emailing(here, _said(Said.OBJECTED), seen=here.version, today=TODAY)

    db.session.commit()
    assert objections() == [TODAY, None]


def test_an_objection_is_lifted_for_the_address_at_every_employer(database: None) -> None:
    here = ContactFactory.make(email=ADDRESS, **OBJECTION)
    there = ContactFactory.make(email=ADDRESS, **OBJECTION)
    ContactFactory.make(email="ada@alder.example", **OBJECTION)

    services.lift_objection(here, reason="Asked for it")

    db.session.commit()
    assert objections() == [None, None, TODAY - timedelta(days=9)]
    assert history_of("contact", there.id)[0].reason == "Asked for it"


def test_whoever_is_added_with_an_address_that_objected_has_objected(database: None) -> None:
    ContactFactory.make(email=ADDRESS, **OBJECTION)

    added = services.add_contact(EmployerFactory.make(), ContactDetails(name="Dawn", email=ADDRESS))
    other = services.add_contact(EmployerFactory.make(), ContactDetails(name="Ada", email="ada@alder.example"))

    assert (added.objected_on, added.objected_how) == (TODAY - timedelta(days=9), "by letter")
    assert other.objected_on is None


def test_whoever_gets_an_address_that_objected_has_objected(database: None) -> None:
    ContactFactory.make(email=ADDRESS, **OBJECTION)
    contact, unmoved = ContactFactory.make(), ContactFactory.make(email="ada@alder.example")

    services.change_contact(contact, ContactDetails(name="Dawn", email=ADDRESS), version=contact.version)
    services.change_contact(unmoved, ContactDetails(name="Ada", email=unmoved.email), version=unmoved.version)

    assert contact.objected_on == TODAY - timedelta(days=9)
    assert unmoved.objected_on is None


def test_where_there_is_no_objection_there_is_none_to_lift(database: None) -> None:
    with pytest.raises(Conflict, match="No objection"):
        services.lift_objection(ContactFactory.make(), reason="Asked for it")


def test_a_consent_recorded_by_mistake_is_taken_back_but_an_objection_is_not(database: None) -> None:
    contact = ContactFactory.make(
        consented_on=TODAY, consented_how="by phone", objected_on=TODAY, objected_how="by letter"
    )

    services.take_back(contact, Said.CONSENTED)
    with pytest.raises(Conflict, match="An objection stays"):
        services.take_back(contact, Said.OBJECTED)

    assert (contact.consented_on, contact.objected_on) == (None, TODAY)


@pytest.mark.parametrize("said", Said)
@pytest.mark.parametrize(("on", "how"), [(TODAY, None), (None, "by phone"), (TODAY, "  ")])
def test_the_database_keeps_no_day_without_its_how(
    database: None, said: Said, on: date | None, how: str | None
) -> None:
    with pytest.raises(IntegrityError):
        ContactFactory.make(**{f"{said}_on": on, f"{said}_how": how})


@pytest.mark.parametrize(("until", "reason"), [(TODAY, None), (None, "Stocktaking"), (TODAY, " ")])
def test_the_database_keeps_no_quiet_without_its_reason(database: None, until: date | None, reason: str | None) -> None:
    with pytest.raises(IntegrityError):
        EmployerFactory.make(quiet_until=until, quiet_reason=reason)


def test_an_employer_is_left_in_peace_until_the_day_it_may_be_called_again(database: None) -> None:
    employer = EmployerFactory.make()

    services.keep_quiet(employer, Quiet(until=TODAY + timedelta(days=7), reason="Stocktaking"), today=TODAY)

    assert employer.is_quiet(TODAY)
    assert employer.is_quiet(TODAY + timedelta(days=6))
    assert not employer.is_quiet(TODAY + timedelta(days=7))
    services.end_quiet(employer)
    assert not employer.is_quiet(TODAY)
    assert history_of("employer", employer.id)[0].changes["quiet_reason"] == ["Stocktaking", None]


def test_peace_that_is_over_already_is_refused(database: None) -> None:
    with pytest.raises(Conflict, match="after today"):
        services.keep_quiet(EmployerFactory.make(), Quiet(until=TODAY, reason="Stocktaking"), today=TODAY)


def test_an_officer_records_consent_and_the_employer_s_page_says_that_they_may_be_e_mailed(
    client: CarefulClient, officer: User
) -> None:
    employer = EmployerFactory.make(legal_form=LegalForm.SOLE_TRADER)
    contact = ContactFactory.make(employer=employer, email="dawn@alder.example")
    before = words_of(client.get(f"/employers/{employer.id}").text)

    response = post(
        client,
        f"/contacts/{contact.id}/e-mailing",
        said="consented",
        on="23 11 2026",
        how="form signed at the visit",
        version=contact.version,
    )

    assert response.headers["Location"] == f"/contacts/{contact.id}/e-mailing"
    assert "Do not e-mail" in before
    after = words_of(client.get(f"/employers/{employer.id}").text)
    assert "May be e-mailed They consented on 23 November 2026 (form signed at the visit)." in after


def test_the_page_asks_for_what_is_missing_and_for_a_day_that_has_been(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make()

    empty = post(client, f"/contacts/{contact.id}/e-mailing", version=contact.version)
    future = post(
        client, f"/contacts/{contact.id}/e-mailing", said="objected", on="tomorrow", how="x", version=contact.version
    )

    words = words_of(empty.text)
    for message in ("Select what they said", "Enter the day, like today", "Enter how we know"):
        assert message in words
    assert "The day must be today or earlier" in words_of(future.text)
    assert stored(Contact)[0].objected_on is None


def test_two_officers_recording_at_once_overwrite_nothing_unseen(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make()
    seen = contact.version
    answers = {"said": "consented", "on": "today", "how": "by phone"}
    services.change_contact(contact, ContactDetails(name="Dawn Oak"), version=seen)

    response = post(client, f"/contacts/{contact.id}/e-mailing", **answers, version=seen)

    assert "Somebody else saved this contact" in words_of(response.text)
    assert (
        f'name="version" value="{seen + 1}"' in " ".join(response.text.split())
        or f'value="{seen + 1}"' in response.text
    )
    assert stored(Contact)[0].consented_on is None


def test_an_objection_is_lifted_only_with_a_reason(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make(objected_on=TODAY, objected_how="by phone")
    address = f"/contacts/{contact.id}/lift-objection"

    refused = post(client, address)
    page = client.get(address)
    done = post(client, address, reason="Asked for the newsletter")

    assert "Enter why they may be e-mailed again" in words_of(refused.text)
    assert "They objected on 24 November 2026: by phone." in words_of(page.text)
    assert stored(Contact)[0].objected_on is None
    assert "Asked for the newsletter" in words_of(client.get(done.headers["Location"]).text)


def test_a_mistake_is_taken_back_with_one_button(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make(opted_in_on=TODAY, opted_in_how="at the breakfast")

    post(client, f"/contacts/{contact.id}/e-mailing/take-back", said="opted_in")
    nonsense = post(client, f"/contacts/{contact.id}/e-mailing/take-back", said="name")

    assert stored(Contact)[0].opted_in_on is None
    assert nonsense.status_code == 409


def test_at_an_archived_employer_the_answer_can_be_read_but_not_changed(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make(employer=EmployerFactory.make(archived_at=LONG_AGO, archived_reason="Closed"))
    address = f"/contacts/{contact.id}/e-mailing"

    page = client.get(address)

    assert "The employer is archived." in words_of(page.text)
    assert "Record what they said" not in page.text
    refused = post(client, address, said="consented", on="today", how="by phone", version=contact.version)
    assert refused.status_code == 403


def test_an_officer_asks_everybody_to_leave_an_employer_in_peace_and_ends_it(
    client: CarefulClient, officer: User
) -> None:
    employer = EmployerFactory.make()
    address = f"/employers/{employer.id}/quiet"

    post(client, address, until="11 1 2027", reason="Asked for peace until after stocktaking")

    page = words_of(client.get(f"/employers/{employer.id}").text)
    assert "Please do not call before 11 January 2027 : Asked for peace until after stocktaking" in page
    assert 'value="11 1 2027"' in client.get(address).text
    post(client, f"{address}/end")
    assert "Please do not call" not in client.get(f"/employers/{employer.id}").text
    assert stored(Employer)[0].quiet_reason is None


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"until": "today", "reason": "x"}, "The day they may be called again must be after today"),
        ({"until": "", "reason": "x"}, "Enter the first day they may be called again"),
        ({"until": "11 1 2027", "reason": ""}, "Enter why they should be left in peace"),
    ],
)
def test_peace_needs_a_day_to_come_and_a_reason(
    client: CarefulClient, officer: User, answers: dict[str, str], message: str
) -> None:
    employer = EmployerFactory.make()

    response = post(client, f"/employers/{employer.id}/quiet", **answers)

    assert message in words_of(response.text)
    assert stored(Employer)[0].quiet_until is None


def test_an_archived_employer_is_not_asked_to_be_left_in_peace(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(archived_at=LONG_AGO, archived_reason="Closed")

    assert client.get(f"/employers/{employer.id}/quiet").status_code == 403
    assert post(client, f"/employers/{employer.id}/quiet/end").status_code == 403
