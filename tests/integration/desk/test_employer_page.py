"""The page of one employer: everything around a call, and what a partner may see of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.desk.before_you_call import before_you_call
from crm.employers.models import Employer, LegalForm, SicVersion
from crm.opportunities.models import OpportunityStatus, PlaceStatus, Side
from crm.pledges.models import Attitude, PledgeStatus
from crm.reference.models import SizeBand
from tests.conftest import CarefulClient, counting_queries
from tests.factories import (
    AppetiteFactory,
    AreaFactory,
    ContactFactory,
    DeclineReasonFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    SectorFactory,
    SiteFactory,
    UserFactory,
)
from tests.support.pages import words_of

TODAY = date(2026, 11, 24)
SOON = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
BEFORE = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def test_before_a_call_the_page_says_who_spoke_last_what_is_promised_and_booked(
    client: CarefulClient, officer: User
) -> None:
    employer = EmployerFactory.make(owner=UserFactory.make(name="Tunde Okafor"))
    contact = ContactFactory.make(employer=employer, name="Dawn Alder")
    InteractionFactory.make(
        employer=employer, logged_by=officer, contacts=[contact], happened_on=TODAY - timedelta(days=1), summary="Keen"
    )
    InteractionFactory.make(employer=employer, happened_on=TODAY - timedelta(days=9))
    InteractionFactory.make(employer=employer, happened_on=TODAY - timedelta(days=90))
    PledgeFactory.make(employer=employer, lines=[PledgeLineFactory.build(young_people=2)])
    OpportunityFactory.make(
        employer=employer,
        title="Called off",
        starts_at=SOON,
        ends_at=SOON + timedelta(hours=1),
        status=OpportunityStatus.CANCELLED,
        cancelled_side=Side.EMPLOYER,
        cancelled_reason="Ill",
        cancelled_at=BEFORE,
    )
    OpportunityFactory.make(
        employer=employer, title="Workshop week", starts_at=SOON + timedelta(days=1), ends_at=SOON + timedelta(days=2)
    )

    words = words_of(client.get(f"/employers/{employer.id}").text)

    facts = words[words.index("Before you call") : words.index("Contacts (")]
    for expected in ("Yesterday", "Call by Priya Shah, with Dawn Alder", "2 contacts", "Confirmed", "Workshop week"):
        assert expected in facts
    assert "Called off" not in facts
    assert "Tunde Okafor" in facts


def test_the_page_shows_details_sites_contacts_log_steps_pledges_and_opportunities(
    client: CarefulClient, officer: User
) -> None:
    band = db.session.query(SizeBand).filter_by(name="10–49").one()
    employer = EmployerFactory.make(
        name="Alder Joinery",
        trading_name="The Woodmen",
        sectors=[SectorFactory.make(name="Robots")],
        area=AreaFactory.make(name="Hanley"),
        size_band=band,
        legal_form=LegalForm.COMPANY,
        company_number="01234567",
        sic_code="16230",
        sic_version=SicVersion.SIC_2007,
        local_headcount=0,
        address="1 Mill Lane\nHanley",
        postcode="ST1 4HT",
        phone="+441632960961 x21",
        website="https://alder.example",
    )
    SiteFactory.make(employer=employer, name="Yard", postcode="ST4 1AA")
    ContactFactory.make(employer=employer, name="Dawn Alder", is_speaker=True, mobile="+447700900982")
    InteractionFactory.make(employer=employer, summary="They want\ntwo weeks in May")
    FollowUpFactory.make(employer=employer, what="Send the form")
    line = PledgeLineFactory.build(young_people=4)
    PledgeFactory.make(employer=employer, lines=[line])
    opportunity = OpportunityFactory.make(
        employer=employer, title="Past talk", starts_at=BEFORE, ends_at=BEFORE + timedelta(hours=2)
    )
    PlaceFactory.make(opportunity=opportunity, pledge_line=line, status=PlaceStatus.ATTENDED, came=1)

    page = client.get(f"/employers/{employer.id}").text
    words = words_of(page)

    for expected in (
        "The Woodmen",
        "Robots",
        "10–49 (small)",
        "Company (Ltd",
        "01234567",
        "16230 (SIC 2007)",
        "1 Mill Lane",
        "Yard",
        "ST4 1AA",
        "Dawn Alder",
        "Speaker",
        "07700 900982",
        "two weeks in May",
        "Send the form",
        "4 × 3",
        "1 of 12 places attended",
        "Past talk",
        "Hanley",
    ):
        assert expected in words
    assert "People employed here 0" in words
    for address in ("tel:+441632960961;ext=21", 'href="https://alder.example"', f"/opportunities/{opportunity.id}"):
        assert address in page


def test_an_employer_about_which_nothing_is_known_says_what_to_do(client: CarefulClient, officer: User) -> None:
    words = words_of(client.get(f"/employers/{EmployerFactory.make().id}").text)

    for expected in ("Nobody yet", "Add the first contact", "No pledge yet", "Nothing is arranged yet", "No site yet"):
        assert expected in words


def test_history_names_people_and_places_instead_of_numbers(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(owner=UserFactory.make(name="Old Owner"), area=AreaFactory.make(name="Hanley"))
    db.session.commit()
    employer.owner = UserFactory.make(name="New Owner")
    employer.area = AreaFactory.make(name="Fenton")
    employer.legal_form = LegalForm.SOLE_TRADER

    page = client.get(f"/employers/{employer.id}").text
    history = words_of(page[page.index('id="history"') :])

    for expected in ("Owner: Old Owner → became New Owner", "Area: Hanley → became Fenton", "sole trader"):
        assert expected in history.replace("→became", "→ became")


def test_the_page_takes_at_most_fourteen_statements_however_much_there_is(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(sectors=[SectorFactory.make(), SectorFactory.make()])

    def statements_with(more: int) -> int:
        for _ in range(more):
            SiteFactory.make(employer=employer)
            contact = ContactFactory.make(employer=employer)
            InteractionFactory.make(employer=employer, contacts=[contact], happened_on=TODAY)
            FollowUpFactory.make(employer=employer)
            OpportunityFactory.make(employer=employer)
            OpportunityFactory.make(employer=employer, starts_at=SOON, ends_at=SOON + timedelta(hours=1))
            employer.owner = UserFactory.make()
            db.session.commit()
        _pledges(employer)
        AppetiteFactory.make(employer=employer, academic_year_name="2026/27" if more < 10 else "2027/28")
        with counting_queries() as statements:
            client.get(f"/employers/{employer.id}")
        return len([statement for statement in statements if not statement.startswith("BEGIN")])

    few, many = statements_with(2), statements_with(30)

    assert (few, many) == (14, 14)


def test_a_partner_reads_the_page_without_people_numbers_plans_or_history(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Alder Joinery", owner=officer)
    contact = ContactFactory.make(employer=employer, name="Dawn Alder", email="dawn@alder.example")
    InteractionFactory.make(employer=employer, contacts=[contact], summary="Confidential words", logged_by=officer)
    FollowUpFactory.make(employer=employer, what="Send the form")
    line = PledgeLineFactory.build(young_people=4)
    PledgeFactory.make(employer=employer, lines=[line])
    PledgeFactory.make(employer=employer, academic_year_name="2027/28", status=PledgeStatus.DRAFT, confirmed_on=None)
    opportunity = OpportunityFactory.make(employer=employer, title="Past talk", capacity=17, taken=5)
    PlaceFactory.make(opportunity=opportunity, pledge_line=line, status=PlaceStatus.ATTENDED, came=1)
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get(f"/employers/{employer.id}").text
    words = words_of(page)

    for seen in ("Alder Joinery", "Call by Priya Shah", "4 × 3", "Past talk", "2026/27"):
        assert seen in words
    for hidden in (
        "Dawn Alder",
        "dawn@alder.example",
        "Confidential words",
        "Send the form",
        "2027/28",
        "of 17",
        "attended",
        "On track",
        "Behind",
        "History",
        "Add site",
    ):
        assert hidden not in words, hidden
    for action in ("/edit", "/archive", "/contacts/", "/sites/new", "employer_id="):
        assert action not in page, action


@pytest.mark.parametrize("role", [Role.PROVIDER])
def test_a_provider_has_no_page_of_an_employer(client: CarefulClient, officer: User, role: Role) -> None:
    employer = EmployerFactory.make()
    client.sign_in(UserFactory.make(role=role))

    assert client.get(f"/employers/{employer.id}").status_code == 403


def test_a_name_that_looks_like_markup_is_only_a_name(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="<script>alert(1)</script>")
    ContactFactory.make(employer=employer, name='"><img src=x>')

    for address in ("/employers/", f"/employers/{employer.id}", f"/employers/{employer.id}/edit"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x>" not in page


def _pledges(employer: Employer) -> None:
    for pledge in range(2):
        year = f"{2030 + employer.version + pledge}/{31 + employer.version + pledge}"
        PledgeFactory.make(employer=employer, academic_year_name=year, lines=[PledgeLineFactory.build()])


def test_a_partner_is_asked_not_to_call_but_told_neither_why_nor_whom_to_mail(client: CarefulClient) -> None:
    employer = EmployerFactory.make(quiet_until=date(2099, 1, 11), quiet_reason="Dawn is ill")
    contact = ContactFactory.make(employer=employer, name="Dawn Alder")
    InteractionFactory.make(employer=employer, contacts=[contact])
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get(f"/employers/{employer.id}").text

    words = words_of(page)
    assert "Please do not call before 11 January 2099" in words
    assert "Call by Officer" in words
    for hidden in ("ill", "Dawn", "Leave them in peace until…", "May I e-mail them?"):
        assert hidden not in words[words.index("Before you call") : words.index("Contact log")]


def test_what_they_say_of_a_year_without_a_number_is_known_before_a_call_to_staff_alone(
    client: CarefulClient, officer: User
) -> None:
    employer = EmployerFactory.make()
    no = DeclineReasonFactory.make(name="Too few staff")
    said = {"employer": employer, "recorded_on": date(2026, 11, 2)}
    AppetiteFactory.make(academic_year_name="2025/26", attitude=Attitude.ALREADY_ORGANISED, **said)
    AppetiteFactory.make(academic_year_name="2026/27", attitude=Attitude.NOT_THIS_YEAR, reason=no, **said)
    AppetiteFactory.make(academic_year_name="2027/28", detail="After the move", **said)
    for number, status in enumerate((PledgeStatus.SUPERSEDED, PledgeStatus.CONFIRMED), start=1):
        PledgeFactory.make(employer=employer, number=number, status=status, lines=[PledgeLineFactory.build()])

    words = words_of(client.get(f"/employers/{employer.id}").text)
    panel = words[words.index("Before you call") :]

    assert "They say of 2026/27 Not this year 2 Nov 2026, too few staff They say of 2027/28 Interested" in panel
    assert "They say of 2027/28: interested 2 Nov 2026 Change what they say of 2027/28 After the move" in words
    assert "2025/26" not in words
    assert words.count("Version 2") == 1
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    assert "They say" not in words_of(client.get(f"/employers/{employer.id}").text)


def test_a_wish_for_peace_that_is_over_is_no_longer_shown(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(quiet_until=TODAY, quiet_reason="Stocktaking")

    assert "Please do not call" not in client.get(f"/employers/{employer.id}").text


def test_what_to_know_before_a_call_takes_the_same_few_statements_however_much_there_is(database: None) -> None:
    officer = UserFactory.make()
    quiet, busy = EmployerFactory.make(owner=officer), EmployerFactory.make(owner=officer)
    for _ in range(30):
        InteractionFactory.make(employer=busy, happened_on=TODAY)
        FollowUpFactory.make(employer=busy)
        ContactFactory.make(employer=busy)
    PledgeFactory.make(employer=quiet, lines=[PledgeLineFactory.build()])
    PledgeFactory.make(employer=busy, lines=[PledgeLineFactory.build()])

    spent = []
    for employer in (quiet, busy):
        with counting_queries() as statements:
            before_you_call(employer, viewer=officer, today=TODAY)
        spent.append(len(statements))

    assert spent[0] == spent[1] <= 9
