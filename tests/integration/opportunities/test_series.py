"""Making series, adding to them, changing and cancelling what follows."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.opportunities.models import OpportunityStatus, PlaceStatus, Side
from crm.opportunities.particulars import Venue
from crm.opportunities.series.models import Series
from crm.opportunities.series.queries import mentees_of, open_days
from crm.opportunities.series.services import (
    Change,
    add_meetings,
    add_mentees,
    cancel_following,
    change_following,
    laid_out,
    make_series,
    mark_grid,
    take_mentee,
)
from crm.opportunities.services import (
    Attendance,
    add_headcount,
    add_places_by_reference,
    edit_opportunity,
    schedule_opportunity,
)
from crm.opportunities.timing import Timing
from crm.pledges.kinds import Mode, OpportunityKind
from crm.providers.models import Provider
from tests.factories import (
    ClosedDayFactory,
    ContactFactory,
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    SiteFactory,
    TermFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities import arranging
from tests.integration.opportunities.series import (
    DAYS,
    NOW,
    RULE,
    details,
    made,
    meetings,
    mentoring,
    places,
    school_with,
)

ATTENDED = Attendance(PlaceStatus.ATTENDED)


@pytest.fixture(autouse=True)
def _on_a_wednesday(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def provider_of(series: Series) -> Provider:
    assert series.provider_id is not None
    return db.session.get_one(Provider, series.provider_id)


def change(series: Series, number: int = 3, **given: Any) -> Change:
    """What meeting `number` has, but for what is given."""
    meeting = meetings(series)[number - 1]
    timing = Timing.of(meeting)
    as_is: dict[str, Any] = {
        "title": meeting.title,
        "weekday": timing.first_day.weekday(),
        "starts": timing.starts,
        "ends": timing.ends,
        "mode": meeting.mode,
        "venue": meeting.venue,
        "site_id": meeting.site_id,
        "place_or_link": meeting.place_or_link,
        "leader_id": meeting.leader_id,
    }
    return Change(**as_is | given)


def change_from(series: Series, number: int = 3, days: list[date] | None = None, **given: Any) -> None:
    meeting = meetings(series)[number - 1]
    change_following(series, meeting, change(series, number, **given), days or DAYS[2:], seen_version=series.version)


def test_every_day_becomes_a_meeting_with_a_place_for_everybody_that_fulfils_the_promise() -> None:
    employer = EmployerFactory.make()
    line = PledgeLineFactory.build(kind=OpportunityKind.MENTORING, young_people=2, each=4)
    PledgeFactory.make(employer=employer, lines=[line])
    school = school_with("AB-1", "AB-2")

    result = made(employer=employer, provider_id=school.id, references="AB-1\nAB-2")

    assert [Timing.of(each).first_day for each in meetings(result.series)] == DAYS
    assert [each.series_number for each in meetings(result.series)] == [1, 2, 3, 4]
    assert [each.taken for each in meetings(result.series)] == [2, 2, 2, 2]
    assert {each.pledge_line_id for each in places(result.series)} == {line.id}
    assert result.missed == []


def test_without_a_title_it_is_called_after_its_kind_and_the_employer() -> None:
    result = made(employer=EmployerFactory.make(name="Kiln Solar"), title=" ")

    assert result.series.title == result.meetings[0].title == "Mentoring with Kiln Solar"


def test_who_is_elsewhere_on_a_day_misses_that_meeting_alone() -> None:
    school = school_with("AB-1", "AB-2")
    visit = arranging.arranged(first_day=DAYS[1], starts=time(9), ends=time(16), title="A visit")
    arranging_place(visit, school)

    result = made(provider_id=school.id, references="AB-1\nAB-2")

    assert [(each.reference, each.day) for each in result.missed] == [("AB-1", DAYS[1])]
    assert "A visit" in result.missed[0].why
    assert [each.taken for each in result.meetings] == [2, 1, 2, 2]


def arranging_place(opportunity: Any, school: Provider) -> None:
    add_places_by_reference(opportunity, school, "AB-1")


@pytest.mark.parametrize(
    ("impossible", "days", "references", "message"),
    [
        ({"kind": OpportunityKind.PLACEMENT}, DAYS, "", "Placements are arranged one by one"),
        ({"capacity": 7}, DAYS, "", "at most 6 mentees"),
        ({}, [], "", "at least one day"),
        ({}, DAYS * 16, "", "at most 60 meetings"),
        ({}, DAYS, "AB-1", "Select the provider"),
    ],
)
def test_what_cannot_be_a_series_is_refused(
    impossible: dict[str, Any], days: list[date], references: str, message: str
) -> None:
    with pytest.raises(Conflict, match=message):
        made(days=days, references=references, **impossible)


@pytest.mark.parametrize(
    ("references", "message"),
    [("AB-1\nZZ-9", "no young people with these references: ZZ-9"), ("AB-1\nAB-2\nAB-3", "Not enough places")],
)
def test_nobody_is_left_out_silently(references: str, message: str) -> None:
    school = school_with("AB-1", "AB-2", "AB-3")

    with pytest.raises(Conflict, match=message):
        made(provider_id=school.id, references=references)


def test_personal_data_is_no_reference() -> None:
    with pytest.raises(Conflict, match=r"“jo@school\.example”"):
        made(provider_id=school_with("AB-1").id, references="AB-1\njo@school.example")


def test_only_staff_make_series() -> None:
    with pytest.raises(NotAllowed):
        make_series(EmployerFactory.make(), details(), DAYS, made_by=UserFactory.make(role=Role.PARTNER))


def test_a_mentor_who_is_elsewhere_on_one_of_the_days_stops_the_series() -> None:
    employer = EmployerFactory.make()
    mentor = ContactFactory.make(employer=employer, name="Kit Mentor")
    arranging.arranged(
        employer=employer, leader_id=mentor.id, first_day=DAYS[2], starts=time(16), ends=time(17), title="A talk"
    )

    with pytest.raises(Conflict, match="Kit Mentor is at another opportunity then: A talk, 17 November 2026"):
        made(employer=employer, leader_id=mentor.id)


def test_meetings_are_added_with_the_next_numbers_and_for_those_who_take_part_now() -> None:
    series = mentoring("AB-1", "AB-2")
    take_mentee(series, mentees_of(series.id)[0], side=Side.YOUNG_PERSON, reason="Moved")

    result = add_meetings(
        series, details(provider_id=series.provider_id), [date(2026, 12, 1)], made_by=UserFactory.make()
    )

    assert [each.series_number for each in result.meetings] == [5]
    assert [each.reference for each in mentees_of(series.id)] == ["AB-2"]
    assert result.meetings[0].taken == 1


def test_those_of_the_last_meeting_take_part_in_what_is_added_once_all_is_past() -> None:
    series = mentoring("AB-1", days=DAYS[:2])

    assert [each.reference for each in mentees_of(series.id)] == ["AB-1"]
    assert mentees_of(made().series.id) == []


def test_a_series_has_an_end() -> None:
    series = made(days=[RULE.first_on]).series
    meetings(series)[0].series_number = 60
    db.session.flush()

    with pytest.raises(Conflict, match="at most 60 meetings"):
        add_meetings(series, details(), [date(2026, 12, 1)], made_by=UserFactory.make())


def test_a_new_mentee_gets_a_place_in_all_that_is_to_come_and_the_meetings_grow() -> None:
    series = mentoring("AB-1", "AB-2")
    YoungPersonFactory.make(provider=provider_of(series), reference="AB-3")

    outcome = add_mentees(series, provider_of(series), "AB-3\nAB-1")

    assert outcome == (2, [])
    assert [(each.taken, each.capacity) for each in meetings(series)] == [(2, 2), (2, 2), (3, 3), (3, 3)]


def test_a_mentor_has_no_more_than_six_mentees() -> None:
    series = mentoring("AB-1", capacity=5)
    add_headcount(meetings(series)[2], provider_of(series), 4)
    for number in (2, 3):
        YoungPersonFactory.make(provider=provider_of(series), reference=f"AB-{number}")

    with pytest.raises(Conflict, match="at most 6 mentees"):
        add_mentees(series, provider_of(series), "AB-2\nAB-3")


def test_a_repeated_talk_keeps_its_number_of_places() -> None:
    series = mentoring("AB-1", kind=OpportunityKind.TALK, capacity=1)
    YoungPersonFactory.make(provider=provider_of(series), reference="AB-2")

    with pytest.raises(Conflict, match="last place"):
        add_mentees(series, provider_of(series), "AB-2")


def test_nobody_joins_what_is_over() -> None:
    series = mentoring("AB-1", days=DAYS[:2])

    with pytest.raises(Conflict, match="Add meetings first"):
        add_mentees(series, provider_of(series), "AB-1")


def test_one_meeting_of_a_mentor_is_not_made_larger_than_a_mentor_can_look_after() -> None:
    series = mentoring("AB-1")
    meeting = meetings(series)[2]
    wider = arranging.details(kind=OpportunityKind.MENTORING, first_day=DAYS[2], capacity=7)

    with pytest.raises(Conflict, match="at most 6 mentees"):
        edit_opportunity(meeting, wider, seen_version=meeting.version)


def test_who_leaves_keeps_what_is_past() -> None:
    series = mentoring("AB-1", "AB-2")
    person = mentees_of(series.id)[0]

    assert take_mentee(series, person, side=Side.PROVIDER, reason="Changed course").meetings == 2

    theirs = [each.status for each in places(series) if each.young_person_id == person.id]
    assert theirs == [PlaceStatus.CONFIRMED] * 2 + [PlaceStatus.WITHDRAWN] * 2
    assert [each.taken for each in meetings(series)] == [2, 2, 1, 1]
    with pytest.raises(Conflict, match="no place in a meeting to come"):
        take_mentee(series, person, side=Side.PROVIDER, reason="Changed course")


def test_the_grid_marks_several_meetings_and_delivers_those_that_are_complete() -> None:
    series = mentoring("AB-1", "AB-2")
    first, second, third, fourth, *_ = sorted(places(series), key=lambda each: (each.opportunity_id, each.id))

    mark_grid(series, {first.id: ATTENDED, second.id: Attendance(PlaceStatus.NO_SHOW), third.id: ATTENDED})

    assert [each.status for each in meetings(series)[:2]] == [OpportunityStatus.DELIVERED, OpportunityStatus.OPEN]
    assert fourth.status is PlaceStatus.CONFIRMED
    with pytest.raises(Conflict, match="from the first day on"):
        mark_grid(series, {places(series)[-1].id: ATTENDED})


def test_the_grid_marks_no_other_series() -> None:
    elsewhere = mentoring("AB-1")

    with pytest.raises(Conflict, match="gone meanwhile"):
        mark_grid(made().series, {places(elsewhere)[0].id: ATTENDED})


def test_this_and_all_that_follow_change_and_what_is_past_or_marked_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    employer = EmployerFactory.make()
    site, mentor = SiteFactory.make(employer=employer), ContactFactory.make(employer=employer)
    series = mentoring("AB-1", employer=employer)
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(day=17))  # the morning of the third
    mark_grid(series, {places(series)[2].id: ATTENDED})
    meetings(series)[2].status = OpportunityStatus.OPEN
    db.session.flush()

    change_from(
        series,
        1,
        days=DAYS[3:],
        title="Mentoring at the works",
        starts=time(9),
        ends=time(10, 30),
        venue=Venue.SITE,
        site_id=site.id,
        leader_id=mentor.id,
    )

    assert [each.title for each in meetings(series)] == ["Mentoring"] * 3 + ["Mentoring at the works"]
    last = meetings(series)[3]
    assert (Timing.of(last).times, last.hours, last.site_id, last.leader_id) == (
        "9am to 10:30am",
        Decimal("1.5"),
        site.id,
        mentor.id,
    )
    assert (series.title, series.starts, series.leader_id) == ("Mentoring at the works", time(9), mentor.id)


def test_what_one_meeting_has_of_its_own_stays_when_something_else_changes() -> None:
    series = mentoring("AB-1")
    own = meetings(series)[3]
    own.title, own.place_or_link = "The last one", "The café"
    timing = Timing(DAYS[3], DAYS[3], time(9), time(10))
    own.starts_at, own.ends_at = timing.starts_at, timing.ends_at
    db.session.flush()

    change_from(series, mode=Mode.IN_PERSON, leader_id=None)

    assert (own.title, own.place_or_link, Timing.of(own)) == ("The last one", "The café", timing)


def test_another_weekday_lays_the_meetings_out_anew_past_what_is_closed() -> None:
    series = mentoring("AB-1")
    school = provider_of(series)
    ClosedDayFactory.make(provider=school, first_day=date(2026, 11, 19))
    TermFactory.make()
    following = meetings(series)[2:]

    found = laid_out(series, following, 3, open_days(school, since=DAYS[0]), taken=frozenset())
    change_from(series, days=found.meetings, weekday=3)

    assert [each.why_not for each in found.skipped] == [f"{school.name} is closed: Staff training"]
    assert [Timing.of(each).first_day for each in meetings(series)[2:]] == [date(2026, 11, 26), date(2026, 12, 3)]
    assert series.weekday == 3


def test_meetings_keep_their_days_while_the_weekday_stays() -> None:
    series = mentoring("AB-1")

    found = laid_out(series, meetings(series)[2:], 1, open_days(None, since=DAYS[0]), taken=frozenset())

    assert found.meetings == DAYS[2:]


def test_nobody_is_moved_on_top_of_something_else() -> None:
    series = mentoring("AB-1")
    visit = arranging.arranged(first_day=DAYS[3], starts=time(9), ends=time(11), title="A visit")
    arranging_place(visit, provider_of(series))

    with pytest.raises(Conflict, match="24 Nov 2026: AB-1 is at another opportunity then: A visit"):
        change_from(series, starts=time(10), ends=time(11))


def test_a_draft_at_the_same_time_keeps_nothing_from_being_moved() -> None:
    employer = EmployerFactory.make()
    mentor = ContactFactory.make(employer=employer)
    series = mentoring("AB-1", employer=employer, leader_id=mentor.id)
    draft = arranging.arranged(employer=employer, leader_id=mentor.id, first_day=DAYS[3], starts=time(9))
    draft.status = OpportunityStatus.DRAFT
    db.session.flush()

    change_from(series, starts=time(9), ends=time(10))

    assert Timing.of(meetings(series)[3]).starts == time(9)


def test_changing_what_follows_is_refused_when_there_is_nothing_or_something_else_to_change() -> None:
    series = mentoring("AB-1")

    with pytest.raises(Conflict, match="changed meanwhile"):
        change_from(series, days=[DAYS[3]], title="Other")
    with pytest.raises(EditedMeanwhile):
        change_following(series, meetings(series)[2], change(series), DAYS[2:], seen_version=series.version + 1)
    cancel_following(series, meetings(series)[2], side=Side.EMPLOYER, reason="The mentor left")
    with pytest.raises(Conflict, match="Nothing is to come"):
        change_from(series, title="Other")
    with pytest.raises(Conflict, match="Nothing is to come"):
        cancel_following(series, meetings(series)[2], side=Side.EMPLOYER, reason="The mentor left")


def test_this_and_all_that_follow_are_cancelled_with_their_places() -> None:
    series = mentoring("AB-1")

    assert cancel_following(series, meetings(series)[0], side=Side.EMPLOYER, reason="The mentor left") == 2

    assert [each.status for each in meetings(series)] == [OpportunityStatus.OPEN] * 2 + [
        OpportunityStatus.CANCELLED
    ] * 2
    assert [each.ended_reason for each in places(series)] == [None, None, "The mentor left", "The mentor left"]


def test_a_plain_opportunity_is_in_no_series() -> None:
    visit = schedule_opportunity(EmployerFactory.make(), arranging.details(), scheduled_by=UserFactory.make())

    assert visit.series_id is None
