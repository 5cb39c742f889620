from collections.abc import Callable
from datetime import date

import pytest

from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.pledges import services
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.pledges.offers import recall
from crm.pledges.services import PledgeDetails
from crm.reference.academic_years import AcademicYear
from tests.conftest import stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    UserFactory,
)

YEAR = AcademicYear("2026/27")
A_DAY = date(2026, 10, 5)
A_LATER_DAY = date(2026, 11, 2)

pytestmark = pytest.mark.usefixtures("database")


def details(*lines: LineDetails, **changes: object) -> PledgeDetails:
    given: dict[str, object] = {"academic_year": YEAR, "lines": lines or (LineDetails(OpportunityKind.PLACEMENT, 10),)}
    return PledgeDetails(**(given | changes))  # type: ignore[arg-type]  # a test's shorthand


def a_pledge(status: PledgeStatus, **given: object) -> Pledge:
    given.setdefault("lines", [PledgeLineFactory.build(young_people=10)])
    if status in {PledgeStatus.DECLINED, PledgeStatus.WITHDRAWN}:
        given["ended_reason"] = "Because"
    return PledgeFactory.make(status=status, **given)


def test_a_promise_is_written_down_as_a_draft_for_the_whole_year() -> None:
    employer, officer = EmployerFactory.make(), UserFactory.make()
    signatory = ContactFactory.make(employer=employer)

    pledge = services.record_pledge(employer, details(signatory=signatory, note="By phone"), officer)

    assert (pledge.number, pledge.status, pledge.signatory_id) == (1, PledgeStatus.DRAFT, signatory.id)
    assert pledge.recorded_by is officer
    [line] = pledge.lines
    assert (line.young_people, line.each, line.promised) == (10, 3, 30)
    assert (line.window_starts_on, line.window_ends_on) == (date(2026, 9, 1), date(2027, 8, 31))


def test_a_number_that_is_not_known_promises_nothing_yet() -> None:
    pledge = services.record_pledge(EmployerFactory.make(), details(LineDetails(OpportunityKind.TALK)), None)

    assert pledge.lines[0].promised == 0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (LineDetails(OpportunityKind.TALK, 1, starts_on=date(2026, 8, 31)), "inside the academic year 2026/27"),
        (LineDetails(OpportunityKind.TALK, 1, ends_on=date(2027, 9, 1)), "inside the academic year 2026/27"),
        (
            LineDetails(OpportunityKind.TALK, 1, starts_on=date(2027, 2, 1), ends_on=date(2027, 1, 1)),
            "last day must not be before its first",
        ),
        (LineDetails(OpportunityKind.TALK, 0), "between 1 and 10,000"),
        (LineDetails(OpportunityKind.TALK, 10_001), "between 1 and 10,000"),
        (LineDetails(OpportunityKind.TALK, 1, 0), "between 1 and 100"),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_a_sentence(line: LineDetails, complaint: str) -> None:
    with pytest.raises(Conflict, match=complaint):
        services.record_pledge(EmployerFactory.make(), details(line), None)


def test_a_pledge_needs_a_line() -> None:
    with pytest.raises(Conflict, match="at least one line"):
        services.record_pledge(EmployerFactory.make(), PledgeDetails(YEAR, ()), None)


def test_somebody_from_another_employer_cannot_sign() -> None:
    with pytest.raises(Conflict, match="contact of this employer"):
        services.record_pledge(EmployerFactory.make(), details(signatory=ContactFactory.make()), None)


def test_an_archived_employer_promises_nothing() -> None:
    employer = EmployerFactory.make(archived_at=clock.now(), archived_reason="Closed")

    with pytest.raises(Conflict, match="archived"):
        services.record_pledge(employer, details(), None)


@pytest.mark.parametrize("status", [PledgeStatus.DRAFT, PledgeStatus.SENT, PledgeStatus.CONFIRMED])
def test_a_second_pledge_for_the_year_is_refused_while_one_is_alive(status: PledgeStatus) -> None:
    pledge = a_pledge(status)

    with pytest.raises(Conflict, match="This employer has a"):
        services.record_pledge(pledge.employer, details(), None)


