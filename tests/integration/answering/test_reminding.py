"""Asking for an answer to a pledge, once a day and never those who objected."""

from datetime import date, timedelta

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.answering.services import remind
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact, LegalForm
from crm.employers.queries import contacts_of
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.queries import live
from crm.notifications.models import OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import get_pledge
from crm.pledges.reminding import whom_to_remind
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import a_link
from tests.integration.answering.test_telling import opens
from tests.support.racing import DONE, saved_at_once

pytestmark = pytest.mark.usefixtures("database")
TODAY = date(2026, 11, 24)
OBJECTED = {"objected_on": TODAY, "objected_how": "by phone"}
OFFICERS = 4


def sent_pledge(**given: object) -> Pledge:
    plain: dict[str, object] = {"status": PledgeStatus.SENT, "sent_on": date(2026, 11, 3), "confirmed_on": None}
    employer = EmployerFactory.make(name="Alder Joinery", legal_form=LegalForm.COMPANY)
    return PledgeFactory.make(**({"employer": employer} | plain | given))


def contact_at(pledge: Pledge, **given: object) -> Contact:
    return ContactFactory.make(**({"employer": pledge.employer, "email": "dawn@alder.example"} | given))


def send(pledge: Pledge, by: User, today: date = TODAY) -> Contact:
    db.session.commit()
    loaded = get_pledge(pledge.id, viewer=by)
    return remind(loaded, contacts_of(loaded.employer_id), by=by, today=today)


def test_the_reminder_says_what_was_promised_asks_for_an_answer_and_names_who_reads_it() -> None:
    officer = UserFactory.make(name="Priya Shah", email="priya@council.example")
    pledge = sent_pledge(lines=[PledgeLineFactory.build(young_people=2)])
    contact_at(pledge, name="Dawn Alder")

    to = send(pledge, officer)

    db.session.commit()
    (mail,) = stored(OutboxEmail)
    assert to.name == "Dawn Alder"
    assert (mail.recipient, mail.reply_to) == ("dawn@alder.example", "priya@council.example")
    assert mail.subject == "Your pledge for 2026/27: please tell us yes or no"
    for words in (
        "Hello Dawn Alder,",
        "On 3 November 2026 we sent you the pledge of Alder Joinery",
        "- 2 young people will each have 3 placements, 6 in all, between September 2026 and August 2027.",
        "not this year",
        "Priya Shah\nYour council",
        "To get no more e-mails from us about opportunities",
    ):
        assert words in mail.body
    assert opens(mail, LinkPurpose.ANSWER, "answer")
    assert mail.unsubscribe
    (pledge,) = stored(Pledge)
    assert pledge.reminded_on == TODAY
    assert history_of("pledge", pledge.id)[0].changes == {"reminded_on": [None, TODAY.isoformat()]}


def test_who_has_a_link_is_reminded_by_it_and_the_first_mail_goes_on_working() -> None:
    pledge, officer = sent_pledge(), UserFactory.make()
    pledge.signatory_id = contact_at(pledge, name="Ada", email="ada@alder.example").id
    issued = a_link(contact_at(pledge, name="Zoe", email="zoe@alder.example"), pledge)

    to = send(pledge, officer)

    db.session.commit()
    assert to.name == "Zoe"
    assert live(issued.minted.token, LinkPurpose.ANSWER) is not None
    assert [link.id for link in stored(EmployerLink) if link.purpose is LinkPurpose.ANSWER] == [issued.link.id]
    assert opens(stored(OutboxEmail)[0], LinkPurpose.ANSWER, "answer")


def test_a_link_that_ended_begins_anew_with_a_reminder() -> None:
    pledge = sent_pledge()
    link = a_link(contact_at(pledge), pledge).link
    link.expires_at = clock.now()

    send(pledge, UserFactory.make())

    db.session.commit()
    assert opens(stored(OutboxEmail)[0], LinkPurpose.ANSWER, "answer")
    assert len([each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER]) == 1


