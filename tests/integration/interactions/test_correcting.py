"""Entries are edited freely for a day, and corrected visibly afterwards."""

from datetime import datetime, timedelta

import pytest

from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.interactions.models import Channel, Interaction, InteractionCorrection, Outcome
from crm.interactions.queries.corrections import corrections_of
from crm.interactions.queries.log import get_interaction, log_of
from crm.interactions.services import Correcting, InteractionDetails, correct_interaction, remove_interaction
from tests.conftest import CarefulClient, stored
from tests.factories import ContactFactory, InteractionFactory, UserFactory
from tests.integration.interactions.conftest import TODAY
from tests.support.forms import post

pytestmark = pytest.mark.usefixtures("database")

HOUR = timedelta(hours=1)


def entry_of(noon: datetime, hours_ago: int, **given: object) -> Interaction:
    return InteractionFactory.make(created_at=noon - hours_ago * HOUR, **given)


def same(entry: Interaction, **others: object) -> InteractionDetails:
    """What an entry says, but for what is given."""
    said: dict[str, object] = {
        "channel": entry.channel,
        "happened_on": entry.happened_on,
        "summary": entry.summary,
        "officer_ids": frozenset(each.id for each in entry.officers),
        "direction": entry.direction,
        "outcome": entry.outcome,
    }
    return InteractionDetails(**(said | others))  # type: ignore[arg-type]  # each as it was


# Services -----------------------------------------------------------------------------------------------------------


def test_a_correction_keeps_what_was_said_before_with_who_when_and_why(noon: datetime) -> None:
    contact, manager = ContactFactory.make(name="Dawn Alder"), UserFactory.make(role=Role.MANAGER)
    entry = entry_of(noon, 48, employer=contact.employer, summary="Tow places")
    details = same(entry, summary="Two places", outcome=Outcome.AGREED, contact_ids=frozenset({contact.id}))

    correct_interaction(entry, details, Correcting(manager, noon, "A slip"), seen=entry.version, today=TODAY)

    [correction] = corrections_of(entry.id)
    assert (correction.corrected_by, correction.corrected_at, correction.reason) == (manager, noon, "A slip")
    assert correction.before == {"summary": "Tow places", "outcome": "", "contacts": ""}
    assert correction.after == {"summary": "Two places", "outcome": "Agreed", "contacts": "Dawn Alder"}
    assert stored_change().reason == "A slip"


def stored_change() -> ChangeRecord:
    change = db.session.query(ChangeRecord).filter_by(entity="interaction").order_by(ChangeRecord.id.desc()).first()
    assert change is not None
    return change


def test_a_correction_that_changes_nothing_is_refused(noon: datetime) -> None:
    entry = entry_of(noon, 48)

    with pytest.raises(Conflict, match="Nothing differs"):
        correct_interaction(
            entry, same(entry), Correcting(entry.logged_by, noon, "Why"), seen=entry.version, today=TODAY
        )

    assert corrections_of(entry.id) == []


def test_an_entry_somebody_else_saved_meanwhile_is_not_corrected(noon: datetime) -> None:
    entry = entry_of(noon, 48)

    with pytest.raises(EditedMeanwhile):
        correct_interaction(
            entry, same(entry, summary="New"), Correcting(entry.logged_by, noon, "Why"), seen=0, today=TODAY
        )


def test_the_latest_correction_comes_first(noon: datetime) -> None:
    entry = entry_of(noon, 48)
    for word in ("One", "Two"):
        correct_interaction(
            entry,
            same(entry, summary=word),
            Correcting(entry.logged_by, noon, f"Because of {word}"),
            seen=entry.version,
            today=TODAY,
        )

    assert [each.before["summary"] for each in corrections_of(entry.id)] == ["One", "Spoke about placements."]