@pytest.mark.parametrize("status", [PledgeStatus.DECLINED, PledgeStatus.WITHDRAWN])
def test_after_no_an_employer_may_still_say_yes(status: PledgeStatus) -> None:
    pledge = a_pledge(status)

    second = services.record_pledge(pledge.employer, details(), None)

    assert (second.number, second.status) == (2, PledgeStatus.DRAFT)


def test_changing_a_draft_keeps_the_lines_that_are_named_and_their_history() -> None:
    pledge = a_pledge(PledgeStatus.DRAFT, lines=[PledgeLineFactory.build(), PledgeLineFactory.build()])
    kept, removed = (line.id for line in pledge.lines)
    version = pledge.version

    services.change_pledge(
        pledge,
        details(LineDetails(OpportunityKind.PLACEMENT, 7, line_id=kept), LineDetails(OpportunityKind.TALK, 15, 2)),
        seen_version=version,
    )
    db.session.commit()

    assert [(line.young_people, line.each) for line in stored(PledgeLine)] == [(7, 3), (15, 2)]
    assert stored(PledgeLine)[0].id == kept
    records = [(record.entity_id, record.action.value) for record in stored(ChangeRecord) if record.parent_id]
    assert (removed, "removed") in records


def test_an_edit_of_lines_alone_is_noticed_by_the_next_editor() -> None:
    pledge = a_pledge(PledgeStatus.DRAFT)
    seen = pledge.version
    services.change_pledge(pledge, details(LineDetails(OpportunityKind.TALK, 5)), seen_version=seen)

    with pytest.raises(EditedMeanwhile):
        services.change_pledge(pledge, details(LineDetails(OpportunityKind.TALK, 6)), seen_version=seen)


def test_a_pledge_stays_in_its_year() -> None:
    with pytest.raises(Conflict, match="stays in its academic year"):
        services.change_pledge(a_pledge(PledgeStatus.DRAFT), details(academic_year=YEAR.next))


def test_a_line_with_places_cannot_be_removed() -> None:
    pledge = a_pledge(PledgeStatus.DRAFT)
    PlaceFactory.make(pledge_line=pledge.lines[0])

    with pytest.raises(Conflict, match="Places are linked to a line you removed"):
        services.change_pledge(pledge, details(LineDetails(OpportunityKind.TALK, 5)))


def test_a_draft_can_be_discarded_and_leaves_its_history() -> None:
    pledge = a_pledge(PledgeStatus.DRAFT)

    services.discard_draft(pledge)
    db.session.commit()

    assert stored(Pledge) == stored(PledgeLine) == []
    assert "removed" in {record.action.value for record in stored(ChangeRecord) if record.entity == "pledge"}


def test_a_draft_with_places_cannot_be_discarded() -> None:
    pledge = a_pledge(PledgeStatus.DRAFT)
    PlaceFactory.make(pledge_line=pledge.lines[0])

    with pytest.raises(Conflict, match="Places are linked to this draft"):
        services.discard_draft(pledge)


def test_a_pledge_is_sent_then_confirmed() -> None:
    pledge = a_pledge(PledgeStatus.DRAFT, confirmed_on=None)

    services.mark_sent(pledge, A_DAY)
    services.confirm(pledge, A_LATER_DAY)

    assert (pledge.status, pledge.sent_on, pledge.confirmed_on) == (PledgeStatus.CONFIRMED, A_DAY, A_LATER_DAY)


def test_a_pledge_that_was_sent_can_be_declined_with_a_reason() -> None:
    pledge = a_pledge(PledgeStatus.SENT, sent_on=A_DAY)

    services.decline(pledge, reason=" Too busy ", on=A_LATER_DAY)

    assert (pledge.status, pledge.ended_reason, pledge.ended_on) == (PledgeStatus.DECLINED, "Too busy", A_LATER_DAY)


def test_a_confirmed_pledge_can_be_withdrawn_with_a_reason() -> None:
    pledge = a_pledge(PledgeStatus.CONFIRMED, confirmed_on=A_DAY)

    services.withdraw(pledge, reason="Moving away", on=A_LATER_DAY)

    assert (pledge.status, pledge.ended_reason) == (PledgeStatus.WITHDRAWN, "Moving away")


