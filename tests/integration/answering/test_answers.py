"""What an employer answers by its link, what an officer makes of it, and taking it back."""

from datetime import timedelta

import pytest

from crm.answering.models import AnswerKind, PledgeAnswer
from crm.answering.queries import answers_about
from crm.answering.services import Given, accept_offer, give_answer, refuse_offer, undo_answer
from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.queries import live
from crm.links.services import issue
from crm.pledges import services as pledges
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.pledges.offers import recall
from tests.conftest import stored
from tests.factories import PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import (
    NO,
    YES,
    a_contact,
    a_link,
    a_sent_pledge,
    link_and_pledge,
    with_lines,
)

pytestmark = pytest.mark.usefixtures("database")


def sent() -> tuple[EmployerLink, Pledge]:
    contact = a_contact()
    return link_and_pledge(a_link(contact, a_sent_pledge(contact)).link.id)


def answered(given: Given = YES) -> PledgeAnswer:
    with committing():
        answer = give_answer(*sent(), given)
    assert answer is not None
    return answer


def something_different(pledge: Pledge) -> Given:
    line = LineDetails(OpportunityKind.PLACEMENT, young_people=4, each=2, line_id=pledge.lines[0].id)
    talk = LineDetails(OpportunityKind.TALK, young_people=12, each=1)
    return Given(kind=AnswerKind.DIFFER, typed_name="Dana Price", lines=[line, talk])


def statuses() -> list[tuple[int, PledgeStatus]]:
    return [(each.number, each.status) for each in stored(Pledge)]


def test_a_yes_confirms_the_pledge_and_says_in_its_history_who_answered() -> None:
    link, pledge = sent()

    with committing():
        answer = give_answer(link, pledge, YES)

    assert answer is not None
    assert statuses() == [(1, PledgeStatus.CONFIRMED)]
    history = [each for each in stored(ChangeRecord) if each.entity == "pledge" and "status" in each.changes]
    assert [(each.actor, each.changes["status"]) for each in history][-1] == (
        "Dana Price of Alder Joinery",
        ["sent", "confirmed"],
    )


def test_a_no_declines_it_with_the_reason_and_what_they_said_besides() -> None:
    answered(Given(kind=AnswerKind.DECLINE, typed_name="Dana", reason="We are moving", detail="To Leek, in May"))

    (pledge,) = stored(Pledge)
    assert (pledge.status, pledge.ended_reason) == (PledgeStatus.DECLINED, "We are moving: To Leek, in May")


def test_a_no_without_a_reason_is_none() -> None:
    link, pledge = sent()

    with pytest.raises(Conflict, match="Select why"), committing():
        give_answer(link, pledge, Given(kind=AnswerKind.DECLINE, typed_name="Dana"))

    assert statuses() == [(1, PledgeStatus.SENT)]
    assert stored(EmployerLink)[0].used_at is None


def test_something_different_is_the_next_version_and_waits_for_an_officer() -> None:
    link, pledge = sent()

    with committing():
        answer = give_answer(link, pledge, something_different(pledge))

    assert statuses() == [(1, PledgeStatus.DECLINED), (2, PledgeStatus.OFFERED)]
    assert answer is not None
    placements, talks = with_lines(answer.offered_pledge_id).lines
    asked = with_lines(pledge.id).lines[0].id
    assert (placements.first_line_id, placements.young_people, placements.each) == (asked, 4, 2)
    assert (talks.first_line_id, talks.kind, talks.young_people) == (None, OpportunityKind.TALK, 12)
    assert len(stored(PledgeLine)) == 3
    assert db.session.get_one(Pledge, pledge.id).ended_reason == "The employer offered something different: version 2"


