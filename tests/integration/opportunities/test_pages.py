"""The pages of opportunities and places."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.particulars import Part, Programme
from crm.opportunities.services import (
    Attendance,
    Lists,
    add_headcount,
    add_place_for,
    exempt_from_checks,
    mark_attendance,
)
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.reference.models import Sector
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    ProviderMemberFactory,
    SiteFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import A_DAY, arranged

WEEK_AGO = clock.today() - timedelta(days=7)
NEXT_WEEK = clock.today() + timedelta(days=7)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make())


def coordinator(provider: Provider) -> User:
    return db.session.get_one(User, ProviderMemberFactory.make(provider=provider).user_id)


def filled_in(**given: str) -> dict[str, str]:
    return {
        "submission_key": "a-key",
        "kind": "talk",
        "first_day": f"{NEXT_WEEK:%d %m %Y}",
        "starts": "9.30",
        "ends": "11am",
        "capacity": "10",
        "mode": "in_person",
        "site": "",
        "leader": "",
        "provider": "",
    } | given


def test_an_officer_schedules_a_talk(client: CarefulClient, officer: User) -> None:
    speaker = ContactFactory.make(is_speaker=True)
    site = SiteFactory.make(employer=speaker.employer)
    page = client.get(f"/opportunities/new?employer={speaker.employer_id}")
    given = filled_in(site=str(site.id), leader=str(speaker.id))

    answer = client.post(f"/opportunities/new?employer={speaker.employer_id}", data=given)

    assert speaker.name in page.text
    talk = stored(Opportunity)[0]
    assert answer.location == f"/opportunities/{talk.id}"
    assert (talk.kind, talk.site_id, talk.leader_id, str(talk.hours)) == (
        OpportunityKind.TALK,
        site.id,
        speaker.id,
        "1.50",
    )


def test_what_was_typed_stays_when_the_speaker_is_elsewhere(client: CarefulClient, officer: User) -> None:
    speaker = ContactFactory.make()
    arranged(employer=speaker.employer, leader_id=speaker.id, first_day=NEXT_WEEK, title="Career evening")
    given = filled_in(leader=str(speaker.id), title="My talk", ends="10.30")

    answer = client.post(f"/opportunities/new?employer={speaker.employer_id}", data=given)

    assert "Career evening" in answer.text
    assert 'value="My talk"' in answer.text
    assert len(stored(Opportunity)) == 1


def test_a_large_group_needs_a_reason(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make().id

    refused = client.post(f"/opportunities/new?employer={employer}", data=filled_in(capacity="30"))
    client.post(
        f"/opportunities/new?employer={employer}", data=filled_in(capacity="30", group_limit_reason="Whole year group")
    )

    assert "Say why the group is larger than 12" in refused.text
    assert [each.group_limit_reason for each in stored(Opportunity)] == ["Whole year group"]


def test_without_an_employer_it_asks_whose_it_is(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Kiln Solar", name_key="kiln solar")

    asked = client.get("/opportunities/new").text
    unknown = client.get("/opportunities/new?name=zzz").text
    answer = client.get("/opportunities/new?name=kiln")

    assert "Start typing its name" in asked
    assert "We could not find that employer" in unknown
    assert answer.location == f"/opportunities/new?employer={employer.id}"


def test_somebody_elses_change_is_shown_beside_mine(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=NEXT_WEEK, title="Old title")
    seen = visit.version
    visit.title = "Their title"
    db.session.commit()
    given = filled_in(kind="workplace_visit", title="My title", version=str(seen))

    answer = client.post(f"/opportunities/{visit.id}/edit", data=given)

    assert "Their title" in answer.text
    assert 'value="My title"' in answer.text
    again = client.post(f"/opportunities/{visit.id}/edit", data=given | {"version": str(seen + 1)})
    assert again.status_code == 302
    assert stored(Opportunity)[0].title == "My title"


def test_an_opportunity_is_cancelled_with_side_and_reason(client: CarefulClient, officer: User) -> None:
    visit = arranged()
    add_place_for(visit, YoungPersonFactory.make())

    page = client.get(f"/opportunities/{visit.id}/cancel")
    refused = client.post(f"/opportunities/{visit.id}/cancel", data={"submission_key": "k"})
    client.post(f"/opportunities/{visit.id}/cancel", data={"submission_key": "k", "side": "employer", "reason": "Fire"})

    assert "1 young person has a place" in page.text
    assert "Select a side" in refused.text
    assert stored(Opportunity)[0].status is OpportunityStatus.CANCELLED
    assert stored(Place)[0].status is PlaceStatus.CANCELLED
    assert "Fire" in client.get(f"/opportunities/{visit.id}").text


def test_pasted_references_become_places(client: CarefulClient, officer: User) -> None:
    school = ProviderFactory.make()
    YoungPersonFactory.make(provider=school, reference="AB-1")
    visit = arranged(provider_id=school.id)
    data = {"submission_key": "k", "provider": str(school.id), "references": "AB-1\nAB-2\nAB-1", "year_group": ""}

    page = client.get(f"/opportunities/{visit.id}/places")
    refused = client.post(f"/opportunities/{visit.id}/places", data=data)
    assert stored(Place) == []
    client.post(f"/opportunities/{visit.id}/places", data=data | {"create": "y", "year_group": "10"})
    shown = client.get(f"/opportunities/{visit.id}")

    assert "5 places left" in page.text
    assert "no young people with these references: AB-2" in refused.text
    assert "2 places added." in shown.text
    assert "Recorded just now: AB-2." in shown.text
    assert "Given more than once: AB-1." in shown.text
    assert stored(Opportunity)[0].taken == 2


def test_who_waits_and_was_not_known_before_is_named_among_the_recorded_not_among_the_places(
    client: CarefulClient, officer: User
) -> None:
    school = ProviderFactory.make()
    visit = arranged(provider_id=school.id, capacity=1)
    pasted = {"submission_key": "k", "provider": str(school.id), "references": "AB-1\nAB-2", "create": "y"}

    client.post(f"/opportunities/{visit.id}/places", data=pasted | {"year_group": "10", "rest_waits": "y"})
    shown = client.get(f"/opportunities/{visit.id}")

    assert "1 place added." in shown.text
    assert "On the waiting list, in this order: AB-2." in shown.text
    assert "Recorded just now: AB-1, AB-2." in shown.text


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("jo@example.com", "Enter a reference, not an e-mail address"),
        ("14/05/2010", "could be a date of birth"),
        ("Jo Bloggs", "This may be a name: Jo Bloggs"),
    ],
)
def test_personal_data_is_no_reference(client: CarefulClient, officer: User, pasted: str, message: str) -> None:
    school = ProviderFactory.make()
    visit = arranged()
    data = {"submission_key": "k", "provider": str(school.id), "references": pasted, "create": "y", "year_group": "9"}

    assert message in client.post(f"/opportunities/{visit.id}/places", data=data).text
    assert stored(YoungPerson) == []


def test_a_group_without_references_holds_seats(client: CarefulClient, officer: User) -> None:
    school, visit = ProviderFactory.make(), arranged(capacity=20)
    data = {"submission_key": "k", "headcount_provider": str(school.id), "seats": "25"}

    refused = client.post(f"/opportunities/{visit.id}/headcount", data=data)
    client.post(f"/opportunities/{visit.id}/headcount", data=data | {"seats": "15"})

    assert "25 asked for, 20 left" in refused.text
    assert 'value="25"' in refused.text
    assert "15 young people" in client.get(f"/opportunities/{visit.id}").text


def test_the_register_is_marked_on_one_page(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=WEEK_AGO, capacity=20)
    came, missed = (add_place_for(visit, YoungPersonFactory.make()).id for _ in range(2))
    group = add_headcount(visit, ProviderFactory.make(), 5).id
    data = {"submission_key": "k"}
    for number, (place, status, count) in enumerate(
        [(came, "attended", ""), (missed, "no_show", ""), (group, "confirmed", "3")]
    ):
        data |= {
            f"marks-{number}-place_id": str(place),
            f"marks-{number}-status": status,
            f"marks-{number}-came": count,
        }

    page = client.get(f"/opportunities/{visit.id}/register")
    client.post(f"/opportunities/{visit.id}/register", data=data)

    assert page.text.count("Not marked") == 2
    assert [(place.status, place.came) for place in stored(Place)] == [
        (PlaceStatus.ATTENDED, 1),
        (PlaceStatus.NO_SHOW, None),
        (PlaceStatus.ATTENDED, 3),
    ]
    assert stored(Opportunity)[0].status is OpportunityStatus.DELIVERED
    assert "Correct attendance" in client.get(f"/opportunities/{visit.id}").text
    assert "3 of 5 came" in client.get(f"/opportunities/{visit.id}").text


def test_the_rest_may_be_marked_as_attended_with_one_button(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=WEEK_AGO)
    missed, _came = (add_place_for(visit, YoungPersonFactory.make()).id for _ in range(2))
    group = add_headcount(visit, ProviderFactory.make(), 2).id
    data = {"submission_key": "k", "rest_attended": "yes"}
    for number, (place, status) in enumerate([(missed, "no_show"), (missed + 1, "confirmed"), (group, "confirmed")]):
        data |= {f"marks-{number}-place_id": str(place), f"marks-{number}-status": status}

    client.post(f"/opportunities/{visit.id}/register", data=data)

    assert [(place.status.value, place.came) for place in stored(Place)] == [
        ("no_show", None),
        ("attended", 1),
        ("attended", 2),
    ]


def test_an_old_register_undoes_nothing_that_was_marked_meanwhile(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=WEEK_AGO)
    theirs, mine, both = (add_place_for(visit, YoungPersonFactory.make(reference=f"R-{n}")).id for n in range(3))
    mark_attendance(visit, {place: Attendance(PlaceStatus.ATTENDED) for place in (theirs, both)})
    data = {"submission_key": "k"}
    for number, (place, status) in enumerate([(theirs, "confirmed"), (mine, "attended"), (both, "no_show")]):
        data |= {f"marks-{number}-place_id": str(place), f"marks-{number}-status": status}
        data |= {f"marks-{number}-seen": "confirmed"}

    page = client.post(f"/opportunities/{visit.id}/register", data=data).text
    assert "Somebody else marked these while you were working: R-2: attended." in page
    assert 'name="marks-2-seen" value="attended"' in page
    client.post(f"/opportunities/{visit.id}/register", data=data | {"marks-2-seen": "attended"})

    assert [place.status.value for place in stored(Place)] == ["attended", "attended", "no_show"]


def test_more_than_were_booked_cannot_have_come(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=WEEK_AGO)
    group = add_headcount(visit, ProviderFactory.make(), 2).id
    data = {"submission_key": "k", "marks-0-place_id": str(group), "marks-0-came": "3"}

    page = client.post(f"/opportunities/{visit.id}/register", data=data)
    nonsense = client.post(f"/opportunities/{visit.id}/register", data=data | {"marks-0-came": "some"})

    assert "No more than 2 can have come" in page.text
    assert 'value="3"' in page.text
    assert "Enter a whole number" in nonsense.text
    assert stored(Place)[0].status is PlaceStatus.CONFIRMED


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": ""}, "Select what it is"),
        ({"last_day": "1 1 2020"}, "The last day must not be before the first day"),
        ({"ends": "9.15"}, "It must end after it starts"),
        ({"hours": "many"}, "Enter the hours as a number"),
        ({"hours": "3000"}, "at most 2,000"),
        ({"capacity": "0"}, "between 1 and 10,000"),
    ],
)
def test_what_cannot_be_is_said_beside_the_question(
    client: CarefulClient, officer: User, given: dict[str, str], message: str
) -> None:
    employer = EmployerFactory.make().id

    assert message in client.post(f"/opportunities/new?employer={employer}", data=filled_in(**given)).text
    assert stored(Opportunity) == []


def test_the_form_opens_on_what_is_stored(client: CarefulClient, officer: User) -> None:
    visit = arranged(title="Yard visit", last_day=A_DAY + timedelta(days=2), hours=Decimal("7.5"))
    given = filled_in(title="Yard visit", capacity="1", version=str(visit.version))
    add_headcount(visit, ProviderFactory.make(), 3)

    page = client.get(f"/opportunities/{visit.id}/edit").text
    refused = client.post(f"/opportunities/{visit.id}/edit", data=given).text

    for value in ("Yard visit", "10 11 2026", "12 11 2026", "10:00", "12:00", "7.5"):
        assert f'value="{value}"' in page, value
    assert "3 places are taken" in refused


def test_what_was_attended_cannot_be_cancelled_on_the_page_either(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=WEEK_AGO)
    place = add_place_for(visit, YoungPersonFactory.make())
    add_place_for(visit, YoungPersonFactory.make())
    mark_attendance(visit, {place.id: Attendance(PlaceStatus.ATTENDED)})
    data = {"submission_key": "k", "side": "employer", "reason": "Fire"}

    assert "Somebody attended" in client.post(f"/opportunities/{visit.id}/cancel", data=data).text


def test_who_cannot_be_added_is_named(client: CarefulClient, officer: User) -> None:
    person = YoungPersonFactory.make(reference="BUSY-1")
    here = YoungPersonFactory.make(reference="HERE-1", provider=person.provider)
    add_place_for(arranged(title="Elsewhere"), person)
    visit = arranged()
    add_place_for(visit, here)
    data = {"submission_key": "k", "provider": str(person.provider_id), "references": "BUSY-1\nHERE-1"}
    data["year_group"] = ""

    client.post(f"/opportunities/{visit.id}/places", data=data)
    page = client.get(f"/opportunities/{visit.id}").text

    assert "Already had a place here: HERE-1." in page
    assert "Not added: BUSY-1 (Elsewhere, 10 November 2026, 10am to midday)." in page


def test_the_register_opens_on_the_first_day(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=NEXT_WEEK)
    add_place_for(visit, YoungPersonFactory.make())

    assert client.get(f"/opportunities/{visit.id}/register").status_code == 409
    assert "Mark attendance" not in client.get(f"/opportunities/{visit.id}").text


def test_the_printed_register_names_references_only(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=NEXT_WEEK)
    add_place_for(visit, YoungPersonFactory.make(reference="AB-1"))

    assert "AB-1" in client.get(f"/opportunities/{visit.id}/register/print").text


def test_the_promise_a_place_fulfils_can_be_changed(client: CarefulClient, officer: User) -> None:
    visit = arranged()
    first, second = (PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT, young_people=n) for n in (9, 4))
    PledgeFactory.make(employer=visit.employer, lines=[first, second])
    place = add_place_for(visit, YoungPersonFactory.make())

    page = client.get(f"/opportunities/places/{place.id}/line")
    client.post(f"/opportunities/places/{place.id}/line", data={"submission_key": "k", "line": str(second.id)})

    assert "2026/27 workplace visit: 9 × 3, 26 left" in page.text
    assert stored(Place)[0].pledge_line_id == second.id


def test_delivered_and_opened_again(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=WEEK_AGO)

    client.post(f"/opportunities/{visit.id}/deliver", data={"submission_key": "k"})
    assert stored(Opportunity)[0].status is OpportunityStatus.DELIVERED
    client.post(f"/opportunities/{visit.id}/reopen", data={"submission_key": "l"})
    assert stored(Opportunity)[0].status is OpportunityStatus.OPEN


def test_the_list_shows_what_is_coming_up_unless_asked_for_more(client: CarefulClient, officer: User) -> None:
    arranged(first_day=WEEK_AGO, title="Last week")
    arranged(first_day=NEXT_WEEK, title="Next week")

    assert "Last week" not in client.get("/opportunities/").text
    everything = client.get("/opportunities/?first_day=&sort=-date").text
    assert everything.index("Next week") < everything.index("Last week")


def test_every_filter_narrows_the_list(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Kiln Solar", owner=officer)
    school = ProviderFactory.make()
    day = f"{NEXT_WEEK:%d+%m+%Y}"
    sector = db.session.scalars(select(Sector).limit(1)).one()
    lists = Lists(
        sector_ids=frozenset({sector.id}),
        year_groups=frozenset({YearGroup.YEAR_10}),
        parts=dict.fromkeys(Part, True),
    )
    about = {"provider_id": school.id, "programme": Programme.DWP, "lists": lists}
    wanted = arranged(employer=employer, first_day=NEXT_WEEK, title="Wanted", **about)
    exempt_from_checks(wanted, reason="Seen", by=officer)
    others = Lists(year_groups=frozenset({YearGroup.YEAR_12}), parts={Part.PURPOSE: False})
    arranged(first_day=NEXT_WEEK, kind=OpportunityKind.TALK, title="Another", lists=others)
    arranged(first_day=NEXT_WEEK + timedelta(days=30), kind=OpportunityKind.TALK, title="Later")
    for query in (
        "q=kiln",
        "q=want",
        "kind=workplace_visit",
        f"provider={school.id}",
        f"employer={employer.id}",
        f"officer={officer.id}",
        "mine=y",
        "year_group=10",
        f"sector={sector.id}",
        "programme=dwp",
        "meaningful=yes",
        "exempt=y",
    ):
        shown = client.get(f"/opportunities/?{query}").text
        assert ("Wanted" in shown, "Another" in shown) == (True, False), query
    assert "Later" not in client.get(f"/opportunities/?last_day={day}").text
    assert "No opportunities match" in client.get("/opportunities/?status=cancelled").text
    assert "Another" in client.get("/opportunities/?meaningful=no").text
    assert "Later" in client.get("/opportunities/?meaningful=not_known&year_group=10").text  # it is for all
    shown = "&".join(
        f"columns={key}" for key in ("title", "hours", "for", "sectors", "programme", "where", "meaningful")
    )
    page = client.get(f"/opportunities/?{shown}&columns=exempt").text
    csv = client.get(f"/opportunities/opportunities.csv?mine=y&{shown}&columns=exempt").text
    for words in ("Year 10", sector.name, "DWP programme", "Somewhere else", "Yes"):
        assert words in page
        assert words in csv
    assert "Wanted" in csv
    assert "Another" not in csv


@pytest.mark.parametrize("path", ["/opportunities/?first_day=", "/young-people/", "/providers/"])
def test_a_list_asks_as_much_of_the_database_for_one_row_as_for_many(
    client: CarefulClient, officer: User, path: str
) -> None:
    add_place_for(arranged(), YoungPersonFactory.make())
    client.get(path)
    with counting_queries() as few:
        client.get(path)
    for _ in range(8):
        add_place_for(arranged(provider_id=ProviderFactory.make().id), YoungPersonFactory.make())
    with counting_queries() as many:
        client.get(path)

    assert len(few) == len(many) <= 8 + 1  # BEGIN is one


def test_the_page_of_an_opportunity_asks_as_much_for_one_place_as_for_many(
    client: CarefulClient, officer: User
) -> None:
    visit = arranged(capacity=20)
    PledgeFactory.make(employer=visit.employer, lines=[PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT)])
    add_place_for(visit, YoungPersonFactory.make())
    path = f"/opportunities/{visit.id}"
    client.get(path)
    with counting_queries() as few:
        client.get(path)
    for _ in range(8):
        add_place_for(visit, YoungPersonFactory.make())
    with counting_queries() as many:
        client.get(path)

    assert len(few) == len(many) <= 22


def test_a_provider_sees_its_own_opportunities_with_its_own_places(client: CarefulClient) -> None:
    own, other = ProviderFactory.make(), ProviderFactory.make()
    client.sign_in(coordinator(own))
    shared = arranged(first_day=WEEK_AGO, title="Shared visit")
    mine = add_place_for(shared, YoungPersonFactory.make(provider=own, reference="OWN-1"))
    theirs = add_place_for(shared, YoungPersonFactory.make(provider=other, reference="OTHER-1"))
    hidden = arranged(title="Hidden visit", provider_id=other.id)

    page = client.get(f"/opportunities/{shared.id}").text
    register = client.get(f"/opportunities/{shared.id}/register").text
    listed = client.get("/opportunities/?first_day=").text

    assert "OWN-1" in page
    assert "OTHER-1" not in page + register + listed
    assert "2 of 5" not in page + listed
    assert "Shared visit" in listed
    assert "Hidden visit" not in listed
    assert client.get(f"/opportunities/{hidden.id}").status_code == 404
    assert client.get(f"/opportunities/{shared.id}/places/end?place={theirs.id}").status_code == 302
    answer = client.post(
        f"/opportunities/{shared.id}/register",
        data={
            "submission_key": "k",
            "marks-0-place_id": str(mine.id),
            "marks-0-status": "attended",
            "marks-1-place_id": str(theirs.id),
            "marks-1-status": "no_show",
        },
    )
    assert answer.status_code == 302
    assert [place.status for place in stored(Place)] == [PlaceStatus.ATTENDED, PlaceStatus.CONFIRMED]
    assert stored(Opportunity)[0].status is OpportunityStatus.OPEN


def test_a_partner_sees_opportunities_without_people(client: CarefulClient) -> None:
    employer = EmployerFactory.make()
    speaker = ContactFactory.make(employer=employer, name="Wilma Thornberry")
    visit = arranged(employer=employer, first_day=WEEK_AGO, title="A visit", capacity=4321, leader_id=speaker.id)
    add_place_for(visit, YoungPersonFactory.make(reference="AB-1"))
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get(f"/opportunities/{visit.id}").text
    listed = client.get("/opportunities/?first_day=").text
    csv = client.get("/opportunities/opportunities.csv?first_day=").text

    assert "A visit" in page
    assert "A visit" in listed
    for text in (page, listed, csv):
        assert "AB-1" not in text
        assert speaker.name not in text
        assert "4321" not in text.replace(",", "")
    assert client.get(f"/opportunities/{visit.id}/register").status_code == 403
