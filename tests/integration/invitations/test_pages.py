"""Inviting from the opportunity's page, and what it says of those invited."""

import re
from datetime import time

import pytest

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.invitations.models import Answer, Invitation, Invitee, Party
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.services import cancel_opportunity
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ContactFactory, InvitationFactory, InviteeFactory, OpportunityFactory, UserFactory
from tests.integration.invitations.inviting import EVERYBODY, NOW, a_talk, change, invited, mails, said, settled
from tests.support.pages import words_of


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def officer(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make(name="Ola Berg", email="ola@council.example"))
    return client


def block(client: CarefulClient, talk: Opportunity) -> str:
    """What the page says about invitations; empty if it says nothing."""
    found = re.search(
        r'<section class="app-section" aria-labelledby="invitations">.*?</section>',
        client.get(f"/opportunities/{talk.id}").text,
        re.DOTALL,
    )
    return words_of(found[0]) if found else ""


def test_before_anybody_is_invited_the_page_offers_it(officer: CarefulClient) -> None:
    assert "Nobody has this in their calendar yet. Invite speaker, provider, officer" in block(officer, a_talk())


def test_the_form_names_everybody_and_shows_the_mail_first(officer: CarefulClient) -> None:
    talk = a_talk()

    page = officer.get(f"/opportunities/{talk.id}/invite").text
    mail = officer.get(f"/opportunities/{talk.id}/invite/preview")
    text = officer.post(f"/opportunities/{talk.id}/invite/preview", data={"parties": ["provider"], "as": "text"})

    assert "Speaker: Jo Hall" in page
    assert "Provider: Sam Lee" in page
    assert "Officer: Priya Shah" in page
    assert "Invitation: talk on 12 November 2026, 10am" in page
    assert "This is the talk that we agreed with you." in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert text.text.startswith("Hello Sam Lee,")
    assert mails() == []


def test_inviting_from_the_form(officer: CarefulClient) -> None:
    talk = a_talk()

    answer = officer.post(
        f"/opportunities/{talk.id}/invite",
        data={"parties": ["leader", "officer"], "submission_key": "one"},
        follow_redirects=True,
    )

    assert "An invitation goes to Jo Hall, Priya Shah. From now on they are told of every change." in answer.text
    assert [to for to, _, _ in said()] == ["jo@alder.example", "priya@council.example"]
    told = "Speaker: Jo Hall Invited jo@alder.example e-mail on its way"
    assert told in block(officer, talk)


def test_nobody_chosen_is_said_in_the_form(officer: CarefulClient) -> None:
    talk = a_talk()

    page = officer.post(f"/opportunities/{talk.id}/invite", data={"submission_key": "one"}).text

    assert "Select whom to invite" in page
    assert stored(Invitee) == []


def test_who_cannot_be_invited_cannot_be_ticked_and_the_form_says_why(officer: CarefulClient) -> None:
    talk = a_talk(leader_id=None)

    form = officer.get(f"/opportunities/{talk.id}/invite").text

    assert re.search(r'value="leader"[^>]*disabled', form)
    assert "Nobody is named to lead it yet." in form


@pytest.mark.parametrize("path", ["/invite", "/invite/preview"])
def test_others_than_staff_neither_invite_nor_see_who_is(client: CarefulClient, path: str) -> None:
    talk = invited()
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert client.get(f"/opportunities/{talk.id}{path}").status_code == 403
    assert block(client, talk) == ""
    assert "jo@alder.example" not in client.get(f"/opportunities/{talk.id}").text


def test_a_form_that_was_open_when_it_was_cancelled_says_so(officer: CarefulClient) -> None:
    talk = a_talk()
    cancel_opportunity(talk, side=Side.EMPLOYER, reason="Jo is ill")
    db.session.commit()

    assert officer.get(f"/opportunities/{talk.id}/invite").status_code == 409
    page = officer.post(f"/opportunities/{talk.id}/invite", data={"parties": "leader", "submission_key": "one"})
    assert "is cancelled, so nobody can be invited to it" in page.text


def test_the_page_says_that_an_update_is_about_to_go_and_it_can_be_sent_now(officer: CarefulClient) -> None:
    talk = invited()
    change(talk, starts=time(9))

    assert "This has changed since. They are told in a minute or two. Tell them now" in block(officer, talk)
    (invitee,) = stored(Invitee)
    officer.post(f"/opportunities/invitations/{invitee.id}/again", data={"submission_key": "one"})

    assert said()[1:] == [("jo@alder.example", "REQUEST", 1)]
    assert "They are told in a minute" not in block(officer, talk)


def test_inviting_no_more_from_the_page(officer: CarefulClient) -> None:
    talk = invited()
    (invitee,) = stored(Invitee)

    officer.post(f"/opportunities/invitations/{invitee.id}/stop", data={"submission_key": "one"})

    assert said()[1:] == [("jo@alder.example", "CANCEL", 1)]
    shown = block(officer, talk)
    assert "Speaker: Jo Hall Not invited" in shown
    assert "Jo Hall, Thursday 12 November 2026, 10am to 11am. They are not invited any more on 2 November 2026" in shown


