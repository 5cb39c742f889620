"""What somebody looks after goes to colleagues; what they did stays theirs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from crm.accounts.models import User
from crm.audit.models import ChangeRecord
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base, db
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.employers.models import Employer
from crm.interactions.models import FollowUp, Interaction
from crm.leaving.queries import (
    employers_by_area,
    fingerprint,
    handed_over,
    left_with_something,
    owned_by,
    people,
)
from crm.leaving.rules import OWNED
from crm.leaving.services import HandOver, hand_back, hand_over
from crm.lists.models import ListName, SavedView
from crm.pledges.models import Pledge, PledgeStatus
from crm.providers.requests.models import Request
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    AreaFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    PledgeFactory,
    UserFactory,
)
from tests.integration.merging.arranging import merge
from tests.integration.test_migrations import put_a_row_in_every_table
from tests.support.forms import post, typed

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def manager(database: None) -> User:
    return UserFactory.make(role=Role.MANAGER, name="Morgan")


@pytest.fixture
def leaver(database: None) -> User:
    return UserFactory.make(name="Priya Shah")


@pytest.fixture
def colleague(database: None) -> User:
    return UserFactory.make(name="Tobi Okafor")


def plan(leaver: User, to: User, *, by_area: Mapping[int | None, int] | None = None, disable: bool = False) -> HandOver:
    """Everything to one colleague, as the page shows it now."""
    return HandOver(
        leaver_id=leaver.id,
        seen=fingerprint(owned_by(leaver.id)),
        to={rule.key: to.id for rule in OWNED},
        by_area=by_area or {},
        disable=disable,
    )


def view(owner: User, name: str, *, shared: bool, default: bool = False) -> SavedView:
    made = SavedView(
        owner_id=owner.id, list_name=ListName.EMPLOYERS, name=name, query="", is_shared=shared, is_default=default
    )
    db.session.add(made)
    db.session.flush()
    return made


def test_afterwards_nothing_of_theirs_is_open_whatever_it_was(leaver: User, colleague: User, manager: User) -> None:
    """Everything that anybody owns in a database with a row of each kind is given to the leaver first."""
    put_a_row_in_every_table()
    PledgeFactory.make(status=PledgeStatus.DRAFT)
    for rule in OWNED:
        table = Base.metadata.tables[rule.table]
        row = db.session.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1))
        opened = {column: values[0] for column, values in rule.while_open.items()}
        if rule.part_of is not None:
            whole = Base.metadata.tables[rule.part_of[1]]
            db.session.execute(update(whole).values(opened))
            opened = {}
        if rule.table == "request":
            opened["taken_at"] = NOW
        if rule.table == "follow_up":
            opened["done_by_id"] = None
        db.session.execute(update(table).where(table.c.id == row).values({rule.column: leaver.id, **opened}))
    db.session.expire_all()
    assert [each.rule for each in owned_by(leaver.id)] == list(OWNED), "one of each kind"

    moved = hand_over(plan(leaver, colleague), by=manager, at=NOW)

    assert owned_by(leaver.id) == []
    assert set(moved) == {rule.key for rule in OWNED}
    assert {each.rule.key: len(each.ids) for each in owned_by(colleague.id)} == moved


def test_what_they_did_and_what_is_done_stays_theirs(leaver: User, colleague: User, manager: User) -> None:
    InteractionFactory.make(logged_by=leaver)
    FollowUpFactory.make(owner=leaver, done_at=NOW, done_by_id=leaver.id)
    PledgeFactory.make(recorded_by_id=leaver.id)
    view(leaver, "Mine alone", shared=False)

    assert hand_over(plan(leaver, colleague), by=manager, at=NOW) == {}
    db.session.commit()

    assert [each.logged_by_id for each in stored(Interaction)] == [leaver.id]
    assert [each.owner_id for each in stored(FollowUp)] == [leaver.id]
    assert [each.recorded_by_id for each in stored(Pledge)] == [leaver.id]
    assert [each.owner_id for each in stored(SavedView)] == [leaver.id]


def test_history_says_who_handed_over_and_why(leaver: User, colleague: User, manager: User) -> None:
    employer = EmployerFactory.make(owner_id=leaver.id)
    step = FollowUpFactory.make(owner=leaver)

    hand_over(plan(leaver, colleague), by=manager, at=NOW)

    told = {(each.entity, each.entity_id): each for each in db.session.scalars(select(ChangeRecord)) if each.reason}
    assert told["employer", employer.id].changes == {"owner_id": [leaver.id, colleague.id]}
    assert told["follow_up", step.id].changes == {"owner_id": [leaver.id, colleague.id]}
    assert {each.reason for each in told.values()} == {"Priya Shah leaves"}


def test_a_request_tells_its_new_officer_though_its_history_hides_the_column(
    leaver: User, colleague: User, manager: User
) -> None:
    put_a_row_in_every_table()
    request = db.session.scalars(select(Request)).one()
    db.session.execute(
        update(Base.metadata.tables["request"]).values(status="taken", taken_by_id=leaver.id, taken_at=NOW)
    )
    db.session.expire_all()

    hand_over(plan(leaver, colleague), by=manager, at=NOW)

    told = [each for each in db.session.scalars(select(ChangeRecord)) if each.entity == "request" and each.reason]
    assert [each.changes for each in told] == [{"taken_by_id": [leaver.id, colleague.id]}]
    assert request.taken_by_id == colleague.id


def test_a_colleague_takes_part_in_a_planned_contact_once(leaver: User, colleague: User, manager: User) -> None:
    put_a_row_in_every_table()
    parts = Base.metadata.tables["planned_officer"]
    plans = Base.metadata.tables["planned_interaction"]
    plan_id = db.session.scalar(select(plans.c.id))
    db.session.execute(update(plans).values(status="planned", interaction_id=None, cancelled_reason=None))
    db.session.execute(parts.delete())
    taking_part = [{"planned_interaction_id": plan_id, "user_id": each.id} for each in (leaver, colleague)]
    db.session.execute(parts.insert(), taking_part)
    version = db.session.scalars(select(plans.c.version)).one()

    moved = hand_over(plan(leaver, colleague), by=manager, at=NOW)

    assert moved == {"planned_officer.user_id": 1}
    assert db.session.scalars(select(parts.c.user_id)).all() == [colleague.id]
    assert db.session.scalar(select(plans.c.version)) == version + 1
    told = [each for each in db.session.scalars(select(ChangeRecord)) if each.reason == "Priya Shah leaves"]
    assert [(each.entity, each.changes) for each in told] == [
        ("planned_interaction", {"officers": ["Priya Shah", "Tobi Okafor"]})
    ]


def test_employers_go_to_different_colleagues_by_area(leaver: User, colleague: User, manager: User) -> None:
    other = UserFactory.make()
    north, south = AreaFactory.make(name="North"), AreaFactory.make(name="South")
    employers = [EmployerFactory.make(owner_id=leaver.id, area=area) for area in (north, south, None)]
    assert [(name, len(ids)) for _, name, ids in employers_by_area(leaver.id)] == [
        ("North", 1),
        ("South", 1),
        ("No area", 1),
    ]

    hand_over(plan(leaver, colleague, by_area={south.id: other.id, None: manager.id}), by=manager, at=NOW)

    assert [each.owner_id for each in employers] == [colleague.id, other.id, manager.id]


def test_archived_and_merged_employers_go_too_so_that_they_come_back_to_somebody(
    leaver: User, colleague: User, manager: User
) -> None:
    survivor, loser = (EmployerFactory.make(owner_id=leaver.id) for _ in range(2))
    EmployerFactory.make(owner_id=leaver.id, archived_at=NOW, archived_reason="Closed")
    merge(survivor.id, loser.id, by=manager)

    hand_over(plan(leaver, colleague), by=manager, at=NOW)
    db.session.commit()

    assert {each.owner_id for each in stored(Employer)} == {colleague.id}


def test_a_shared_view_keeps_its_name_beside_one_of_the_colleagues(
    leaver: User, colleague: User, manager: User
) -> None:
    for owner, name in ((colleague, "Gone quiet"), (colleague, "Gone quiet (Priya Shah)"), (leaver, "Gone quiet")):
        view(owner, name, shared=True)
    default = view(leaver, "North", shared=True, default=True)
    view(colleague, "South", shared=False, default=True)

    hand_over(plan(leaver, colleague), by=manager, at=NOW)
    db.session.commit()

    assert {each.name for each in stored(SavedView) if each.owner_id == colleague.id} == {
        "Gone quiet",
        "Gone quiet (Priya Shah)",
        "Gone quiet (Priya Shah 2)",
        "North",
        "South",
    }
    assert not db.session.get_one(SavedView, default.id).is_default


def test_the_account_is_disabled_in_the_same_step_by_an_administrator_only(
    leaver: User, colleague: User, manager: User
) -> None:
    EmployerFactory.make(owner_id=leaver.id)
    with pytest.raises(NotAllowed, match="only an administrator disables accounts"):
        hand_over(plan(leaver, colleague, disable=True), by=manager, at=NOW)

    hand_over(plan(leaver, colleague, disable=True), by=UserFactory.make(role=Role.ADMIN), at=NOW)

    assert leaver.disabled_at == NOW
    assert owned_by(leaver.id) == []


def test_officers_hand_nothing_over(leaver: User, colleague: User) -> None:
    with pytest.raises(NotAllowed):
        hand_over(plan(leaver, colleague), by=colleague, at=NOW)


def test_who_cannot_sign_in_or_leaves_themselves_takes_nothing_over(
    leaver: User, colleague: User, manager: User
) -> None:
    EmployerFactory.make(owner_id=leaver.id)
    colleague.disabled_at = NOW
    with pytest.raises(Conflict, match="Tobi Okafor cannot sign in any more"):
        hand_over(plan(leaver, colleague), by=manager, at=NOW)
    with pytest.raises(Conflict, match="whoever leaves cannot take over"):
        hand_over(plan(leaver, leaver), by=manager, at=NOW)
    with pytest.raises(Conflict, match="cannot sign in"):
        hand_over(plan(leaver, UserFactory.make(role=Role.PARTNER)), by=manager, at=NOW)
    nobody = HandOver(leaver_id=leaver.id, seen=fingerprint(owned_by(leaver.id)), to={})
    with pytest.raises(Conflict, match="Choose who takes over the employers"):
        hand_over(nobody, by=manager, at=NOW)
    stranger = HandOver(leaver_id=leaver.id, seen=nobody.seen, to={"employer.owner_id": 999_999})
    with pytest.raises(Conflict, match="somebody who works here"):
        hand_over(stranger, by=manager, at=NOW)


def test_what_came_to_them_since_the_preview_is_noticed(leaver: User, colleague: User, manager: User) -> None:
    before = plan(leaver, colleague)
    EmployerFactory.make(owner_id=leaver.id)

    with pytest.raises(EditedMeanwhile):
        hand_over(before, by=manager, at=NOW)


def test_a_form_that_is_open_on_what_is_handed_over_notices(leaver: User, colleague: User, manager: User) -> None:
    employer, step = EmployerFactory.make(owner_id=leaver.id), FollowUpFactory.make(owner=leaver)
    seen = employer.version, step.version

    hand_over(plan(leaver, colleague), by=manager, at=NOW)

    assert (employer.version, step.version) == (seen[0] + 1, seen[1] + 1)


def test_who_looks_after_what_is_one_statement(leaver: User, manager: User) -> None:
    EmployerFactory.make(owner_id=leaver.id)
    leaver.disabled_at = NOW
    db.session.flush()

    with counting_queries() as statements:
        found = people()

    assert len(statements) == 1
    assert [(each.name, each.total) for each in found if each.total] == [("Priya Shah", 1)]
    assert [each.name for each in left_with_something()] == ["Priya Shah"]


# The pages.


def test_a_manager_chooses_sees_what_happens_and_hands_over(
    client: CarefulClient, manager: User, leaver: User, colleague: User
) -> None:
    client.sign_in(manager)
    employer = EmployerFactory.make(name="Alder Joinery", owner_id=leaver.id)
    FollowUpFactory.make(employer=employer, owner=leaver, what="Ring back", due_on=date(2026, 11, 9))
    assert f"/handing-over/{leaver.id}" in client.get("/handing-over/").text
    chosen = client.get(f"/handing-over/{leaver.id}").text
    for words in ("1 employer", "1 open next step", "Tobi Okafor"):
        assert words in chosen
    assert f'value="{leaver.id}"' not in chosen

    address = f"/handing-over/{leaver.id}/confirm?all={colleague.id}&follow_up={manager.id}"
    preview = client.get(address).text
    for words in ("Alder Joinery", "Alder Joinery: Ring back", "Tobi Okafor", "Morgan"):
        assert words in preview
    assert "Disable the account" not in preview
    done = post(client, address, **typed(preview))

    assert done.headers["Location"] == f"/handing-over/{leaver.id}/back"
    assert "Handed over: 1 employer, 1 open next step." in client.get(done.headers["Location"]).text
    assert [each.owner_id for each in stored(Employer)] == [colleague.id]
    assert [each.owner_id for each in stored(FollowUp)] == [manager.id]
    assert "looks after nothing" in client.get(f"/handing-over/{leaver.id}").text


def test_an_administrator_disables_in_the_same_step(client: CarefulClient, leaver: User, colleague: User) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    EmployerFactory.make(owner_id=leaver.id)
    assert f"/handing-over/{leaver.id}" in client.get(f"/administration/users/{leaver.id}").text
    address = f"/handing-over/{leaver.id}/confirm?all={colleague.id}"

    post(client, address, **typed(client.get(address).text), disable="y")

    assert "The account is disabled." in client.get("/handing-over/").text
    assert db.session.get_one(User, leaver.id).disabled_at is not None


def test_without_a_colleague_for_something_the_page_comes_back_with_the_rest_kept(
    client: CarefulClient, manager: User, leaver: User, colleague: User
) -> None:
    client.sign_in(manager)
    EmployerFactory.make(owner_id=leaver.id)
    FollowUpFactory.make(owner=leaver)

    back = client.get(f"/handing-over/{leaver.id}/confirm?employer={colleague.id}")

    assert back.headers["Location"] == f"/handing-over/{leaver.id}?employer={colleague.id}"
    page = client.get(back.headers["Location"]).text
    assert "Choose who takes over: open next steps." in page
    assert f'value="{colleague.id}" selected' in page


def test_what_changed_since_the_preview_is_shown_before_anything_goes(
    client: CarefulClient, manager: User, leaver: User, colleague: User
) -> None:
    client.sign_in(manager)
    EmployerFactory.make(owner_id=leaver.id)
    address = f"/handing-over/{leaver.id}/confirm?all={colleague.id}"
    answers = typed(client.get(address).text)
    EmployerFactory.make(owner_id=leaver.id)

    again = post(client, address, **answers)

    assert again.headers["Location"] == address
    assert "has changed since you opened the page" in client.get(address).text
    assert {each.owner_id for each in stored(Employer)} == {leaver.id}


def test_a_colleague_who_was_disabled_meanwhile_is_named(
    client: CarefulClient, manager: User, leaver: User, colleague: User
) -> None:
    client.sign_in(manager)
    EmployerFactory.make(owner_id=leaver.id)
    address = f"/handing-over/{leaver.id}/confirm?all={colleague.id}"
    answers = typed(client.get(address).text)
    db.session.get_one(User, colleague.id).disabled_at = NOW

    refused = post(client, address, **answers)

    assert refused.status_code == 302
    assert "Choose who takes over: employers." in client.get(refused.headers["Location"]).text


def test_managers_are_told_of_what_somebody_left_behind_and_officers_are_not(
    client: CarefulClient, manager: User, leaver: User
) -> None:
    EmployerFactory.make(owner_id=leaver.id)
    leaver.disabled_at = NOW
    told = "Priya Shah cannot sign in any more and looks after 1 thing"
    client.sign_in(manager)
    assert told in client.get("/").text
    assert told in client.get("/handing-over/").text

    client.sign_in(UserFactory.make())

    assert told not in client.get("/").text
    assert client.get("/handing-over/").status_code == 403


def test_what_was_handed_over_goes_back_but_for_what_was_done_or_given_away_since(
    leaver: User, colleague: User, manager: User
) -> None:
    mine, given_on = EmployerFactory.make(owner=leaver), EmployerFactory.make(owner=leaver)
    step, done_since = (FollowUpFactory.make(owner=leaver) for _ in range(2))
    pledge = PledgeFactory.make(recorded_by=leaver, status=PledgeStatus.DRAFT)
    theirs = EmployerFactory.make(owner=colleague)
    begun = clock.now()
    hand_over(plan(leaver, colleague), by=manager, at=begun)
    db.session.get_one(Employer, given_on.id).owner_id = manager.id
    closed = db.session.get_one(FollowUp, done_since.id)
    closed.done_at, closed.done_by_id = begun, colleague.id
    db.session.commit()

    seen = fingerprint(handed_over(leaver, since=begun))
    count = hand_back(leaver.id, seen=seen, by=manager, at=clock.now())
    db.session.commit()

    owners = {each.id: each.owner_id for each in stored(Employer)}
    assert [owners[each.id] for each in (mine, given_on, theirs)] == [leaver.id, manager.id, colleague.id]
    steps = {each.id: each.owner_id for each in stored(FollowUp)}
    assert (steps[step.id], steps[done_since.id]) == (leaver.id, colleague.id)
    assert db.session.get_one(Pledge, pledge.id).recorded_by_id == leaver.id
    assert count == 3
    assert handed_over(leaver, since=begun) == []
    assert history_of("employer", mine.id)[0].reason == "Handed back to Priya Shah"


def test_what_was_handed_over_longer_ago_stays(leaver: User, colleague: User, manager: User) -> None:
    EmployerFactory.make(owner=leaver)
    hand_over(plan(leaver, colleague), by=manager, at=NOW)
    db.session.commit()

    assert handed_over(leaver, since=clock.now() + timedelta(days=1)) == []


def test_handing_back_is_for_managers_what_the_page_showed_and_who_can_sign_in(
    leaver: User, colleague: User, manager: User
) -> None:
    EmployerFactory.make(owner=leaver)
    hand_over(plan(leaver, colleague), by=manager, at=NOW)
    db.session.commit()

    with pytest.raises(NotAllowed):
        hand_back(leaver.id, seen="", by=colleague, at=clock.now())
    with pytest.raises(EditedMeanwhile):
        hand_back(leaver.id, seen="something else", by=manager, at=clock.now())
    leaver.disabled_at = NOW
    db.session.commit()
    with pytest.raises(Conflict, match="Enable the account first"):
        hand_back(leaver.id, seen="", by=manager, at=clock.now())


def test_the_page_after_handing_over_names_it_and_leads_back(
    client: CarefulClient, leaver: User, colleague: User
) -> None:
    manager = client.sign_in(UserFactory.make(role=Role.MANAGER))
    EmployerFactory.make(owner=leaver, name="Alder Ltd")
    hand_over(plan(leaver, colleague), by=manager, at=NOW)
    db.session.commit()
    address = f"/handing-over/{leaver.id}/back"
    assert address in client.get("/handing-over/").text
    assert address in client.get(f"/handing-over/{leaver.id}").text
    assert "Alder Ltd" in client.get(address).text
    seen = fingerprint(handed_over(leaver, since=NOW))
    assert f'name="seen" value="{seen}"' in client.get(address).text

    stale = post(client, address, seen="something else")
    response = post(client, address, seen=seen)

    assert stale.headers["Location"] == address
    assert response.headers["Location"] == "/handing-over/"
    assert [each.owner_id for each in stored(Employer)] == [leaver.id]
    assert "is still with a colleague" in client.get(address).text


def test_what_a_disabled_account_handed_over_waits_for_it(client: CarefulClient, leaver: User, colleague: User) -> None:
    manager = client.sign_in(UserFactory.make(role=Role.ADMIN))
    EmployerFactory.make(owner=leaver)
    hand_over(plan(leaver, colleague, disable=True), by=manager, at=NOW)
    db.session.commit()

    page = client.get(f"/handing-over/{leaver.id}/back").text

    assert "an administrator enables the account" in page
    assert "Hand it back" not in page
