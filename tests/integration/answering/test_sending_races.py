"""Officers and the employer at the same moment. Run on both databases."""

from collections.abc import Callable

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.answering.link_queries import get_link
from crm.answering.services import give_answer, recall, resend, revoke, send
from crm.core.db import committing, db
from crm.core.errors import CrmError
from crm.employers.models import Contact, LegalForm
from crm.links.models import EmployerLink, LinkPurpose
from crm.notifications.models import OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import get_pledge
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import YES, link_and_pledge
from tests.support.racing import DONE, at_once, saved_at_once

ROUNDS = 8

pytestmark = pytest.mark.usefixtures("database")


def arranged() -> tuple[int, int, int]:
    """A draft, an officer and somebody who can be asked: their ids."""
    employer = EmployerFactory.make(legal_form=LegalForm.COMPANY)
    pledge = PledgeFactory.make(
        employer=employer, status=PledgeStatus.DRAFT, confirmed_on=None, lines=[PledgeLineFactory.build()]
    )
    contact = ContactFactory.make(employer=employer, email="dana@alder.example")
    ids = pledge.id, UserFactory.make().id, contact.id
    db.session.commit()
    return ids


def sending(pledge_id: int, officer_id: int, contact_id: int) -> Callable[[], object]:
    def do() -> object:
        by = db.session.get_one(User, officer_id)
        return send(get_pledge(pledge_id, viewer=by), [db.session.get_one(Contact, contact_id)], by=by)

    return do


def to_answer() -> list[EmployerLink]:
    return [each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER]


def still_ask() -> list[str]:
    return [mail.key for mail in stored(OutboxEmail) if mail.key.startswith("pledge-link")]


def test_of_officers_who_send_it_to_the_same_person_at_once_one_does(app: Flask) -> None:
    ids = arranged()

    told = saved_at_once(app, *[sending(*ids)] * 4)

    assert told.count(DONE) == 1
    assert all("has a link for this pledge already" in each for each in told if each != DONE)
    assert (len(to_answer()), len(still_ask())) == (1, 1)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_resending_taking_back_recalling_and_answering_at_once_end_in_one_legal_way(app: Flask, _round: int) -> None:
    pledge_id, officer_id, contact_id = arranged()
    with committing():
        sending(pledge_id, officer_id, contact_id)()
    link_id = to_answer()[0].id
    db.session.rollback()

    def as_officer(do: Callable[[EmployerLink, Pledge, User], object]) -> Callable[[], str]:
        def attempt() -> str:
            try:
                with committing():
                    by = db.session.get_one(User, officer_id)
                    do(get_link(link_id, pledge_id, viewer=by), get_pledge(pledge_id, viewer=by), by)
            except CrmError as refusal:
                return type(refusal).__name__
            return DONE

        return attempt

    told = at_once(
        app,
        as_officer(lambda link, pledge, by: resend(link, pledge, by=by)),
        as_officer(lambda link, _, by: revoke(link, by=by)),
        as_officer(lambda _, pledge, by: recall(pledge, by=by)),
        as_officer(lambda *_: give_answer(*link_and_pledge(link_id), YES)),
    )

    (link,) = to_answer()
    assert set(told) <= {DONE, "Conflict"}
    assert (link.used_at is None) != (link.revoked_at is None)
    assert stored(Pledge)[0].status is (PledgeStatus.CONFIRMED if link.used_at else PledgeStatus.DRAFT)
    assert not still_ask()
