"""Who is told what, once."""

import pytest

from crm.answering.models import PledgeAnswer
from crm.answering.services import accept_offer, give_answer, undo_answer
from crm.core import clock
from crm.core.db import committing, db
from crm.core.tokens import with_tokens
from crm.links.models import LinkPurpose
from crm.links.queries import live
from crm.notifications.models import OutboxEmail
from crm.reference.settings import settings
from tests.conftest import stored
from tests.factories import UserFactory
from tests.integration.answering.answering import NO, YES, a_contact, a_link, a_sent_pledge, link_and_pledge, with_lines
from tests.integration.answering.test_answers import something_different

pytestmark = pytest.mark.usefixtures("database")


def mails() -> dict[str, OutboxEmail]:
    """By the first word of the key."""
    return {each.key.partition(":")[0]: each for each in stored(OutboxEmail)}


def opens(mail: OutboxEmail, purpose: LinkPurpose, path: str) -> bool:
    """Whether the link in a mail, as it is sent, opens something."""
    token = with_tokens(mail.body).partition(f"/{path}/")[2][:43]
    return live(token, purpose) is not None


def test_a_yes_owes_a_receipt_to_the_employer_and_word_to_who_asked() -> None:
    contact, officer = a_contact(), UserFactory.make(name="Tobi Okafor")
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact), by=officer).link.id)

    with committing():
        give_answer(link, pledge, YES)

    owed = mails()
    receipt, told = owed["pledge-receipt"], owed["pledge-answered"]
    assert (receipt.recipient, told.recipient) == ("dana@alder.example", officer.email)
    assert "10 young people will each have 3 placements, 30 in all" in receipt.body
    assert (receipt.sender_name, receipt.employer_id) == (
        f"Tobi Okafor, {settings()['council_name']}",
        contact.employer_id,
    )
    assert all(each.html for each in owed.values())
    assert opens(receipt, LinkPurpose.RECEIPT, "receipt")
    assert opens(receipt, LinkPurpose.UNDO, "undo")
    assert all("Alder" not in each.subject and "Dana" not in each.subject for each in owed.values())


def test_where_who_asked_has_left_whoever_looks_after_the_employer_is_told() -> None:
    contact = a_contact()
    gone = UserFactory.make(disabled_at=clock.now())
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact), by=gone).link.id)

    with committing():
        give_answer(link, pledge, NO)

    told = mails()["pledge-answered"]
    assert told.recipient == link_and_pledge(link.id)[0].employer.owner.email  # type: ignore[union-attr]
    assert "No capacity this year" in told.body


def test_acceptance_is_told_with_a_receipt_of_what_holds_now() -> None:
    contact = a_contact()
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact)).link.id)
    with committing():
        answer = give_answer(link, pledge, something_different(pledge))
    assert answer is not None

    with committing():
        accept_offer(with_lines(answer.offered_pledge_id), by=UserFactory.make(), on=clock.today())

    accepted = mails()["pledge-accepted"]
    assert "4 young people will each have 2 placements" in accepted.body
    assert opens(accepted, LinkPurpose.RECEIPT, "receipt")


def test_when_an_employer_takes_its_answer_back_both_hear_of_it_and_it_can_answer_anew() -> None:
    contact = a_contact()
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact)).link.id)
    with committing():
        answer = give_answer(link, pledge, YES)
    assert answer is not None

    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    owed = mails()
    assert opens(owed["pledge-undone"], LinkPurpose.ANSWER, "answer")
    assert not opens(owed["pledge-receipt"], LinkPurpose.RECEIPT, "receipt")
    assert "pledge-undone-told" in owed


def test_an_officer_who_takes_an_answer_back_need_not_be_told() -> None:
    contact = a_contact()
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact)).link.id)
    with committing():
        answer = give_answer(link, pledge, YES)
    assert answer is not None

    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=UserFactory.make())

    assert "pledge-undone-told" not in mails()