TRANSITIONS: dict[str, tuple[Callable[[Pledge], object], frozenset[PledgeStatus]]] = {
    "change": (
        lambda pledge: services.change_pledge(pledge, details()),
        frozenset({PledgeStatus.DRAFT, PledgeStatus.SENT}),
    ),
    "discard": (services.discard_draft, frozenset({PledgeStatus.DRAFT})),
    "send": (lambda pledge: services.mark_sent(pledge, A_DAY), frozenset({PledgeStatus.DRAFT})),
    "confirm": (
        lambda pledge: services.confirm(pledge, A_DAY),
        frozenset({PledgeStatus.SENT, PledgeStatus.OFFERED}),
    ),
    "decline": (
        lambda pledge: services.decline(pledge, reason="No", on=A_DAY),
        frozenset({PledgeStatus.SENT, PledgeStatus.OFFERED}),
    ),
    "recall": (recall, frozenset({PledgeStatus.SENT})),
    "withdraw": (
        lambda pledge: services.withdraw(pledge, reason="No", on=A_DAY),
        frozenset({PledgeStatus.CONFIRMED}),
    ),
    "next": (
        lambda pledge: services.next_version(pledge, recorded_by=None),
        frozenset({PledgeStatus.CONFIRMED}),
    ),
}


@pytest.mark.parametrize("name", TRANSITIONS)
@pytest.mark.parametrize("status", PledgeStatus)
def test_every_other_change_of_state_is_refused_in_a_sentence(name: str, status: PledgeStatus) -> None:
    change, allowed = TRANSITIONS[name]
    pledge = a_pledge(status)

    if status in allowed:
        change(pledge)
        return
    with pytest.raises(Conflict, match=r"^This pledge is .+, so it cannot be .+\.$"):
        change(pledge)


@pytest.mark.parametrize(
    ("status", "change", "complaint"),
    [
        (PledgeStatus.SENT, services.confirm, "before the pledge was sent"),
        (
            PledgeStatus.SENT,
            lambda pledge, on: services.decline(pledge, reason="No", on=on),
            "before the pledge was sent",
        ),
        (
            PledgeStatus.CONFIRMED,
            lambda pledge, on: services.withdraw(pledge, reason="No", on=on),
            "before it was confirmed",
        ),
    ],
)
def test_answers_come_after_questions(
    status: PledgeStatus, change: Callable[[Pledge, date], None], complaint: str
) -> None:
    pledge = a_pledge(status, sent_on=A_LATER_DAY, confirmed_on=A_LATER_DAY)

    with pytest.raises(Conflict, match=f"{complaint}, on 2 November 2026"):
        change(pledge, A_DAY)


@pytest.mark.parametrize("end", [services.decline, services.withdraw])
def test_an_end_needs_a_reason(end: Callable[..., None]) -> None:
    pledge = a_pledge(PledgeStatus.SENT if end is services.decline else PledgeStatus.CONFIRMED)

    with pytest.raises(Conflict, match="Enter the reason"):
        end(pledge, reason=" ", on=A_LATER_DAY)


def test_the_next_version_continues_the_lines_of_the_one_in_force() -> None:
    first = a_pledge(PledgeStatus.CONFIRMED, note="As agreed")

    second = services.next_version(first, recorded_by=None)
    services.mark_sent(second, A_DAY)
    services.confirm(second, A_DAY)
    third = services.next_version(second, recorded_by=None)

    root = first.lines[0].id
    assert [second.lines[0].root_id, third.lines[0].root_id] == [root, root]
    assert (third.number, third.note, third.lines[0].promised) == (3, "As agreed", 30)
    assert (first.status, first.ended_on, second.status) == (PledgeStatus.SUPERSEDED, A_DAY, PledgeStatus.CONFIRMED)


def test_only_one_next_version_is_worked_on_at_a_time() -> None:
    first = a_pledge(PledgeStatus.CONFIRMED)
    services.next_version(first, recorded_by=None)

    with pytest.raises(Conflict, match="still a draft"):
        services.next_version(first, recorded_by=None)


def test_a_declined_version_leaves_the_one_before_in_force() -> None:
    first = a_pledge(PledgeStatus.CONFIRMED)
    second = services.next_version(first, recorded_by=None)
    services.mark_sent(second, A_DAY)

    services.decline(second, reason="Ten was enough", on=A_DAY)

    assert first.status is PledgeStatus.CONFIRMED
