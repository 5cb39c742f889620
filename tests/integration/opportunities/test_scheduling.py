"""Arranging, changing, cancelling and finishing opportunities."""

from datetime import time as at
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus, Side
from crm.opportunities.services import (
    Attendance,
    add_headcount,
    add_place_for,
    cancel_opportunity,
    edit_opportunity,
    mark_attendance,
    mark_delivered,
    reopen_opportunity,
    schedule_opportunity,
)
from crm.pledges.kinds import Mode, OpportunityKind
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    SiteFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import A_DAY, arranged, details

pytestmark = pytest.mark.usefixtures("database")
NEXT_WEEK = clock.today() + timedelta(days=7)


def changed(opportunity: Opportunity, **given: Any) -> None:
    edit_opportunity(opportunity, details(**given), seen_version=opportunity.version)


def test_what_is_left_empty_is_filled_in() -> None:
    visit = arranged(employer=EmployerFactory.make(name="Kiln Solar"))

    assert visit.title == "Workplace visit with Kiln Solar"
    assert visit.hours == Decimal("2.00")
    assert visit.status is OpportunityStatus.OPEN


def test_nobody_guesses_the_hours_of_several_days() -> None:
    assert arranged(last_day=A_DAY + timedelta(days=4)).hours is None
    assert arranged(last_day=A_DAY + timedelta(days=4), hours=Decimal(30)).hours == 30


def test_only_staff_schedule() -> None:
    with pytest.raises(NotAllowed):
        schedule_opportunity(EmployerFactory.make(), details(), scheduled_by=UserFactory.make(role=Role.PROVIDER))


def test_nothing_is_arranged_with_an_archived_employer() -> None:
    with pytest.raises(Conflict, match="archived"):
        arranged(employer=EmployerFactory.make(archived_at=clock.now(), archived_reason="Closed"))


@pytest.mark.parametrize(
    ("impossible", "message"),
    [
        ({"ends": at(10)}, "end after it starts"),
        ({"last_day": A_DAY - timedelta(days=1)}, "end after it starts"),
        ({"last_day": A_DAY + timedelta(days=400)}, "longer than a year"),
        ({"capacity": 0}, "between 1 and 10,000"),
        ({"hours": Decimal(0)}, "more than 0"),
        ({"kind": OpportunityKind.TALK, "capacity": 13}, "More than 12 young people: say why"),
    ],
)
def test_details_that_do_not_fit_together_are_refused(impossible: dict[str, Any], message: str) -> None:
    with pytest.raises(Conflict, match=message):
        arranged(**impossible)


def test_a_large_group_is_fine_with_a_reason_or_for_another_kind() -> None:
    talk = arranged(kind=OpportunityKind.TALK, capacity=40, group_limit_reason=" Whole year ")

    assert talk.group_limit_reason == "Whole year"
    assert arranged(kind=OpportunityKind.CAREERS_ROUNDTABLE, capacity=40).group_limit_reason is None


@pytest.mark.parametrize(("factory", "field"), [(SiteFactory, "site_id"), (ContactFactory, "leader_id")])
def test_site_and_leader_are_the_employers_own(factory: Any, field: str) -> None:
    with pytest.raises(Conflict, match="must be one of"):
        arranged(**{field: factory.make().id})


def test_a_speaker_is_not_in_two_places_at_once() -> None:
    speaker = ContactFactory.make(name="Ruth Baker")
    arranged(employer=speaker.employer, leader_id=speaker.id, title="Morning talk")

    with pytest.raises(Conflict, match="Ruth Baker is at another opportunity then: Morning talk, 10 November 2026"):
        arranged(employer=speaker.employer, leader_id=speaker.id, starts=at(11), ends=at(13))


def test_a_speaker_may_be_online_or_there_afterwards() -> None:
    speaker = ContactFactory.make()
    arranged(employer=speaker.employer, leader_id=speaker.id)

    online = arranged(employer=speaker.employer, leader_id=speaker.id, mode=Mode.ONLINE)
    afterwards = arranged(employer=speaker.employer, leader_id=speaker.id, starts=at(12), ends=at(13))

    assert online.leader_id == afterwards.leader_id == speaker.id


