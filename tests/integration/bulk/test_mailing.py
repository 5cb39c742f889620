"""An e-mail to many: who gets it, what they read, what can still be taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.audit.models import ChangeAction
from crm.audit.queries import history_of
from crm.bulk import services
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, ItemState
from crm.bulk.services import BulkDetails, Recipients
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.core.tokens import with_tokens
from crm.employers.models import Contact, Employer, LegalForm
from crm.interactions.models import Channel, Interaction, Outcome
from crm.interactions.services import NextStep, add_follow_up
from crm.links.models import LinkPurpose
from crm.links.queries import live
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.reference.models import Setting
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.support.mails import as_sent

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(database: None) -> User:
    return UserFactory.make(name="Priya Shah", email="priya@council.example")


def company(name: str = "Alder Ltd", **given: object) -> Employer:
    return EmployerFactory.make(name=name, legal_form=LegalForm.COMPANY, **given)


def person(employer: Employer, name: str = "Dawn Alder", **given: object) -> Contact:
    address = f"{name.split(maxsplit=1)[0].lower()}@{employer.id}.example.com"
    return ContactFactory.make(**{"employer": employer, "name": name, "email": address, **given})


def prepared(officer: User, *employers: Employer, to: Recipients = Recipients.MAIN) -> BulkChange:
    details = BulkDetails(
        action=BulkAction.EMAIL,
        subject="Open days in March",
        body="Dear {contact name},\n\n{employer} is invited by {officer}. {braces} stay.",
    )
    change = services.prepare(details, [each.id for each in employers], by=officer, today=TODAY, to=to)
    db.session.commit()
    return change


def sent(change: BulkChange, officer: User) -> None:
    with committing():
        services.carry_out(change, version=change.version, by=officer, at=NOW)


def undone(change: BulkChange, officer: User) -> None:
    with committing():
        services.undo(change, by=officer, at=NOW)


def verdicts() -> list[tuple[ItemState, str | None]]:
    return [(item.state, item.why) for item in stored(BulkChangeItem)]


def test_each_mail_names_its_reader_is_logged_and_says_how_to_be_left_alone(officer: User) -> None:
    contact = person(company())
    change = prepared(officer, db.session.get_one(Employer, contact.employer_id))

    sent(change, officer)

    (mail,), (entry,) = stored(OutboxEmail), stored(Interaction)
    assert (mail.key, mail.recipient, mail.subject) == (
        f"bulk-email:{change.id}:{contact.id}",
        contact.email,
        "Open days in March",
    )
    assert mail.body.startswith("Dear Dawn Alder,\n\nAlder Ltd is invited by Priya Shah. {braces} stay.")
    assert "write STOP to priya@council.example and we will not e-mail you again" in mail.body
    assert (mail.reply_to, mail.employer_id) == (officer.email, contact.employer_id)
    assert mail.sender_name.startswith(f"{officer.name}, ")
    stop = with_tokens(mail.unsubscribe)
    assert f"Or stop our e-mails here: {stop}" in as_sent(mail)
    assert live(stop.rpartition("/")[2], LinkPurpose.STOP)
    assert (entry.channel, entry.outcome, entry.happened_on) == (Channel.EMAIL, Outcome.SENT, TODAY)
    assert entry.summary.startswith("Open days in March\n\nDear Dawn Alder")
    assert history_of("interaction", entry.id)[0].reason == f"Bulk change {change.id}"


def test_a_preview_says_of_everybody_whether_they_get_it_and_why(officer: User) -> None:
    trader = EmployerFactory.make(name="Beech", legal_form=LegalForm.SOLE_TRADER)
    person(trader, "Bea Beech")
    quiet = company("Cedar Ltd", quiet_until=TODAY + timedelta(days=9), quiet_reason="Moving")
    person(quiet)
    gone = company("Elm Ltd", archived_at=NOW, archived_reason="Closed")
    empty, alder = company("Fir Ltd"), company()
    person(alder)

    prepared(officer, alder, trader, quiet, gone, empty)

    states, reasons = zip(*verdicts(), strict=True)
    assert states == (ItemState.WILL, *[ItemState.CANNOT] * 4)
    for reason, words in zip(
        reasons, ("A company may be", "A sole trader", "until 3 December 2026", "archived", "No contact"), strict=True
    ):
        assert words in reason


def test_the_main_contact_gets_it_or_the_next_who_may_be_mailed(officer: User) -> None:
    alder, beech = company(), company("Beech Ltd")
    person(alder, "First Alder")
    signs = person(alder, "Signs Alder", signs_pledges=True)
    person(beech, "Left Beech", signs_pledges=True, left_at=NOW)
    person(beech, "Objects Beech", signs_pledges=True, objected_on=TODAY, objected_how="phone")
    second = person(beech, "Second Beech")

    prepared(officer, alder, beech)

    assert [(item.contact_id, item.state) for item in stored(BulkChangeItem)] == [
        (signs.id, ItemState.WILL),
        (second.id, ItemState.WILL),
    ]


def test_everybody_means_everybody_we_may_mail_and_each_address_once(officer: User) -> None:
    alder, beech = company(), company("Beech Ltd")
    person(alder, "Ann Alder", email="office@example.com")
    person(alder, "Bob Alder", objected_on=TODAY, objected_how="phone")
    person(beech, "Ann Alder", email="office@example.com")

    prepared(officer, alder, beech, to=Recipients.EVERYBODY)

    assert [state for state, _ in verdicts()] == [ItemState.WILL, ItemState.CANNOT, ItemState.ALREADY]
    assert verdicts()[2][1] == "The same address gets it for Alder Ltd."


def test_who_objected_or_asked_for_quiet_or_moved_since_the_preview_gets_nothing(officer: User) -> None:
    alder, beech, cedar, elm = (company(f"{name} Ltd") for name in ("Alder", "Beech", "Cedar", "Elm"))
    objects, moved = person(alder), person(cedar)
    person(beech)
    person(elm)
    change = prepared(officer, alder, beech, cedar, elm)
    objects.objected_on, objects.objected_how = TODAY, "phone"
    db.session.get_one(Employer, beech.id).quiet_until = TODAY + timedelta(days=2)
    db.session.get_one(Employer, beech.id).quiet_reason = "Moving"
    moved.employer_id = elm.id
    db.session.commit()

    sent(change, officer)

    assert [state for state, _ in verdicts()] == [ItemState.MEANWHILE] * 3 + [ItemState.CHANGED]
    assert [why for _, why in verdicts()][2] == "They are a contact of another employer now."
    assert len(stored(OutboxEmail)) == 1


def test_what_has_not_gone_out_is_taken_back_with_its_entry_in_the_log(officer: User) -> None:
    alder, beech = company(), company("Beech Ltd")
    person(alder)
    person(beech)
    change = prepared(officer, alder, beech)
    sent(change, officer)
    entries, first = stored(Interaction), db.session.query(OutboxEmail).order_by(OutboxEmail.id).all()[0]
    first.status, first.sent_at = EmailStatus.SENT, NOW
    db.session.commit()

    undone(change, officer)

    assert verdicts() == [(ItemState.KEPT, "It had gone out."), (ItemState.UNDONE, None)]
    assert [entry.id for entry in stored(Interaction)] == [entries[0].id]
    assert len(stored(OutboxEmail)) == 1
    assert history_of("interaction", entries[1].id)[0].action is ChangeAction.REMOVED


def test_an_entry_that_became_somebodys_work_stays_in_the_log(officer: User) -> None:
    alder, beech = company(), company("Beech Ltd")
    person(alder)
    person(beech)
    change = prepared(officer, alder, beech)
    sent(change, officer)
    edited, planned = stored(Interaction)
    edited.summary = "They rang at once."
    add_follow_up(alder, NextStep("Ring", TODAY, officer.id), after=planned)
    db.session.commit()

    undone(change, officer)

    assert [why for _, why in verdicts()] == [
        "Not sent. The entry in the contact log was edited since and is still there."
    ] * 2
    assert (len(stored(Interaction)), len(stored(OutboxEmail))) == (2, 0)


def test_no_more_mails_go_out_in_a_day_than_an_administrator_allows(officer: User) -> None:
    db.session.add(Setting(name="bulk_email_limit", value="2"))
    alder, beech = company(), company("Beech Ltd")
    person(alder)
    person(beech)
    first, second = prepared(officer, alder, beech), prepared(officer, alder)
    sent(first, officer)

    with pytest.raises(Conflict, match=r"would be 3 e-mails to many today, and an administrator allows 2"):
        sent(second, officer)
    with committing():
        services.carry_out(second, version=second.version, by=officer, at=NOW + timedelta(days=1))

    assert len(stored(OutboxEmail)) == 3


def test_hundreds_are_one_mail_each(officer: User) -> None:
    db.session.add(Setting(name="bulk_email_limit", value="5000"))
    employers = [company(f"Employer {number}") for number in range(501)]
    for employer in employers:
        person(employer)
    change = prepared(officer, *employers)

    sent(change, officer)
    assert len(stored(OutboxEmail)) == len(stored(Interaction)) == 501

    undone(change, officer)
    assert stored(OutboxEmail) == stored(Interaction) == []