def test_lists_say_that_an_entry_was_corrected(noon: datetime) -> None:
    entry = entry_of(noon, 48)
    other = InteractionFactory.make(employer=entry.employer)
    correct_interaction(
        entry, same(entry, summary="New"), Correcting(entry.logged_by, noon, "Why"), seen=entry.version, today=TODAY
    )

    rows = log_of(entry.employer_id, viewer=entry.logged_by)

    assert {row.id: row.corrected for row in rows} == {entry.id: True, other.id: False}


def test_an_entry_that_is_removed_takes_its_corrections_with_it(noon: datetime) -> None:
    entry = entry_of(noon, 48)
    correct_interaction(
        entry, same(entry, summary="New"), Correcting(entry.logged_by, noon, "Why"), seen=entry.version, today=TODAY
    )

    remove_interaction(get_interaction(entry.id, viewer=entry.logged_by))
    db.session.commit()

    assert stored(InteractionCorrection) == stored(Interaction) == []


# Pages --------------------------------------------------------------------------------------------------------------


def answers(entry: Interaction, **others: object) -> dict[str, object]:
    return {
        "channel": "call",
        "direction": "outgoing",
        "outcome": "",
        "happened_on": "2 11 2026",
        "summary": "Two places",
        "version": entry.version,
    } | others


def test_its_writer_edits_an_entry_freely_for_a_day(client: CarefulClient, noon: datetime) -> None:
    me = client.sign_in(UserFactory.make())
    entry = entry_of(noon, 23, logged_by=me)
    address = f"/contact-log/{entry.id}/edit"

    assert "Why is it corrected?" not in client.get(address).text
    post(client, address, **answers(entry))

    assert [each.summary for each in stored(Interaction)] == ["Two places"]
    assert stored(InteractionCorrection) == []


@pytest.mark.parametrize(("role", "writes", "hours"), [(Role.OFFICER, True, 24), (Role.MANAGER, False, 1)])
def test_afterwards_and_for_managers_a_correction_has_a_reason_and_stays_visible(
    client: CarefulClient, noon: datetime, role: Role, writes: bool, hours: int
) -> None:
    me = client.sign_in(UserFactory.make(role=role, name="Ada Birch"))
    entry = entry_of(noon, hours, logged_by=me if writes else UserFactory.make(), summary="Tow places")
    address, entry_id = f"/contact-log/{entry.id}", entry.id

    assert "Why is it corrected?" in client.get(f"{address}/edit").text
    refused = post(client, f"{address}/edit", **answers(entry, reason=""))
    assert "Enter why it is corrected" in refused.text
    answer = post(client, f"{address}/edit", **answers(db.session.get_one(Interaction, entry_id), reason="A slip"))

    assert answer.location == address
    page = " ".join(client.get(address).text.split())
    assert "Corrected by Ada Birch</strong>" in page
    assert ": A slip</p>" in page
    assert "<del>Tow places</del>" in page
    assert "<ins>Two places</ins>" in page
    assert "corrected" in client.get(f"/employers/{db.session.get_one(Interaction, entry_id).employer_id}").text


def test_a_correction_that_changes_nothing_says_so_and_keeps_the_reason(client: CarefulClient, noon: datetime) -> None:
    me = client.sign_in(UserFactory.make())
    entry = entry_of(noon, 48, logged_by=me, channel=Channel.CALL, summary="Two places")

    page = post(client, f"/contact-log/{entry.id}/edit", **answers(entry, reason="A slip")).text

    assert "Nothing differs from what is saved." in page
    assert 'value="A slip"' in page


def test_the_loser_of_two_corrections_sees_both_and_keeps_the_reason(client: CarefulClient, noon: datetime) -> None:
    me = client.sign_in(UserFactory.make())
    entry = entry_of(noon, 48, logged_by=me)
    address, mine = f"/contact-log/{entry.id}/edit", answers(entry, summary="Mine", reason="My reason")
    post(client, address, **answers(entry, summary="Theirs", reason="Their reason"))

    page = post(client, address, **mine).text

    assert "saved this while you were editing" in page
    assert "Theirs" in page
    assert 'value="My reason"' in page
    assert "Why is it corrected?</th>" not in page