def test_a_supervisor_looks_after_several_placements_at_one_site() -> None:
    site = SiteFactory.make()
    supervisor = ContactFactory.make(employer=site.employer)
    given: dict[str, Any] = {"employer": site.employer, "leader_id": supervisor.id, "site_id": site.id}
    arranged(kind=OpportunityKind.PLACEMENT, **given)

    arranged(kind=OpportunityKind.PLACEMENT, **given)
    with pytest.raises(Conflict, match="at another opportunity"):
        arranged(kind=OpportunityKind.MOCK_INTERVIEW, **given)


def test_the_leader_of_a_cancelled_opportunity_is_free() -> None:
    speaker = ContactFactory.make()
    first = arranged(employer=speaker.employer, leader_id=speaker.id)
    cancel_opportunity(first, side=Side.EMPLOYER, reason="Ill")

    second = arranged(employer=speaker.employer, leader_id=speaker.id)

    assert second.leader_id == speaker.id


def test_an_edit_keeps_clear_of_other_peoples_edits() -> None:
    visit = arranged()

    with pytest.raises(EditedMeanwhile):
        edit_opportunity(visit, details(), seen_version=visit.version + 1)


def test_an_edit_does_not_clash_with_itself() -> None:
    speaker = ContactFactory.make()
    visit = arranged(employer=speaker.employer, leader_id=speaker.id)
    add_place_for(visit, YoungPersonFactory.make())

    changed(visit, leader_id=speaker.id, ends=at(13), title="Longer")

    assert (visit.title, visit.hours) == ("Longer", Decimal("3.00"))


@pytest.mark.parametrize(("taken", "words"), [(1, "1 place is taken"), (3, "3 places are taken")])
def test_capacity_cannot_drop_below_what_is_taken(taken: int, words: str) -> None:
    visit = arranged(capacity=4)
    add_headcount(visit, ProviderFactory.make(), taken)

    if taken > 1:
        with pytest.raises(Conflict, match=words):
            changed(visit, capacity=taken - 1)
    changed(visit, capacity=taken)

    assert visit.is_full


def test_moving_dates_asks_again_whether_everybody_is_free() -> None:
    person = YoungPersonFactory.make(reference="AB-1")
    add_place_for(arranged(title="Solar visit", starts=at(14), ends=at(16)), person)
    visit = arranged()
    add_place_for(visit, person)

    with pytest.raises(Conflict, match="AB-1 has a place in another opportunity then: Solar visit"):
        changed(visit, starts=at(13), ends=at(15))


def test_moving_dates_leaves_evenings_free() -> None:
    person = YoungPersonFactory.make()
    add_place_for(arranged(last_day=A_DAY + timedelta(days=2), starts=at(18), ends=at(20)), person)
    visit = arranged()
    add_place_for(visit, person)

    changed(visit, last_day=A_DAY + timedelta(days=3))

    assert visit.ends_at.date() == A_DAY + timedelta(days=3)


def test_moving_something_online_frees_everybody() -> None:
    person = YoungPersonFactory.make()
    add_place_for(arranged(starts=at(14), ends=at(16)), person)
    visit = arranged()
    add_place_for(visit, person)

    changed(visit, starts=at(13), ends=at(15), mode=Mode.ONLINE)

    assert visit.mode is Mode.ONLINE


def test_what_was_attended_does_not_move_into_the_future() -> None:
    visit = arranged()
    place = add_place_for(visit, YoungPersonFactory.make())
    mark_attendance(visit, {place.id: Attendance(PlaceStatus.ATTENDED)})

    with pytest.raises(Conflict, match="cannot be in the future"):
        changed(visit, first_day=NEXT_WEEK)


