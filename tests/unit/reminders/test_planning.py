"""When something is said around an opportunity, by the clock on a London wall; and when not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.core.clock import LONDON, local_instant
from crm.employers.models import Contact, Employer
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.reminders.models import Party, Step
from crm.reminders.planning import Beside, Planned, Reach, Rhythm, due, plan, undecided, why_not

USUAL = Rhythm(first=7, last=1, feedback=1, at=time(8))
DAY = timedelta(days=1)
SCHOOL = 5  # a provider's id


def instants(first_day: date, last_day: date | None = None) -> tuple[datetime, datetime]:
    return local_instant(first_day, time(9, 30)), local_instant(last_day or first_day, time(15))


def local(instant: datetime) -> str:
    return f"{instant.astimezone(LONDON):%d %b %H:%M}"


def test_a_day_is_announced_twice_its_register_asked_for_and_then_how_it_went() -> None:
    planned = plan(*instants(date(2026, 12, 10)), {SCHOOL}, USUAL)

    assert [(each.step, each.party, local(each.due_at)) for each in planned] == [
        (Step.FIRST, Party.EMPLOYER, "03 Dec 08:00"),
        (Step.FIRST, Party.PROVIDER, "03 Dec 08:00"),
        (Step.LAST, Party.EMPLOYER, "09 Dec 08:00"),
        (Step.LAST, Party.PROVIDER, "09 Dec 08:00"),
        (Step.REGISTER, Party.PROVIDER, "10 Dec 08:00"),
        (Step.FEEDBACK, Party.EMPLOYER, "11 Dec 08:00"),
        (Step.FEEDBACK, Party.PROVIDER, "11 Dec 08:00"),
    ]


def test_of_a_week_the_register_is_asked_for_on_its_last_day() -> None:
    planned = plan(*instants(date(2026, 12, 7), date(2026, 12, 11)), {SCHOOL}, USUAL)

    when = {each.step: local(each.due_at) for each in planned}
    assert (when[Step.LAST], when[Step.REGISTER], when[Step.FEEDBACK]) == (
        "06 Dec 08:00",
        "11 Dec 08:00",
        "12 Dec 08:00",
    )


@pytest.mark.parametrize("clocks_change_on", [date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)])
@pytest.mark.parametrize("days_after", range(-1, 9))
def test_whatever_the_clocks_do_meanwhile_it_is_eight_in_london(clocks_change_on: date, days_after: int) -> None:
    day = clocks_change_on + days_after * DAY

    planned = plan(*instants(day), {SCHOOL}, USUAL)

    assert {each.due_at.astimezone(LONDON).time() for each in planned} == {time(8)}
    assert [(each.due_at.astimezone(LONDON).date() - day).days for each in planned] == [-7, -7, -1, -1, 0, 1, 1]


@pytest.mark.parametrize("clocks_change_on", [date(2026, 10, 25), date(2027, 3, 28)])
def test_a_moving_clock_meets_every_step_once_and_none_too_late(clocks_change_on: date) -> None:
    planned = plan(*instants(clocks_change_on), {SCHOOL}, USUAL)
    decided = set[tuple[Step, int | None, date]]()
    met: list[Planned] = []

    now = planned[0].due_at - DAY
    while now < planned[-1].due_at + DAY:
        for each in due(planned, decided, now):
            decided.add((each.step, each.provider_id, each.about_on))
            met.append(each)
            assert now < each.until
        now += timedelta(minutes=30)

    assert met == planned


def test_what_was_decided_is_not_due_again_unless_the_day_is_another() -> None:
    before, after = (plan(*instants(date(2026, 12, day)), {SCHOOL}, USUAL) for day in (10, 17))
    decided = {(each.step, each.provider_id, each.about_on) for each in before}

    assert undecided(before, decided) == []
    assert {each.step for each in undecided(after, decided)} == {Step.FIRST, Step.LAST, Step.REGISTER}


def an_opportunity(**more: object) -> Opportunity:
    values = {
        "status": OpportunityStatus.OPEN,
        "employer": Employer(name="Alder Joinery"),
        "leader": Contact(name="Dana", email="dana@alder.example"),
        "taken": 2,
    }
    return Opportunity(**{**values, **more})


def a_step(step: Step, *, hours: int = 24) -> Planned:
    due_at = datetime(2026, 12, 3, 8, tzinfo=UTC)
    return Planned(step, Party.EMPLOYER, None, due_at, due_at + timedelta(hours=hours), date(2026, 12, 10))


NOW = datetime(2026, 12, 3, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opportunity", "step", "reason"),
    [
        (an_opportunity(), Step.FIRST, None),
        (an_opportunity(status=OpportunityStatus.CANCELLED), Step.FEEDBACK, "It was cancelled."),
        (an_opportunity(status=OpportunityStatus.DRAFT), Step.FIRST, "It is still a draft."),
        (an_opportunity(status=OpportunityStatus.DELIVERED), Step.LAST, "It is delivered and marked already."),
        (an_opportunity(status=OpportunityStatus.DELIVERED), Step.FEEDBACK, None),
        (an_opportunity(taken=0), Step.LAST, None),
        (an_opportunity(taken=0), Step.FEEDBACK, "Nobody has a place."),
        (an_opportunity(leader=None), Step.FIRST, "Nobody is named who leads it."),
        (an_opportunity(leader=Contact(name="Dana")), Step.FIRST, "We have no e-mail address for them."),
        (
            an_opportunity(
                leader=Contact(name="Dana", email="d@a.example", objected_on=date(2026, 11, 2), objected_how="by phone")
            ),
            Step.FEEDBACK,
            "They objected to e-mail on 2 November 2026 (by phone).",
        ),
        (
            an_opportunity(employer=Employer(name="Alder", archived_at=NOW)),
            Step.FIRST,
            "The employer is archived.",
        ),
        (
            an_opportunity(employer=Employer(name="Alder", quiet_until=date(2026, 12, 4), quiet_reason="Busy")),
            Step.FIRST,
            "Dana is not written to: they asked to be left in peace until 4 December 2026.",
        ),
        (an_opportunity(employer=Employer(name="Alder", quiet_until=date(2026, 12, 3))), Step.FIRST, None),
    ],
)
def test_an_employer_is_told_unless_something_is_in_the_way(
    opportunity: Opportunity, step: Step, reason: str | None
) -> None:
    assert why_not(a_step(step), opportunity, None, stopped_by=None, now=NOW) == reason


@pytest.mark.parametrize(
    ("reach", "step", "reason"),
    [
        (Reach("Elm", seats=3, coordinators=1), Step.REGISTER, None),
        (Reach("Elm", seats=0, coordinators=1), Step.FIRST, None),
        (Reach("Elm", seats=0, coordinators=1), Step.REGISTER, "No young people of Elm have a place."),
        (Reach("Elm", seats=0, coordinators=1), Step.FEEDBACK, "No young people of Elm have a place."),
        (Reach("Elm", seats=3, coordinators=0, has_address=True), Step.LAST, None),
        (Reach("Elm", seats=3, coordinators=0), Step.LAST, "Nobody at Elm has an e-mail address."),
        (Reach("Elm", seats=3, coordinators=0, has_address=True), Step.REGISTER, "Nobody at Elm can sign in."),
    ],
)
def test_a_provider_is_told_where_somebody_can_act_on_it(reach: Reach, step: Step, reason: str | None) -> None:
    employer = Employer(name="Alder", quiet_until=date(2027, 1, 1))  # the employer's peace, not the provider's
    opportunity = an_opportunity(employer=employer)

    assert why_not(a_step(step), opportunity, reach, stopped_by=None, now=NOW) == reason


def test_a_minute_before_it_is_too_late_it_is_said_and_then_not() -> None:
    step = a_step(Step.FIRST)

    said = [
        why_not(step, an_opportunity(), None, stopped_by=None, now=step.until + timedelta(minutes=minutes))
        for minutes in (-1, 0)
    ]

    assert said == [None, "Too late to matter: it was due on 3 December 2026."]


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (Beside(later=True), [Step.FIRST, Step.LAST]),
        (Beside(earlier=True, later=True), [Step.LAST]),
        (Beside(earlier=True), [Step.LAST, Step.FEEDBACK]),
    ],
)
def test_of_a_series_the_first_meeting_is_announced_early_and_the_last_asked_about(
    beside: Beside, said: list[Step]
) -> None:
    steps = [Step.FIRST, Step.LAST, Step.FEEDBACK]

    assert [
        step
        for step in steps
        if why_not(a_step(step), an_opportunity(), None, stopped_by=None, now=NOW, beside=beside) is None
    ] == said


def test_who_stopped_them_is_named() -> None:
    reason = why_not(a_step(Step.FIRST), an_opportunity(), None, stopped_by="Priya Shah", now=NOW)

    assert reason == "Priya Shah stopped the reminders."
