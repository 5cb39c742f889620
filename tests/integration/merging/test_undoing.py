"""Two employers again: what goes back, what stays because somebody changed it, and when it is refused."""

from datetime import date, timedelta

import pytest

from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, NotAllowed, NotFound
from crm.employers.models import Contact, Employer
from crm.interactions.models import Interaction, InteractionContact
from crm.merging.models import EmployerMerge, MergedRow
from crm.merging.queries.merges import get_merge
from crm.merging.queries.undoing import crossings, preview
from crm.merging.services.undoing import forget_what_cannot_be_undone
from crm.opportunities.models import Place
from crm.pledges.models import Pledge, PledgeStatus
from tests.conftest import stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InteractionFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    SiteFactory,
    UserFactory,
)
from tests.integration.merging.arranging import NOW, merge, officer, undo

pytestmark = pytest.mark.usefixtures("database")


def test_what_was_changed_since_stays_and_is_named_before_and_after() -> None:
    by = officer()
    survivor = EmployerFactory.make(name="Alder", phone="+441632960001", website="https://alder.example")
    loser = EmployerFactory.make(name="Alders", phone="+441632960002", website="https://alders.example")
    done = merge(survivor.id, loser.id, by=by, from_loser={"phone", "website"})
    survivor.phone = "+441632960003"
    db.session.commit()
    expected = ["Phone of Alder: changed since the merge, so it stays as it is."]
    assert preview(get_merge(done.id)) == expected

    undo(done.id, by=by)

    assert done.left_as_it_is == expected
    assert (survivor.phone, survivor.website) == ("+441632960003", "https://alder.example")
    assert loser.phone == "+441632960002"


def test_what_was_added_since_stays_with_the_survivor() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    InteractionFactory.make(employer=loser)
    done = merge(survivor.id, loser.id, by=by)
    InteractionFactory.make(employer=survivor)

    undo(done.id, by=by)

    assert [each.employer_id for each in stored(Interaction)] == [loser.id, survivor.id]


def test_entries_that_name_somebody_who_goes_to_the_other_employer_are_named_before_and_after() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(name="Alder"), EmployerFactory.make(name="Alders")
    ann, bea = ContactFactory.make(employer=loser, name="Ann"), ContactFactory.make(employer=survivor, name="Bea")
    before = InteractionFactory.make(employer=loser, contacts=[ann])
    done = merge(survivor.id, loser.id, by=by)
    meanwhile = InteractionFactory.make(employer=survivor, contacts=[ann, bea])
    db.session.add(InteractionContact(interaction_id=before.id, contact_id=bea.id))
    db.session.commit()
    expected = [(meanwhile.id, "Alder", "Ann"), (before.id, "Alders", "Bea")]
    told = [(each.interaction_id, each.contact) for each in crossings(get_merge(done.id))]
    assert told == [(each, who) for each, _, who in expected]

    undo(done.id, by=by)

    left = crossings(get_merge(done.id))
    assert [(each.interaction_id, each.logged_at, each.contact) for each in left] == expected


def test_what_was_removed_since_is_not_missed() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    pledge = PledgeFactory.make(employer=loser, status=PledgeStatus.DRAFT)
    done = merge(survivor.id, loser.id, by=by)
    db.session.delete(pledge)
    db.session.commit()

    undo(done.id, by=by)

    assert stored(Pledge) == []
    assert done.left_as_it_is == []


def test_a_person_on_both_is_two_again() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com")
    theirs = ContactFactory.make(employer=loser, email="jo@example.com", mobile="+447700900001")
    InteractionFactory.make(employer=loser, contacts=[theirs])
    done = merge(survivor.id, loser.id, by=by)
    db.session.commit()
    ours = db.session.get_one(Contact, ours.id)
    ours.job_title = "Owner"
    db.session.commit()

    undo(done.id, by=by)

    assert (ours.mobile, ours.job_title) == (None, "Owner")
    assert db.session.get_one(Contact, theirs.id).mobile == "+447700900001"


def test_a_site_that_was_renamed_since_keeps_its_name_and_goes_back() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make(name="Alders")
    SiteFactory.make(employer=survivor, name="Yard")
    site = SiteFactory.make(employer=loser, name="Yard")
    done = merge(survivor.id, loser.id, by=by)
    db.session.refresh(site)
    site.name = "Old yard"
    db.session.commit()

    undo(done.id, by=by)

    db.session.refresh(site)
    assert (site.employer_id, site.name) == (loser.id, "Old yard")
    assert done.left_as_it_is == ["Name of Old yard (site): changed since the merge, so it stays as it is."]


def test_a_promise_that_ended_for_the_merge_is_in_force_again() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    PledgeFactory.make(employer=survivor)
    PledgeFactory.make(employer=loser)
    done = merge(survivor.id, loser.id, by=by, years=["2026/27"])
    db.session.commit()
    assert preview(get_merge(done.id)) == []

    undo(done.id, by=by)

    assert [(each.employer_id, each.status, each.number, each.ended_on) for each in stored(Pledge)] == [
        (survivor.id, PledgeStatus.CONFIRMED, 1, None),
        (loser.id, PledgeStatus.CONFIRMED, 1, None),
    ]


