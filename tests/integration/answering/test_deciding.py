"""What an officer sees of an answer, and does about it."""

import pytest

from crm.answering.models import AnswerKind, PledgeAnswer
from crm.answering.services import Given, give_answer
from crm.core.access import Role
from crm.core.db import committing, db
from crm.notifications.models import OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import UserFactory
from tests.integration.answering.answering import NO, YES, a_contact, a_link, a_sent_pledge, link_and_pledge
from tests.integration.answering.test_answers import something_different
from tests.support.forms import post

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def officer(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make(role=Role.OFFICER, name="Tobi Okafor"))
    return client


def answered(given: Given | None = None) -> PledgeAnswer:
    """Something different unless said otherwise."""
    contact = a_contact()
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact)).link.id)
    with committing():
        answer = give_answer(link, pledge, given or something_different(pledge))
    assert answer is not None
    return db.session.get_one(PledgeAnswer, answer.id)


def statuses() -> list[PledgeStatus]:
    return [each.status for each in stored(Pledge)]


def test_the_page_of_an_offer_says_who_answered_and_asks_for_a_decision(officer: CarefulClient) -> None:
    answer = answered()

    page = officer.get(f"/pledges/{answer.offered_pledge_id}").text

    assert "They offer something different from what we asked" in page
    assert "The employer, by its link" in page
    assert "Dana Price" in page
    assert "4 young people will each have 2 placements" in page
    asked, _, offered = page.partition("We asked for")[2].partition("They offer")
    assert "10 × 3 placements" in asked
    assert "4 × 2 placements" in offered


def test_an_offer_is_accepted_with_one_press_and_the_employer_is_told(officer: CarefulClient) -> None:
    answer = answered()

    accepted = post(officer, f"/pledges/{answer.offered_pledge_id}/accept")

    assert accepted.headers["Location"] == f"/pledges/{answer.offered_pledge_id}"
    assert statuses() == [PledgeStatus.DECLINED, PledgeStatus.CONFIRMED]
    assert any(each.key.startswith("pledge-accepted:") for each in stored(OutboxEmail))
    assert post(officer, f"/pledges/{answer.offered_pledge_id}/accept").status_code == 409


def test_an_offer_is_declined_with_a_reason(officer: CarefulClient) -> None:
    path = f"/pledges/{answered().offered_pledge_id}/refuse"
    assert "Why not?" in officer.get(path).text
    assert "Enter why we cannot take it up" in post(officer, path, reason="").text

    assert post(officer, path, reason="Talks are full").status_code == 302

    assert statuses() == [PledgeStatus.DECLINED, PledgeStatus.DECLINED]
    assert "so there is no offer to decide about" in post(officer, path, reason="Again").text


@pytest.mark.parametrize("given", [YES, NO])
def test_an_officer_takes_an_answer_back_for_the_employer(officer: CarefulClient, given: Given) -> None:
    answer = answered(given)
    assert "They did not mean that" in officer.get(f"/pledges/{answer.pledge_id}").text

    undone = post(officer, f"/pledges/answers/{answer.id}/undo")

    assert undone.status_code == 302
    assert statuses()[-1] is PledgeStatus.SENT
    page = officer.get(f"/pledges/{answer.pledge_id}").text
    assert "by Tobi Okafor" in page
    assert "They did not mean that" not in page
    assert post(officer, f"/pledges/answers/{answer.id}/undo").status_code == 409
    assert post(officer, "/pledges/answers/999999/undo").status_code == 404


def taken_back_before(answer: PledgeAnswer) -> None:
    db.session.add(
        PledgeAnswer(
            pledge_id=answer.pledge_id,
            link_id=answer.link_id,
            contact_id=answer.contact_id,
            kind=AnswerKind.CONFIRM,
            detail="",
            typed_name="Dana",
            answered_at=answer.answered_at,
            undone_at=answer.answered_at,
        )
    )


def test_the_page_takes_as_many_statements_for_one_answer_as_for_several(officer: CarefulClient) -> None:
    answer = answered(YES)

    def statements() -> int:
        with counting_queries() as run:
            officer.get(f"/pledges/{answer.pledge_id}")
        return len(run)

    statements()
    once = statements()
    with committing():
        for _ in range(5):
            taken_back_before(answer)

    assert statements() == once
