"""A renewal run from its proposals to the last wave."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.employers.models import Contact, Employer, LegalForm
from crm.links.models import EmployerLink, LinkPurpose
from crm.notifications.models import OutboxEmail
from crm.opportunities.models import PlaceStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.renewals import jobs
from crm.renewals.models import ProposalState, RenewalProposal, RenewalRun, RunStatus
from crm.renewals.proposing import NOBODY_CAME
from crm.renewals.services import proposing, reviewing, waves
from crm.renewals.services.reviewing import Decision
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
from tests.support.forms import typed
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")

NEXT = AcademicYear("2027/28")


@pytest.fixture
def manager() -> User:
    return UserFactory.make(role=Role.MANAGER, name="Ruth Calloway")


def send_form(client: CarefulClient, page: str, action: str = "", **changes: str) -> TestResponse:
    """Send the form of a page that goes to an address of its own, or to the page's, with some answers changed."""
    text = client.get(page).text
    start = f'<form method="post" novalidate action="{action}"' if action else '<form method="post" novalidate>'
    answers = typed(text[text.index(start) :].replace(start, '<form method="post" novalidate', 1))
    return client.post(action or page, data={**answers, **changes})


def promised(name: str = "Alder Joinery", *, attended: int = 0, **given: object) -> Pledge:
    """A company with somebody to write to and 10 × 3 placements in force for 2026/27."""
    given = {"legal_form": LegalForm.COMPANY, "owner": UserFactory.make(), **given}
    employer = EmployerFactory.make(name=name, name_key=name.lower(), **given)
    contact = ContactFactory.make(employer=employer, email=f"x{employer.id}@alder.example", signs_pledges=True)
    line = PledgeLineFactory.build(young_people=10, each=3)
    pledge = PledgeFactory.make(employer=employer, lines=[line], signatory_id=contact.id)
    if attended:
        opportunity = OpportunityFactory.make(employer=employer, kind=OpportunityKind.PLACEMENT, capacity=attended)
        PlaceFactory.make(
            opportunity=opportunity,
            young_person=None,
            provider=opportunity.provider,
            seats=attended,
            came=attended,
            status=PlaceStatus.ATTENDED,
            pledge_line_id=pledge.lines[0].id,
        )
    return pledge


def links() -> list[EmployerLink]:
    return [each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER]


def begun(manager: User) -> RenewalRun:
    with committing():
        return proposing.begin(NEXT, by=manager)


def proposal_of(employer_id: int) -> RenewalProposal:
    db.session.rollback()
    return (
        db.session.query(RenewalProposal)
        .filter_by(employer_id=employer_id)
        .options(selectinload(RenewalProposal.lines), selectinload(RenewalProposal.employer))
        .one()
    )


def approve(employer_id: int, by: User, **given: object) -> None:
    with committing():
        proposal = proposal_of(employer_id)
        said = {"state": ProposalState.APPROVED, "contact_id": proposal.contact_id, "numbers": {}, **given}
        reviewing.decide(proposal, Decision(**said, seen_version=proposal.version), by=by)  # type: ignore[arg-type]


def start(run_id: int, by: User, *, per_wave: int = 10, hours_between: int = 24) -> None:
    with committing():
        run = db.session.get_one(RenewalRun, run_id)
        waves.start(
            run, per_wave=per_wave, hours_between=hours_between, by=by, now=clock.now(), seen_version=run.version
        )


def test_every_employer_with_a_pledge_in_force_is_proposed_it_again(manager: User) -> None:
    pledge = promised(attended=12)
    promised("Gone Ltd", archived_at=clock.now(), archived_reason="Closed")
    asked = promised("Asked Ltd")
    PledgeFactory.make(employer=asked.employer, academic_year_name=NEXT.name, status=PledgeStatus.SENT)
    PledgeFactory.make(status=PledgeStatus.DECLINED, ended_reason="x")

    begun(manager)

    (proposal,) = stored(RenewalProposal)
    (line,) = proposal_of(pledge.employer_id).lines
    assert (proposal.former_id, proposal.contact_id, proposal.state) == (
        pledge.id,
        pledge.signatory_id,
        ProposalState.PROPOSED,
    )
    assert (line.young_people, line.each) == (10, 3)


def test_where_nobody_was_placed_the_officer_is_told(manager: User) -> None:
    pledge = promised()

    begun(manager)

    assert proposal_of(pledge.employer_id).why == NOBODY_CAME


def test_nobody_is_chosen_whom_we_may_not_e_mail(manager: User) -> None:
    pledge = promised(legal_form=LegalForm.SOLE_TRADER)

    begun(manager)

    assert proposal_of(pledge.employer_id).contact_id is None


def test_there_is_one_renewal_for_a_year_and_it_can_be_added_to(manager: User) -> None:
    promised()
    run = begun(manager)
    with pytest.raises(Conflict, match="was begun already"), committing():
        proposing.begin(NEXT, by=manager)
    promised("Birch Ltd")

    with committing():
        added = proposing.bring_up_to_date(db.session.get_one(RenewalRun, run.id))

    assert (added, len(stored(RenewalProposal))) == (1, 2)


