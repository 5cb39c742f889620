"""Every row of My day can be done, moved, planned or logged, and leads back to where it stood."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.errors import Conflict
from crm.employers.models import LegalForm
from crm.interactions.models import (
    Channel,
    FollowUp,
    Interaction,
    InteractionOfficer,
    Outcome,
    PlannedInteraction,
    PlanStatus,
)
from crm.interactions.services import cancel_plan, move_plan
from crm.notifications.models import OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from crm.providers.requests.models import RequestStatus
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    OpportunityFactory,
    PlanFactory,
    PledgeFactory,
    PledgeLineFactory,
    RequestFactory,
    SiteCheckFactory,
    SiteFactory,
    UserFactory,
)
from tests.support.forms import post
from tests.support.pages import words_of

TODAY = date(2026, 11, 24)  # a Tuesday
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def me(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def short_form(**others: object) -> dict[str, object]:
    """What a browser sends for a call of a few words."""
    return {"channel": "call", "outcome": "", "summary": "Would take two.", "due": "none", "next_step": ""} | others


def sent_pledge(me: User, **given: object) -> Pledge:
    employer = EmployerFactory.make(owner=me, name="Alder Joinery", legal_form=LegalForm.COMPANY)
    plain = {"employer": employer, "status": PledgeStatus.SENT, "sent_on": TODAY - 9 * DAY, "confirmed_on": None}
    return PledgeFactory.make(**(plain | given))


# Logging ------------------------------------------------------------------------------------------------------------


def test_without_scripts_a_link_opens_the_short_form_in_its_row(client: CarefulClient, me: User) -> None:
    step = FollowUpFactory.make(owner=me, due_on=TODAY)
    ContactFactory.make(employer=step.employer, name="Dawn Alder")
    day = client.get("/").text
    link = day[day.index("/?log=") :].split('"')[0].replace("&amp;", "&")

    page = client.get(link)

    assert link == f"/?log={step.employer_id}&at=step-{step.id}#step-{step.id}"
    row = page.text[page.text.index(f'id="step-{step.id}"') :]
    assert "Save contact" in row
    assert "Dawn Alder" in row
    assert page.text.count("Save contact") == 1
    assert "Save contact" not in day


def test_a_contact_logged_in_a_row_ticks_its_step_off_and_plans_the_next(client: CarefulClient, me: User) -> None:
    step = FollowUpFactory.make(owner=me, due_on=TODAY, what="Ring back")
    dawn = ContactFactory.make(employer=step.employer)

    answer = post(
        client,
        "/my-day/log",
        **short_form(
            employer=step.employer_id,
            at=f"step-{step.id}",
            officer=me.id,
            contacts=dawn.id,
            outcome="interested",
            due="week",
            finished="y",
        ),
    )

    assert answer.headers["Location"] == "/#day"
    (entry,) = stored(Interaction)
    assert (entry.channel, entry.outcome, entry.happened_on) == (Channel.CALL, Outcome.INTERESTED, TODAY)
    assert (entry.summary, entry.logged_by_id) == ("Would take two.", me.id)
    done, following = stored(FollowUp)
    assert (done.done_at, done.done_by_id) == (NOON, me.id)
    assert (following.what, following.due_on, following.owner_id) == ("Ring back", TODAY + 7 * DAY, me.id)
    assert "Next step due 1 December 2026" in words_of(client.get("/").text)


def test_what_came_of_it_is_enough_to_say(client: CarefulClient, me: User) -> None:
    employer = EmployerFactory.make()

    post(client, "/my-day/log", **short_form(employer=employer.id, summary="", outcome="left_message"))

    assert [(entry.outcome, entry.summary) for entry in stored(Interaction)] == [
        (Outcome.LEFT_MESSAGE, "Left a message.")
    ]


def test_a_step_that_is_not_finished_stays_and_a_next_step_without_words_says_to_get_in_touch(
    client: CarefulClient, me: User
) -> None:
    step = FollowUpFactory.make(owner=me)

    post(client, "/my-day/log", **short_form(employer=step.employer_id, at=f"step-{step.id}"))
    post(client, "/my-day/log", **short_form(employer=step.employer_id, at="quiet-1", due="tomorrow"))

    first, second = stored(FollowUp)
    assert first.done_at is None
    assert (second.what, second.due_on) == ("Get back in touch", TODAY + DAY)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"summary": ""}, "Enter what was said, or select what came of it"),
        ({"channel": "pigeon"}, "Not a valid choice"),
        ({"next_step": "Send the form"}, "Select when the next step is due, or clear it"),
        ({"contacts": 999}, "not a contact of this employer"),
    ],
)
def test_what_is_wrong_is_said_in_the_open_row_and_nothing_is_lost(
    client: CarefulClient, me: User, answers: dict[str, object], message: str
) -> None:
    step = FollowUpFactory.make(owner=me, due_on=TODAY)
    answers = short_form(employer=step.employer_id, at=f"step-{step.id}", officer=me.id, **answers)

    page = post(client, "/my-day/log", **answers)

    row = page.text[page.text.index(f'id="step-{step.id}"') :]
    assert message in row
    if answers["summary"]:
        assert 'value="Would take two."' in row
    assert not stored(Interaction)


def test_a_row_of_an_employer_nobody_knows_is_no_page(client: CarefulClient, me: User) -> None:
    assert client.get("/?log=999&at=quiet-999").status_code == 404
    assert post(client, "/my-day/log", **short_form(employer="nonsense")).status_code == 404
    assert (
        post(client, "/my-day/log", **short_form(employer=EmployerFactory.make().id, at="step-999")).status_code == 404
    )
    assert not stored(Interaction)


def test_a_step_of_another_employer_is_not_ticked_off(client: CarefulClient, me: User) -> None:
    step, employer = FollowUpFactory.make(owner=me), EmployerFactory.make()

    answer = post(client, "/my-day/log", **short_form(employer=employer.id, at=f"step-{step.id}", finished="y"))

    assert "another employer" in words_of(answer.text)
    assert stored(FollowUp)[0].done_at is None


def test_every_kind_of_row_opens_its_own_form(client: CarefulClient, me: User) -> None:
    employer = EmployerFactory.make(owner=me)
    opportunity = OpportunityFactory.make(employer=employer, starts_at=NOON, ends_at=NOON + DAY)
    pledge = PledgeFactory.make(employer=employer, status=PledgeStatus.DRAFT, confirmed_on=None)

    for row in (f"on-{opportunity.id}", f"pledge-{pledge.id}", f"quiet-{employer.id}"):
        page = client.get(f"/?log={employer.id}&at={row}").text
        after = page[page.index(f'id="{row}"') :]
        assert "Save contact" in after.split("</li>")[0]


# Planning -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "what"),
    [
        ("pledge", "Ask for an answer to the pledge"),
        ("quiet", "Get back in touch"),
        ("check", "Ask about insurance and checks"),
    ],
)
def test_a_row_is_put_off_to_a_day_as_a_next_step(client: CarefulClient, me: User, why: str, what: str) -> None:
    employer = EmployerFactory.make(name="Alder Joinery", owner=me)

    answer = post(client, "/my-day/plan", employer=employer.id, why=why, to="fortnight")

    (step,) = stored(FollowUp)
    assert (step.what, step.due_on, step.owner_id) == (what, TODAY + 14 * DAY, me.id)
    page = words_of(client.get(answer.headers["Location"]).text)
    assert f"Planned for 8 December 2026: {what.lower()}, Alder Joinery." in page
    assert f"next step in 14 days: {what}" in page  # the row of the quiet employer


@pytest.mark.parametrize("answers", [{"why": "quiet", "to": "someday"}, {"why": "fun", "to": "week"}])
def test_what_cannot_be_planned_is_refused(client: CarefulClient, me: User, answers: dict[str, str]) -> None:
    answer = post(client, "/my-day/plan", employer=EmployerFactory.make().id, **answers)

    assert answer.status_code == 409
    assert not stored(FollowUp)


def test_an_employer_that_wants_to_be_left_in_peace_is_not_listed_as_quiet_until_then(
    client: CarefulClient, me: User
) -> None:
    EmployerFactory.make(owner=me, name="Fern Dental", quiet_until=TODAY + DAY, quiet_reason="Stocktaking")
    EmployerFactory.make(owner=me, name="Oak Care", quiet_until=TODAY, quiet_reason="Over")

    page = client.get("/").text

    assert "Fern Dental" not in page
    assert "Oak Care" in page


# Pledges ------------------------------------------------------------------------------------------------------------


def test_a_pledge_is_reminded_of_once_a_day_and_the_row_says_when(client: CarefulClient, me: User) -> None:
    pledge = sent_pledge(me, lines=[PledgeLineFactory.build(young_people=2)])
    ContactFactory.make(employer=pledge.employer, name="Dawn Alder", email="dawn@alder.example")
    before = client.get("/").text

    answer = post(client, f"/my-day/pledges/{pledge.id}/remind", officer=me.id)
    after = client.get(answer.headers["Location"]).text
    again = post(client, f"/my-day/pledges/{pledge.id}/remind")

    assert f"/my-day/pledges/{pledge.id}/remind" in before
    assert "A reminder goes to Dawn Alder at Alder Joinery." in words_of(after)
    assert "sent 9 days ago · reminded today" in words_of(after)
    assert f"/my-day/pledges/{pledge.id}/remind" not in after
    assert again.status_code == 409
    assert [(mail.recipient, mail.reply_to) for mail in stored(OutboxEmail)] == [("dawn@alder.example", me.email)]


def test_where_we_may_not_write_the_row_says_why_and_offers_no_reminder(client: CarefulClient, me: User) -> None:
    pledge = sent_pledge(me)
    ContactFactory.make(
        employer=pledge.employer, name="Dawn Alder", email="d@alder.example", objected_on=TODAY, objected_how="by phone"
    )
    pledge.employer.quiet_until, pledge.employer.quiet_reason = TODAY + DAY, "Stocktaking"

    page = client.get("/").text

    words = words_of(page)
    assert "No reminder by e-mail to Dawn Alder. They objected to e-mail" in words
    assert "Please do not call before 25 November 2026" in words
    assert f"/my-day/pledges/{pledge.id}/remind" not in page


def test_the_page_of_a_pledge_offers_the_reminder_too_and_says_when_the_last_one_went(
    client: CarefulClient, me: User
) -> None:
    pledge = sent_pledge(me)
    address = f"/pledges/{pledge.id}"
    nobody = words_of(client.get(address).text)
    ContactFactory.make(employer=pledge.employer, name="Dawn Alder", email="dawn@alder.example")

    before = words_of(client.get(address).text)
    answer = post(client, f"/my-day/pledges/{pledge.id}/remind", next=address)
    after = words_of(client.get(address).text)

    assert "No reminder can go. We know nobody at the employer" in nobody
    assert "Remind Dawn Alder" in before
    assert answer.headers["Location"] == address
    assert "Last reminded today." in after
    assert "Remind Dawn Alder" not in after


def test_a_draft_is_not_reminded_of(client: CarefulClient, me: User) -> None:
    pledge = sent_pledge(me, status=PledgeStatus.DRAFT, sent_on=None)
    ContactFactory.make(employer=pledge.employer, email="dawn@alder.example")

    assert "/remind" not in client.get("/").text


# Requests -----------------------------------------------------------------------------------------------------------


def test_new_requests_and_my_own_are_taken_met_and_put_back_from_the_day(client: CarefulClient, me: User) -> None:
    new = RequestFactory.make(words="A new one")
    held = {"status": RequestStatus.TAKEN, "taken_at": NOON}
    RequestFactory.make(words="One of mine", taken_by=me, **held)
    RequestFactory.make(words="A colleague’s", taken_by=UserFactory.make(), **held)
    RequestFactory.make(words="One that is over", status=RequestStatus.WITHDRAWN)

    page = client.get("/").text
    answer = post(client, f"/requests/{new.id}/take", next="/#requests")

    shown = [words for words in ("A new one", "One of mine", "A colleague’s", "One that is over") if words in page]
    assert shown == ["A new one", "One of mine"]
    assert f'action="/requests/{new.id}/take"' in page
    assert answer.headers["Location"] == "/#requests"
    assert f'action="/requests/{new.id}/met"' in client.get("/").text


# Plans --------------------------------------------------------------------------------------------------------------


def my_plan(me: User, **given: object) -> PlannedInteraction:
    return PlanFactory.make(**({"officers": [me], "planned_by_id": me.id, "planned_on": TODAY} | given))


def test_plans_until_tomorrow_and_those_not_logged_yet_are_on_the_day(client: CarefulClient, me: User) -> None:
    employer = EmployerFactory.make(phone="+441632960114")
    for about, days in (("Forgotten", -2), ("Now", 0), ("Next", 1), ("Far away", 2)):
        my_plan(me, employer=employer, about=about, planned_on=TODAY + days * DAY, starts_at=time(14))
    PlanFactory.make(about="Somebody else’s", planned_on=TODAY)

    words = words_of(client.get("/").text)

    section = words[words.index("Planned contacts") : words.index("Pledges waiting")]
    places = [section.index(text) for text in ("Forgotten", "Now", "Next")]
    assert places == sorted(places)
    assert "Was 2 days ago, not logged yet" in section
    assert "Today, 2pm" in section
    assert section.count("01632 960114") == 3
    assert "Far away" not in section
    assert "Somebody else’s" not in section


def test_a_plan_is_logged_in_its_row_as_it_turned_out(client: CarefulClient, me: User) -> None:
    colleague, dawn = UserFactory.make(), ContactFactory.make(name="Dawn Alder")
    plan = my_plan(me, employer=dawn.employer, contacts=[dawn], officers=[me, colleague], planned_on=TODAY - 2 * DAY)
    at = f"plan-{plan.id}"

    opened = client.get(f"/?log={plan.employer_id}&at={at}").text
    post(
        client,
        "/my-day/log",
        **short_form(employer=plan.employer_id, at=at, channel="meeting", contacts=dawn.id, due="week"),
    )

    row = opened[opened.index(f'id="{at}"') :].split("</li>")[0]
    assert 'value="meeting" checked' in " ".join(row.split())
    assert f'value="{dawn.id}" checked' in " ".join(row.split())
    (entry,) = stored(Interaction)
    assert (entry.channel, entry.happened_on) == (Channel.MEETING, TODAY - 2 * DAY)
    assert len(stored(InteractionOfficer)) == 2
    (plan,) = stored(PlannedInteraction)
    assert (plan.status, plan.interaction_id) == (PlanStatus.LOGGED, entry.id)
    assert stored(FollowUp)[0].what == "Get back in touch"


def test_a_plan_is_moved_by_one_touch_unless_it_is_over(client: CarefulClient, me: User) -> None:
    plan = my_plan(me)

    answer = post(client, f"/my-day/plans/{plan.id}/move", to="week")

    assert stored(PlannedInteraction)[0].planned_on == TODAY + 7 * DAY
    assert "Moved to 1 December 2026: The pledge" in words_of(client.get(answer.headers["Location"]).text)
    assert post(client, f"/my-day/plans/{plan.id}/move", to="never").status_code == 409
    cancel_plan(stored(PlannedInteraction)[0], reason="Snow")
    assert post(client, f"/my-day/plans/{plan.id}/move", to="week").status_code == 409


def test_a_plan_is_not_moved_to_a_day_that_is_past(client: CarefulClient, me: User) -> None:
    with pytest.raises(Conflict, match="That day is past"):
        move_plan(my_plan(me), TODAY - DAY, today=TODAY)


# Checks -------------------------------------------------------------------------------------------------------------


def test_a_check_that_runs_out_is_asked_for_from_its_row(client: CarefulClient, me: User) -> None:
    employer = EmployerFactory.make(owner=me, name="Alder Joinery", legal_form=LegalForm.COMPANY)
    ContactFactory.make(employer=employer, name="Dawn Alder", email="dawn@alder.example")
    site = SiteFactory.make(employer=employer, name="Mill Lane")
    SiteCheckFactory.make(site=site, valid_to=TODAY + DAY)
    SiteCheckFactory.make(valid_to=TODAY + DAY)
    pick = f"{site.id}-health_and_safety"

    page = client.get("/")
    opened = client.get(f"/?log={employer.id}&at=check-{pick}").text
    answer = post(client, "/checks/request", pick=pick, next="/#checks")

    assert "Health and safety, Mill Lane" in words_of(page.text)
    assert page.text.count('action="/checks/request"') == 1
    assert "Save contact" in opened[opened.index(f'id="check-{pick}"') :].split("</li>")[0]
    assert answer.headers["Location"] == "/#checks"
    assert [mail.recipient for mail in stored(OutboxEmail)] == ["dawn@alder.example"]
    after = words_of(client.get("/").text)
    assert "An e-mail to Dawn Alder is on its way" in after
    assert "Asked lately" in after


# Colleagues ---------------------------------------------------------------------------------------------------------


def test_a_manager_works_on_a_colleague_s_day_and_stays_there(client: CarefulClient, me: User) -> None:
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    employer = EmployerFactory.make(owner=me)
    answers = {"employer": employer.id, "officer": me.id}

    page = client.get(f"/?officer={me.id}&log={employer.id}&at=quiet-{employer.id}").text
    planned = post(client, "/my-day/plan", why="quiet", to="week", **answers)
    logged = post(client, "/my-day/log", **short_form(at=f"quiet-{employer.id}", due="week", **answers))

    assert planned.headers["Location"] == logged.headers["Location"] == f"/?officer={me.id}#day"
    assert {step.owner_id for step in stored(FollowUp)} == {me.id}
    assert 'aria-label="Log a contact with' in page


@pytest.mark.parametrize("path", ["/my-day/log", "/my-day/plan"])
def test_an_officer_does_not_write_into_a_colleague_s_day(client: CarefulClient, me: User, path: str) -> None:
    employer = EmployerFactory.make()
    answers = short_form(employer=employer.id, officer=UserFactory.make().id, why="quiet", to="week")

    assert post(client, path, **answers).status_code == 403
    assert not stored(FollowUp)
    assert not stored(Interaction)


def test_a_day_with_an_open_form_takes_few_statements_however_full_it_is(client: CarefulClient, me: User) -> None:
    employer = EmployerFactory.make(owner=me)
    address = f"/?log={employer.id}&at=quiet-{employer.id}"
    client.get(address)
    with counting_queries() as empty:
        client.get(address)
    for number in range(30):
        each = EmployerFactory.make(owner=me)
        ContactFactory.make(employer=employer)
        FollowUpFactory.make(owner=me, employer=each, due_on=TODAY + number * DAY)
        pledge = sent_pledge(me, employer=each)
        ContactFactory.make(employer=pledge.employer, email=f"c{number}@alder.example")
        InteractionFactory.make(employer=each, happened_on=TODAY - 100 * DAY)
        RequestFactory.make()
        my_plan(me, employer=each)
        SiteCheckFactory.make(site=SiteFactory.make(employer=each), valid_to=TODAY)

    with counting_queries() as full:
        client.get(address)

    assert len(empty) == len(full) <= 15
