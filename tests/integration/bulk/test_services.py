"""Changing many employers: what a preview promises, what is done, what an undo puts back."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.audit.queries import history_of
from crm.bulk import queries, services
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, BulkStatus, ItemState
from crm.bulk.services import BulkDetails
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.employers.models import Employer
from crm.employers.queries import get_employer
from crm.employers.services import archive_employer, mark_with
from crm.reference.models import Tag
from tests.conftest import stored
from tests.factories import EmployerFactory, TagFactory, UserFactory

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ARCHIVED = {"archived_at": NOW, "archived_reason": "Closed"}


@pytest.fixture
def officer(database: None) -> User:
    return UserFactory.make(name="Priya")


def prepared(officer: User, employers: Sequence[Employer], action: BulkAction, **details: object) -> BulkChange:
    return services.prepare(
        BulkDetails(action=action, **details),  # type: ignore[arg-type]  # what each test needs
        [employer.id for employer in employers],
        by=officer,
        today=TODAY,
    )


def states(change: BulkChange) -> list[ItemState]:
    rows = db.session.query(BulkChangeItem).where(BulkChangeItem.bulk_change_id == change.id)
    return [item.state for item in rows.order_by(BulkChangeItem.position)]


def done(change: BulkChange) -> BulkChange:
    with committing():
        services.carry_out(change, version=change.version, by=db.session.get_one(User, change.made_by_id), at=NOW)
    return change


def undone(change: BulkChange, officer: User, at: datetime = NOW) -> None:
    with committing():
        services.undo(change, by=officer, at=at)


def tags_of(employer: Employer, viewer: User) -> list[str]:
    return [tag.name for tag in get_employer(employer.id, viewer=viewer).tags]


def test_a_preview_says_who_changes_who_is_so_already_and_who_cannot_and_changes_nothing(officer: User) -> None:
    others, mine = EmployerFactory.make(owner=UserFactory.make(name="Tobi")), EmployerFactory.make(owner=officer)
    nobodys, gone = EmployerFactory.make(), EmployerFactory.make(**ARCHIVED)

    change = prepared(officer, [others, mine, nobodys, gone], BulkAction.ASSIGN, new_owner_id=officer.id)
    db.session.commit()

    assert states(change) == [ItemState.WILL, ItemState.ALREADY, ItemState.WILL, ItemState.CANNOT]
    assert [item.why for item in stored(BulkChangeItem)] == ["Now with Tobi", None, "Nobody’s yet", "It is archived"]
    assert [employer.owner_id == officer.id for employer in stored(Employer)] == [False, True, False, False]


def test_assigning_changes_the_owner_says_so_in_each_history_and_is_undone(officer: User) -> None:
    tobi = UserFactory.make(name="Tobi")
    first, second = EmployerFactory.make(owner=tobi), EmployerFactory.make()
    change = done(prepared(officer, [first, second], BulkAction.ASSIGN, new_owner_id=officer.id))

    assert [employer.owner_id for employer in stored(Employer)] == [officer.id, officer.id]
    assert history_of("employer", first.id)[0].reason == f"Bulk change {change.id}"
    assert history_of("employer", first.id)[0].changes == {"owner_id": [tobi.id, officer.id]}

    undone(change, officer)

    assert [employer.owner_id for employer in stored(Employer)] == [tobi.id, None]
    assert history_of("employer", first.id)[0].reason == f"Bulk change {change.id} undone"
    assert stored(BulkChange)[0].status is BulkStatus.UNDONE


def test_a_tag_nobody_used_before_is_made_when_the_change_is_done_and_stays_after_the_undo(officer: User) -> None:
    old = TagFactory.make(name="Roundtable")
    plain, marked = EmployerFactory.make(tags=[]), EmployerFactory.make(tags=[old])
    change = prepared(officer, [plain, marked], BulkAction.ADD_TAG, tag_name="Newsletter")
    db.session.commit()
    assert [tag.name for tag in stored(Tag)] == ["Roundtable"]

    done(change)

    assert (tags_of(plain, officer), tags_of(marked, officer)) == (["Newsletter"], ["Roundtable", "Newsletter"])
    assert history_of("employer", marked.id)[0].changes == {"tags": ["Roundtable", "Newsletter, Roundtable"]}
    undone(change, officer)
    assert (tags_of(plain, officer), tags_of(marked, officer)) == ([], ["Roundtable"])
    assert [tag.name for tag in stored(Tag)] == ["Roundtable", "Newsletter"]


def test_a_tag_is_found_however_it_is_typed_and_taken_away_only_where_it_is(officer: User) -> None:
    tag = TagFactory.make(name="Newsletter")
    marked, plain = EmployerFactory.make(tags=[tag]), EmployerFactory.make(tags=[])
    gone = EmployerFactory.make(tags=[tag], **ARCHIVED)

    again = prepared(officer, [marked, plain, gone], BulkAction.ADD_TAG, tag_name="newsLETTER")
    away = prepared(officer, [marked, plain, gone], BulkAction.REMOVE_TAG, tag_name="newsletter")
    assert states(again) == [ItemState.ALREADY, ItemState.WILL, ItemState.CANNOT]
    assert states(away) == [ItemState.WILL, ItemState.ALREADY, ItemState.CANNOT]

    done(away)
    assert tags_of(marked, officer) == []
    undone(away, officer)
    assert tags_of(marked, officer) == ["Newsletter"]
    assert len(stored(Tag)) == 1


def test_a_tag_that_was_renamed_after_the_preview_is_not_taken_away(officer: User) -> None:
    tag = TagFactory.make(name="Newsletter")
    change = prepared(officer, [EmployerFactory.make(tags=[tag])], BulkAction.REMOVE_TAG, tag_name="Newsletter")
    tag.name = "Bulletin"
    db.session.commit()

    with pytest.raises(Conflict, match="no tag called Newsletter"):
        done(change)


def test_archiving_and_restoring_in_bulk_are_undone_with_reason_and_day(officer: User) -> None:
    here, gone = EmployerFactory.make(), EmployerFactory.make(**ARCHIVED)

    archiving = done(prepared(officer, [here, gone], BulkAction.ARCHIVE, reason="Left the city"))
    assert states(archiving) == [ItemState.CHANGED, ItemState.ALREADY]
    assert [employer.archived_reason for employer in stored(Employer)] == ["Left the city", "Closed"]
    undone(archiving, officer)
    restoring = done(prepared(officer, [here, gone], BulkAction.RESTORE))
    assert states(restoring) == [ItemState.ALREADY, ItemState.CHANGED]
    assert [employer.is_archived for employer in stored(Employer)] == [False, False]
    undone(restoring, officer)

    assert [(each.archived_at, each.archived_reason) for each in stored(Employer)] == [(None, None), (NOW, "Closed")]


def test_who_was_edited_between_preview_and_confirmation_is_reported_and_left_alone(officer: User) -> None:
    edited, quiet = EmployerFactory.make(), EmployerFactory.make()
    change = prepared(officer, [edited, quiet], BulkAction.ASSIGN, new_owner_id=officer.id)
    edited.phone = "+441632960001"
    db.session.commit()

    done(change)

    assert states(change) == [ItemState.MEANWHILE, ItemState.CHANGED]
    assert [employer.owner_id for employer in stored(Employer)] == [None, officer.id]


def test_an_undo_takes_back_its_own_change_though_something_else_was_edited_since(officer: User) -> None:
    edited = EmployerFactory.make()
    change = done(prepared(officer, [edited], BulkAction.ASSIGN, new_owner_id=officer.id))
    db.session.get_one(Employer, edited.id).phone = "+441632960001"
    db.session.commit()

    undone(change, officer)

    assert states(change) == [ItemState.UNDONE]
    assert [(each.owner_id, each.phone) for each in stored(Employer)] == [(None, "+441632960001")]


def test_an_undo_leaves_alone_and_names_whom_somebody_gave_to_another_since(officer: User) -> None:
    given, quiet, tobi = EmployerFactory.make(), EmployerFactory.make(), UserFactory.make(name="Tobi")
    change = done(prepared(officer, [given, quiet], BulkAction.ASSIGN, new_owner_id=officer.id))
    db.session.get_one(Employer, given.id).owner_id = tobi.id
    db.session.commit()

    undone(change, officer)

    assert states(change) == [ItemState.KEPT, ItemState.UNDONE]
    assert [each.owner_id for each in stored(Employer)] == [tobi.id, None]


@pytest.mark.parametrize("action", [BulkAction.ADD_TAG, BulkAction.REMOVE_TAG])
def test_an_undo_leaves_tags_alone_that_somebody_set_right_since(officer: User, action: BulkAction) -> None:
    green = TagFactory.make(name="Green")
    employer = EmployerFactory.make()
    if action is BulkAction.REMOVE_TAG:
        done(prepared(officer, [employer], BulkAction.ADD_TAG, tag_name="Green"))
    change = done(prepared(officer, [employer], action, tag_name="Green"))
    with committing():
        by_hand = get_employer(employer.id, viewer=officer)
        mark_with(by_hand, [] if action is BulkAction.ADD_TAG else [db.session.get_one(Tag, green.id)])
    now = tags_of(employer, officer)

    undone(change, officer)

    assert states(change) == [ItemState.KEPT]
    assert tags_of(employer, officer) == now


def test_an_undo_opens_no_employer_that_was_archived_again_or_merged_since(officer: User) -> None:
    again, merged, survivor = (EmployerFactory.make() for _ in range(3))
    change = done(prepared(officer, [again, merged], BulkAction.ARCHIVE, reason="Closed"))
    db.session.get_one(Employer, again.id).archived_reason = "Asked us to stop"
    db.session.get_one(Employer, merged.id).merged_into_id = survivor.id
    db.session.commit()

    undone(change, officer)

    assert states(change) == [ItemState.KEPT, ItemState.KEPT]
    assert [each.is_archived for each in stored(Employer)] == [True, True, False]


def test_an_undo_leaves_alone_who_was_archived_after_a_change_restored_them(officer: User) -> None:
    employer = EmployerFactory.make(**ARCHIVED)
    change = done(prepared(officer, [employer], BulkAction.RESTORE))
    with committing():
        archive_employer(db.session.get_one(Employer, employer.id), reason="Asked us to stop", at=NOW)

    undone(change, officer)

    assert states(change) == [ItemState.KEPT]
    assert [each.archived_reason for each in stored(Employer)] == ["Asked us to stop"]


def test_nothing_is_done_twice_or_from_another_preview(officer: User) -> None:
    change = prepared(officer, [EmployerFactory.make()], BulkAction.ASSIGN, new_owner_id=officer.id)
    db.session.commit()
    with pytest.raises(EditedMeanwhile):
        services.carry_out(change, version=99, by=officer, at=NOW)
    db.session.rollback()
    with pytest.raises(Conflict, match="nothing to undo"):
        undone(change, officer)

    done(change)

    with pytest.raises(Conflict, match="carried out already"):
        done(change)
    with pytest.raises(Conflict, match="undo it instead"):
        services.discard(change)
    undone(change, officer)
    with pytest.raises(Conflict, match="nothing to undo"):
        undone(change, officer)


def test_a_change_can_be_undone_for_thirty_days(officer: User) -> None:
    change = done(prepared(officer, [EmployerFactory.make()], BulkAction.ASSIGN, new_owner_id=officer.id))

    with pytest.raises(Conflict, match="more than 30 days old"):
        undone(change, officer, NOW + timedelta(days=30, seconds=1))
    undone(change, officer, NOW + timedelta(days=30))

    assert stored(Employer)[0].owner_id is None


def test_employers_are_given_to_nobody_who_has_left(officer: User) -> None:
    leaver = UserFactory.make(name="Lena")
    change = prepared(officer, [EmployerFactory.make()], BulkAction.ASSIGN, new_owner_id=leaver.id)
    leaver.disabled_at = NOW
    db.session.commit()

    with pytest.raises(Conflict, match="Lena can no longer own employers"):
        done(change)


def test_employers_can_be_taken_from_everybody(officer: User) -> None:
    done(prepared(officer, [EmployerFactory.make(owner=officer)], BulkAction.ASSIGN))

    assert stored(Employer)[0].owner_id is None


def test_none_and_too_many_are_refused(officer: User) -> None:
    with pytest.raises(Conflict, match="Select at least one employer"):
        prepared(officer, [], BulkAction.RESTORE)
    with pytest.raises(Conflict, match=r"5,001 employers are too many .* Narrow the list to 5,000"):
        services.prepare(BulkDetails(action=BulkAction.RESTORE), range(5_001), by=officer, today=TODAY)


def test_more_than_one_piece_is_one_change(officer: User) -> None:
    employers = [EmployerFactory.make() for _ in range(501)]
    change = done(prepared(officer, employers, BulkAction.ASSIGN, new_owner_id=officer.id))
    assert {employer.owner_id for employer in stored(Employer)} == {officer.id}

    undone(change, officer)

    assert {employer.owner_id for employer in stored(Employer)} == {None}


def test_a_preview_is_thrown_away_or_forgotten_after_a_day_a_change_stays(officer: User) -> None:
    employer = EmployerFactory.make()
    unwanted, old = (prepared(officer, [employer], BulkAction.ARCHIVE, reason=f"{n}") for n in (1, 2))
    kept = done(prepared(officer, [employer], BulkAction.ASSIGN, new_owner_id=officer.id))
    old.created_at = kept.created_at = NOW - timedelta(days=1, minutes=1)

    services.discard(unwanted)
    forgotten = services.forget_old(NOW)
    db.session.commit()

    assert forgotten == 1
    assert [change.id for change in stored(BulkChange)] == [kept.id]
    assert {item.bulk_change_id for item in stored(BulkChangeItem)} == {kept.id}


def test_an_employer_that_was_merged_into_another_is_left_out(officer: User) -> None:
    survivor = EmployerFactory.make()
    merged = EmployerFactory.make(merged_into_id=survivor.id, **ARCHIVED)

    change = prepared(officer, [merged, survivor], BulkAction.ARCHIVE, reason="Closed")

    items = db.session.query(BulkChangeItem).where(BulkChangeItem.bulk_change_id == change.id)
    assert [item.employer_id for item in items] == [survivor.id]
    with pytest.raises(Conflict, match="were merged into others"):
        prepared(officer, [merged], BulkAction.ARCHIVE, reason="Closed")


def test_nobody_but_staff_knows_of_bulk_changes(officer: User) -> None:
    change = done(prepared(officer, [EmployerFactory.make()], BulkAction.ASSIGN, new_owner_id=officer.id))
    partner = UserFactory.make(role=Role.PARTNER)

    assert queries.latest(partner) == []
    with pytest.raises(NotFound):
        queries.get_change(change.id, viewer=partner)


def test_of_very_many_employers_the_first_are_named_and_the_others_counted(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_NAMES", 2)
    change = prepared(officer, [EmployerFactory.make() for _ in range(5)], BulkAction.ARCHIVE, reason="Closed")

    group = queries.groups_of(change.id)[ItemState.WILL]

    assert (group.total, len(group.rows), group.more) == (5, 2, 3)
