"""Writing the contact log and its next steps."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.interactions.models import (
    Channel,
    Direction,
    FollowUp,
    Interaction,
    InteractionContact,
    InteractionOfficer,
    Outcome,
)
from crm.interactions.services import (
    InteractionDetails,
    NextStep,
    add_follow_up,
    change_follow_up,
    complete_follow_up,
    edit_interaction,
    log_interaction,
    move_follow_up,
    reopen_follow_up,
)
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, FollowUpFactory, InteractionFactory, UserFactory

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SPOKE = InteractionDetails(Channel.CALL, TODAY, "Would take two in spring.")

pytestmark = pytest.mark.usefixtures("database")


def test_a_contact_is_logged_under_the_name_of_who_had_it() -> None:
    officer, contact = UserFactory.make(), ContactFactory.make()
    details = InteractionDetails(Channel.VISIT, date(2026, 11, 20), "Saw the workshop.", frozenset({contact.id}))

    log_interaction(contact.employer, details, by=officer, today=TODAY)
    db.session.commit()

    [entry] = stored(Interaction)
    assert (entry.logged_by_id, entry.channel) == (officer.id, Channel.VISIT)
    assert (entry.happened_on, entry.summary) == (date(2026, 11, 20), "Saw the workshop.")
    assert (entry.direction, entry.outcome) == (Direction.OUTGOING, None)
    assert [pair.contact_id for pair in stored(InteractionContact)] == [contact.id]
    assert [pair.user_id for pair in stored(InteractionOfficer)] == [officer.id]
    assert stored(FollowUp) == []


def test_a_contact_and_its_next_step_are_one_piece_of_work() -> None:
    officer, colleague, employer = UserFactory.make(), UserFactory.make(), EmployerFactory.make()
    step = NextStep("Send the pledge", date(2026, 12, 1), colleague.id)

    entry = log_interaction(employer, SPOKE, by=officer, today=TODAY, next_step=step)

    [follow_up] = db.session.query(FollowUp)
    assert (follow_up.employer_id, follow_up.interaction_id) == (employer.id, entry.id)
    assert (follow_up.what, follow_up.due_on, follow_up.owner_id) == ("Send the pledge", step.due_on, colleague.id)


def test_what_has_not_happened_yet_cannot_be_logged() -> None:
    tomorrow = InteractionDetails(Channel.CALL, date(2026, 11, 25), "Will ring.")

    with pytest.raises(Conflict, match="before it happens"):
        log_interaction(EmployerFactory.make(), tomorrow, by=UserFactory.make(), today=TODAY)


def test_several_contacts_and_several_officers_take_part() -> None:
    writer, colleague, employer = UserFactory.make(), UserFactory.make(), EmployerFactory.make()
    people = [ContactFactory.make(employer=employer), ContactFactory.make(employer=employer)]
    details = InteractionDetails(
        Channel.MEETING,
        TODAY,
        "Agreed the dates.",
        contact_ids=frozenset(each.id for each in people),
        officer_ids=frozenset({colleague.id}),
        direction=Direction.INCOMING,
        outcome=Outcome.AGREED,
    )

    entry = log_interaction(employer, details, by=writer, today=TODAY)

    assert {*entry.contacts} == {*people}
    assert (entry.officers, entry.logged_by_id) == ([colleague], writer.id)
    assert (entry.direction, entry.outcome) == (Direction.INCOMING, Outcome.AGREED)


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_only_colleagues_are_officers(role: Role) -> None:
    details = InteractionDetails(Channel.CALL, TODAY, "Spoke.", officer_ids=frozenset({UserFactory.make(role=role).id}))

    with pytest.raises(Conflict, match="Select colleagues"):
        log_interaction(EmployerFactory.make(), details, by=UserFactory.make(), today=TODAY)


def test_an_officer_who_has_left_still_took_part() -> None:
    gone = UserFactory.make(disabled_at=NOON)
    details = InteractionDetails(Channel.CALL, TODAY, "Spoke.", officer_ids=frozenset({gone.id}))

    assert log_interaction(EmployerFactory.make(), details, by=UserFactory.make(), today=TODAY).officers == [gone]


def test_the_database_lets_nobody_take_part_twice() -> None:
    entry = InteractionFactory.make()
    db.session.add(InteractionOfficer(interaction_id=entry.id, user_id=entry.logged_by_id))

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_who_took_part_can_be_put_right_and_raises_the_version() -> None:
    contact = ContactFactory.make(name="Dawn Alder")
    entry = InteractionFactory.make(employer=contact.employer)
    seen = entry.version
    same = InteractionDetails(
        entry.channel, entry.happened_on, entry.summary, frozenset({contact.id}), direction=entry.direction
    )

    edit_interaction(entry, same, seen=seen, today=TODAY)

    assert entry.contacts == [contact]
    assert entry.version == seen + 1
    last = db.session.query(ChangeRecord).filter_by(entity="interaction").order_by(ChangeRecord.id.desc()).first()
    assert last is not None
    assert last.changes == {"contacts": [None, "Dawn Alder"]}


def test_somebody_from_another_employer_is_no_contact() -> None:
    stranger = ContactFactory.make()
    details = InteractionDetails(Channel.CALL, TODAY, "Spoke.", frozenset({stranger.id}))

    with pytest.raises(Conflict, match="not a contact of this employer"):
        log_interaction(EmployerFactory.make(), details, by=UserFactory.make(), today=TODAY)


@pytest.mark.parametrize("unfit", [{"role": Role.PARTNER}, {"role": Role.PROVIDER}, {"disabled_at": NOON}])
def test_a_next_step_belongs_to_staff_who_can_sign_in(unfit: dict[str, object]) -> None:
    unable = UserFactory.make(**unfit)

    with pytest.raises(Conflict, match="Select a colleague"):
        add_follow_up(EmployerFactory.make(), NextStep("Ring", TODAY, unable.id))


def test_a_next_step_belongs_to_somebody() -> None:
    with pytest.raises(Conflict, match="Select a colleague"):
        add_follow_up(EmployerFactory.make(), NextStep("Ring", TODAY, 999_999))


def test_an_entry_can_be_put_right_and_its_history_says_so() -> None:
    entry = InteractionFactory.make(summary="Tow places.")

    edit_interaction(entry, InteractionDetails(Channel.EMAIL, TODAY, "Two places."), seen=entry.version, today=TODAY)

    assert (entry.channel, entry.happened_on, entry.summary) == (Channel.EMAIL, TODAY, "Two places.")
    last = db.session.query(ChangeRecord).filter_by(entity="interaction").order_by(ChangeRecord.id.desc()).first()
    assert last is not None
    assert last.changes["summary"] == ["Tow places.", "Two places."]
    assert (last.parent_entity, last.parent_id) == ("employer", entry.employer_id)


def test_an_entry_somebody_else_saved_meanwhile_is_left_as_they_saved_it() -> None:
    entry = InteractionFactory.make(summary="Theirs.")

    with pytest.raises(EditedMeanwhile):
        edit_interaction(entry, SPOKE, seen=entry.version - 1, today=TODAY)

    assert entry.summary == "Theirs."


def test_the_first_to_tick_a_next_step_off_did_it() -> None:
    first, second, step = UserFactory.make(), UserFactory.make(), FollowUpFactory.make()

    complete_follow_up(step, by=first, at=NOON)
    complete_follow_up(step, by=second, at=clock.now())

    assert (step.done_at, step.done_by_id) == (NOON, first.id)


def test_a_tick_can_be_undone() -> None:
    step = FollowUpFactory.make()
    complete_follow_up(step, by=step.owner, at=NOON)

    reopen_follow_up(step)

    assert (step.done_at, step.done_by_id) == (None, None)


def test_a_next_step_can_be_moved() -> None:
    step = FollowUpFactory.make()

    move_follow_up(step, date(2026, 12, 24))

    assert step.due_on == date(2026, 12, 24)


def test_a_next_step_can_be_reworded_and_handed_over() -> None:
    step, colleague = FollowUpFactory.make(), UserFactory.make()

    change_follow_up(step, NextStep("Visit", date(2026, 12, 2), colleague.id), seen=step.version)

    assert (step.what, step.due_on, step.owner_id) == ("Visit", date(2026, 12, 2), colleague.id)


def test_a_next_step_keeps_an_owner_who_has_left_until_somebody_takes_it_over() -> None:
    gone = UserFactory.make(disabled_at=NOON)
    step = FollowUpFactory.make(owner=gone)

    change_follow_up(step, NextStep("Visit", TODAY, gone.id), seen=step.version)

    assert step.what == "Visit"


def test_a_next_step_somebody_else_changed_meanwhile_is_left_as_it_is() -> None:
    step = FollowUpFactory.make()

    with pytest.raises(EditedMeanwhile):
        change_follow_up(step, NextStep("Visit", TODAY, step.owner_id), seen=step.version - 1)


def test_what_is_done_is_neither_moved_nor_changed() -> None:
    step = FollowUpFactory.make()
    complete_follow_up(step, by=step.owner, at=NOON)

    with pytest.raises(Conflict, match="done already"):
        move_follow_up(step, TODAY)
    with pytest.raises(Conflict, match="done already"):
        change_follow_up(step, NextStep("Visit", TODAY, step.owner_id), seen=step.version)