def test_a_line_the_employer_takes_out_is_not_part_of_what_it_offers() -> None:
    contact = a_contact()
    both = [PledgeLineFactory.build(young_people=10), PledgeLineFactory.build(kind=OpportunityKind.TALK)]
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact, lines=both)).link.id)
    only = LineDetails(OpportunityKind.TALK, young_people=12, each=1, line_id=pledge.lines[1].id)

    with committing():
        answer = give_answer(link, pledge, Given(kind=AnswerKind.DIFFER, typed_name="D", lines=[only]))

    assert answer is not None
    assert [line.kind for line in with_lines(answer.offered_pledge_id).lines] == [OpportunityKind.TALK]


def test_an_offer_that_cannot_be_changes_nothing_and_may_be_made_again() -> None:
    link, pledge = sent()

    with pytest.raises(Conflict, match="at least one line"), committing():
        give_answer(link, pledge, Given(kind=AnswerKind.DIFFER, typed_name="Dana"))

    assert statuses() == [(1, PledgeStatus.SENT)]
    with committing():
        assert give_answer(*link_and_pledge(link.id), YES) is not None


def test_what_is_offered_is_in_force_once_an_officer_accepts_it() -> None:
    link, pledge = sent()
    with committing():
        answer = give_answer(link, pledge, something_different(pledge))
    assert answer is not None

    with committing():
        accept_offer(with_lines(answer.offered_pledge_id), by=UserFactory.make(), on=clock.today())

    assert statuses() == [(1, PledgeStatus.DECLINED), (2, PledgeStatus.CONFIRMED)]
    assert [each.id for each in answers_about(answer.offered_pledge_id or 0)] == [answer.id]


def test_accepting_supersedes_what_was_in_force_before() -> None:
    contact = a_contact()
    before = PledgeFactory.make(employer=contact.employer, lines=[PledgeLineFactory.build()])
    link, pledge = link_and_pledge(a_link(contact, a_sent_pledge(contact, number=2)).link.id)
    with committing():
        answer = give_answer(link, pledge, something_different(pledge))
    assert answer is not None
    with committing():
        accept_offer(with_lines(answer.offered_pledge_id), by=UserFactory.make(), on=clock.today())

    assert statuses() == [(1, PledgeStatus.SUPERSEDED), (2, PledgeStatus.DECLINED), (3, PledgeStatus.CONFIRMED)]

    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert db.session.get_one(Pledge, before.id).status is PledgeStatus.CONFIRMED
    assert statuses()[1:] == [(2, PledgeStatus.DECLINED), (3, PledgeStatus.WITHDRAWN), (4, PledgeStatus.SENT)]


def test_what_is_offered_can_be_refused_with_a_reason() -> None:
    link, pledge = sent()
    with committing():
        answer = give_answer(link, pledge, something_different(pledge))
    assert answer is not None

    with committing():
        refuse_offer(with_lines(answer.offered_pledge_id), reason="Talks are full", on=clock.today())

    assert statuses() == [(1, PledgeStatus.DECLINED), (2, PledgeStatus.DECLINED)]


@pytest.mark.parametrize("status", [each for each in PledgeStatus if each is not PledgeStatus.OFFERED])
def test_only_what_is_on_offer_can_be_decided_about(status: PledgeStatus) -> None:
    contact = a_contact()
    pledge = a_sent_pledge(contact, status=status, confirmed_on=clock.today(), ended_reason="x")

    with pytest.raises(Conflict, match="so there is no offer"):
        accept_offer(pledge, by=UserFactory.make(), on=clock.today())
    with pytest.raises(Conflict, match="so there is no offer"):
        refuse_offer(pledge, reason="x", on=clock.today())


def test_a_second_answer_by_the_same_link_changes_nothing() -> None:
    link, pledge = sent()
    with committing():
        give_answer(link, pledge, YES)

    with committing():
        second = give_answer(*link_and_pledge(link.id), NO)

    assert second is None
    assert statuses() == [(1, PledgeStatus.CONFIRMED)]
    assert len(stored(PledgeAnswer)) == 1


