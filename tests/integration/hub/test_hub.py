"""An employer's own page, and asking for the link to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base, committing, db
from crm.core.tokens import with_tokens
from crm.employers.models import Contact
from crm.hub import jobs
from crm.hub.models import ErasureRequest, HubRequest
from crm.hub.queries import MOST
from crm.interactions.models import FollowUp
from crm.links.models import EmployerLink
from crm.notifications.models import OutboxEmail
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.models import OpportunityStatus
from crm.pledges.models import Appetite, Attitude
from crm.reference.academic_years import AcademicYear
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    AppetiteFactory,
    ContactFactory,
    DeclineReasonFactory,
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.hub.arranging import the_employer
from tests.support.forms import post
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")

SUMMER, WINTER = datetime(2027, 6, 4, 9, 0, tzinfo=UTC), datetime(2027, 1, 15, 9, 0, tzinfo=UTC)


def past(**given: object) -> int:
    return int(
        OpportunityFactory.make(
            **{
                "employer": the_employer(),
                "title": "A week in May",
                "starts_at": clock.now() - timedelta(days=3),
                "ends_at": clock.now() - timedelta(days=2),
                "capacity": 10,
                **given,
            }
        ).id
    )


def everything() -> dict[str, list[tuple[object, ...]]]:
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    rows = {table.name: [tuple(row) for row in db.session.execute(table.select())] for table in tables}
    db.session.rollback()
    return rows


def ask(client: CarefulClient, email: str) -> tuple[int, str, str, int]:
    with counting_queries() as run:
        answer = client.post("/employer-page", data={"email": email})
    return answer.status_code, answer.headers["Location"], answer.text, len(run)


def test_an_address_we_know_and_one_we_do_not_get_the_same_answer(client: CarefulClient, contact: Contact) -> None:
    known, unknown = ask(client, "Dana@Alder.example"), ask(client, "nobody@birch.example")

    assert known == unknown
    assert known[:2] == (303, "/employer-page/sent")
    assert "If we know that address" in client.get("/employer-page/sent").text
    assert len(stored(HubRequest)) == 2


def test_the_link_is_mailed_to_whom_we_know_once_and_the_question_is_forgotten(
    client: CarefulClient, contact: Contact
) -> None:
    other = EmployerFactory.make(name="Birch Ltd")
    ContactFactory.make(employer=other, email="dana@alder.example")
    gone = EmployerFactory.make(archived_at=clock.now(), archived_reason="Closed")
    ContactFactory.make(employer=gone, email="dana@alder.example")
    db.session.commit()
    for email in ("dana@alder.example", "nobody@birch.example"):
        ask(client, email)

    db.session.rollback()
    jobs.answer_hub_requests(clock.now())
    jobs.answer_hub_requests(clock.now())

    mails = stored(OutboxEmail)
    assert [each.recipient for each in mails] == ["dana@alder.example"] * 2
    assert all("Dana" not in each.subject and "Alder" not in each.subject for each in mails)
    assert stored(HubRequest) == []
    path = with_tokens(mails[0].body).partition("/hub/")[2][:43]
    assert "Alder Joinery" in client.get(f"/hub/{path}").text


def test_too_many_questions_are_answered_alike_and_mail_nothing_more(client: CarefulClient, contact: Contact) -> None:
    answers = {ask(client, "dana@alder.example")[:3] for _ in range(6)}

    assert len(answers) == 1
    assert len(stored(HubRequest)) == 3


def test_what_is_no_address_is_said(client: CarefulClient) -> None:
    assert "Enter your e-mail address" in client.post("/employer-page", data={"email": ""}).text


def test_two_schedulers_mail_one_link(app: Flask, client: CarefulClient, contact: Contact) -> None:
    ask(client, "dana@alder.example")
    now = clock.now()

    at_once(app, *[lambda: jobs.answer_hub_requests(now)] * 4)

    assert len(stored(OutboxEmail)) == 1
    assert len(stored(EmployerLink)) == 1


def test_the_page_shows_promises_what_is_booked_and_never_who(client: CarefulClient, hub: str) -> None:
    line = PledgeLineFactory.build(young_people=10, each=3)
    PledgeFactory.make(employer=the_employer(), lines=[line])
    coming = OpportunityFactory.make(
        employer=the_employer(),
        title="Workshop week",
        taken=1,
        starts_at=clock.now() + timedelta(days=9),
        ends_at=clock.now() + timedelta(days=10),
    )
    PlaceFactory.make(opportunity=coming, young_person=YoungPersonFactory.make(reference="CANARY-4711"))
    OpportunityFactory.make(title="Somebody else’s", starts_at=coming.starts_at, ends_at=coming.ends_at)

    page = client.get(hub).text

    assert "10 young people will each have 3 placements" in page
    assert "0 of 30 places were attended" in page
    assert "Behind" not in page
    assert "Workshop week" in page
    assert "1 of 10 places taken" in page
    assert "CANARY" not in page
    assert "Somebody else" not in page


def test_looking_changes_nothing_and_sets_no_cookie(client: CarefulClient, hub: str) -> None:
    opportunity_id = past()
    db.session.commit()
    before = everything()

    paths = ("", "/calendar.ics", f"/{opportunity_id}.ics", f"/said/{opportunity_id}", "/again", "/details", "/forget")
    for path in paths * 3:
        answer = client.get(f"{hub}{path}")
        client.head(f"{hub}{path}")
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    assert everything() == before


@pytest.mark.parametrize("path", ["", "/calendar.ics", "/1.ics", "/said/1", "/again", "/details", "/forget"])
def test_a_dead_link_is_the_same_dead_page_everywhere(client: CarefulClient, path: str) -> None:
    answer = client.get(f"/hub/{'x' * 43}{path}")

    assert answer.status_code == 404
    assert "This link has done its work" in answer.text


@pytest.mark.parametrize("path", ["/said/1", "/again", "/details", "/forget", "/mails"])
def test_sending_by_a_dead_link_is_answered_kindly(client: CarefulClient, path: str) -> None:
    assert client.post(f"/hub/{'x' * 43}{path}").headers["Location"] == "/links/thank-you"


def test_another_employers_opportunity_is_no_page_of_this_one(client: CarefulClient, hub: str) -> None:
    other = OpportunityFactory.make().id

    assert client.get(f"{hub}/{other}.ics").status_code == 404
    assert client.get(f"{hub}/said/{other}").status_code == 404
    client.post(f"{hub}/said/{other}", data={"came": "3"})
    assert stored(EmployerWord) == []


def test_how_many_came_is_their_word_and_moves_no_figure(client: CarefulClient, hub: str) -> None:
    opportunity_id = past()
    said = {"came": "5", "rating": "4", "went_well": "Keen", "to_change": "Later start"}

    answer = client.post(f"{hub}/said/{opportunity_id}", data=said)
    client.post(f"{hub}/said/{opportunity_id}", data={**said, "came": "6"})

    assert answer.status_code == 303
    assert "We have written down what you said" in client.get(answer.headers["Location"]).text
    (word,) = stored(EmployerWord)
    assert (word.came, word.rating, word.went_well, word.to_change) == (6, 4, "Keen", "Later start")


@pytest.mark.parametrize(
    ("given", "said", "complaint"),
    [
        ({}, {"came": "11"}, "There was room for 10"),
        ({}, {"came": "many"}, "whole number"),
        ({"starts_at": SUMMER, "ends_at": SUMMER + timedelta(hours=2)}, {"came": "3"}, "This has not begun"),
    ],
)
def test_what_cannot_be_is_said_and_kept(
    client: CarefulClient, hub: str, given: dict[str, object], said: dict[str, str], complaint: str
) -> None:
    page = client.post(f"{hub}/said/{past(**given)}", data=said)

    assert complaint in page.text
    assert f'value="{said["came"]}"' in page.text
    assert stored(EmployerWord) == []


def test_what_was_cancelled_is_not_theirs_to_speak_of(client: CarefulClient, hub: str) -> None:
    gone = {"status": OpportunityStatus.CANCELLED, "cancelled_side": "employer", "cancelled_reason": "Flood"}

    assert client.get(f"{hub}/said/{past(**gone)}").status_code == 404


def test_next_year_is_written_down_with_its_reason(client: CarefulClient, hub: str) -> None:
    reason_id = DeclineReasonFactory.make(name="We are moving").id
    db.session.commit()
    assert "Select whether" in client.post(f"{hub}/again", data={}).text
    assert "Select why not" in client.post(f"{hub}/again", data={"attitude": "not_this_year"}).text

    client.post(f"{hub}/again", data={"attitude": "not_this_year", "reason": str(reason_id)})
    page = client.get(f"{hub}/again").text
    assert [each.partition('"')[0] for each in page.split('value="')[1:] if " checked" in each.partition(">")[0]] == [
        "not_this_year",
        str(reason_id),
    ]
    client.post(f"{hub}/again", data={"attitude": "interested", "reason": str(reason_id)})

    (appetite,) = stored(Appetite)
    assert (appetite.attitude, appetite.reason_id) == (Attitude.INTERESTED, None)


def test_host_again_is_asked_with_how_it_went_and_moves_to_next_year(client: CarefulClient, hub: str) -> None:
    address = f"{hub}/said/{past()}"
    reason_id = DeclineReasonFactory.make(name="We are moving").id
    db.session.commit()

    unsaid = client.post(address, data={"rating": "4"})
    without_reason = client.post(address, data={"rating": "4", "attitude": "not_this_year"}).text
    client.post(address, data={"rating": "2", "attitude": "not_this_year", "reason": str(reason_id)})

    assert unsaid.status_code == 303
    assert "Select why not" in without_reason
    (appetite,) = stored(Appetite)
    assert (appetite.attitude, appetite.reason_id, appetite.recorded_by_id) == (Attitude.NOT_THIS_YEAR, reason_id, None)
    assert appetite.academic_year_name == AcademicYear.of(clock.today()).next.name
    assert [word.rating for word in stored(EmployerWord)] == [2]


def test_saying_the_same_of_next_year_again_keeps_what_an_officer_wrote_beside_it(
    client: CarefulClient, hub: str
) -> None:
    year = AcademicYear.of(clock.today()).next
    AppetiteFactory.make(
        employer=the_employer(), academic_year_name=year.name, attitude=Attitude.INTERESTED, detail="Ring in May"
    )
    address = f"{hub}/said/{past()}"
    db.session.commit()

    client.post(address, data={"attitude": "interested"})

    assert [appetite.detail for appetite in stored(Appetite)] == ["Ring in May"]


def test_their_details_are_theirs_to_change(client: CarefulClient, hub: str) -> None:
    client.post(f"{hub}/details", data={"job_title": "Owner", "phone": "01632 960961", "mobile": ""})

    (contact,) = stored(Contact)
    assert (contact.job_title, contact.phone, contact.mobile) == ("Owner", "+441632960961", None)
    assert "phone number" in client.post(f"{hub}/details", data={"phone": "12"}).text


def test_mails_are_stopped_and_had_again(client: CarefulClient, hub: str) -> None:
    for _ in range(2):
        client.post(f"{hub}/mails", data={"send": "stop"})
    assert stored(Contact)[0].objected_on == clock.today()

    client.post(f"{hub}/mails", data={"send": "again"})

    assert stored(Contact)[0].objected_on is None


def test_a_wish_to_be_forgotten_is_the_officers_next_step_once(client: CarefulClient, hub: str) -> None:
    for _ in range(2):
        client.post(f"{hub}/forget")

    assert len(stored(ErasureRequest)) == 1
    (step,) = stored(FollowUp)
    assert "asked to be forgotten" in step.what
    assert step.due_on == clock.today() + timedelta(days=30)
    assert "You asked to be forgotten" in client.get(hub).text


def test_a_double_click_saves_once(app: Flask, hub: str) -> None:
    opportunity_id = past()
    db.session.commit()

    def send() -> int:
        return FlaskClient(app, app.response_class).post(f"{hub}/forget").status_code

    def speak() -> int:
        client = FlaskClient(app, app.response_class)
        return int(client.post(f"{hub}/said/{opportunity_id}", data={"came": "3"}).status_code)

    for action in (send, speak):
        assert at_once(app, *[action] * 2) == [303, 303]

    assert (len(stored(ErasureRequest)), len(stored(EmployerWord)), len(stored(FollowUp))) == (1, 1, 1)


@pytest.mark.parametrize(("starts_at", "local"), [(SUMMER, 10), (WINTER, 9)])
def test_the_calendar_file_has_the_right_local_time(
    client: CarefulClient, hub: str, starts_at: datetime, local: int
) -> None:
    opportunity_id = past(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    for path in (f"{hub}/{opportunity_id}.ics", f"{hub}/calendar.ics"):
        answer = client.get(path)
        event: Any = Calendar.from_ical(answer.data).walk("VEVENT")[0]
        assert answer.mimetype == "text/calendar"
        assert event["dtstart"].dt.hour == local
        assert event["dtstart"].params["TZID"] == "Europe/London"
        assert event["uid"] == f"opportunity-{opportunity_id}@localhost"
        assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in answer.text
        assert "RDATE" not in answer.text


def test_officers_see_the_links_and_take_them_back(client: CarefulClient, hub: str) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    employer_id, link_id = the_employer().id, stored(EmployerLink)[0].id
    assert "Their own page" in client.get(f"/employers/{employer_id}/links").text

    assert post(client, f"/employers/{employer_id}/links/{link_id}/revoke").status_code == 302

    assert client.get(hub).status_code == 404
    assert post(client, f"/employers/{employer_id}/links/{link_id}/revoke").status_code == 409
    assert post(client, f"/employers/{employer_id}/links/999/revoke").status_code == 404


def test_an_officer_sends_somebody_their_page(client: CarefulClient, hub: str) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER, name="Tobi Okafor"))
    contact = stored(Contact)[0]
    employer_id, contact_id = contact.employer_id, contact.id

    post(client, f"/employers/{employer_id}/links/send/{contact_id}")

    (mail,) = stored(OutboxEmail)
    assert mail.recipient == "dana@alder.example"
    assert "Tobi Okafor" in mail.body
    with committing():
        db.session.get_one(Contact, contact_id).left_at = clock.now()
    assert post(client, f"/employers/{employer_id}/links/send/{contact_id}").status_code == 409


def test_of_very_many_opportunities_what_is_booked_is_there(client: CarefulClient, hub: str) -> None:
    for _ in range(MOST):
        past()
    past(title="Next month", starts_at=clock.now() + timedelta(days=30), ends_at=clock.now() + timedelta(days=31))

    assert "Next month" in client.get(hub).text
