"""An officer sends a pledge, sends it anew, and takes it back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm.accounts.models import User
from crm.answering.link_queries import get_link
from crm.answering.services import give_answer, recall, resend, revoke, send
from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import Conflict, NotFound
from crm.core.tokens import with_tokens
from crm.employers.models import Contact, Employer, LegalForm
from crm.links.models import EmployerLink, EmployerLinkToken, LinkPurpose
from crm.links.queries import Fate, links_of, live
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import get_pledge
from tests.conftest import counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import YES, link_and_pledge
from tests.integration.answering.test_telling import opens

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def it_is_a_tuesday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def an_employer(**given: object) -> Employer:
    return EmployerFactory.make(**({"name": "Alder Joinery", "legal_form": LegalForm.COMPANY} | given))


def a_draft(employer: Employer | None = None, **given: object) -> Pledge:
    return PledgeFactory.make(
        **{
            "employer": employer or an_employer(),
            "status": PledgeStatus.DRAFT,
            "confirmed_on": None,
            "lines": [PledgeLineFactory.build(young_people=2)],
            **given,
        }
    )


def somebody_at(pledge: Pledge, **given: object) -> Contact:
    return ContactFactory.make(
        **({"employer": pledge.employer, "name": "Dana Price", "email": "dana@alder.example"} | given)
    )


def loaded(pledge: Pledge, by: User) -> Pledge:
    db.session.commit()
    return get_pledge(pledge.id, viewer=by)


def sent(pledge: Pledge, *contacts: Contact, by: User | None = None, own_words: str = "") -> list[EmployerLink]:
    by = by or db.session.query(User).filter_by(name="Priya Shah").one_or_none()
    by = by or UserFactory.make(name="Priya Shah", email="priya@council.example")
    pledge = loaded(pledge, by)
    with committing():
        return list(send(pledge, contacts, by=by, own_words=own_words))


def mails() -> dict[str, OutboxEmail]:
    return {mail.key: mail for mail in stored(OutboxEmail)}


def test_sending_marks_the_pledge_gives_a_link_and_owes_a_letter_that_opens_it() -> None:
    pledge = a_draft()

    (link,) = sent(pledge, somebody_at(pledge), own_words="It was good to meet you.\n\nSee you soon.")

    (mail,) = mails().values()
    assert (pledge.status, pledge.sent_on) == (PledgeStatus.SENT, date(2026, 11, 24))
    assert mail.key == f"pledge-link:{link.id}:1"
    assert (mail.recipient, mail.reply_to) == ("dana@alder.example", "priya@council.example")
    assert (mail.sender_name, mail.employer_id) == ("Priya Shah, Your council", pledge.employer_id)
    assert mail.subject == "Your pledge to young people for 2026/27: is this right?"
    for words in (
        "Hello Dana Price,\n\nIt was good to meet you.\n\nSee you soon.\n\nWe would like to ask Alder Joinery",
        "- 2 young people will each have 3 placements, 6 in all, between September 2026 and August 2027.",
        "The link works until 22 December 2026.",
        "not a contract",
        "Priya Shah\nYour council",
    ):
        assert words in mail.body
    assert "Answer the pledge</a>" in str(mail.html)
    assert opens(mail, LinkPurpose.ANSWER, "answer")
    assert opens(mail, LinkPurpose.STOP, "stop")
    assert live(with_tokens(str(mail.unsubscribe))[-43:], LinkPurpose.STOP) is not None


def test_a_link_works_to_the_end_of_its_last_day_in_london() -> None:
    pledge = a_draft()

    (link,) = sent(pledge, somebody_at(pledge))

    assert link.expires_at == datetime(2026, 12, 23, tzinfo=UTC)


def test_each_person_gets_a_link_and_a_mail_of_their_own() -> None:
    pledge = a_draft()

    links = sent(pledge, somebody_at(pledge), somebody_at(pledge, name="Eve", email="eve@alder.example"))

    assert list(mails()) == [f"pledge-link:{link.id}:1" for link in links]
    assert [row.mails for row in links_of(pledge.id)] == [1, 1]


def test_what_is_with_the_employer_goes_to_more_people_and_stays_sent_on_its_day() -> None:
    pledge = a_draft(status=PledgeStatus.SENT, sent_on=date(2026, 11, 2))

    sent(pledge, somebody_at(pledge))

    assert pledge.sent_on == date(2026, 11, 2)
    assert len(mails()) == 1


@pytest.mark.parametrize("status", sorted(set(PledgeStatus) - {PledgeStatus.DRAFT, PledgeStatus.SENT}))
def test_what_is_decided_is_not_sent(status: PledgeStatus) -> None:
    pledge = a_draft(status=status, confirmed_on=date(2026, 11, 3), ended_reason="So it is")

    with pytest.raises(Conflict, match="cannot be sent"):
        sent(pledge, somebody_at(pledge))

    assert not stored(OutboxEmail)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"objected_on": date(2026, 11, 3), "objected_how": "by phone"}, "Dana Price: They objected to e-mail"),
        ({"left_at": NOW}, "no longer work there"),
        ({"email": None}, "no e-mail address"),
    ],
)
def test_nothing_is_sent_to_somebody_whom_we_may_not_write_to(given: dict[str, object], reason: str) -> None:
    pledge = a_draft()
    fine = somebody_at(pledge, name="Eve", email="eve@alder.example")

    with pytest.raises(Conflict, match=reason):
        sent(pledge, fine, somebody_at(pledge, **given))

    assert stored(Pledge)[0].status is PledgeStatus.DRAFT
    assert not stored(OutboxEmail)
    assert not stored(EmployerLink)


def test_nobody_is_nobody_to_send_it_to() -> None:
    with pytest.raises(Conflict, match="Select at least one person"):
        sent(a_draft())


def test_a_pledge_goes_to_its_own_employer_only() -> None:
    with pytest.raises(Conflict, match="its own employer only"):
        sent(a_draft(), ContactFactory.make(email="x@else.example"))


def test_who_has_a_link_does_not_get_a_second_one() -> None:
    pledge = a_draft()
    contact = somebody_at(pledge)
    sent(pledge, contact)

    with pytest.raises(Conflict, match="Dana Price has a link for this pledge already"):
        sent(pledge, contact)

    assert len(stored(OutboxEmail)) == 1


# Sending anew -------------------------------------------------------------------------------------------------------


def resent(link: EmployerLink, by: User | None = None) -> None:
    by = by or UserFactory.make()
    pledge = get_pledge(link.pledge_id or 0, viewer=by)
    again = get_link(link.id, pledge.id, viewer=by)
    with committing():
        resend(again, pledge, by=by)


def test_sending_anew_gives_another_token_and_end_and_the_former_mail_opens_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pledge = a_draft()
    (link,) = sent(pledge, somebody_at(pledge))
    first = stored(OutboxEmail)[0]
    first.status = EmailStatus.SENDING
    db.session.commit()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=10))
    colleague = UserFactory.make(name="Tobi Okafor")

    resent(link, colleague)

    owed = mails()
    assert list(owed) == [f"pledge-link:{link.id}:1", f"pledge-link:{link.id}:2"]
    assert not opens(owed[f"pledge-link:{link.id}:1"], LinkPurpose.ANSWER, "answer")
    assert opens(owed[f"pledge-link:{link.id}:2"], LinkPurpose.ANSWER, "answer")
    (row,) = links_of(pledge.id)
    assert (row.mails, row.asked_at) == (2, NOW + timedelta(days=10))
    assert row.link.expires_at == datetime(2027, 1, 2, tzinfo=UTC)
    assert row.link.sent_by_id == colleague.id


def test_a_mail_that_still_waits_is_not_sent_beside_the_new_one() -> None:
    pledge = a_draft()
    (link,) = sent(pledge, somebody_at(pledge))

    resent(link)

    assert list(mails()) == [f"pledge-link:{link.id}:2"]
    assert links_of(pledge.id)[0].mails == 1


def test_an_ended_link_can_be_sent_anew() -> None:
    pledge = a_draft()
    (link,) = sent(pledge, somebody_at(pledge))
    link.expires_at, link.lapse_told_at = NOW - timedelta(days=1), NOW
    db.session.commit()
    assert links_of(pledge.id)[0].fate is Fate.EXPIRED

    resent(link)

    (row,) = links_of(pledge.id)
    assert row.is_open
    assert row.link.lapse_told_at is None


def test_an_answered_pledge_is_not_sent_anew() -> None:
    pledge = a_draft()
    (link,) = sent(pledge, somebody_at(pledge))
    with committing():
        give_answer(*link_and_pledge(link.id), YES)

    with pytest.raises(Conflict, match="confirmed, so it cannot be sent again"):
        resent(link)


def test_who_objected_meanwhile_is_not_written_to_again() -> None:
    pledge = a_draft()
    contact = somebody_at(pledge)
    (link,) = sent(pledge, contact)
    contact.objected_on, contact.objected_how = date(2026, 11, 24), "by phone"
    db.session.commit()

    with pytest.raises(Conflict, match="They objected"):
        resent(link)


# Taking back --------------------------------------------------------------------------------------------------------


def test_a_link_that_is_taken_back_opens_nothing_and_its_mail_does_not_go_out() -> None:
    pledge, officer = a_draft(), UserFactory.make()
    (link,) = sent(pledge, somebody_at(pledge))

    with committing():
        revoke(get_link(link.id, pledge.id, viewer=officer), by=officer)

    assert not mails()
    (row,) = links_of(pledge.id)
    assert (row.fate, row.link.revoked_by_id, row.mails) == (Fate.REVOKED, officer.id, 0)
    assert stored(Pledge)[0].status is PledgeStatus.SENT
    with pytest.raises(Conflict, match="taken back already"):
        revoke(get_link(link.id, pledge.id, viewer=officer), by=officer)
    with pytest.raises(Conflict, match="answered or taken back"):
        resent(link)


def test_whose_link_was_taken_back_may_get_another() -> None:
    pledge, officer = a_draft(), UserFactory.make()
    contact = somebody_at(pledge)
    (link,) = sent(pledge, contact)
    with committing():
        revoke(get_link(link.id, pledge.id, viewer=officer), by=officer)

    (another,) = sent(pledge, contact)

    assert another.id != link.id


def test_recalling_makes_it_a_draft_and_closes_every_link() -> None:
    pledge, officer = a_draft(), UserFactory.make()
    sent(pledge, somebody_at(pledge), somebody_at(pledge, name="Eve", email="eve@alder.example"))

    with committing():
        recall(loaded(pledge, officer), by=officer)

    assert (stored(Pledge)[0].status, stored(Pledge)[0].sent_on) == (PledgeStatus.DRAFT, None)
    assert {row.fate for row in links_of(pledge.id)} == {Fate.REVOKED}
    assert not mails()


def test_only_what_waits_for_an_answer_is_recalled() -> None:
    officer = UserFactory.make()

    with pytest.raises(Conflict, match="cannot be taken back"):
        recall(loaded(a_draft(), officer), by=officer)


def test_an_answer_stops_the_mails_that_would_still_ask_for_one() -> None:
    pledge = a_draft()
    first, _ = sent(pledge, somebody_at(pledge), somebody_at(pledge, name="Eve", email="eve@alder.example"))

    with committing():
        give_answer(*link_and_pledge(first.id), YES)

    assert not [key for key in mails() if key.startswith("pledge-link")]


# What became of them ------------------------------------------------------------------------------------------------


SENT = {"status": EmailStatus.SENT, "sent_at": NOW}
LOST: dict[Any, Any] = {"status": EmailStatus.FAILED, "last_error": "550 No such mailbox"}
OPENED, ENDED = {"opened_at": NOW}, {"expires_at": NOW}
TAKEN_BACK, ANSWERED = {"revoked_at": NOW}, {"used_at": NOW}


@pytest.mark.parametrize(
    ("mail", "link", "status", "fate"),
    [
        ({}, {}, PledgeStatus.SENT, Fate.QUEUED),
        (SENT, {}, PledgeStatus.SENT, Fate.SENT),
        (None, {}, PledgeStatus.SENT, Fate.SENT),  # the mail was forgotten after a while
        (SENT, OPENED, PledgeStatus.SENT, Fate.OPENED),
        (LOST, OPENED, PledgeStatus.SENT, Fate.FAILED),
        ({"status": EmailStatus.STOPPED}, OPENED, PledgeStatus.SENT, Fate.FAILED),
        (LOST, ENDED, PledgeStatus.SENT, Fate.EXPIRED),
        (SENT, ENDED, PledgeStatus.DRAFT, Fate.CLOSED),
        (SENT, TAKEN_BACK, PledgeStatus.DRAFT, Fate.REVOKED),
        (SENT, ANSWERED, PledgeStatus.DRAFT, Fate.ANSWERED),
    ],
)
def test_a_link_has_one_fate_the_most_telling(
    mail: dict[Any, Any] | None, link: dict[str, object], status: PledgeStatus, fate: Fate
) -> None:
    pledge = a_draft()
    sent(pledge, somebody_at(pledge))
    if mail is None:
        db.session.query(OutboxEmail).delete()
    else:
        db.session.query(OutboxEmail).update(mail)
    db.session.commit()
    (found,) = [each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER]
    for name, value in link.items():
        setattr(found, name, value)
    stored_pledge = db.session.get_one(Pledge, pledge.id)
    stored_pledge.status = status
    db.session.commit()

    (row,) = links_of(pledge.id)

    assert row.fate is fate
    assert row.is_open == (fate in {Fate.QUEUED, Fate.SENT, Fate.OPENED, Fate.FAILED})
    assert row.may_be_resent == (row.is_open or fate is Fate.EXPIRED)


def test_of_a_mail_that_failed_it_is_told_why() -> None:
    pledge = a_draft()
    sent(pledge, somebody_at(pledge))

    db.session.query(OutboxEmail).update(LOST)
    lost = links_of(pledge.id)[0].why
    db.session.query(OutboxEmail).update({"status": EmailStatus.STOPPED})
    stopped = links_of(pledge.id)[0].why

    assert (lost, stopped) == ("550 No such mailbox", "Somebody stopped the e-mail before it went out.")


def test_what_became_of_links_is_one_question_however_many_there_are() -> None:
    pledge = a_draft()
    sent(pledge, *[somebody_at(pledge, name=f"N{n}", email=f"n{n}@alder.example") for n in range(25)])
    db.session.expire_all()
    pledge_id = pledge.id

    with counting_queries() as statements:
        rows = links_of(pledge_id)
        assert [row.link.contact.name for row in rows][:2] == ["N24", "N23"]

    assert len(statements) == 1


def test_a_link_is_found_by_its_own_pledge_only() -> None:
    pledge, officer = a_draft(), UserFactory.make()
    (link,) = sent(pledge, somebody_at(pledge))

    with pytest.raises(NotFound):
        get_link(link.id, pledge.id + 1, viewer=officer)


def test_the_tables_hold_no_token() -> None:
    pledge = a_draft()
    sent(pledge, somebody_at(pledge))

    (mail,) = stored(OutboxEmail)
    token = with_tokens(mail.body).partition("/answer/")[2][:43]

    assert token not in mail.body + str(mail.html) + str(mail.unsubscribe)
    assert token not in {each.token_hash for each in stored(EmployerLinkToken)}