def test_one_link_stops_the_mails_of_all_reminders() -> None:
    pledge, officer = sent_pledge(), UserFactory.make()
    contact_at(pledge)

    send(pledge, officer)
    send(pledge, officer, TODAY + timedelta(days=1))

    db.session.commit()
    assert len([link for link in stored(EmployerLink) if link.purpose is LinkPurpose.STOP]) == 1
    assert all(opens(mail, LinkPurpose.STOP, "stop") for mail in stored(OutboxEmail))


def test_the_signatory_is_asked_before_whoever_else_signs_pledges() -> None:
    pledge = sent_pledge()
    contact_at(pledge, name="Ada", signs_pledges=True)
    pledge.signatory_id = contact_at(pledge, name="Zoe", email="zoe@alder.example").id

    assert send(pledge, UserFactory.make()).name == "Zoe"


def test_a_signatory_who_objected_is_passed_over_for_one_who_did_not() -> None:
    pledge = sent_pledge()
    pledge.signatory_id = contact_at(pledge, name="Zoe", **OBJECTED).id
    contact_at(pledge, name="Ada", email="ada@alder.example")

    assert send(pledge, UserFactory.make()).name == "Ada"


def test_where_everybody_objected_nothing_is_sent_and_the_reason_is_told() -> None:
    pledge = sent_pledge()
    contact_at(pledge, name="Zoe", **OBJECTED)

    with pytest.raises(Conflict, match="They objected to e-mail on 24 November 2026"):
        send(pledge, UserFactory.make())

    assert not stored(OutboxEmail)


def test_without_contacts_there_is_nobody_to_remind() -> None:
    pledge = sent_pledge()

    assert whom_to_remind(pledge, []).contact is None
    with pytest.raises(Conflict, match="We know nobody"):
        send(pledge, UserFactory.make())


@pytest.mark.parametrize("status", [PledgeStatus.DRAFT, PledgeStatus.CONFIRMED])
def test_only_what_is_with_the_employer_waits_for_an_answer(status: PledgeStatus) -> None:
    confirmed_on = TODAY if status is PledgeStatus.CONFIRMED else None
    pledge = sent_pledge(status=status, confirmed_on=confirmed_on)
    contact_at(pledge)

    with pytest.raises(Conflict, match="not waiting for an answer"):
        send(pledge, UserFactory.make())


def test_a_pledge_that_was_never_marked_with_a_day_is_said_to_be_sent_lately() -> None:
    pledge = sent_pledge(sent_on=None)
    contact_at(pledge)

    send(pledge, UserFactory.make())

    db.session.commit()
    assert "Lately we sent you the pledge" in stored(OutboxEmail)[0].body


def test_a_second_reminder_waits_until_the_next_day() -> None:
    pledge, officer = sent_pledge(), UserFactory.make()
    contact_at(pledge)
    send(pledge, officer)

    with pytest.raises(Conflict, match="today already"):
        send(pledge, officer)
    send(pledge, officer, TODAY + timedelta(days=1))

    db.session.commit()
    assert len(stored(OutboxEmail)) == 2


def test_the_outbox_itself_refuses_a_second_reminder_of_a_day() -> None:
    pledge, officer = sent_pledge(), UserFactory.make()
    contact_at(pledge)
    send(pledge, officer)
    pledge.reminded_on = None

    with pytest.raises(Conflict, match="today already"):
        send(pledge, officer)

    db.session.rollback()


def test_of_many_officers_reminding_at_once_one_mail_goes_out(app: Flask) -> None:
    pledge_id = sent_pledge().id
    contact_at(db.session.get_one(Pledge, pledge_id))
    officer_id = UserFactory.make().id
    db.session.commit()

    def ask() -> None:
        by = db.session.get_one(User, officer_id)
        pledge = get_pledge(pledge_id, viewer=by)
        remind(pledge, contacts_of(pledge.employer_id), by=by, today=TODAY)

    told = saved_at_once(app, *[ask] * OFFICERS)

    assert told.count(DONE) == 1
    assert all("today already" in each for each in told if each != DONE)
    assert len(stored(OutboxEmail)) == 1
