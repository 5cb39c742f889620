"""Logging a contact, and reading the log, as a browser does."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest

from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.employers.models import Contact, Employer, LegalForm
from crm.interactions.models import (
    Channel,
    Direction,
    FollowUp,
    Interaction,
    InteractionContact,
    InteractionOfficer,
    Outcome,
    QuickEntry,
)
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    PlanFactory,
    PledgeFactory,
    UserFactory,
)
from tests.integration.interactions.conftest import TODAY
from tests.support.pages import words_of

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("noon")


def typed(**others: object) -> dict[str, object]:
    """What a browser sends for a short call without a next step."""
    return {
        "submission_key": "a-key",
        "came_from": "",
        "employer": "",
        "employer-id": "",
        "direction": "outgoing",
        "outcome": "",
        "channel": "call",
        "happened_on": "24 11 2026",
        "summary": "Would take two in spring.",
        "next_step": "",
        "due": "none",
        "due_on": "",
    } | others


# Logging ------------------------------------------------------------------------------------------------------------


def test_a_call_is_logged_with_its_next_step_and_leads_to_the_employer(client: CarefulClient) -> None:
    me, contact = client.sign_in(UserFactory.make()), ContactFactory.make()
    employer = contact.employer
    form = typed(
        **{"employer": employer.name, "employer-id": employer.id},
        contacts=contact.id,
        next_step="Send the pledge",
        due="week",
        owner=me.id,
    )

    answer = client.post("/contact-log/new", data=form)

    [entry], [step] = stored(Interaction), stored(FollowUp)
    assert answer.location == f"/employers/{employer.id}"
    assert (entry.employer_id, entry.logged_by_id) == (employer.id, me.id)
    assert [pair.contact_id for pair in stored(InteractionContact)] == [contact.id]
    assert (entry.channel, entry.happened_on, entry.summary) == (Channel.CALL, TODAY, "Would take two in spring.")
    assert (step.what, step.due_on, step.owner_id) == ("Send the pledge", date(2026, 12, 1), me.id)
    assert step.interaction_id == entry.id


def test_the_form_opens_with_the_employer_their_people_and_who_called_last(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    contact = ContactFactory.make(name="Dawn Alder", job_title="Owner")
    ContactFactory.make(employer=contact.employer, name="Long Gone", left_at=LONG_AGO)
    InteractionFactory.make(
        employer=contact.employer,
        contacts=[contact],
        happened_on=date(2026, 11, 22),
        logged_by=UserFactory.make(name="Ben Holt"),
    )

    page = client.get(f"/contact-log/new?employer={contact.employer_id}&contact={contact.id}").text

    assert contact.employer.name in page
    assert "Dawn Alder, Owner" in page
    assert "Long Gone" not in page
    assert "Last contact 2 days ago Call by Ben Holt, with Dawn Alder" in words_of(page)
    assert f'value="{contact.id}" checked' in page
    assert 'value="24 11 2026"' in page


def test_before_a_call_the_form_names_the_pledge_and_what_colleagues_have_planned(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = PledgeFactory.make()
    ben = UserFactory.make(name="Ben Holt")
    FollowUpFactory.make(employer=pledge.employer, owner=ben, what="Agree dates", due_on=date(2026, 11, 25))
    PlanFactory.make(employer=pledge.employer, officers=[ben], planned_on=date(2026, 11, 27), about="Look at the site")

    page = client.get(f"/contact-log/new?employer={pledge.employer_id}").text

    assert "Promise this year Confirmed" in words_of(page)
    assert "Planned In 3 days Meeting, Ben Holt: Look at the site" in words_of(page)
    assert "Next step Tomorrow Agree dates, Ben Holt" in words_of(page)


def test_several_people_and_what_came_of_it_are_saved(client: CarefulClient) -> None:
    me, colleague = client.sign_in(UserFactory.make()), UserFactory.make()
    one = ContactFactory.make()
    two = ContactFactory.make(employer=one.employer)
    form = typed(
        **{"employer": one.employer.name, "employer-id": one.employer_id},
        contacts=[one.id, two.id],
        officers=[me.id, colleague.id],
        direction="incoming",
        outcome="agreed",
        owner=me.id,
    )

    client.post("/contact-log/new", data=form)

    [entry] = stored(Interaction)
    assert (entry.direction, entry.outcome) == (Direction.INCOMING, Outcome.AGREED)
    assert {pair.contact_id for pair in stored(InteractionContact)} == {one.id, two.id}
    assert {pair.user_id for pair in stored(InteractionOfficer)} == {me.id, colleague.id}


def test_somebody_new_is_added_with_the_contact_they_took_part_in(client: CarefulClient) -> None:
    me, known = client.sign_in(UserFactory.make()), ContactFactory.make()
    form = typed(
        **{"employer": known.employer.name, "employer-id": known.employer_id},
        contacts=known.id,
        new_name="Dawn Alder",
        new_job_title="Owner",
        new_phone="01632 960123",
        new_email="Dawn@alder.example",
        owner=me.id,
    )

    client.post("/contact-log/new", data=form)

    _, dawn = stored(Contact)
    assert (dawn.name, dawn.job_title, dawn.email) == ("Dawn Alder", "Owner", "dawn@alder.example")
    assert (dawn.phone, dawn.employer_id) == ("+441632960123", known.employer_id)
    assert {pair.contact_id for pair in stored(InteractionContact)} == {known.id, dawn.id}


def test_somebody_new_whose_address_is_known_is_refused_and_nothing_is_logged(client: CarefulClient) -> None:
    me, known = client.sign_in(UserFactory.make()), ContactFactory.make(name="Dawn Alder", email="dawn@alder.example")
    form = typed(
        **{"employer": known.employer.name, "employer-id": known.employer_id},
        new_name="D Alder",
        new_email="dawn@alder.example",
        owner=me.id,
    )

    page = client.post("/contact-log/new", data=form).text

    assert "Dawn Alder already has this e-mail address at this employer." in page
    assert 'value="D Alder"' in page
    assert stored(Interaction) == []
    assert len(stored(Contact)) == 1


def test_a_refused_contact_adds_nobody(client: CarefulClient) -> None:
    me, known, stranger = client.sign_in(UserFactory.make()), ContactFactory.make(), ContactFactory.make()
    form = typed(
        **{"employer": known.employer.name, "employer-id": known.employer_id},
        contacts=stranger.id,
        new_name="Dawn Alder",
        owner=me.id,
    )

    client.post("/contact-log/new", data=form)

    assert len(stored(Contact)) == 2


@pytest.mark.parametrize(
    "about", [{"new_email": "d@alder.example"}, {"new_phone": "rubbish"}, {"new_job_title": "Owner"}]
)
def test_somebody_new_needs_a_name(client: CarefulClient, about: dict[str, str]) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, **about, owner=me.id)

    page = client.post("/contact-log/new", data=form).text

    assert "Enter the new contact’s name" in page
    assert stored(Interaction) == []


def test_without_scripts_a_quick_entry_fills_the_form_in_and_saves_nothing(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    left_message = next(entry for entry in stored(QuickEntry) if entry.name == "Left message")
    employer = EmployerFactory.make()
    form = typed(
        **{"employer": employer.name, "employer-id": employer.id}, channel="", summary="", quick=left_message.id
    )

    page = client.post("/contact-log/new", data=form).text

    assert stored(Interaction) == []
    assert "There is a problem" not in page
    assert "Left a message asking them to ring back." in page
    for chosen in (
        'value="call" checked',
        'value="left_message" checked',
        'value="week" checked',
        'value="Ring again"',
    ):
        assert chosen in page


def test_a_quick_entry_leaves_what_was_typed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    left_message = next(entry for entry in stored(QuickEntry) if entry.name == "Left message")

    page = client.post(
        "/contact-log/new", data=typed(summary="My words", next_step="My step", due="fortnight", quick=left_message.id)
    ).text

    assert "My words" in page
    assert 'value="My step"' in page
    assert 'value="fortnight" checked' in page
    assert "Left a message asking" not in page.split("</button>")[-1]


def test_an_employer_nobody_spoke_to_says_so(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    page = client.get(f"/contact-log/new?employer={EmployerFactory.make().id}").text

    assert "Last contact Nobody yet" in words_of(page)


def test_without_scripts_a_name_that_fits_one_employer_is_enough(client: CarefulClient) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make(name="Brook Street Care Home")

    client.post("/contact-log/new", data=typed(employer="brook st", owner=me.id))

    assert [entry.employer_id for entry in stored(Interaction)] == [employer.id]


def test_without_scripts_a_name_that_fits_several_asks_which_and_keeps_what_was_typed(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    one, two = EmployerFactory.make(name="Mill Bakery"), EmployerFactory.make(name="Mill Garage", postcode="ST1 4HT")

    page = client.post("/contact-log/new", data=typed(employer="mill", owner=me.id)).text

    assert stored(Interaction) == []
    assert "Select which employer you mean" in page
    assert "Mill Garage, ST1 4HT" in page
    assert "Would take two in spring." in page
    chosen = typed(**{"employer": "mill", "employer-id": two.id}, owner=me.id)
    client.post("/contact-log/new", data=chosen)
    assert [entry.employer_id for entry in stored(Interaction)] == [two.id] != [one.id]


def test_without_scripts_the_employers_people_are_shown_before_anything_is_saved(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    contact = ContactFactory.make(name="Dawn Alder", employer=EmployerFactory.make(name="Alder Joinery"))

    form = typed(employer="alder", look_up="yes", summary="Half a sent", channel="", happened_on="")
    page = client.post("/contact-log/new", data=form).text

    assert stored(Interaction) == []
    assert "There is a problem" not in page
    assert "Dawn Alder" in page
    assert "Half a sent" in page
    assert f'name="employer-id" value="{contact.employer_id}"' in page


def test_another_employer_can_be_chosen_without_losing_what_was_typed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    contact = ContactFactory.make(name="Dawn Alder")
    form = typed(
        **{"employer": contact.employer.name, "employer-id": contact.employer_id}, contacts=contact.id, change="yes"
    )

    page = client.post("/contact-log/new", data=form).text

    assert stored(Interaction) == []
    assert "Dawn Alder" not in page
    assert "Find and show their contacts" in page
    assert "Would take two in spring." in page


def test_a_second_click_logs_once(client: CarefulClient) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=me.id)

    first, second = client.post("/contact-log/new", data=form), client.post("/contact-log/new", data=form)

    assert len(stored(Interaction)) == 1
    assert first.location == second.location


@pytest.mark.parametrize(
    ("asked_for", "led_to"),
    [("/contact-log/?officer=1", "/contact-log/?officer=1"), ("https://evil.example/", None), ("//evil.example", None)],
)
def test_one_is_led_back_to_our_own_pages_only(client: CarefulClient, asked_for: str, led_to: str | None) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=me.id, came_from=asked_for)

    assert client.post("/contact-log/new", data=form).location == (led_to or f"/employers/{employer.id}")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"summary": " "}, "Enter what was said, in a few words"),
        ({"channel": ""}, "Select how you were in contact"),
        ({"channel": "telepathy"}, "Not a valid choice"),
        ({"happened_on": ""}, "Enter the day, like today"),
        ({"happened_on": "soon"}, "Enter a date like 17 7 2027"),
        ({"happened_on": "tomorrow"}, "The day must be today or earlier"),
        ({"happened_on": "25 11 2026"}, "The day must be today or earlier"),
        ({"next_step": "Ring back"}, "Select when the next step is due, or clear it"),
        ({"due": "date"}, "Enter the date the next step is due"),
        ({"due": "date", "due_on": "23 11 2026"}, "The next step must be due today or later"),
        ({"due": "week", "due_on": "30 11 2026"}, "Select “On a date”, or clear the date"),
        ({"due": "none", "due_on": "30 11 2026"}, "Select “On a date”, or clear the date"),
        ({"employer": "", "employer-id": ""}, "Enter part of the employer’s name"),
        ({"employer": "Nobody & Co", "employer-id": ""}, "We could not find that employer"),
        ({"contacts": "999999"}, "not a contact of this employer"),
        ({"owner": "999999"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(client: CarefulClient, wrong: dict[str, object], said: str) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=me.id) | wrong

    page = client.post("/contact-log/new", data=form).text

    assert said in page
    assert stored(Interaction) == []


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", date(2026, 11, 24)),
        ("yesterday", date(2026, 11, 23)),
        ("fri", date(2026, 11, 20)),
        ("tuesday", date(2026, 11, 24)),
        ("1 12", date(2025, 12, 1)),
        ("3 Nov", date(2026, 11, 3)),
    ],
)
def test_a_day_without_a_year_is_one_that_has_been(client: CarefulClient, words: str, day: date) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=me.id, happened_on=words)

    client.post("/contact-log/new", data=form)

    assert [entry.happened_on for entry in stored(Interaction)] == [day]


@pytest.mark.parametrize(
    ("due", "due_on", "day"),
    [
        ("tomorrow", "", date(2026, 11, 25)),
        ("fortnight", "", date(2026, 12, 8)),
        ("date", "fri", date(2026, 11, 27)),
        ("date", "24 11 2026", TODAY),
    ],
)
def test_a_next_step_needs_no_words_of_its_own(client: CarefulClient, due: str, due_on: str, day: date) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=me.id, due=due, due_on=due_on)

    client.post("/contact-log/new", data=form)

    assert [(step.what, step.due_on) for step in stored(FollowUp)] == [("Get back in touch", day)]


def test_the_next_step_can_be_a_colleagues(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    colleague, employer = UserFactory.make(), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=colleague.id, due="week")

    client.post("/contact-log/new", data=form)

    assert [step.owner_id for step in stored(FollowUp)] == [colleague.id]


def test_there_is_no_form_for_an_employer_that_does_not_exist(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert client.get("/contact-log/new?employer=999999").status_code == 404


def test_the_form_asks_as_many_questions_for_a_busy_employer_as_for_a_quiet_one(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    quiet, busy = EmployerFactory.make(), EmployerFactory.make()
    for _ in range(20):
        InteractionFactory.make(employer=busy, happened_on=TODAY)
        ContactFactory.make(employer=busy)
    pages = [f"/contact-log/new?employer={each.id}" for each in (quiet, busy)]
    client.get(pages[0])

    with counting_queries() as for_quiet:
        client.get(pages[0])
    with counting_queries() as for_busy:
        client.get(pages[1])

    assert len(for_quiet) == len(for_busy) <= 14


# One entry ----------------------------------------------------------------------------------------------------------


def test_an_entry_shows_what_was_said_what_is_next_and_its_history(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make(name="Ada Birch"))
    entry = InteractionFactory.make(summary="First line\nSecond line", logged_by=me)
    FollowUpFactory.make(employer=entry.employer, interaction_id=entry.id, what="Send the pledge", owner=me)

    page = client.get(f"/contact-log/{entry.id}").text

    assert "First line\nSecond line" in page
    assert "Send the pledge" in page
    assert "added contact log entry" in page
    assert f"/contact-log/{entry.id}/edit" in page


def test_the_author_puts_an_entry_right(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make(name="Ada Birch"))
    entry = InteractionFactory.make(logged_by=me, summary="Tow places")
    form = typed(summary="Two places", channel="visit", version=entry.version)

    answer = client.post(f"/contact-log/{entry.id}/edit", data=form)

    assert answer.location == f"/contact-log/{entry.id}"
    [after] = stored(Interaction)
    assert (after.summary, after.channel, after.happened_on) == ("Two places", Channel.VISIT, TODAY)
    change = stored(ChangeRecord)[-1]
    assert (change.actor, change.changes["summary"]) == ("Ada Birch", ["Tow places", "Two places"])


def test_the_form_opens_with_what_is_stored(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    contact = ContactFactory.make(name="Dawn Alder", left_at=LONG_AGO)
    entry = InteractionFactory.make(logged_by=me, contacts=[contact], employer=contact.employer, summary="Two places")

    page = client.get(f"/contact-log/{entry.id}/edit").text

    assert "Two places" in page
    assert 'value="2 11 2026"' in page
    assert f'value="{contact.id}" checked' in page


def test_the_loser_of_two_edits_sees_both_and_keeps_their_text(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    entry = InteractionFactory.make(logged_by=me, summary="Before")
    seen = entry.version
    client.post(f"/contact-log/{entry.id}/edit", data=typed(summary="Theirs", version=seen))

    loser = typed(summary="Mine", version=seen, submission_key="another-key")
    page = client.post(f"/contact-log/{entry.id}/edit", data=loser).text

    assert "saved this while you were editing" in page
    assert "Theirs" in page
    assert "Mine" in page
    [stored_now] = stored(Interaction)
    assert stored_now.summary == "Theirs"
    assert f'name="version" value="{stored_now.version}"' in page
    client.post(f"/contact-log/{entry.id}/edit", data=loser | {"version": stored_now.version})
    assert [each.summary for each in stored(Interaction)] == ["Mine"]


def test_an_entry_cannot_be_moved_into_the_future_or_to_a_stranger(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    entry, stranger = InteractionFactory.make(logged_by=me), ContactFactory.make()

    page = client.post(f"/contact-log/{entry.id}/edit", data=typed(contacts=stranger.id, version=entry.version)).text

    assert "not a contact of this employer" in page


def test_a_colleagues_entry_is_read_but_not_changed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    entry = InteractionFactory.make()

    assert "/edit" not in client.get(f"/contact-log/{entry.id}").text
    assert client.get(f"/contact-log/{entry.id}/edit").status_code == 403
    assert client.post(f"/contact-log/{entry.id}/edit", data=typed(version=entry.version)).status_code == 403


def test_an_entry_that_is_not_there_is_not_found(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert client.get("/contact-log/999999").status_code == 404
    assert client.get("/contact-log/99999999999999999999").status_code == 404


# The list -----------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_its_address(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    employer = EmployerFactory.make(name="Alder Joinery")
    wanted = InteractionFactory.make(
        direction=Direction.INCOMING,
        outcome=Outcome.AGREED,
        contacts=[ContactFactory.make(name="Dawn Reed", employer=employer)],
        channel=Channel.VISIT,
        happened_on=date(2026, 11, 5),
        summary="Talked about welding",
        employer=employer,
    )
    InteractionFactory.make(summary="Something else", employer=EmployerFactory.make(name="Copperkettle"))

    for address in (
        f"employer={wanted.employer_id}",
        "name=alder",
        f"officer={wanted.logged_by_id}",
        "channel=visit&channel=letter",
        "direction=incoming",
        "outcome=agreed&outcome=no",
        "contact=reed",
        "from=4+11+2026&to=6+11+2026",
        "text=weld",
    ):
        page = client.get(f"/contact-log/?{address}").text
        assert "Talked about welding" in page, address
        assert "Something else" not in page, address


def test_filters_that_cannot_be_read_narrow_nothing_and_say_so(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    InteractionFactory.make(summary="Still here")

    page = client.get(
        "/contact-log/?from=whenever&channel=telepathy&direction=up&outcome=luck&officer=x&employer=99999999999999999999&page=-1"
    ).text

    assert "Still here" in page
    assert "Enter a date like 17 7 2027" in page


def test_the_last_day_is_not_before_the_first(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert "must not be before the first" in client.get("/contact-log/?from=6+11+2026&to=4+11+2026").text


def test_nothing_found_and_nothing_logged_are_different_things(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert "No contact has been logged yet." in client.get("/contact-log/").text
    assert "No contacts match these filters." in client.get("/contact-log/?name=nobody").text


def test_a_partner_reads_the_list_without_what_was_said(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    contact = ContactFactory.make(name="Dawn Alder")
    officer = UserFactory.make(name="Ben Holt")
    entry = InteractionFactory.make(
        summary="A secret", contacts=[contact], employer=contact.employer, logged_by=officer
    )

    page = client.get("/contact-log/?text=nothing+like+it").text

    assert contact.employer.name in page
    assert "Ben Holt" in page
    for hidden in ("A secret", "Dawn Alder", "What was said", f"/contact-log/{entry.id}"):
        assert hidden not in page
    assert client.get(f"/contact-log/{entry.id}").status_code == 403


def test_the_list_asks_as_many_questions_for_many_rows_as_for_few(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    InteractionFactory.make()
    with counting_queries() as few:
        client.get("/contact-log/")
    for _ in range(60):
        InteractionFactory.make()

    with counting_queries() as many:
        page = client.get("/contact-log/?page=2").text

    assert len(few) == len(many) <= 8
    assert "showing 26 to 50" in page


def test_the_download_holds_what_is_shown_and_no_formula(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    InteractionFactory.make(summary="=1+1", happened_on=date(2026, 11, 5), channel=Channel.EMAIL)
    InteractionFactory.make(summary="Left out", happened_on=date(2026, 10, 5))

    answer = client.get("/contact-log/contact-log.csv?from=1+11+2026", buffered=True)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="contact-log-2026-11-24.csv"'
    heading, row = csv.reader(StringIO(answer.text.removeprefix("\ufeff")))
    assert heading == [
        "Date",
        "Employer",
        "How",
        "Direction",
        "Officers",
        "Contacts",
        "Outcome",
        "What was said",
    ]
    assert row[2] == "E-mail"
    assert not row[7].startswith("=")


def test_a_partners_download_has_no_notes(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    InteractionFactory.make(summary="A secret")

    answer = client.get("/contact-log/contact-log.csv", buffered=True)

    assert "A secret" not in answer.text
    assert "Contact" not in answer.text


# Before a call ------------------------------------------------------------------------------------------------------


def test_the_form_asks_to_leave_an_employer_in_peace_that_wants_it_and_says_who_may_be_e_mailed(
    client: CarefulClient,
) -> None:
    client.sign_in(UserFactory.make())
    employer = EmployerFactory.make(
        quiet_until=date(2027, 1, 11), quiet_reason="Stocktaking", legal_form=LegalForm.COMPANY
    )
    ContactFactory.make(employer=employer, name="Dawn Alder", email="dawn@alder.example")
    ContactFactory.make(employer=employer, name="Oak Fell")
    ContactFactory.make(employer=employer, name="Long Gone", left_at=LONG_AGO)

    words = words_of(client.get(f"/contact-log/new?employer={employer.id}").text)

    assert "Please do not call before 11 January 2027 : Stocktaking" in words
    assert "May I e-mail them? 1 of 2 people" in words
    assert "Dawn Alder May be e-mailed A company may be e-mailed until somebody there objects." in words
    assert "Oak Fell Do not e-mail We have no e-mail address for them." in words
    assert "Long Gone" not in words


def test_what_they_said_about_being_called_is_kept_with_the_contact(client: CarefulClient) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    answers = {"employer": employer.name, "employer-id": employer.id, "owner": me.id}

    client.post(
        "/contact-log/new", data=typed(**answers, quiet_until="11 1 2027", quiet_reason="Asked for peace until then")
    )

    (employer,) = stored(Employer)
    assert (employer.quiet_until, employer.quiet_reason) == (date(2027, 1, 11), "Asked for peace until then")
    form = words_of(client.get(f"/contact-log/new?employer={employer.id}").text)
    assert "They may be called again before that day" in form

    client.post("/contact-log/new", data=typed(**answers, quiet_over="y", submission_key="another"))

    assert stored(Employer)[0].quiet_until is None


@pytest.mark.parametrize(
    ("until", "reason", "message"),
    [
        ("", "Stocktaking", "Enter the first day they may be called again, or clear the reason"),
        ("today", "Stocktaking", "The day they may be called again must be after today"),
        ("11 1 2027", "", "Enter why they should be left in peace"),
    ],
)
def test_peace_takes_a_day_to_come_and_a_reason_or_neither(
    client: CarefulClient, until: str, reason: str, message: str
) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()

    page = client.post(
        "/contact-log/new",
        data=typed(
            **{"employer": employer.name, "employer-id": employer.id},
            owner=me.id,
            quiet_until=until,
            quiet_reason=reason,
        ),
    ).text

    assert message in words_of(page)
    assert not stored(Interaction)
