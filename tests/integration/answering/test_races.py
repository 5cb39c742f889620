"""Everybody at the same moment, each with a connection of their own. Run on both databases."""

from collections.abc import Callable

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.answering.models import PledgeAnswer
from crm.answering.services import accept_offer, give_answer, undo_answer
from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import CrmError
from crm.links import services as links
from crm.links.models import EmployerLink
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.offers import recall
from tests.conftest import stored
from tests.factories import UserFactory
from tests.integration.answering.answering import (
    NO,
    YES,
    a_contact,
    a_link,
    a_sent_pledge,
    link_and_pledge,
    with_lines,
)
from tests.integration.answering.test_answers import something_different
from tests.support.racing import at_once

PEOPLE = 12

pytestmark = pytest.mark.usefixtures("database")


def trying(do: Callable[[], object]) -> Callable[[], str]:
    """What became of it: "done", "too late" or "refused"."""

    def attempt() -> str:
        try:
            with committing():
                result = do()
        except CrmError:
            return "refused"
        return "too late" if result is None else "done"

    return attempt


def ends() -> list[tuple[str, str]]:
    """The changes of state that the history knows, oldest first, without the one by which the pledge was made."""
    changes = [
        each.changes["status"] for each in stored(ChangeRecord) if each.entity == "pledge" and "status" in each.changes
    ]
    return [(before, after) for before, after in changes if before]


@pytest.mark.rounds(5)
def test_of_many_answers_at_once_one_counts(app: Flask) -> None:
    contact = a_contact()
    link_id = a_link(contact, a_sent_pledge(contact)).link.id
    known = len(ends())

    told = at_once(app, *[trying(lambda: give_answer(*link_and_pledge(link_id), YES))] * PEOPLE)

    assert sorted(told) == ["done", *["too late"] * (PEOPLE - 1)]
    assert ends()[known:] == [("sent", "confirmed")]
    assert len(stored(PledgeAnswer)) == 1


@pytest.mark.rounds(5)
def test_two_people_with_different_answers_make_one(app: Flask) -> None:
    contact = a_contact()
    pledge = a_sent_pledge(contact)
    first = a_link(contact, pledge).link.id
    second = a_link(a_contact(contact.employer, name="Eve", email="eve@alder.example"), pledge).link.id

    told = at_once(
        app,
        trying(lambda: give_answer(*link_and_pledge(first), YES)),
        trying(lambda: give_answer(*link_and_pledge(second), NO)),
    )

    assert sorted(told) == ["done", "too late"]
    assert len(stored(PledgeAnswer)) == 1


@pytest.mark.rounds(5)
def test_answer_recall_and_expiry_at_once_end_in_one_legal_way(app: Flask) -> None:
    contact = a_contact()
    pledge_id = (pledge := a_sent_pledge(contact)).id
    link_id = a_link(contact, pledge).link.id
    known = len(ends())

    def take_back() -> bool:
        recall(with_lines(pledge_id))
        return True

    def expire() -> bool:
        link = db.session.get_one(EmployerLink, link_id)
        links.lock(link)
        link.expires_at = clock.now()
        return True

    told = at_once(
        app,
        trying(lambda: give_answer(*link_and_pledge(link_id), YES)),
        trying(take_back),
        trying(expire),
    )

    answered, recalled, _ = told
    ended = {
        ("done", "refused"): (PledgeStatus.CONFIRMED, [("sent", "confirmed")]),
        ("too late", "done"): (PledgeStatus.DRAFT, [("sent", "draft")]),
    }
    assert (answered, recalled) in ended
    assert (stored(Pledge)[0].status, ends()[known:]) == ended[answered, recalled]
    assert len(stored(PledgeAnswer)) == (answered == "done")


@pytest.mark.rounds(5)
def test_an_offer_is_accepted_or_taken_back_once_each(app: Flask) -> None:
    contact = a_contact()
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact)).link.id)
    with committing():
        answer = give_answer(link, pledge, something_different(pledge))
    assert answer is not None
    answer_id, offered_id, officer_id = answer.id, answer.offered_pledge_id, UserFactory.make().id
    db.session.commit()

    def accept() -> object:
        return accept_offer(with_lines(offered_id), by=db.session.get_one(User, officer_id), on=clock.today())

    undo = trying(lambda: undo_answer(db.session.get_one(PledgeAnswer, answer_id), by=None))
    told = at_once(app, trying(accept), trying(accept), undo, undo)

    assert told[2:].count("done") == 1
    assert told[:2].count("done") <= 1
    assert [each.status for each in stored(Pledge)] == [
        PledgeStatus.DECLINED,
        PledgeStatus.WITHDRAWN,
        PledgeStatus.SENT,
    ]