def test_another_kind_or_time_fulfils_another_promise() -> None:
    employer = EmployerFactory.make()
    visits = PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT)
    days = PledgeLineFactory.build(kind=OpportunityKind.JOB_SHADOWING)
    PledgeFactory.make(employer=employer, lines=[visits, days])
    visit = arranged(employer=employer)
    place = add_place_for(visit, YoungPersonFactory.make())
    assert place.pledge_line_id == visits.id

    changed(visit, kind=OpportunityKind.JOB_SHADOWING)
    assert place.pledge_line_id == days.id
    changed(visit, kind=OpportunityKind.JOB_SHADOWING, first_day=A_DAY + timedelta(days=1))
    assert place.pledge_line_id == days.id
    changed(visit, kind=OpportunityKind.MOCK_INTERVIEW)
    assert place.pledge_line_id is None


def test_cancelling_ends_every_place_on_the_same_side() -> None:
    visit = arranged()
    place = add_place_for(visit, YoungPersonFactory.make())

    cancel_opportunity(visit, side=Side.COUNCIL, reason=" No coach ")

    assert (visit.status, visit.cancelled_side, visit.cancelled_reason) == (
        OpportunityStatus.CANCELLED,
        Side.COUNCIL,
        "No coach",
    )
    assert (place.status, place.ended_side, place.ended_reason) == (PlaceStatus.CANCELLED, Side.COUNCIL, "No coach")
    assert visit.taken == 0


def test_what_happened_cannot_be_cancelled() -> None:
    visit = arranged()
    place = add_place_for(visit, YoungPersonFactory.make())
    add_place_for(visit, YoungPersonFactory.make())
    mark_attendance(visit, {place.id: Attendance(PlaceStatus.ATTENDED)})

    with pytest.raises(Conflict, match="Somebody attended"):
        cancel_opportunity(visit, side=Side.EMPLOYER, reason="Fire")
    mark_delivered(visit)
    with pytest.raises(Conflict, match="is delivered"):
        cancel_opportunity(visit, side=Side.EMPLOYER, reason="Fire")


def test_cancelling_needs_a_reason_and_is_final() -> None:
    visit = arranged()

    with pytest.raises(Conflict, match="Enter why"):
        cancel_opportunity(visit, side=Side.EMPLOYER, reason="")
    cancel_opportunity(visit, side=Side.EMPLOYER, reason="Fire")

    for attempt in (
        lambda: changed(visit),
        lambda: mark_delivered(visit),
        lambda: reopen_opportunity(visit),
        lambda: mark_attendance(visit, {}),
        lambda: add_headcount(visit, ProviderFactory.make(), 1),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_nothing_is_delivered_before_its_day() -> None:
    visit = arranged(first_day=NEXT_WEEK)

    with pytest.raises(Conflict, match="not begun"):
        mark_delivered(visit)


def test_a_delivered_opportunity_takes_no_places_until_it_is_opened_again() -> None:
    visit = arranged()
    mark_delivered(visit)

    with pytest.raises(Conflict, match="is delivered, so nobody can be added"):
        add_headcount(visit, ProviderFactory.make(), 1)
    reopen_opportunity(visit)
    add_headcount(visit, ProviderFactory.make(), 1)

    assert visit.taken == 1


def test_two_who_edit_at_once_cannot_both_win() -> None:
    visit = arranged()
    seen = visit.version
    changed(visit, title="First")
    db.session.commit()

    with pytest.raises(EditedMeanwhile):
        edit_opportunity(visit, details(title="Second"), seen_version=seen)


def test_what_somebody_missed_is_not_cancelled_behind_the_register() -> None:
    visit = arranged(first_day=clock.today())
    for reference in ("LH-1", "LH-2"):  # one of them is not marked, so that it stays open
        add_place_for(visit, YoungPersonFactory.make(reference=reference))
    first = db.session.scalars(select(Place).order_by(Place.id).limit(1)).one()
    mark_attendance(visit, {first.id: Attendance(PlaceStatus.NO_SHOW)})

    with pytest.raises(Conflict, match="no-show"):
        cancel_opportunity(visit, side=Side.EMPLOYER, reason="Flooded")

    assert visit.status is OpportunityStatus.OPEN