def test_an_officer_changes_numbers_and_approves(manager: User) -> None:
    pledge = promised()
    begun(manager)
    line = proposal_of(pledge.employer_id).lines[0]

    approve(pledge.employer_id, manager, numbers={line.id: (6, 2)})

    changed = proposal_of(pledge.employer_id)
    assert (changed.state, changed.decided_by_id, changed.why) == (ProposalState.APPROVED, manager.id, None)
    assert [(each.young_people, each.each) for each in changed.lines] == [(6, 2)]


def test_of_two_officers_the_second_is_told(manager: User) -> None:
    pledge = promised()
    begun(manager)
    seen = proposal_of(pledge.employer_id).version
    approve(pledge.employer_id, manager)

    late = Decision(state=ProposalState.LEFT_OUT, contact_id=None, numbers={}, seen_version=seen)
    with pytest.raises(EditedMeanwhile), committing():
        reviewing.decide(proposal_of(pledge.employer_id), late, by=manager)

    assert proposal_of(pledge.employer_id).state is ProposalState.APPROVED


def test_nobody_can_be_approved_whom_we_may_not_ask(manager: User) -> None:
    pledge = promised()
    begun(manager)
    stranger = ContactFactory.make(email="y@birch.example")
    db.session.commit()
    objector = ContactFactory.make(
        employer=pledge.employer, email="z@alder.example", objected_on=clock.today(), objected_how="by phone"
    )
    db.session.commit()

    for contact_id, complaint in ((None, "Choose whom"), (stranger.id, "do not work"), (objector.id, "objected")):
        with pytest.raises(Conflict, match=complaint):
            approve(pledge.employer_id, manager, contact_id=contact_id)

    line = proposal_of(pledge.employer_id).lines[0].id
    for numbers in ((0, 3), (10_001, 3), (5, 0), (5, 101)):
        with pytest.raises(Conflict, match="must be between"):
            approve(pledge.employer_id, manager, numbers={line: numbers})


def test_waves_go_out_one_after_the_other_until_all_are_asked(app: Flask, manager: User) -> None:
    employers = [promised(f"Employer {number}").employer_id for number in range(5)]
    run_id = begun(manager).id
    for each in employers:
        approve(each, manager)
    start(run_id, manager, per_wave=2, hours_between=24)
    now = clock.now()

    sent = []
    for hours in (0, 1, 24, 48, 72, 96):
        db.session.rollback()
        jobs.send_renewals(now + timedelta(hours=hours, minutes=1))
        sent.append(sum(each.state is ProposalState.SENT for each in stored(RenewalProposal)))

    assert sent == [2, 2, 4, 5, 5, 5]
    run = stored(RenewalRun)[0]
    assert (run.status, run.wave, run.next_wave_at) == (RunStatus.DONE, 3, None)
    assert len(links()) == len(stored(OutboxEmail)) == 5
    asked = [each for each in stored(Pledge) if each.academic_year_name == NEXT.name]
    assert {each.status for each in asked} == {PledgeStatus.SENT}
    assert all(NEXT.first_day == line.window_starts_on for each in asked for line in _lines(each))


def _lines(pledge: Pledge) -> list[PledgeLine]:
    return list(db.session.query(PledgeLine).filter_by(pledge_id=pledge.id))


def test_the_officer_of_the_employer_asks_and_for_nobodys_whoever_sends(manager: User) -> None:
    owner = UserFactory.make()
    owned, nobodys = promised("Alder Ltd", owner=owner).employer_id, promised("Birch Ltd", owner=None).employer_id
    run_id = begun(manager).id
    for each in (owned, nobodys):
        approve(each, manager)
    start(run_id, manager)
    db.session.rollback()

    jobs.send_renewals(clock.now())

    assert {link.employer_id: link.sent_by_id for link in links()} == {
        owned: owner.id,
        nobodys: manager.id,
    }


def test_what_cannot_be_sent_comes_back_with_the_reason_and_stops_nobody_else(manager: User) -> None:
    first, second = promised(), promised("Birch Ltd")
    run_id = begun(manager).id
    for each in (first, second):
        approve(each.employer_id, manager)
    start(run_id, manager)
    with committing():
        contact = db.session.get_one(Contact, first.signatory_id)
        contact.objected_on, contact.objected_how = clock.today(), "by phone"

    tally = jobs.send_renewals(clock.now())

    assert (tally.done, tally.failed) == (1, 1)
    failed = proposal_of(first.employer_id)
    assert (failed.state, failed.wave, failed.is_open) == (ProposalState.FAILED, None, True)
    assert "objected" in (failed.why or "")
    assert proposal_of(second.employer_id).state is ProposalState.SENT


def test_a_paused_run_sends_nothing_until_it_goes_on(manager: User) -> None:
    pledge = promised()
    run_id = begun(manager).id
    approve(pledge.employer_id, manager)
    start(run_id, manager)
    with committing():
        waves.begin_wave(run_id, clock.now())
    with committing():
        waves.pause(db.session.get_one(RenewalRun, run_id))

    jobs.send_renewals(clock.now() + timedelta(days=9))
    assert links() == []
    start(run_id, manager)
    db.session.rollback()
    jobs.send_renewals(clock.now())

    assert len(links()) == 1


