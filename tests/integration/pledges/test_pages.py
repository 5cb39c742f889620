import csv
import re
from datetime import timedelta
from io import StringIO

import pytest

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.opportunities.models import PlaceStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.reference.academic_years import AcademicYear
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    UserFactory,
)

TODAY = clock.today()
THIS_YEAR = AcademicYear.of(TODAY)


def a_pledge(status: PledgeStatus = PledgeStatus.CONFIRMED, **given: object) -> Pledge:
    """A pledge for the current academic year of 10 × 3 placements, confirmed on its first day."""
    given.setdefault("lines", [a_line()])
    given.setdefault("confirmed_on", THIS_YEAR.first_day)
    return PledgeFactory.make(
        status=status, academic_year_name=THIS_YEAR.name, ended_reason="Too busy", ended_on=TODAY, **given
    )


def a_line(**given: object) -> PledgeLine:
    given = {
        "young_people": 10,
        "window_starts_on": THIS_YEAR.first_day,
        "window_ends_on": THIS_YEAR.last_day,
    } | given
    line: PledgeLine = PledgeLineFactory.build(**given)
    return line


def attended(pledge: Pledge, how_many: int) -> None:
    opportunity = OpportunityFactory.make(
        employer=pledge.employer,
        title="A week in the workshop",
        capacity=how_many,
        starts_at=clock.start_of_day(THIS_YEAR.first_day),
        ends_at=clock.start_of_day(THIS_YEAR.first_day) + timedelta(hours=8),
    )
    for _ in range(how_many):
        PlaceFactory.make(opportunity=opportunity, pledge_line=pledge.lines[0], status=PlaceStatus.ATTENDED, came=1)


def typed(*lines: tuple[str, str, str], **others: str) -> dict[str, str]:
    """What a browser sends: rows of kind, young people, each."""
    form = {"submission_key": "a-key", "academic_year": THIS_YEAR.name, "signatory": "", "note": ""}
    for number, (kind, young_people, each) in enumerate(lines):
        form |= {f"lines-{number}-{name}": value for name, value in _row(kind, young_people, each).items()}
    return form | others


def _row(kind: str, young_people: str, each: str) -> dict[str, str]:
    return {"line_id": "", "kind": kind, "young_people": young_people, "each": each, "starts_on": "", "ends_on": ""}


def test_an_officer_records_a_pledge_and_reads_it_back_in_words(client: CarefulClient) -> None:
    officer = client.sign_in(UserFactory.make())
    employer = EmployerFactory.make(name="Alder Joinery")
    ContactFactory.make(employer=employer, name="Dawn Alder")

    page = client.get(f"/pledges/new?employer_id={employer.id}").text
    answer = client.post(
        f"/pledges/new?employer_id={employer.id}",
        data=typed(("placement", "2", "3"), ("", "", "3"), ("talk", "", "1"), note="Summer suits them"),
        follow_redirects=True,
    )

    assert "Alder Joinery" in page
    assert "Dawn Alder" in page
    assert "2 young people will each have 3 placements, 6 in all, between September" in answer.text
    assert "Young people, how many is not known yet, will each have 1 talk" in answer.text
    [pledge] = stored(Pledge)
    assert (pledge.status, pledge.recorded_by_id, pledge.note) == (PledgeStatus.DRAFT, officer.id, "Summer suits them")


