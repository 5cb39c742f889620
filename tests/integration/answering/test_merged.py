"""Links that employers were sent, when two employers turn out to be one."""

import pytest

from crm.answering.models import PledgeAnswer
from crm.pledges.models import Pledge, PledgeStatus
from tests.conftest import CarefulClient, stored
from tests.factories import EmployerFactory, PledgeFactory, PledgeLineFactory
from tests.integration.answering.answering import a_contact, a_link, a_sent_pledge
from tests.integration.merging.arranging import merge, officer

pytestmark = pytest.mark.usefixtures("database")
YES = {"kind": "confirm", "typed_name": "Dana Price", "job_title": "Owner"}


def test_a_pledge_is_answered_by_the_link_though_its_employer_was_merged_meanwhile(client: CarefulClient) -> None:
    contact = a_contact()
    issued = a_link(contact, a_sent_pledge(contact))
    survivor = EmployerFactory.make(name="Birch Ltd")
    merge(survivor.id, contact.employer_id, by=officer())

    page = client.get(f"/answer/{issued.minted.token}")
    answered = client.post(f"/answer/{issued.minted.token}", data=YES, follow_redirects=True)

    assert (page.status_code, answered.status_code) == (200, 200)
    assert "Birch Ltd" in page.text
    [pledge] = stored(Pledge)
    assert (pledge.employer_id, pledge.status) == (survivor.id, PledgeStatus.CONFIRMED)
    assert len(stored(PledgeAnswer)) == 1


def test_a_pledge_that_was_being_answered_is_the_survivors_next_version(client: CarefulClient) -> None:
    contact = a_contact()
    sent = a_sent_pledge(contact)
    issued, number = a_link(contact, sent), sent.id
    survivor = EmployerFactory.make(name="Birch Ltd")
    PledgeFactory.make(
        employer=survivor, academic_year_name=sent.academic_year_name, lines=[PledgeLineFactory.build(young_people=2)]
    )
    merge(survivor.id, contact.employer_id, by=officer())

    client.post(f"/answer/{issued.minted.token}", data=YES)

    states = {each.id: (each.number, each.status) for each in stored(Pledge) if each.employer_id == survivor.id}
    assert states.pop(number) == (2, PledgeStatus.CONFIRMED)
    assert list(states.values()) == [(1, PledgeStatus.SUPERSEDED)]