def test_what_cannot_be_is_refused_in_a_sentence(manager: User) -> None:
    pledge = promised()
    run_id = begun(manager).id

    with pytest.raises(Conflict, match="Approve at least one"):
        start(run_id, manager)
    approve(pledge.employer_id, manager)
    with pytest.raises(Conflict, match="A wave is"):
        start(run_id, manager, per_wave=0)
    with pytest.raises(Conflict, match="It is not being sent"), committing():
        waves.pause(db.session.get_one(RenewalRun, run_id))
    start(run_id, manager)
    with pytest.raises(Conflict, match="It is being sent already"):
        start(run_id, manager)
    db.session.rollback()
    jobs.send_renewals(clock.now())
    with pytest.raises(Conflict, match="is asked already"):
        approve(pledge.employer_id, manager, state=ProposalState.LEFT_OUT)


def test_two_schedulers_at_once_ask_each_employer_once(app: Flask, manager: User) -> None:
    employers = [promised(f"Employer {number}").employer_id for number in range(6)]
    run_id = begun(manager).id
    for each in employers:
        approve(each, manager)
    start(run_id, manager)
    now = clock.now()

    tallies = at_once(app, *[lambda: jobs.send_renewals(now)] * 3)

    assert [sum(each) for each in zip(*((tally.done, tally.failed) for tally in tallies), strict=True)] == [6, 0]
    assert stored(RenewalRun)[0].wave == 1
    assert len(links()) == len(stored(OutboxEmail)) == 6


def test_the_page_takes_as_many_statements_for_few_as_for_many(client: CarefulClient, manager: User) -> None:
    client.sign_in(manager)
    promised()
    run_id = begun(manager).id

    def statements() -> int:
        with counting_queries() as run:
            assert client.get(f"/renewals/{run_id}").status_code == 200
        return len(run)

    few = statements()
    for number in range(20):
        promised(f"Employer {number}")
    with committing():
        proposing.bring_up_to_date(db.session.get_one(RenewalRun, run_id))

    assert statements() == few


def test_a_manager_begins_reviews_and_sends_in_the_browser(client: CarefulClient, manager: User) -> None:
    client.sign_in(manager)
    pledge = promised()
    db.session.commit()

    began = send_form(client, "/renewals/", "/renewals/begin", academic_year=NEXT.name)
    run_id = stored(RenewalRun)[0].id
    assert began.headers["Location"] == f"/renewals/{run_id}"
    saved = send_form(
        client, f"/renewals/{run_id}", **{"rows-0-decision": "approved", "rows-0-lines-0-young_people": "8"}
    )

    assert saved.status_code == 302
    proposal = proposal_of(pledge.employer_id)
    assert (proposal.state, proposal.lines[0].young_people) == (ProposalState.APPROVED, 8)
    page = client.get(f"/renewals/{run_id}").text
    assert "Send the 1 approved pledge in waves" in page
    started = send_form(client, f"/renewals/{run_id}", f"/renewals/{run_id}/start", per_wave="5")
    assert started.status_code == 302
    assert "Refresh" not in client.get(f"/renewals/{run_id}").headers  # a decision may be half made
    db.session.rollback()
    jobs.send_renewals(clock.now())
    assert client.get(f"/renewals/{run_id}?state=sent").headers["Refresh"] == "5"


def test_a_wrong_number_is_kept_and_said(client: CarefulClient, manager: User) -> None:
    client.sign_in(manager)
    promised()
    run_id = begun(manager).id

    page = send_form(client, f"/renewals/{run_id}", **{"rows-0-lines-0-young_people": "many"})

    assert page.status_code == 200
    assert 'value="many"' in page.text
    assert "There is a problem" in page.text


def test_somebody_else_who_decided_meanwhile_is_named(client: CarefulClient, manager: User) -> None:
    client.sign_in(manager)
    pledge = promised()
    run_id = begun(manager).id
    seen = str(proposal_of(pledge.employer_id).version)
    approve(pledge.employer_id, manager)

    page = send_form(client, f"/renewals/{run_id}", **{"rows-0-decision": "left_out", "rows-0-version": seen})

    assert "Somebody else decided about Alder Joinery" in page.text
    assert proposal_of(pledge.employer_id).state is ProposalState.APPROVED


def test_an_officer_reviews_but_does_not_send(client: CarefulClient, manager: User) -> None:
    promised()
    run_id = begun(manager).id
    client.sign_in(UserFactory.make(role=Role.OFFICER))

    assert "Nothing is sent until a manager sends it" in client.get(f"/renewals/{run_id}").text
    assert "A manager begins a renewal" in client.get("/renewals/").text


def test_an_empty_year_says_so(client: CarefulClient, manager: User) -> None:
    client.sign_in(manager)

    assert "No renewal has been begun yet" in client.get("/renewals/").text
    run_id = begun(manager).id
    assert "No employer has a pledge in force for 2026/27" in client.get(f"/renewals/{run_id}").text
    assert client.get("/renewals/999999").status_code == 404
    assert db.session.query(Employer).count() == 0