def test_the_page_says_what_they_answered_and_what_became_of_the_mail(officer: CarefulClient) -> None:
    talk = invited(*EVERYBODY)
    by_party = {each.address: each for each in stored(Invitation)}
    jo, school = by_party["jo@alder.example"], by_party["careers@northgate.example"]
    jo.answer, jo.answered_at, jo.answered_sequence, jo.comment = Answer.ACCEPTED, NOW, 0, "See you there"
    school.sequence, school.answer, school.answered_at, school.answered_sequence = 1, Answer.DECLINED, NOW, 0
    mail = db.session.query(OutboxEmail).filter_by(recipient="priya@council.example").one()
    mail.status, mail.sent_at, mail.last_error = EmailStatus.FAILED, None, "550 no such user"
    db.session.commit()

    shown = block(officer, talk)

    assert "Jo Hall Accepted “See you there” jo@alder.example told 2 November 2026 at 9am" in shown
    assert "Sam Lee Declined before the last change" in shown
    assert "The e-mail could not be delivered: 550 no such user" in shown


def test_the_page_says_whom_to_ring(officer: CarefulClient) -> None:
    talk = invited()
    assert talk.leader is not None
    talk.leader.objected_on, talk.leader.objected_how = NOW.date(), "by phone"
    change(talk, starts=time(9))

    assert "They do not know of the last change. They objected to e-mail on 2 November 2026 (by phone). Ring them." in (
        block(officer, talk)
    )
    cancel_opportunity(talk, side=Side.EMPLOYER, reason="Jo is ill")
    db.session.commit()
    settled()
    assert "They were not told that they are not expected any more." in block(officer, talk)


def test_nothing_can_be_pressed_once_it_is_over(officer: CarefulClient) -> None:
    talk = invited()
    talk.status = OpportunityStatus.DELIVERED
    db.session.commit()

    shown = block(officer, talk)

    assert "Speaker: Jo Hall" in shown
    assert "Send again" not in shown


def test_the_page_asks_as_many_questions_of_many_invitations_as_of_few(officer: CarefulClient) -> None:
    counts = []
    for entries in (1, 40):
        talk = OpportunityFactory.make()
        invitee = InviteeFactory.make(opportunity=talk, party=Party.LEADER)
        for _ in range(entries):
            InvitationFactory.make(invitee=invitee, ended_at=NOW, ended_reason="x")
        db.session.commit()
        with counting_queries() as statements:
            officer.get(f"/opportunities/{talk.id}")
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_draft_has_nobody_invited_but_lets_them_be_struck_out(officer: CarefulClient) -> None:
    talk = invited()
    talk.status = OpportunityStatus.DRAFT
    db.session.commit()

    shown = block(officer, talk)

    assert "Stop inviting" in shown
    assert "Send again" not in shown


def test_before_it_is_cancelled_the_page_says_who_is_told(officer: CarefulClient) -> None:
    talk = invited(Party.LEADER, Party.PROVIDER)

    page = words_of(officer.get(f"/opportunities/{talk.id}/cancel").text)

    assert "Jo Hall, Sam Lee have it in their calendars. All of them are told by e-mail that it is cancelled" in page


def test_the_outbox_says_that_a_mail_brings_an_entry(client: CarefulClient) -> None:
    invited()
    client.sign_in(UserFactory.make(role=Role.MANAGER))

    page = words_of(client.get(f"/outbox/{mails()[0].id}").text)

    assert "With it An entry for the calendar" in page


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ({"leader_id": None}, "The opportunity names nobody any more: they are told in a minute or two."),
        ({"leader_id": "kim"}, "Somebody else is invited instead: both are told in a minute or two."),
    ],
)
def test_the_page_says_what_is_about_to_be_mailed(
    officer: CarefulClient, new: dict[str, object], sentence: str
) -> None:
    talk = invited()
    kim = ContactFactory.make(employer=talk.employer, name="Kim Rowe", email="kim@alder.example")
    change(talk, leader_id=kim.id if new["leader_id"] else None)

    assert sentence in block(officer, talk)


def test_the_page_says_who_is_about_to_be_invited(officer: CarefulClient) -> None:
    talk = invited()
    kim = ContactFactory.make(employer=talk.employer, name="Kim Rowe", email="kim@alder.example")
    change(talk, leader_id=None)
    settled()
    change(talk, leader_id=kim.id)

    assert "Speaker: Kim Rowe Not invited Kim Rowe is invited in a minute or two." in block(officer, talk)


def test_who_is_invited_already_cannot_be_ticked_again(officer: CarefulClient) -> None:
    form = officer.get(f"/opportunities/{invited().id}/invite").text

    assert "Invited already" in form
    assert re.search(r'value="leader"[^>]*disabled', form)


def test_an_invitation_that_is_not_there_is_not_found(officer: CarefulClient) -> None:
    assert officer.post("/opportunities/invitations/999/stop", data={"submission_key": "one"}).status_code == 404
