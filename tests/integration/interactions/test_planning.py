"""What is planned: made, moved, cancelled, logged; and never counted as a contact before it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.core.pagination import Asked
from crm.desk.employers_list.narrowing import Wanted
from crm.desk.employers_list.queries import Showing, choices, every_employer
from crm.fulfilment.contacts import contact_months
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.delivery import engagement
from crm.interactions.models import (
    Channel,
    FollowUp,
    Interaction,
    PlannedContact,
    PlannedInteraction,
    PlannedOfficer,
    PlanStatus,
)
from crm.interactions.queries.coming import coming_at
from crm.interactions.queries.log import LogFilters, log_page
from crm.interactions.queries.planned import PlanFilters, get_plan, plan_page, planned_for
from crm.interactions.queries.pressure import asked_lately, quiet_employers
from crm.interactions.services import (
    InteractionDetails,
    NextStep,
    PlanDetails,
    cancel_plan,
    change_plan,
    log_plan,
    plan_interaction,
)
from crm.reference.academic_years import AcademicYear
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, FollowUpFactory, PlanFactory, UserFactory
from tests.integration.interactions.conftest import TODAY
from tests.support.forms import post
from tests.support.racing import DONE, saved_at_once

pytestmark = pytest.mark.usefixtures("database", "noon")

DAY, NOON = timedelta(days=1), datetime(2026, 11, 24, 12, tzinfo=UTC)
THURSDAY = date(2026, 12, 3)
MEETING = PlanDetails(Channel.MEETING, THURSDAY, "The pledge", starts_at=time(14))


# Services -----------------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_for_a_day_and_time_with_whom() -> None:
    officer, contact = UserFactory.make(), ContactFactory.make()
    details = PlanDetails(Channel.MEETING, THURSDAY, "The pledge", time(14), frozenset({contact.id}))

    plan_interaction(contact.employer, details, by=officer, today=TODAY)
    db.session.commit()

    [plan] = stored(PlannedInteraction)
    assert (plan.channel, plan.planned_on, plan.starts_at) == (Channel.MEETING, THURSDAY, time(14))
    assert (plan.status, plan.planned_by_id, plan.about) == (PlanStatus.PLANNED, officer.id, "The pledge")
    assert [pair.contact_id for pair in stored(PlannedContact)] == [contact.id]
    assert [pair.user_id for pair in stored(PlannedOfficer)] == [officer.id]
    assert stored(ChangeRecord)[-1].changes["starts_at"] == [None, "14:00:00"]


def test_colleagues_can_be_planned_for() -> None:
    colleague = UserFactory.make()
    details = PlanDetails(Channel.CALL, TODAY, "Ring", officer_ids=frozenset({colleague.id}))

    plan = plan_interaction(EmployerFactory.make(), details, by=UserFactory.make(), today=TODAY)

    assert plan.officers == [colleague]


def test_what_is_past_cannot_be_planned() -> None:
    with pytest.raises(Conflict, match="That day is past"):
        plan_interaction(
            EmployerFactory.make(), PlanDetails(Channel.CALL, TODAY - DAY, "Ring"), by=UserFactory.make(), today=TODAY
        )


def test_somebody_from_another_employer_is_no_contact() -> None:
    details = PlanDetails(Channel.CALL, TODAY, "Ring", contact_ids=frozenset({ContactFactory.make().id}))

    with pytest.raises(Conflict, match="not a contact of this employer"):
        plan_interaction(EmployerFactory.make(), details, by=UserFactory.make(), today=TODAY)


def test_a_plan_can_be_moved_and_given_other_people() -> None:
    plan = PlanFactory.make()
    contact = ContactFactory.make(employer=plan.employer)
    seen = plan.version
    details = PlanDetails(
        Channel.VISIT,
        THURSDAY + DAY,
        "The workshop",
        contact_ids=frozenset({contact.id}),
        officer_ids=frozenset({plan.officers[0].id}),
    )

    change_plan(plan, details, seen=seen, today=TODAY)

    assert (plan.channel, plan.planned_on, plan.starts_at) == (Channel.VISIT, THURSDAY + DAY, None)
    assert (plan.contacts, plan.version) == ([contact], seen + 1)


def test_a_plan_somebody_else_changed_meanwhile_is_left_as_it_is() -> None:
    plan = PlanFactory.make()

    with pytest.raises(EditedMeanwhile):
        change_plan(plan, MEETING, seen=plan.version - 1, today=TODAY)


def test_a_plan_is_cancelled_with_its_reason() -> None:
    plan = PlanFactory.make()

    cancel_plan(plan, reason="They moved it to spring")

    assert (plan.status, plan.cancelled_reason) == (PlanStatus.CANCELLED, "They moved it to spring")


def log_it(plan: PlannedInteraction) -> Interaction:
    details = InteractionDetails(plan.channel, TODAY, "Agreed.", officer_ids=frozenset({plan.officers[0].id}))
    return log_plan(plan, details, by=plan.officers[0], today=TODAY)


def test_a_plan_that_happened_becomes_an_entry_of_the_log() -> None:
    plan = PlanFactory.make()
    step = NextStep("Send the pledge", THURSDAY, plan.officers[0].id)

    entry = log_plan(
        plan,
        InteractionDetails(Channel.CALL, TODAY, "Rang instead."),
        by=plan.officers[0],
        today=TODAY,
        next_step=step,
    )

    assert (plan.status, plan.interaction_id) == (PlanStatus.LOGGED, entry.id)
    assert (entry.employer_id, entry.channel, entry.summary) == (plan.employer_id, Channel.CALL, "Rang instead.")
    assert [each.interaction_id for each in db.session.query(FollowUp)] == [entry.id]


@pytest.mark.parametrize("end", [log_it, lambda plan: cancel_plan(plan, reason="Ill")])
def test_what_is_over_neither_changes_nor_happens_again(end: Callable[[PlannedInteraction], object]) -> None:
    plan = PlanFactory.make()
    end(plan)

    for again in (log_it, lambda plan: cancel_plan(plan, reason="Again")):
        with pytest.raises(Conflict, match="already"):
            again(plan)
    with pytest.raises(Conflict, match="already"):
        change_plan(plan, MEETING, seen=plan.version, today=TODAY)


def test_of_two_who_log_a_plan_at_once_one_does(app: Flask) -> None:
    plan_id = PlanFactory.make().id
    db.session.commit()

    told = saved_at_once(app, *[lambda: log_it(get_plan(plan_id, viewer=UserFactory.make()))] * 2)

    assert told.count(DONE) == 1
    assert len(stored(Interaction)) == 1


# Queries ------------------------------------------------------------------------------------------------------------


def test_an_officers_plans_begin_with_those_nobody_logged_and_end_with_the_week() -> None:
    me = UserFactory.make()
    afternoon = PlanFactory.make(officers=[me], planned_on=TODAY, starts_at=time(14))
    morning = PlanFactory.make(officers=[me, UserFactory.make()], planned_on=TODAY, starts_at=time(9))
    some_time = PlanFactory.make(officers=[me], planned_on=TODAY)
    forgotten = PlanFactory.make(officers=[me], planned_on=TODAY - DAY)
    in_a_week = PlanFactory.make(officers=[me], planned_on=TODAY + 7 * DAY)
    PlanFactory.make(officers=[me], planned_on=TODAY + 8 * DAY)
    PlanFactory.make(officers=[me], status=PlanStatus.CANCELLED, cancelled_reason="Ill", planned_on=TODAY)
    PlanFactory.make(planned_on=TODAY)

    with counting_queries() as statements:
        rows = planned_for(me.id, TODAY)

    assert [row.id for row in rows] == [forgotten.id, some_time.id, morning.id, afternoon.id, in_a_week.id]
    assert len(statements) == 1


def test_a_plan_somebody_made_for_others_stays_in_their_sight() -> None:
    me = UserFactory.make()
    plan = PlanFactory.make(planned_by_id=me.id, planned_on=TODAY)

    assert [row.id for row in planned_for(me.id, TODAY)] == [plan.id]


def test_a_plan_names_everybody_and_its_employer() -> None:
    contact = ContactFactory.make(name="Dawn Alder")
    ben, ada = UserFactory.make(name="Ben"), UserFactory.make(name="Ada")
    PlanFactory.make(employer=contact.employer, contacts=[contact], officers=[ben, ada])

    [row] = planned_for(ben.id, THURSDAY)

    assert (row.officers, row.contacts, row.employer) == ("Ada, Ben", "Dawn Alder", contact.employer.name)


def test_what_is_to_come_with_an_employer_is_one_statement() -> None:
    employer, ada = EmployerFactory.make(phone="+441632960123"), UserFactory.make(name="Ada")
    later = PlanFactory.make(employer=employer, starts_at=time(15))
    sooner = PlanFactory.make(employer=employer, starts_at=time(9), officers=[ada])
    step = FollowUpFactory.make(employer=employer, owner=ada, what="Ring back", due_on=TODAY)
    PlanFactory.make(employer=employer, status=PlanStatus.CANCELLED, cancelled_reason="Ill")
    FollowUpFactory.make(employer=employer, done_at=NOON, done_by_id=ada.id)
    PlanFactory.make()
    db.session.flush()

    with counting_queries() as statements:
        coming = coming_at(employer)

    assert len(statements) == 1
    assert [(row.id, row.starts_at) for row in coming.plans] == [(sooner.id, time(9)), (later.id, time(15))]
    assert (coming.plans[0].officers, coming.plans[0].channel) == ("Ada", Channel.MEETING)
    assert [(row.id, row.what, row.owner, row.phone) for row in coming.steps] == [
        (step.id, "Ring back", "Ada", "+441632960123")
    ]


def test_each_filter_narrows_the_plans() -> None:
    viewer, plan, other = UserFactory.make(), PlanFactory.make(), PlanFactory.make()
    over = PlanFactory.make(status=PlanStatus.CANCELLED, cancelled_reason="Ill")

    def found(filters: PlanFilters) -> list[int]:
        return [row.id for row in plan_page(filters, Asked(1), viewer=viewer).rows]

    assert found(PlanFilters()) == [plan.id, other.id]
    assert found(PlanFilters(employer_id=plan.employer_id)) == [plan.id]
    assert found(PlanFilters(officer_id=plan.officers[0].id)) == [plan.id]
    assert found(PlanFilters(status=PlanStatus.CANCELLED)) == [over.id]


def test_only_staff_know_of_plans() -> None:
    plan, partner = PlanFactory.make(), UserFactory.make(role=Role.PARTNER)

    assert plan_page(PlanFilters(), Asked(1), viewer=partner).total == 0
    with pytest.raises(NotFound):
        get_plan(plan.id, viewer=partner)


def test_a_plan_counts_as_no_contact_anywhere() -> None:
    me = UserFactory.make()
    employer = EmployerFactory.make(owner=me)
    for days in (-10, 0, 10):
        PlanFactory.make(employer=employer, officers=[me], planned_on=TODAY + days * DAY)
    year = AcademicYear.of(TODAY)
    db.session.commit()

    [row] = every_employer(Wanted(no_contact_since=TODAY), Showing(frozenset(), choices(), me, TODAY))

    assert not asked_lately(employer.id, today=TODAY)
    assert log_page(LogFilters(), Asked(1), viewer=me).total == 0
    assert quiet_employers(me.id, today=TODAY, days=90).total == 1
    assert (row.id, row.last_contact) == (employer.id, None)
    assert engagement(CountingPolicy.usual(TODAY), year.last_day).contacted == 0
    assert contact_months(year, year.last_day) == []


# Pages --------------------------------------------------------------------------------------------------------------


def answers(**others: object) -> dict[str, object]:
    return {
        "came_from": "",
        "channel": "meeting",
        "planned_on": "3 12 2026",
        "starts_at": "2pm",
        "about": "The pledge",
    } | others


def test_a_meeting_is_planned_on_a_page_and_stands_on_the_employers(client: CarefulClient) -> None:
    me, contact = client.sign_in(UserFactory.make()), ContactFactory.make(name="Dawn Alder")
    employer = contact.employer
    form = answers(**{"employer": employer.name, "employer-id": employer.id}, contacts=contact.id, officers=me.id)

    assert "Dawn Alder" in client.get(f"/contact-log/planned/new?employer={employer.id}").text
    answer = post(client, "/contact-log/planned/new", **form)

    assert answer.location == f"/employers/{employer.id}"
    page = " ".join(client.get(answer.location).text.split())
    assert "Thursday 3 December 2026, 2pm" in page
    assert "Meeting with Dawn Alder: The pledge" in page
    assert "Meeting with Dawn Alder: The pledge" in " ".join(client.get("/contact-log/planned/").text.split())


def test_without_scripts_the_employers_people_are_shown_before_anything_is_saved(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    ContactFactory.make(name="Dawn Alder", employer=EmployerFactory.make(name="Alder Joinery"))

    page = post(client, "/contact-log/planned/new", **answers(employer="alder", look_up="yes")).text

    assert "Dawn Alder" in page
    assert stored(PlannedInteraction) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"planned_on": "23 11 2026"}, "The day must be today or later"),
        ({"planned_on": ""}, "Enter the day, like fri"),
        ({"starts_at": "noonish"}, "Enter a time"),
        ({"about": ""}, "Enter what it is about"),
        ({"channel": ""}, "Select how you will be in contact"),
        ({"contacts": "999999"}, "not a contact of this employer"),
        ({"employer": "", "employer-id": ""}, "Enter part of the employer’s name"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_planned(
    client: CarefulClient, wrong: dict[str, object], said: str
) -> None:
    client.sign_in(UserFactory.make())
    employer = EmployerFactory.make()
    form = answers(**{"employer": employer.name, "employer-id": employer.id}) | wrong

    page = post(client, "/contact-log/planned/new", **form).text

    assert said in page
    assert stored(PlannedInteraction) == []


def test_a_plan_is_moved(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    plan = PlanFactory.make(starts_at=time(14))
    address, officer, version = f"/contact-log/planned/{plan.id}/edit", plan.officers[0].id, plan.version

    assert 'value="14:00"' in client.get(f"{address}?next=/").text
    answer = post(client, address, **answers(planned_on="4 12 2026", officers=officer, version=version, came_from="/"))

    assert answer.location == "/"
    assert [each.planned_on for each in stored(PlannedInteraction)] == [date(2026, 12, 4)]


def test_the_loser_of_two_changes_sees_both(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    plan = PlanFactory.make()
    address, version = f"/contact-log/planned/{plan.id}/edit", plan.version
    post(client, address, **answers(about="Theirs", version=version))

    page = post(client, address, **answers(about="Mine", version=version)).text

    assert "saved this while you were editing" in page
    assert "Theirs" in page
    assert "Mine" in page


def test_a_change_the_service_refuses_keeps_what_was_typed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    plan = PlanFactory.make()
    stranger = ContactFactory.make().id

    page = post(
        client,
        f"/contact-log/planned/{plan.id}/edit",
        **answers(about="Mine", contacts=stranger, version=plan.version),
    ).text

    assert "not a contact of this employer" in page
    assert "Mine" in page


def test_a_plan_is_cancelled_on_a_page_that_asks_why(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    plan = PlanFactory.make()
    address = f"/contact-log/planned/{plan.id}/cancel"

    assert "The pledge" in client.get(f"{address}?next=/").text
    assert "Enter why it will not happen" in post(client, address, reason="", came_from="/").text
    answer = post(client, address, reason="They are ill", came_from="/")

    assert answer.location == "/"
    assert [each.cancelled_reason for each in stored(PlannedInteraction)] == ["They are ill"]
    assert client.get(address).status_code == 409
    assert "They are ill" in client.get("/contact-log/planned/?status=cancelled").text


def test_a_plan_opens_the_form_filled_in_and_one_save_logs_it(client: CarefulClient) -> None:
    me, contact = client.sign_in(UserFactory.make()), ContactFactory.make()
    plan = PlanFactory.make(employer=contact.employer, contacts=[contact], officers=[me], planned_on=TODAY - DAY)
    plan_id, employer = plan.id, contact.employer

    page = client.get(f"/contact-log/new?plan={plan_id}").text
    for filled in ("The pledge</textarea>", 'value="23 11 2026"', 'value="meeting" checked', f'value="{plan_id}"'):
        assert filled in page
    answer = post(
        client,
        "/contact-log/new",
        **{"employer": employer.name, "employer-id": employer.id},
        plan=plan_id,
        contacts=contact.id,
        channel="meeting",
        direction="outgoing",
        outcome="agreed",
        happened_on="23 11 2026",
        summary="The pledge",
        due="none",
        owner=me.id,
    )

    assert answer.location == f"/employers/{employer.id}"
    [entry], [after] = stored(Interaction), stored(PlannedInteraction)
    assert (after.status, after.interaction_id) == (PlanStatus.LOGGED, entry.id)
    assert f"/contact-log/{entry.id}" in client.get("/contact-log/planned/?status=logged").text


def test_a_plan_somebody_has_logged_is_refused_and_what_was_typed_stays(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    plan = PlanFactory.make(status=PlanStatus.CANCELLED, cancelled_reason="Ill")

    page = post(
        client,
        "/contact-log/new",
        **{"employer": plan.employer.name, "employer-id": plan.employer_id},
        plan=plan.id,
        channel="meeting",
        direction="outgoing",
        outcome="",
        happened_on="24 11 2026",
        summary="My words",
        due="none",
        owner=me.id,
    ).text

    assert "This is cancelled already." in page
    assert "My words" in page
    assert stored(Interaction) == []


def test_nothing_planned_says_so(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert "Nothing is planned." in client.get("/contact-log/planned/").text
    assert "Nothing planned matches" in client.get("/contact-log/planned/?status=logged").text
    assert "Nothing is planned." in client.get("/contact-log/planned/?officer=x&status=rubbish&employer=y").text


def test_the_list_asks_as_many_questions_for_many_plans_as_for_few(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    PlanFactory.make()
    with counting_queries() as few:
        client.get("/contact-log/planned/")
    for _ in range(60):
        PlanFactory.make()

    with counting_queries() as many:
        page = client.get("/contact-log/planned/?page=2").text

    assert len(few) == len(many) <= 8
    assert "showing 26 to 50" in page