def test_the_answer_of_one_closes_the_link_of_another() -> None:
    contact = a_contact()
    pledge = a_sent_pledge(contact)
    other = a_link(a_contact(contact.employer, name="Eve", email="eve@alder.example"), pledge)
    link, pledge = link_and_pledge(a_link(contact, pledge).link.id)
    assert live(other.minted.token, LinkPurpose.ANSWER) is not None

    with committing():
        give_answer(link, pledge, YES)

    assert live(other.minted.token, LinkPurpose.ANSWER) is None
    with committing():
        assert give_answer(*link_and_pledge(other.link.id), NO) is None


def test_nothing_is_answered_once_the_pledge_was_taken_back() -> None:
    link, pledge = sent()
    with committing():
        recall(with_lines(pledge.id))

    with committing():
        assert give_answer(*link_and_pledge(link.id), YES) is None

    assert statuses() == [(1, PledgeStatus.DRAFT)]


def test_a_confirmation_that_is_taken_back_no_longer_holds_and_the_same_is_asked_again() -> None:
    answer = answered()

    with committing():
        undone = undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert statuses() == [(1, PledgeStatus.WITHDRAWN), (2, PledgeStatus.SENT)]
    assert undone.issued is not None
    link = live(undone.issued.minted.token, LinkPurpose.ANSWER)
    assert link is not None
    assert [(line.young_people, line.each) for line in with_lines(link.pledge_id).lines] == [(10, 3)]


def test_a_no_that_is_taken_back_is_asked_again() -> None:
    answer = answered(NO)

    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=UserFactory.make())

    assert statuses() == [(1, PledgeStatus.DECLINED), (2, PledgeStatus.SENT)]


def test_an_offer_that_is_taken_back_is_no_longer_on_offer() -> None:
    link, pledge = sent()
    with committing():
        answer = give_answer(link, pledge, something_different(pledge))
    assert answer is not None

    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert statuses() == [(1, PledgeStatus.DECLINED), (2, PledgeStatus.WITHDRAWN), (3, PledgeStatus.SENT)]


def test_nothing_is_asked_again_where_an_officer_is_at_the_next_version_already() -> None:
    answer = answered()
    with committing():
        pledges.next_version(with_lines(answer.pledge_id), recorded_by=None)

    with committing():
        undone = undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert (undone.asked_again, undone.issued) == (None, None)
    assert statuses() == [(1, PledgeStatus.WITHDRAWN), (2, PledgeStatus.DRAFT)]


def test_an_answer_is_taken_back_once() -> None:
    answer = answered()
    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    with pytest.raises(Conflict, match="cannot be taken back any more"), committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert len(stored(Pledge)) == 2


def test_an_answer_stands_after_seven_days() -> None:
    answer = answered()
    with committing():
        db.session.get_one(PledgeAnswer, answer.id).answered_at = clock.now() - timedelta(days=7)

    with pytest.raises(Conflict, match="for 7 days"), committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert statuses() == [(1, PledgeStatus.CONFIRMED)]


def test_an_answer_stands_once_the_pledge_was_decided_in_another_way() -> None:
    answer = answered()
    with committing():
        pledges.withdraw(with_lines(answer.pledge_id), reason="Closed", on=clock.today())

    with pytest.raises(Conflict, match="is withdrawn, so it cannot be taken back"), committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert stored(PledgeAnswer)[0].undone_at is None


def test_after_undoing_neither_receipt_nor_undo_link_opens_anything() -> None:
    answer = answered()
    contact = a_contact(email="other@alder.example")
    with committing():
        pledge = db.session.get_one(Pledge, answer.pledge_id)
        tokens = {
            purpose: issue(purpose, contact, pledge=pledge).minted.token
            for purpose in (LinkPurpose.RECEIPT, LinkPurpose.UNDO)
        }

    with committing():
        undo_answer(db.session.get_one(PledgeAnswer, answer.id), by=None)

    assert [live(token, purpose) for purpose, token in tokens.items()] == [None, None]