def test_a_promise_that_another_version_replaced_since_stays_replaced() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours, theirs = PledgeFactory.make(employer=survivor), PledgeFactory.make(employer=loser)
    done = merge(survivor.id, loser.id, by=by, years=["2026/27"])
    db.session.refresh(theirs)
    theirs.status = PledgeStatus.SUPERSEDED
    db.session.flush()
    PledgeFactory.make(employer=survivor, number=3)
    db.session.commit()
    assert preview(get_merge(done.id)) == ["Status (pledge): changed since the merge, so it stays as it is."]

    undo(done.id, by=by)

    db.session.refresh(ours)
    assert ours.status is PledgeStatus.SUPERSEDED
    assert done.left_as_it_is == ["Status (pledge): changed since the merge, so it stays as it is."]


def test_a_place_that_came_to_count_for_the_other_employer_no_longer_does() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    pledge = PledgeFactory.make(employer=survivor, lines=[PledgeLineFactory.build()])
    line_id = pledge.lines[0].id
    place = PlaceFactory.make(opportunity=OpportunityFactory.make(employer=loser))
    done = merge(survivor.id, loser.id, by=by)
    place.pledge_line_id = line_id
    db.session.commit()

    undo(done.id, by=by)

    assert [each.pledge_line_id for each in stored(Place)] == [None]
    assert done.left_as_it_is == [
        "Places linked to a promise of the other employer since: 1. They are no longer linked."
    ]


def test_a_merge_is_undone_for_thirty_days() -> None:
    by = officer()
    done = merge(EmployerFactory.make().id, EmployerFactory.make().id, by=by)
    other = merge(EmployerFactory.make().id, EmployerFactory.make().id, by=by)

    undo(done.id, by=by, at=NOW + timedelta(days=30))
    with pytest.raises(Conflict, match="can be undone for 30 days"):
        undo(other.id, by=by, at=NOW + timedelta(days=30, seconds=1))


def test_who_merged_them_or_a_manager_undoes_it_and_only_once() -> None:
    by = officer()
    done = merge(EmployerFactory.make().id, EmployerFactory.make().id, by=by)
    manager = UserFactory.make(role=Role.MANAGER, name="Morgan")

    with pytest.raises(NotAllowed, match="Whoever merged these employers"):
        undo(done.id, by=officer())
    undo(done.id, by=manager)
    with pytest.raises(Conflict, match="Morgan has undone this merge already"):
        undo(done.id, by=by)
    with pytest.raises(NotFound):
        undo(999_999, by=by)


def test_a_merge_that_another_stands_on_waits_for_it() -> None:
    by = officer()
    first, second, third = (EmployerFactory.make(name=name) for name in ("First", "Second", "Third"))
    inner = merge(second.id, first.id, by=by)
    outer = merge(third.id, second.id, by=by)

    with pytest.raises(Conflict, match="Second was merged into Third after that"):
        undo(inner.id, by=by)
    undo(outer.id, by=by)
    undo(inner.id, by=by)

    assert [each.merged_into_id for each in stored(Employer)] == [None, None, None]


def test_a_number_that_was_given_away_since_must_be_free_again() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make(company_number="01234567")
    done = merge(survivor.id, loser.id, by=by, from_loser={"company_number"})
    survivor.company_number = None
    db.session.flush()
    EmployerFactory.make(name="Beech", company_number="01234567")

    with pytest.raises(Conflict, match="Beech has the company number 01234567 now"):
        undo(done.id, by=by)


def test_history_of_both_tells_of_the_undoing() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(name="Alder"), EmployerFactory.make(name="Alders")
    done = merge(survivor.id, loser.id, by=by)

    undo(done.id, by=by)

    reasons = [each.reason for each in stored(ChangeRecord) if each.entity == "employer" and each.reason]
    assert reasons[-2:] == ["Undid the merge of Alders into Alder"] * 2


def test_undoing_raises_both_versions() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    done = merge(survivor.id, loser.id, by=by)
    merged = survivor.version

    undo(done.id, by=by)

    assert min(survivor.version, loser.version) > merged
    assert date(2026, 11, 2) == done.undone_at.date() if done.undone_at else False


def test_what_rows_held_before_is_forgotten_when_nothing_can_be_undone_any_more() -> None:
    by = officer()
    old, undone, fresh = (merge(*(EmployerFactory.make().id for _ in range(2)), by=by).id for _ in range(3))
    undo(undone, by=by)
    db.session.get_one(EmployerMerge, old).merged_at = NOW - timedelta(days=31)
    db.session.commit()

    assert forget_what_cannot_be_undone(NOW) > 0
    db.session.commit()
    assert {row.merge_id for row in stored(MergedRow)} == {fresh}
    assert len(stored(EmployerMerge)) == 3
