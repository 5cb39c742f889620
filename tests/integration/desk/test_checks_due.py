"""The report of checks that run out, and asking for them by e-mail."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from crm.accounts.models import User
from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.pagination import Asked
from crm.desk.checks_due import queries, services
from crm.desk.checks_due.narrowing import Part, Wanted
from crm.desk.checks_due.queries import Pick
from crm.employers.models import Employer, Site
from crm.interactions.models import Channel, Interaction, Outcome
from crm.notifications.models import OutboxEmail
from crm.opportunities.models import OpportunityStatus
from crm.pledges.kinds import Mode
from crm.reference.models import Setting
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    AreaFactory,
    ContactFactory,
    EmployerFactory,
    OpportunityFactory,
    SiteCheckFactory,
    SiteFactory,
    UserFactory,
)
from tests.support.forms import post
from tests.support.pages import words_of
from tests.support.racing import DONE, saved_at_once

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HORIZON = date(2027, 1, 2)  # two months from today
INSURANCE, HEALTH = CheckKind.INSURANCE, CheckKind.HEALTH_AND_SAFETY
EVERYTHING = Wanted(today=TODAY, notice_months=2)
OFFICERS = 4


@pytest.fixture(autouse=True)
def _it_is_november(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah", email="priya@council.example"))


def site_with(*, employer: Employer | None = None, **until: date) -> Site:
    """A site whose checks are accepted until the days named: insurance=, health=. Others are not needed."""
    site = SiteFactory.make(employer=employer or EmployerFactory.make())
    for kind, name in ((INSURANCE, "insurance"), (HEALTH, "health")):
        if name in until:
            insurer = "Oak Mutual" if kind is INSURANCE else None
            SiteCheckFactory.make(site=site, kind=kind, insurer=insurer, valid_to=until[name])
        else:
            SiteCheckFactory.make(site=site, kind=kind, status=CheckStatus.NOT_NEEDED, valid_to=None, reason="Exempt")
    return site


def book(site: Site, on: date = TODAY + 30 * DAY, **given: Any) -> None:
    begin = clock.start_of_day(on) + timedelta(hours=9)
    OpportunityFactory.make(
        employer=site.employer, site_id=site.id, **{"starts_at": begin, "ends_at": begin + timedelta(hours=6), **given}
    )


def shown(wanted: Wanted = EVERYTHING) -> list[tuple[int, CheckKind]]:
    return [(row.site_id, row.standing.kind) for row in queries.every_due(wanted)]


@pytest.mark.parametrize(
    ("until", "on_the_report"),
    [
        (date(2020, 1, 1), True),
        (TODAY - DAY, True),
        (TODAY, True),
        (HORIZON, True),
        (HORIZON + DAY, False),
    ],
)
def test_what_ran_out_is_always_shown_and_the_rest_within_the_notice(until: date, on_the_report: bool) -> None:
    site = site_with(insurance=until)

    assert shown() == ([(site.id, INSURANCE)] if on_the_report else [])


def test_a_longer_notice_shows_more() -> None:
    site = site_with(health=HORIZON + DAY)

    assert shown(Wanted(today=TODAY, notice_months=3)) == [(site.id, HEALTH)]


def test_what_is_missing_is_shown_where_something_is_booked_and_otherwise_when_asked_for() -> None:
    booked, idle = SiteFactory.make(), SiteFactory.make()
    book(booked)
    for site, status in ((booked, CheckStatus.REQUESTED), (idle, CheckStatus.NOT_ACCEPTED)):
        requested = status is CheckStatus.REQUESTED
        SiteCheckFactory.make(
            site=site,
            status=status,
            valid_to=None,
            reason=None if requested else "Unsafe",
            requested_on=TODAY if requested else None,
            requested_of="Dawn" if requested else None,
            checked_on=None if requested else TODAY,
            checked_by_name=None if requested else "Jo",
        )

    assert shown() == [(booked.id, HEALTH), (booked.id, INSURANCE)]
    assert shown(Wanted(today=TODAY, notice_months=2, parts=(Part.MISSING_UNBOOKED,))) == [
        (idle.id, HEALTH),
        (idle.id, INSURANCE),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"mode": Mode.ONLINE},
        {"status": OpportunityStatus.DELIVERED},
        {"starts_at": NOW - 9 * DAY, "ends_at": NOW - 8 * DAY},
    ],
)
def test_nothing_is_missing_for_what_is_online_over_or_delivered(given: dict[str, Any]) -> None:
    site = SiteFactory.make()
    book(site, **given)

    assert shown() == []


def test_the_order_is_whom_to_chase_first() -> None:
    long_ago, soon_needed = site_with(insurance=TODAY - 400 * DAY), site_with(insurance=TODAY - DAY)
    book(soon_needed)
    missing = SiteFactory.make()
    book(missing, TODAY + 5 * DAY)
    later, sooner = site_with(health=TODAY + 40 * DAY), site_with(health=TODAY + 4 * DAY)

    assert shown() == [
        (missing.id, HEALTH),
        (missing.id, INSURANCE),
        (soon_needed.id, INSURANCE),
        (long_ago.id, INSURANCE),
        (sooner.id, HEALTH),
        (later.id, HEALTH),
    ]


def test_replaced_checks_closed_sites_and_archived_employers_are_left_out() -> None:
    site = site_with(insurance=TODAY + 300 * DAY)
    SiteCheckFactory.make(site=site, kind=INSURANCE, insurer="Oak", valid_to=TODAY - DAY, replaced_at=NOW)
    closed = site_with(insurance=TODAY - DAY)
    closed.closed_at, closed.closed_reason = NOW, "Sold"
    archived = site_with(insurance=TODAY - DAY)
    archived.employer.archived_at, archived.employer.archived_reason = NOW, "Gone"

    assert shown() == []


def test_the_report_narrows_by_officer_kind_area_and_part(client: CarefulClient, officer: User) -> None:
    castle = AreaFactory.make(name="Castle")
    mine = site_with(employer=EmployerFactory.make(owner=officer, name="Mine"), insurance=TODAY - DAY)
    nobodys = site_with(employer=EmployerFactory.make(area=castle, name="Nobodys"), health=TODAY + DAY)
    db.session.commit()

    def narrowed(query: str) -> list[str]:
        page = client.get(f"/checks/?{query}").text
        return [name for name in ("Mine", "Nobodys") if f">{name}</a>" in page]

    assert narrowed("") == ["Mine", "Nobodys"]
    assert narrowed("owner=me") == ["Mine"]
    assert narrowed(f"owner={officer.id}") == ["Mine"]
    assert narrowed("owner=nobody") == ["Nobodys"]
    assert narrowed("kind=insurance") == ["Mine"]
    assert narrowed(f"area={castle.id}") == ["Nobodys"]
    assert narrowed("show=ran_out") == ["Mine"]
    assert narrowed("show=runs_out") == ["Nobodys"]
    assert narrowed("owner=nonsense&kind=fire&area=999&show=odd") == ["Mine", "Nobodys"]
    assert mine.id != nobodys.id


def test_the_row_says_what_how_it_stands_what_comes_next_and_whom_we_would_ask(
    client: CarefulClient, officer: User
) -> None:
    site = site_with(insurance=TODAY - DAY)
    site.employer.quiet_until, site.employer.quiet_reason = TODAY + DAY, "Stocktaking"
    ContactFactory.make(employer=site.employer, name="Dawn Alder", email="dawn@alder.example", signs_pledges=True)
    book(site, date(2026, 12, 7))

    words = words_of(client.get("/checks/").text)

    for expected in (
        f"{site.employer.name} {site.name}",
        "Insurance",
        "Ran out on 1 Nov 2026",
        "7 Dec 2026",
        "to Dawn Alder, who asked to be left in peace until 3 Nov 2026",
    ):
        assert expected in words


def test_beyond_the_last_page_the_number_of_checks_is_still_right(client: CarefulClient, officer: User) -> None:
    for _ in range(2):
        site_with(insurance=TODAY - DAY)
    db.session.commit()

    page = queries.due_page(EVERYTHING, Asked(9))

    assert (page.rows, page.total, page.pages) == ([], 2, 1)
    assert client.get("/checks/?page=9").status_code == 200


def test_an_empty_report_says_so_with_and_without_filters(client: CarefulClient, officer: User) -> None:
    assert "No check is due." in client.get("/checks/").text
    assert "No check is due that matches these filters." in client.get("/checks/?owner=me").text


def test_the_files_and_the_printed_report_have_every_row(client: CarefulClient, officer: User) -> None:
    for _ in range(30):
        site_with(insurance=TODAY - DAY)
    db.session.commit()

    csv = client.get("/checks/checks.csv?kind=insurance", buffered=True).text
    workbook = client.get("/checks/checks.xlsx?kind=insurance", buffered=True)
    printed = client.get("/checks/print?kind=insurance").text

    assert len(csv.strip().splitlines()) == 31
    assert "Oak Mutual" in csv
    sheet = load_workbook(BytesIO(workbook.data)).active
    assert sheet is not None
    values = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert values.count("Oak Mutual") == 30
    assert any("Employers’ liability insurance" in value and "Filters" in value for value in values)
    assert printed.count("Ran out on 1 Nov 2026") == 30
    assert "Narrowed to: Employers’ liability insurance." in words_of(printed)


def test_the_report_runs_as_many_statements_at_25_and_at_100_rows(client: CarefulClient, officer: User) -> None:
    numbers: list[int] = []
    for _ in range(2):
        for _ in range(25 if not numbers else 75):
            site = site_with(insurance=TODAY - DAY)
            ContactFactory.make(employer=site.employer, email=f"c{site.id}@alder.example")
        db.session.commit()
        for path in ("/checks/?per_page=100", "/checks/print", "/checks/checks.csv"):
            with counting_queries() as statements:
                page = client.get(path, buffered=True).text
            assert page.count("Ran out") >= (25 if len(numbers) < 3 else 100)
            numbers.append(len(statements))

    assert numbers[:3] == numbers[3:]
    assert max(numbers) <= 9


def test_my_day_hears_of_the_officers_own_checks() -> None:
    officer = UserFactory.make()
    mine = site_with(employer=EmployerFactory.make(owner=officer), insurance=TODAY - DAY, health=TODAY + DAY)
    site_with(insurance=TODAY - DAY)
    officer_id = officer.id
    db.session.flush()

    with counting_queries() as statements:
        rows = queries.checks_running_out(officer_id, TODAY, notice_months=2, limit=10)

    assert [(row.site_id, row.standing.kind) for row in rows] == [(mine.id, INSURANCE), (mine.id, HEALTH)]
    assert len(statements) == 1
    assert len(queries.checks_running_out(officer_id, TODAY, notice_months=2, limit=1)) == 1


def test_the_notice_is_the_councils_setting(client: CarefulClient, officer: User) -> None:
    site_with(employer=EmployerFactory.make(owner=officer), insurance=HORIZON)
    before = client.get("/").text
    db.session.add(Setting(name="check_notice_months", value="1"))
    db.session.commit()

    assert "within 1 month," in words_of(client.get("/checks/").text)
    assert "No check of yours is due." not in before
    assert "No check of yours is due." in client.get("/").text


# Asking -------------------------------------------------------------------------------------------------------------


def askable(**until: date) -> Site:
    site = site_with(employer=None, **until)
    ContactFactory.make(
        employer=site.employer, name="Dawn Alder", email=f"dawn{site.id}@alder.example", signs_pledges=True
    )
    db.session.commit()
    return site


def ask(client: CarefulClient, *picks: Pick) -> str:
    return post(client, "/checks/request", pick=[str(pick) for pick in picks], next="/checks/?owner=me").headers.get(
        "Location", "refused"
    )


def test_one_button_owes_one_mail_marks_the_check_and_logs_the_contact(client: CarefulClient, officer: User) -> None:
    site = askable(insurance=TODAY - DAY)
    page = client.get("/checks/").text
    assert f'name="pick" value="{site.id}-insurance"' in page

    assert ask(client, Pick(site.id, INSURANCE)) == "/checks/?owner=me"

    (email,) = stored(OutboxEmail)
    check = next(row for row in stored(SiteCheck) if row.kind is INSURANCE)
    assert email.key == f"check-request:{site.id}-insurance:{check.id}:2026-11-01:2026-11-02"
    assert email.recipient == f"dawn{site.id}@alder.example"
    assert "Dawn" not in email.subject
    for expected in ("Hello Dawn Alder", "ran out on 1 November 2026", "Priya Shah at priya@council.example"):
        assert expected in email.body
    assert (check.status, check.requested_on, check.requested_of) == (CheckStatus.ACCEPTED, TODAY, "Dawn Alder")
    (logged,) = stored(Interaction)
    assert (logged.channel, logged.happened_on, logged.outcome) == (Channel.EMAIL, TODAY, Outcome.SENT)
    assert "employers’ liability insurance" in logged.summary


def test_what_is_missing_becomes_requested(client: CarefulClient, officer: User) -> None:
    site = SiteFactory.make(employer=EmployerFactory.make(name="Alder Ltd", email="office@alder.example"))
    book(site)
    db.session.commit()

    ask(client, Pick(site.id, INSURANCE), Pick(site.id, HEALTH))

    assert [(row.kind, row.status, row.requested_of) for row in stored(SiteCheck)] == [
        (HEALTH, CheckStatus.REQUESTED, "the employer’s general address"),
        (INSURANCE, CheckStatus.REQUESTED, "the employer’s general address"),
    ]
    (email,) = stored(OutboxEmail)
    assert email.body.startswith("Hello Alder Ltd,")
    assert "What we have" not in email.body


def test_several_sites_of_one_employer_make_one_mail(client: CarefulClient, officer: User) -> None:
    site = askable(insurance=TODAY - DAY, health=TODAY + DAY)
    other = site_with(employer=site.employer, insurance=TODAY + DAY)
    elsewhere = askable(insurance=TODAY + DAY)
    db.session.commit()

    ask(
        client,
        Pick(site.id, INSURANCE),
        Pick(site.id, HEALTH),
        Pick(other.id, INSURANCE),
        Pick(elsewhere.id, INSURANCE),
        Pick(elsewhere.id, INSURANCE),
    )

    bodies = {email.recipient: email.body for email in stored(OutboxEmail)}
    assert set(bodies) == {f"dawn{site.id}@alder.example", f"dawn{elsewhere.id}@alder.example"}
    assert bodies[f"dawn{site.id}@alder.example"].count("- ") == 3
    assert len(stored(Interaction)) == 2


def test_the_preview_shows_who_gets_what_and_who_is_left_out_and_changes_nothing(
    client: CarefulClient, officer: User
) -> None:
    site, asked, mute = askable(insurance=TODAY - DAY), askable(insurance=TODAY), site_with(insurance=TODAY)
    db.session.commit()
    for check in stored(SiteCheck):
        if check.site_id == asked.id and check.kind is INSURANCE:
            check.requested_on, check.requested_of = TODAY - 13 * DAY, "Dawn Alder"
    db.session.commit()

    listed = client.get("/checks/").text
    link = re.search(r'href="(/checks/request[^"]*)"', listed)
    assert link is not None
    assert link[1].count("pick=") == 1  # only who can be asked
    everything = "&".join(f"pick={each.id}-insurance" for each in (site, asked, mute))
    words = words_of(client.get(f"/checks/request?{everything}&pick=nonsense&pick=1-fire").text)

    assert "1 e-mail would be sent" in words
    assert f"dawn{site.id}@alder.example" in words
    assert "Asked lately: again from 3 Nov 2026, or ring them." in words
    assert "There is no e-mail address." in words
    assert not stored(OutboxEmail)


def test_nobody_is_asked_again_within_a_fortnight_and_then_with_a_new_mail(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = askable(insurance=TODAY - DAY)
    ask(client, Pick(site.id, INSURANCE))

    monkeypatch.setattr(clock, "today", lambda: TODAY + 13 * DAY)
    assert ask(client, Pick(site.id, INSURANCE)) == "refused"
    monkeypatch.setattr(clock, "today", lambda: TODAY + 14 * DAY)
    assert ask(client, Pick(site.id, INSURANCE)) != "refused"

    assert len({email.key for email in stored(OutboxEmail)}) == 2


def test_a_second_click_on_one_form_sends_one_mail(client: CarefulClient, officer: User) -> None:
    site = askable(insurance=TODAY - DAY)
    form = {"submission_key": "one", "pick": f"{site.id}-insurance"}

    first, second = (client.post("/checks/request", data=form) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"] == "/checks/"
    assert len(stored(OutboxEmail)) == 1


@pytest.mark.parametrize("state", ["not needed", "closed", "archived", "nothing"])
def test_nobody_is_asked_for_what_nobody_needs(client: CarefulClient, officer: User, state: str) -> None:
    site = askable(insurance=TODAY - DAY)
    if state == "closed":
        site.closed_at, site.closed_reason = NOW, "Sold"
    if state == "archived":
        site.employer.archived_at, site.employer.archived_reason = NOW, "Gone"
    db.session.commit()
    kind = HEALTH if state == "not needed" else INSURANCE
    picks = [] if state == "nothing" else [Pick(site.id, kind)]

    response = post(client, "/checks/request", pick=[str(pick) for pick in picks])

    assert services.NOBODY_TO_ASK in response.text
    assert not stored(OutboxEmail)


def test_a_mail_of_the_same_turn_and_day_is_refused_by_its_key() -> None:
    officer = UserFactory.make()
    site = askable(insurance=TODAY - DAY)
    picks = [Pick(site.id, INSURANCE)]
    services.request(picks, by=officer, today=TODAY)
    current = db.session.query(SiteCheck).filter_by(site_id=site.id, kind=INSURANCE).one()
    current.requested_on = current.requested_of = None  # as if that had been forgotten
    db.session.flush()

    with pytest.raises(Conflict, match="went out today already"):
        services.request(picks, by=officer, today=TODAY)


def test_of_several_officers_who_ask_at_once_one_does(app: Flask) -> None:
    officer_id, site_id = UserFactory.make().id, askable(insurance=TODAY - DAY).id
    db.session.commit()

    def ask() -> None:
        by = db.session.get_one(User, officer_id)
        services.request([Pick(site_id, INSURANCE)], by=by, today=TODAY)

    told = saved_at_once(app, *[ask] * OFFICERS)

    assert told.count(DONE) == 1
    assert len(stored(OutboxEmail)) == 1


def test_partners_see_no_report(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert client.get("/checks/").status_code == 403
