"""The pages of series and of closed days."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.series.models import Series
from crm.opportunities.series.services import mark_grid
from crm.opportunities.services import Adding, Attendance, add_headcount, add_places_by_reference
from crm.opportunities.timing import Timing
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy
from crm.pledges.kinds import OpportunityKind
from crm.providers.closed_days.models import ClosedDay
from crm.providers.models import Provider
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ClosedDayFactory,
    ContactFactory,
    EmployerFactory,
    ProviderFactory,
    ProviderMemberFactory,
    SiteFactory,
    TermFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged
from tests.integration.opportunities.series import DAYS, NOW, made, meetings, mentoring, places, school_with
from tests.support.forms import post, typed

DECEMBER = [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15)]
ATTENDED = Attendance(PlaceStatus.ATTENDED)


@pytest.fixture(autouse=True)
def _on_a_wednesday(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make())


def coordinator(provider: Provider) -> User:
    return db.session.get_one(User, ProviderMemberFactory.make(provider=provider).user_id)


def provider_of(series: Series) -> Provider:
    return db.session.get_one(Provider, series.provider_id)


def filled_in(**given: object) -> dict[str, object]:
    """Mentoring on three Tuesdays from 1 December."""
    return {
        "kind": "mentoring",
        "every_weeks": "1",
        "weekday": "1",
        "starts": "3.30pm",
        "ends": "4.30pm",
        "first_on": "1 12 2026",
        "times": "3",
        "until": "",
        "in_term_only": "y",
        "venue": "provider",
        "site": "",
        "leader": "",
        "provider": "",
        "capacity": "2",
    } | given


def shown(client: CarefulClient, path: str, answers: Mapping[str, Any]) -> dict[str, object]:
    """What the page with the dates would send as it stands."""
    page = post(client, path, **answers)
    assert page.status_code == 200
    assert "There is a problem" not in page.text
    return typed(page.text) | {"kind": "mentoring"}


def new_for(employer: Employer) -> str:
    return f"/opportunities/series/new?employer={employer.id}"


def test_the_dates_are_shown_with_what_is_left_out_before_anything_is_arranged(
    client: CarefulClient, officer: User
) -> None:
    school = school_with("AB-1")
    ClosedDayFactory.make(provider=school, first_day=DECEMBER[1])
    TermFactory.make()
    path = new_for(EmployerFactory.make())

    page = post(client, path, **filled_in(provider=school.id, times="", until="22 12 2026"))

    assert "Every Tuesday, 3:30pm to 4:30pm, in term time, until 22 December 2026" in page.text
    assert f"{school.name} is closed: Staff training" in page.text
    assert "Outside term time" in page.text
    assert "not recorded yet" not in page.text
    assert stored(Series) == stored(Opportunity) == []


def test_an_officer_arranges_what_was_shown_without_the_dates_whose_tick_is_cleared(
    client: CarefulClient, officer: User
) -> None:
    school, employer = school_with("AB-1", "AB-2"), EmployerFactory.make()
    path = new_for(employer)
    answers = shown(client, path, filled_in(provider=school.id, references="AB-1\nAB-2", activity="Talk"))
    assert answers["days"] == [str(day) for day in DECEMBER]

    response = post(client, path, **answers | {"days": [str(DECEMBER[0]), str(DECEMBER[2])], "step": "make"})

    (series,) = stored(Series)
    assert response.location == f"/opportunities/series/{series.id}"
    assert [Timing.of(each).first_day for each in meetings(series)] == [DECEMBER[0], DECEMBER[2]]
    assert {each.activity for each in meetings(series)} == {"Talk"}
    assert [each.taken for each in meetings(series)] == [2, 2]
    assert "2 meetings arranged." in client.get(response.location).text


def test_dates_that_are_no_longer_those_that_were_shown_are_shown_again(client: CarefulClient, officer: User) -> None:
    school = school_with("AB-1")
    path = new_for(EmployerFactory.make())
    answers = shown(client, path, filled_in(provider=school.id))
    ClosedDayFactory.make(provider=school, first_day=DECEMBER[1])

    page = post(client, path, **answers, step="make")

    assert "The dates are not those you were shown" in page.text
    assert stored(Series) == []


def test_clashes_are_shown_by_date_and_a_date_without_its_mentor_is_not_ticked(
    client: CarefulClient, officer: User
) -> None:
    mentor = ContactFactory.make(name="Kit Mentor")
    employer, school = mentor.employer, school_with("AB-1")
    busy: dict[str, Any] = {"starts": time(15), "ends": time(17)}
    arranged(employer=employer, leader_id=mentor.id, first_day=DECEMBER[0], title="A talk", **busy)
    visit = arranged(first_day=DECEMBER[1], title="A visit", **busy)

    add_places_by_reference(visit, school, "AB-1")
    path = new_for(employer)

    page = post(client, path, **filled_in(provider=school.id, leader=mentor.id, references="AB-1"))

    assert "Kit Mentor is elsewhere</strong> A talk, 1 Dec 2026, 3pm to 5pm" in page.text
    assert "AB-1 is elsewhere</strong> A visit, 8 Dec 2026, 3pm to 5pm" in page.text
    answers = typed(page.text)
    assert answers["days"] == [str(day) for day in DECEMBER[1:]]
    response = post(client, path, **answers | {"kind": "mentoring", "step": "make"})
    assert "Without a place: AB-1 on 8 Dec 2026" in client.get(response.location).text
    everything = answers | {"kind": "mentoring", "step": "make", "days": [str(day) for day in DECEMBER]}
    again = post(client, path, **everything | {"submission_key": "another"})
    assert "Kit Mentor is at another opportunity then" in again.text


@pytest.mark.parametrize(("leads", "days"), [(0, 3), (1, 4)])
def test_a_mentor_who_would_be_with_young_people_often_is_pointed_out_before(
    client: CarefulClient, officer: User, leads: int, days: int
) -> None:
    mentor = ContactFactory.make()
    for number in range(leads):
        day = DECEMBER[0] - timedelta(days=number + 1)
        arranged(employer=mentor.employer, leader_id=mentor.id, first_day=day)

    page = post(client, new_for(mentor.employer), **filled_in(leader=mentor.id)).text

    assert (f"with young people on {days} days in 30" in page) is (days > 3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"times": ""}, "Enter how many meetings, like 8, or the last day"),
        ({"until": "1 2 2027"}, "one of the two"),
        ({"times": "", "until": "1 11 2026"}, "The last day must not be before the first"),
        ({"times": "61"}, "Enter between 1 and 60 meetings"),
        ({"capacity": "7"}, "A mentor has at most 6 mentees"),
        ({"ends": "3pm"}, "It must end after it starts"),
        ({"references": "AB-1"}, "Select the provider whose young people take part"),
        ({"kind": "talk", "capacity": "30"}, "Say why the group is larger than 12"),
        ({"venue": ""}, "Select where it takes place"),
    ],
)
def test_the_form_says_what_to_do(client: CarefulClient, officer: User, wrong: dict[str, str], message: str) -> None:
    assert message in post(client, new_for(EmployerFactory.make()), **filled_in(**wrong)).text


def test_a_site_is_chosen_where_it_takes_place_at_a_site(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make()
    path, site = new_for(employer), SiteFactory.make(employer=employer).id

    page = post(client, path, **filled_in(site=site)).text
    assert "Select “At one of the employer’s sites” above, or none of their sites" in page
    answers = shown(client, path, filled_in(site=site, venue="site"))
    post(client, path, **answers | {"step": "make"})

    assert {each.site_id for each in stored(Opportunity)} == {site}


def test_who_is_elsewhere_may_join_online(client: CarefulClient, officer: User) -> None:
    mentor = ContactFactory.make()
    arranged(employer=mentor.employer, leader_id=mentor.id, first_day=DECEMBER[0], starts=time(15), ends=time(17))

    page = post(client, new_for(mentor.employer), **filled_in(leader=mentor.id, venue="online")).text

    assert "Check the dates" in page
    assert "is elsewhere" not in page


def test_what_follows_is_not_moved_onto_something_else(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    add_places_by_reference(
        arranged(first_day=DAYS[2], starts=time(9), ends=time(11), title="A visit"), provider_of(series), "AB-1"
    )
    path = f"/opportunities/series/{series.id}/from/{meetings(series)[2].id}"
    page = post(client, path, **typed(client.get(path).text) | {"starts": "9am", "ends": "10am"}).text

    refused = post(client, path, **typed(page), step="make").text

    assert "AB-1 is elsewhere</strong> A visit, 17 Nov 2026, 9am to 11am" in page
    assert "17 Nov 2026: AB-1 is at another opportunity then: A visit" in refused


def test_a_reference_that_is_not_known_is_named_beside_its_field(client: CarefulClient, officer: User) -> None:
    school = school_with("AB-1")

    page = post(client, new_for(EmployerFactory.make()), **filled_in(provider=school.id, references="ab-1\nZZ-9\nab-1"))

    assert "no young people with these references: ZZ-9." in page.text


def test_whose_series_it_is_is_asked_first(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Kiln Solar")

    assert "Arrange a series" in client.get("/opportunities/series/new").text
    response = client.get("/opportunities/series/new?name=Kiln+Solar")

    assert response.location == f"/opportunities/series/new?employer={employer.id}"


def test_the_page_of_a_series_says_how_far_it_has_come(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1", "AB-2")
    first, second = places(series)[:2]
    mark_grid(series, {first.id: ATTENDED, second.id: Attendance(PlaceStatus.NO_SHOW)})
    ClosedDayFactory.make(provider=provider_of(series), first_day=DAYS[3])

    page = client.get(f"/opportunities/series/{series.id}").text

    figures = re.findall(r"<strong>([^<]+)</strong>\s*([a-z ]+[a-z])", page)
    assert figures[:5] == [
        ("1", "held"),
        ("1", "to be marked"),
        ("2", "to come"),
        ("0", "cancelled"),
        ("1 of 2", "places attended"),
    ]
    assert "is closed: Staff training" in page


def test_the_page_and_the_grid_take_as_many_statements_for_many_meetings_as_for_few(
    client: CarefulClient, officer: User
) -> None:
    few, many = mentoring("AB-1"), mentoring("CD-1", "CD-2", days=[DAYS[0] + timedelta(days=n) for n in range(25)])
    addresses = [f"/opportunities/series/{each.id}{page}" for each in (few, many) for page in ("", "/attendance")]
    counts = []
    for address in addresses:
        with counting_queries() as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))

    assert counts[:2] == counts[2:]


def test_the_list_takes_as_many_statements_for_many_series_as_for_few(client: CarefulClient, officer: User) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            made(days=DAYS[2:])
        with counting_queries() as statements:
            page = client.get("/opportunities/series/").text
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert "<strong>6</strong> series" in page


def test_the_list_is_narrowed_and_leaves_out_what_is_over_until_asked(client: CarefulClient, officer: User) -> None:
    mine = EmployerFactory.make(owner=officer)
    made(employer=mine, title="Mentoring of mine")
    made(kind=OpportunityKind.TALK, title="A talk", days=DAYS[:2])
    about = mentoring("AB-1", title="At school")

    def titles(query: str) -> list[str]:
        lines = client.get(f"/opportunities/series/series.csv?{query}").text.splitlines()[1:]
        return [line.split(",")[0] for line in lines]

    assert titles("") == ["At school", "Mentoring of mine"]
    assert titles("mine=y") == ["Mentoring of mine"]
    assert titles("past=y&kind=talk") == ["A talk"]
    assert titles("q=school") == ["At school"]
    assert titles(f"provider={about.provider_id}") == ["At school"]
    with client.get("/opportunities/series/series.xlsx") as workbook:
        assert workbook.data.startswith(b"PK")
    assert "No series match." in client.get("/opportunities/series/?q=nothing").text


def test_attendance_is_marked_in_one_grid(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1", "AB-2")
    add_headcount(series_meeting(series, 1, capacity=5), provider_of(series), 3)
    path = f"/opportunities/series/{series.id}/attendance"
    answers = typed(client.get(path).text)
    assert len([name for name in answers if name.endswith("place_id")]) == 5  # of the two that have begun

    response = post(client, path, **answers, rest_attended="yes")

    assert response.location == f"/opportunities/series/{series.id}"
    assert [each.status for each in meetings(series)[:2]] == [OpportunityStatus.DELIVERED] * 2
    assert [each.status for each in places(series) if each.young_person_id][:4] == [PlaceStatus.ATTENDED] * 4
    assert {(each.side, each.marked_by_id) for each in stored(AttendanceMark)} == {(MarkedBy.COUNCIL, officer.id)}


def series_meeting(series: Series, number: int, **given: Any) -> Opportunity:
    meeting = meetings(series)[number - 1]
    for name, value in given.items():
        setattr(meeting, name, value)
    db.session.flush()
    return meeting


def test_marks_of_somebody_else_are_shown_before_they_are_replaced(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    path = f"/opportunities/series/{series.id}/attendance"
    answers = typed(client.get(path).text)
    status = next(name for name in answers if name.endswith("-status"))
    mark_grid(series, {places(series)[0].id: Attendance(PlaceStatus.NO_SHOW)})

    page = post(client, path, **answers | {status: "attended"})
    assert "Somebody else marked these while you were working: AB-1: no-show" in page.text
    post(client, path, **typed(page.text))

    assert places(series)[0].status is PlaceStatus.ATTENDED


def test_a_grid_whose_meeting_was_cancelled_meanwhile_is_refused(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    client.get(f"/opportunities/series/{series.id}/attendance")

    assert "nothing to mark yet" in client.get(f"/opportunities/series/{made().series.id}/attendance").text


def test_a_coordinator_marks_their_own_young_people_and_knows_of_no_others(client: CarefulClient) -> None:
    series, elsewhere = mentoring("AB-1"), mentoring("CD-1")
    YoungPersonFactory.make(reference="ZZ-1")
    client.sign_in(coordinator(provider_of(series)))
    path = f"/opportunities/series/{series.id}/attendance"

    page = client.get(path).text
    post(client, path, **typed(page), rest_attended="yes")

    assert "AB-1" in page
    assert [each.status for each in places(series)[:2]] == [PlaceStatus.ATTENDED] * 2
    for address in (f"/opportunities/series/{elsewhere.id}", f"/opportunities/series/{elsewhere.id}/attendance"):
        assert client.get(address).status_code == 404
    assert "CD-1" not in client.get("/opportunities/series/series.csv").text
    assert client.get(f"/opportunities/series/{series.id}/more").status_code == 403


def test_a_coordinator_knows_of_a_series_of_any_provider_with_their_young_people_in_it(client: CarefulClient) -> None:
    series = mentoring("AB-1")
    school = school_with("OWN-1")

    add_places_by_reference(series_meeting(series, 3, capacity=2), school, "OWN-1")
    client.sign_in(coordinator(school))

    page = client.get(f"/opportunities/series/{series.id}").text

    assert "OWN-1" in page
    assert "AB-1" not in page


def test_a_partner_sees_the_programme_and_nobody_in_it(client: CarefulClient) -> None:
    mentor = ContactFactory.make(name="Wilma Thornberry")
    stands_in = ContactFactory.make(name="Orla Quince", employer=mentor.employer)
    series = mentoring("AB-1", employer=mentor.employer, leader_id=mentor.id)
    meetings(series)[2].leader = stands_in
    db.session.flush()
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get(f"/opportunities/series/{series.id}").text
    listed = client.get("/opportunities/series/").text
    csv = client.get("/opportunities/series/series.csv").text

    assert "Tuesday 17 November 2026" in page
    for text in (page, listed, csv):
        assert mentor.employer.name in text
        for somebody in ("AB-1", mentor.name, stands_in.name):
            assert somebody not in text


def test_who_sees_people_reads_who_leads_a_series_in_the_list_and_in_its_file(
    client: CarefulClient, officer: User
) -> None:
    mentor = ContactFactory.make(name="Wilma Thornberry")
    mentoring("AB-1", employer=mentor.employer, leader_id=mentor.id)

    for path in ("/opportunities/series/", "/opportunities/series/series.csv"):
        assert mentor.name in client.get(path).text


def test_what_follows_is_changed_after_its_dates_were_shown(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    meeting = meetings(series)[2]
    path = f"/opportunities/series/{series.id}/from/{meeting.id}"
    answers = typed(client.get(path).text) | {"weekday": "3", "starts": "4pm", "ends": "5pm", "title": ""}

    page = post(client, path, **answers).text
    response = post(client, path, **typed(page), step="make")

    assert "Thursday 19 November 2026" in page
    assert "now Tuesday 17 November 2026" in page
    assert "2 meetings changed." in client.get(response.location).text
    assert [(Timing.of(each).first_day, Timing.of(each).times) for each in meetings(series)[1:3]] == [
        (DAYS[1], "3:30pm to 4:30pm"),
        (date(2026, 11, 19), "4pm to 5pm"),
    ]


def test_changing_what_follows_shows_what_somebody_else_saved_and_what_clashes(
    client: CarefulClient, officer: User
) -> None:
    series = mentoring("AB-1")
    path = f"/opportunities/series/{series.id}/from/{meetings(series)[2].id}"
    opened = typed(client.get(path).text)
    seen = typed(post(client, path, **opened | {"title": "Ours"}).text)
    series.title = "Theirs"
    db.session.commit()

    conflict = post(client, path, **seen, step="make").text
    unseen = post(client, path, **opened | {"starts": "9am", "ends": "10am", "step": "make"}).text

    assert "saved this while you were editing" in conflict
    assert "The dates are not those you were shown" in unseen
    assert client.get(f"/opportunities/series/{series.id}/from/0").status_code == 404


def test_what_follows_is_cancelled_with_side_and_reason(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    path = f"/opportunities/series/{series.id}/from/{meetings(series)[2].id}/cancel"

    assert "2 meetings to come are cancelled" in client.get(path).text
    response = post(client, path, side="employer", reason="The mentor left")

    assert "2 meetings cancelled, and everybody’s places with them." in client.get(response.location).text
    assert [each.status for each in meetings(series)][2:] == [OpportunityStatus.CANCELLED] * 2
    assert client.get(path).status_code == 409


def test_meetings_are_added_in_the_rhythm(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    path = f"/opportunities/series/{series.id}/more"
    page = client.get(path).text
    assert 'value="1 12 2026"' in page

    answers = typed(post(client, path, **typed(page) | {"times": "2"}).text)
    response = post(client, path, **answers, step="make")

    assert "2 meetings arranged." in client.get(response.location).text
    assert [Timing.of(each).first_day for each in meetings(series)[4:]] == DECEMBER[:2]
    assert [each.taken for each in meetings(series)[4:]] == [1, 1]
    nothing = typed(post(client, path, **typed(page) | {"times": "2", "submission_key": "other"}).text)
    del nothing["days"]
    assert "Choose at least one day." in post(client, path, **nothing, step="make").text


def test_mentees_are_added_and_taken_out_for_what_is_to_come(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    joins = YoungPersonFactory.make(provider=provider_of(series), reference="AB-2")
    path = f"/opportunities/series/{series.id}/mentees"

    added = post(client, path, **typed(client.get(path).text) | {"references": "AB-2"})
    assert "Added to 2 meetings to come." in client.get(added.location).text
    unknown = post(client, path, provider=series.provider_id, references="ZZ-9").text
    assert "no young people with these references: ZZ-9" in unknown

    out = f"{path}/{joins.id}/take-out"
    assert "Take AB-2 out" in client.get(out).text
    taken = post(client, out, side="provider", reason="Moved")
    assert "Taken out of 2 meetings to come." in client.get(taken.location).text
    assert "has no place in a meeting to come" in post(client, out, side="provider", reason="Moved").text


def test_who_moves_up_when_somebody_leaves_is_said(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1", capacity=1)
    YoungPersonFactory.make(provider=provider_of(series), reference="CD-1")
    add_places_by_reference(meetings(series)[2], provider_of(series), "CD-1", adding=Adding(rest_waits=True))
    leaves = places(series)[0].young_person_id

    out = post(client, f"/opportunities/series/{series.id}/mentees/{leaves}/take-out", side="provider", reason="Moved")

    assert "Moved up from the waiting list: CD-1 on 17 Nov 2026." in client.get(out.location).text


def test_pages_that_change_one_meeting_lead_to_those_that_follow(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    meeting = meetings(series)[2]

    for page, verb in (("edit", "Change"), ("cancel", "Cancel"), ("reschedule", "Change")):
        assert f"{verb} this and all that follow</a> instead" in client.get(f"/opportunities/{meeting.id}/{page}").text


def test_who_misses_a_meeting_is_said_when_they_join(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1", capacity=6)
    school = provider_of(series)
    names = [f"CD-{number}" for number in range(1, 5)]
    for name in names:
        YoungPersonFactory.make(provider=school, reference=name)

    for day in DAYS[2:]:
        busy = arranged(first_day=day, starts=time(15), ends=time(16))
        add_places_by_reference(busy, school, "\n".join(names))

    response = post(
        client, f"/opportunities/series/{series.id}/mentees", provider=school.id, references="\n".join(names)
    )

    assert "and 2 more." in client.get(response.location).text


def test_a_meeting_leads_to_its_series_and_to_the_ones_beside_it(client: CarefulClient, officer: User) -> None:
    series = mentoring("AB-1")
    before, meeting, after = meetings(series)[1:]
    ClosedDayFactory.make(provider=provider_of(series), first_day=DAYS[2])

    page = client.get(f"/opportunities/{meeting.id}").text

    assert "Meeting 3 of 4 in" in page
    assert f'href="/opportunities/{before.id}">Before: 10 Nov 2026' in page
    assert f'href="/opportunities/{after.id}">After: 24 Nov 2026' in page
    assert "Cancel this and all that follow" in page
    assert "is closed: Staff training. Choose another day" in page


def test_an_opportunity_on_a_bank_holiday_says_so(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=date(2027, 3, 26), last_day=date(2027, 3, 27))

    assert "Bank holiday: Good Friday" in client.get(f"/opportunities/{visit.id}").text


def test_a_closed_day_warns_of_what_is_arranged_for_it(client: CarefulClient) -> None:
    series = mentoring("AB-1")
    school = provider_of(series)
    client.sign_in(coordinator(school))

    response = post(client, "/closed-days/", first_day="17 11 2026", last_day="", reason="No heating")

    page = client.get(response.location).text
    assert "1 opportunity arranged for these days" in page
    assert f'href="/opportunities/{meetings(series)[2].id}"' in page
    again = post(client, "/closed-days/", first_day="17 11 2026", last_day="18 11 2026", reason="No heating")
    assert "is closed already on 17 November 2026" in again.text
    post(client, f"/closed-days/{stored(ClosedDay)[0].id}/remove")
    assert "No closed day is recorded" in client.get("/closed-days/").text


def test_staff_keep_the_closed_days_of_every_provider_and_a_coordinator_only_their_own(client: CarefulClient) -> None:
    closed = ClosedDayFactory.make(first_day=DAYS[3])
    client.sign_in(coordinator(ProviderFactory.make()))
    assert post(client, f"/closed-days/{closed.id}/remove").status_code == 404
    assert "Staff training" not in client.get("/closed-days/").text
    client.sign_in(UserFactory.make(role=Role.PROVIDER))
    assert "not tied to a provider yet" in client.get("/closed-days/").text

    client.sign_in(UserFactory.make())
    path = f"/providers/{closed.provider_id}/closed-days"
    assert "Staff training" in client.get(path).text
    response = post(client, f"/closed-days/{closed.id}/remove")

    assert response.location == path
    assert stored(ClosedDay) == []
    assert stored(Place) == []