def test_a_second_click_on_record_makes_one_pledge(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    address = f"/pledges/new?employer_id={EmployerFactory.make().id}"

    first = client.post(address, data=typed(("placement", "2", "3")))
    second = client.post(address, data=typed(("placement", "2", "3")))

    assert (first.location, second.status_code) == (second.location, 303)
    assert len(stored(Pledge)) == 1


@pytest.mark.parametrize(
    ("rows", "changes", "complaint"),
    [
        ([("", "", "3")], {}, "Select what is promised"),
        ([("", "5", "3")], {}, "Select what is promised"),
        ([("placement", "0", "3")], {}, "The number of young people must be between 1 and 10,000"),
        ([("placement", "many", "3")], {}, "Enter a whole number, like 12"),
        ([("placement", "5", "")], {}, "Enter how many each, like 3"),
        ([("placement", "5", "0")], {}, "The number each must be between 1 and 100"),
        ([("placement", "5", "3")], {"lines-0-starts_on": "1 1 1999"}, "inside the academic year"),
        (
            [("placement", "5", "3")],
            {
                "lines-0-starts_on": f"1 3 {THIS_YEAR.last_day.year}",
                "lines-0-ends_on": f"1 2 {THIS_YEAR.last_day.year}",
            },
            "The last day must not be before the first day",
        ),
        ([("placement", "5", "3")], {"note": "x" * 5001}, "Shorten the note"),
    ],
)
def test_what_cannot_be_is_said_at_the_top_and_beside_the_box(
    client: CarefulClient, rows: list[tuple[str, str, str]], changes: dict[str, str], complaint: str
) -> None:
    client.sign_in(UserFactory.make())

    answer = client.post(f"/pledges/new?employer_id={EmployerFactory.make().id}", data=typed(*rows, **changes))

    assert answer.text.count(complaint) >= 2
    assert "Error: Record a pledge" in answer.text
    assert stored(Pledge) == []


def test_one_more_line_can_be_asked_for_without_losing_what_was_typed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    answer = client.post(
        f"/pledges/new?employer_id={EmployerFactory.make().id}",
        data=typed(("placement", "77", "3"), ("", "", "3"), ("", "", "3"), add_line="1"),
    )

    assert answer.text.count("data-line-total") == 4
    assert 'value="77"' in answer.text
    assert "There is a problem" not in answer.text


def test_the_page_warns_of_a_pledge_that_is_there_already(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_pledge()

    page = client.get(f"/pledges/new?employer_id={pledge.employer_id}")
    answer = client.post(f"/pledges/new?employer_id={pledge.employer_id}", data=typed(("placement", "2", "3")))

    assert f'already has <a class="govuk-link" href="/pledges/{pledge.id}"' in page.text
    assert "This employer has a confirmed pledge" in answer.text


def test_recording_begins_with_whose_pledge_it_is(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    employer = EmployerFactory.make(name="Alder Joinery", name_key="alder joinery")
    EmployerFactory.make(name="Birch Works", name_key="birch works")

    asked = client.get("/pledges/new")
    chosen = client.get("/pledges/new?employer=alder")
    unknown = client.get("/pledges/new?employer=zebra")

    assert "Which employer?" in asked.text
    assert chosen.location == f"/pledges/new?employer_id={employer.id}"
    assert "We could not find that employer" in unknown.text


def test_a_draft_is_changed_line_by_line(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_pledge(PledgeStatus.DRAFT, lines=[a_line(), a_line(kind=OpportunityKind.TALK)])
    kept = pledge.lines[0].id

    page = client.get(f"/pledges/{pledge.id}/edit").text
    answer = client.post(
        f"/pledges/{pledge.id}/edit",
        data=typed(("placement", "12", "1"), version=str(pledge.version), **{"lines-0-line_id": str(kept)}),
        follow_redirects=True,
    )

    assert page.count("data-line-total") == 3
    assert "12 young people will each have 1 placement, 12 in all" in answer.text
    assert [line.id for line in stored(PledgeLine)] == [kept]


def test_the_second_of_two_officers_sees_both_versions_and_keeps_their_text(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_pledge(PledgeStatus.DRAFT)
    address, seen = f"/pledges/{pledge.id}/edit", str(pledge.version)
    client.post(address, data=typed(("placement", "12", "1"), version=seen, submission_key="one"))

    answer = client.post(address, data=typed(("talk", "99", "1"), version=seen, submission_key="two", note="Mine"))

    assert "saved this while you were editing" in answer.text
    assert "12 young people will each have 1 placement, 12 in all" in answer.text
    assert 'value="99"' in answer.text
    [stored_line] = stored(PledgeLine)
    assert stored_line.young_people == 12


def test_a_pledge_goes_from_draft_to_confirmed_by_the_buttons_on_its_page(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge_id = a_pledge(PledgeStatus.DRAFT, confirmed_on=None).id
    today = f"{TODAY.day} {TODAY.month} {TODAY.year}"

    client.post(f"/pledges/{pledge_id}/send", data={"send-on": today, "send-submission_key": "one"})
    answer = client.post(
        f"/pledges/{pledge_id}/confirm",
        data={"confirm-on": today, "confirm-submission_key": "two"},
        follow_redirects=True,
    )

    assert "Pledge confirmed." in answer.text
    assert stored(Pledge)[0].confirmed_on == TODAY


def test_a_step_with_something_missing_shows_its_own_page(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge_id = a_pledge(PledgeStatus.SENT).id
    tomorrow = TODAY + timedelta(days=1)

    answer = client.post(
        f"/pledges/{pledge_id}/decline",
        data={
            "decline-on": f"{tomorrow.day} {tomorrow.month} {tomorrow.year}",
            "decline-reason": "",
            "decline-submission_key": "one",
        },
    )

    assert answer.text.count("Select why they said no") == 2
    assert answer.text.count("The date must be today or in the past") == 2


def test_a_step_that_the_state_rules_out_is_refused_in_a_sentence(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    pledge_id = a_pledge(PledgeStatus.DRAFT).id

    page = client.get(f"/pledges/{pledge_id}/withdraw")
    answer = client.post(
        f"/pledges/{pledge_id}/withdraw",
        data={"withdraw-on": "today", "withdraw-reason": "Moving", "withdraw-submission_key": "one"},
    )

    assert page.status_code == 409
    assert "This pledge is still a draft, so it cannot be withdrawn." in answer.text


def test_withdrawing_takes_a_manager(client: CarefulClient) -> None:
    pledge_id = a_pledge().id
    officer, manager = UserFactory.make(), UserFactory.make(role=Role.MANAGER)

    client.sign_in(officer)
    seen_by_officer = client.get(f"/pledges/{pledge_id}").text
    refused = client.post(f"/pledges/{pledge_id}/withdraw").status_code
    client.sign_in(manager)

    assert "Withdraw pledge" not in seen_by_officer
    assert refused == 403
    assert "Withdraw pledge" in client.get(f"/pledges/{pledge_id}").text


def test_the_next_version_opens_ready_to_be_changed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge_id = a_pledge().id

    answer = client.post(f"/pledges/{pledge_id}/next-version", data={"submission_key": "one"}, follow_redirects=True)
    page = client.get(f"/pledges/{pledge_id}")

    assert "version 2" in answer.text
    assert "Versions" in page.text
    assert "Begin the next version" not in page.text


def test_a_draft_is_discarded(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge_id = a_pledge(PledgeStatus.DRAFT).id

    answer = client.post(f"/pledges/{pledge_id}/discard", data={"submission_key": "one"}, follow_redirects=True)

    assert "Draft discarded." in answer.text
    assert stored(Pledge) == []


def test_the_page_shows_what_came_of_each_line_and_which_places_fulfil_it(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_pledge(lines=[a_line(young_people=1), a_line(kind=OpportunityKind.TALK, young_people=None)])
    attended(pledge, 4)

    page = client.get(f"/pledges/{pledge.id}").text

    assert "1 more attended" in page
    assert f'href="/employers/{pledge.employer_id}"' in page
    assert "talks, number not known yet" in page
    assert "A week in the workshop" in page


def test_a_withdrawn_pledge_keeps_what_was_attended(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_pledge(PledgeStatus.WITHDRAWN)
    attended(pledge, 4)

    page = client.get(f"/pledges/{pledge.id}").text

    assert 'data-label="Attended">4<' in page
    assert "What was attended still counts as delivered" in page


def test_the_list_adds_up_the_pledges_in_force_and_no_others(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    over = a_pledge(lines=[a_line(young_people=1)])
    attended(over, 5)
    a_pledge()
    a_pledge(PledgeStatus.DRAFT)

    page = client.get("/pledges/").text

    assert "All 2 confirmed pledges" in page
    foot = page[page.index("<tfoot>") :]
    assert 'data-label="Promised">33<' in foot
    assert 'data-label="Attended">5<' in foot
    assert 'data-label="Remaining">30<' in foot
    assert "(30)" in page


def test_the_list_is_narrowed_by_its_address(client: CarefulClient) -> None:
    officer = client.sign_in(UserFactory.make())
    a_pledge(employer=EmployerFactory.make(name="Alder", owner=officer))
    a_pledge(employer=EmployerFactory.make(name="Birch"), lines=[a_line(kind=OpportunityKind.TALK)])
    a_pledge(PledgeStatus.DECLINED, employer=EmployerFactory.make(name="Cedar"))
    fulfilled = a_pledge(employer=EmployerFactory.make(name="Damson"), lines=[a_line(young_people=1)])
    attended(fulfilled, 3)
    later = [a_line(), a_line(kind=OpportunityKind.TALK, young_people=None)]
    a_pledge(employer=EmployerFactory.make(name="Elm"), lines=later)

    def shown(address: str) -> str:
        page = client.get(address).text
        return "".join(name[0] for name in ("Alder", "Birch", "Cedar", "Damson", "Elm") if f">{name}</a>" in page)

    assert shown("/pledges/") == "ABDE"
    assert shown(f"/pledges/?year={THIS_YEAR.next.name}") == ""
    assert shown("/pledges/?status=declined") == "C"
    assert shown("/pledges/?status=all") == "ABCDE"
    assert shown("/pledges/?kind=talk") == "BE"
    assert shown(f"/pledges/?officer={officer.id}") == "A"
    assert shown("/pledges/?q=bir") == "B"
    assert "D" not in shown("/pledges/?behind=y")
    assert shown("/pledges/?without_number=y") == "E"
    assert shown("/pledges/?without_number=y&kind=talk") == "E"
    assert shown("/pledges/?without_number=y&kind=placement") == ""
    assert shown("/pledges/?year=odd&status=odd&kind=odd&officer=odd&page=odd&sort=odd") == "ABDE"


def test_the_list_is_sorted_by_its_address(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    a_pledge(employer=EmployerFactory.make(name="Alder"), lines=[a_line(young_people=5)])
    a_pledge(employer=EmployerFactory.make(name="Birch"), lines=[a_line(young_people=9)])

    page = client.get("/pledges/?sort=-promised").text

    assert page.index(">Birch</a>") < page.index(">Alder</a>")
    assert 'aria-sort="descending"' in page


def test_the_csv_has_every_row_of_the_list(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    for number in range(30):
        a_pledge(employer=EmployerFactory.make(name=f"=Employer {number:02}"))

    answer = client.get("/pledges/pledges.csv?sort=-employer")

    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 30
    assert rows[0]["Promised"] == "30"
    assert not rows[0]["Employer"].startswith("=")


def test_a_partner_sees_what_is_promised_and_nothing_of_what_came_of_it(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    pledge, draft = a_pledge(), a_pledge(PledgeStatus.DRAFT)
    attended(pledge, 4)
    attended(a_pledge(lines=[a_line(young_people=1)]), 5)
    a_pledge()

    index, page = client.get("/pledges/").text, client.get(f"/pledges/{pledge.id}").text

    for text in (index, page, client.get("/pledges/pledges.csv").text):
        assert "Attended" not in text
        assert not re.search("How it stands|On track|Behind|Fulfilled|over<", text)
    assert f"/pledges/{draft.id}" not in index
    assert client.get(f"/pledges/{draft.id}").status_code == 404
    assert "10 young people will each have 3 placements" in page
    assert "Workshop" not in page
    assert "History" not in page


def test_the_list_costs_the_same_however_long_it_is(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    for _ in range(3):
        attended(a_pledge(), 1)
    db.session.commit()
    with counting_queries() as few:
        client.get("/pledges/")
    for _ in range(30):
        attended(a_pledge(), 1)
    db.session.commit()
    with counting_queries() as many:
        client.get("/pledges/")

    assert len(many) == len(few)
    assert len([each for each in many if each.startswith("SELECT")]) <= 8


def test_the_page_of_a_pledge_costs_the_same_however_much_there_is(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    pledge = a_pledge(lines=[a_line() for _ in range(4)])
    for _ in range(4):
        attended(pledge, 3)
    db.session.commit()

    with counting_queries() as statements:
        client.get(f"/pledges/{pledge.id}")

    assert len([each for each in statements if each.startswith("SELECT")]) <= 16
