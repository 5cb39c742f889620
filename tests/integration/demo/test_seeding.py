from datetime import UTC, date, datetime
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.answering.models import PledgeAnswer
from crm.bulk.models import BulkChange, BulkStatus
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.demo import city, seeding
from crm.demo.organisations import add_council, add_employers
from crm.demo.people import add_people, password_hashes, sign_ins
from crm.desk.pledge_rows import PledgeFilter, pledge_rows, total_in_force
from crm.employers.models import Contact, Employer, Site
from crm.fulfilment.progress import LineInForce, lines_in_force, progress_by_kind, total
from crm.hub.models import ErasureRequest
from crm.interactions.models import (
    Direction,
    FollowUp,
    Interaction,
    InteractionContact,
    InteractionCorrection,
    Outcome,
    PlannedInteraction,
    PlanStatus,
)
from crm.links.models import EmployerLink, LinkPurpose
from crm.lists.models import SavedView
from crm.merging.models import LikelyPair
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.models import CAME, HOLDS_A_SEAT, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.provider_word.models import ProviderWord
from crm.opportunities.series.models import Series
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy
from crm.pledges.models import Appetite, Pledge, PledgeLine, PledgeStatus
from crm.providers.models import Provider, ProviderMember
from crm.providers.requests.models import Request
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Tag
from crm.reference.settings import settings
from crm.reminders.models import Outcome as Outcomes
from crm.reminders.models import Reminder
from tests.factories import EmployerFactory

HASHES = {person.email: "not a real hash: hashing takes its time" for person in city.PEOPLE}

pytestmark = pytest.mark.usefixtures("database")


def load(monkeypatch: pytest.MonkeyPatch, now: datetime) -> date:
    monkeypatch.setattr(clock, "now", lambda: now)
    with committing():
        seeding.load(HASHES, clock.today())
    return clock.today()


def how_many(model: type[object], *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0  # type: ignore[arg-type]


def test_northmoor_has_something_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    today = load(monkeypatch, datetime(2026, 11, 24, 10, tzinfo=UTC))
    year = AcademicYear.of(today)

    assert settings()["council_name"] == city.COUNCIL
    assert (how_many(Employer), how_many(Provider), how_many(User)) == (62, 8, len(city.PEOPLE))
    assert {role for (role,) in db.session.execute(select(User.role))} == set(Role)
    assert (how_many(ProviderMember), how_many(Series)) == (1, 2)
    assert 120 <= how_many(Contact) <= 180
    assert how_many(Site) > how_many(Employer)
    assert {status for (status,) in db.session.execute(select(Pledge.status))} == set(PledgeStatus)
    assert {name for (name,) in db.session.execute(select(Pledge.academic_year_name))} == {
        year.name,
        year.previous.name,
    }
    places = {status for (status,) in db.session.execute(select(Place.status))}
    assert {
        PlaceStatus.CONFIRMED,
        PlaceStatus.ATTENDED,
        PlaceStatus.PART_ATTENDED,
        PlaceStatus.NO_SHOW,
        PlaceStatus.CANCELLED,
        PlaceStatus.WITHDRAWN,
    } <= places
    assert how_many(Place, Place.provider_id.is_not(None)) > 10
    assert how_many(Opportunity, Opportunity.status == OpportunityStatus.CANCELLED) == 3
    assert how_many(Opportunity, Opportunity.group_limit_reason.is_not(None)) == 1
    _has_twins()
    _has_next_steps(today)
    _says_what_was_asked(today)
    _holds_what_must_always_hold(today)
    this_year = lines_in_force(year, today)
    assert _behind(this_year)
    assert any(each.progress.over for each in this_year)
    assert any(each.line.young_people is None for each in this_year)
    assert any(each.pledge.number > 1 for each in this_year)
    _adds_up_in_the_list_as_in_the_figures(year, today)


def _has_twins() -> None:
    """One pair that looks alike, and one that was merged already."""
    assert [each.score >= 80 for each in db.session.scalars(select(LikelyPair))][:1] == [True]
    (merged,) = db.session.scalars(select(Employer).where(Employer.merged_into_id.is_not(None)))
    assert merged.name == "Bumble Wick Bakery"


def _has_next_steps(today: date) -> None:
    still_open = FollowUp.done_at.is_(None)
    assert how_many(FollowUp, still_open, FollowUp.due_on < today) > 5
    assert how_many(FollowUp, still_open, FollowUp.due_on == today) > 5
    assert how_many(FollowUp, still_open, FollowUp.due_on > today) > 5
    _says_what_came_of_it(today)


def _says_what_came_of_it(today: date) -> None:
    assert {outcome for (outcome,) in db.session.execute(select(Interaction.outcome))} == {None, *Outcome} - {
        Outcome.NO
    }
    assert {way for (way,) in db.session.execute(select(Interaction.direction))} == set(Direction)
    assert how_many(InteractionContact) > how_many(Interaction)
    assert how_many(PlannedInteraction, PlannedInteraction.planned_on >= today) > 5
    assert how_many(PlannedInteraction, PlannedInteraction.status == PlanStatus.CANCELLED) == 1
    assert how_many(InteractionCorrection) == 1


def _says_what_was_asked(today: date) -> None:
    assert {status for (status,) in db.session.execute(select(Request.status))} == {"new", "taken", "met", "declined"}
    assert how_many(Contact, Contact.objected_on.is_not(None)) > 1
    assert how_many(Employer, Employer.quiet_until > today) == 2
    _says_what_employers_said()


def _says_what_employers_said() -> None:
    """Numbers that are not ours, one that is, and none; next year; a wish to be forgotten; a link to the page.

    And the coordinator: twice how it went, and once another register than ours.
    """
    came = func.sum(Place.came).filter(Place.status.in_(CAME))
    words = db.session.execute(
        select(EmployerWord.came, came)
        .join(Place, Place.opportunity_id == EmployerWord.opportunity_id)
        .group_by(EmployerWord.id)
        .order_by(EmployerWord.id)
    ).all()
    assert [None if said is None else said - (ours or 0) for said, ours in words] == [-1, 0, None, 1]
    assert how_many(ProviderWord) == 2
    assert how_many(AttendanceMark, AttendanceMark.side == MarkedBy.PROVIDER) == 1
    assert {outcome for (outcome,) in db.session.execute(select(Reminder.outcome))} == set(Outcomes)
    assert how_many(Appetite, Appetite.recorded_by_id.is_(None)) == 1
    assert how_many(ErasureRequest, ErasureRequest.settled_at.is_(None)) == 1
    assert how_many(PledgeAnswer, PledgeAnswer.insured_until.is_not(None), PledgeAnswer.statement_id.is_not(None)) == 2
    assert how_many(EmployerLink, EmployerLink.purpose == LinkPurpose.HUB, EmployerLink.opened_at.is_not(None)) == 1


def _adds_up_in_the_list_as_in_the_figures(year: AcademicYear, today: date) -> None:
    officer = db.session.scalars(select(User).where(User.role == Role.OFFICER)).first()
    assert officer
    lines = lines_in_force(year, today)
    everything = pledge_rows(PledgeFilter(year), viewer=officer, as_at=today)
    assert total_in_force(everything) == total(each.progress for each in lines)
    for kind, progress in progress_by_kind(lines).items():
        of_kind = pledge_rows(PledgeFilter(year, kind=kind), viewer=officer, as_at=today)
        assert total_in_force(of_kind) == progress


def test_northmoor_is_right_on_the_first_day_of_the_academic_year(monkeypatch: pytest.MonkeyPatch) -> None:
    today = load(monkeypatch, datetime(2026, 9, 1, 8, tzinfo=UTC))
    year = AcademicYear.of(today)

    assert today == year.first_day
    assert len(lines_in_force(year, today)) > 20
    assert _behind(lines_in_force(year.previous, year.previous.last_day))
    assert how_many(Opportunity, Opportunity.starts_at > clock.now()) > 10
    _holds_what_must_always_hold(today)


def _behind(lines: object) -> list[LineInForce]:
    assert isinstance(lines, list)
    return [each for each in lines if each.progress.is_behind]


def _holds_what_must_always_hold(today: date) -> None:
    """Nobody and nothing real; nothing attended that has not happened; seats counted; places on fitting lines."""
    for address in db.session.scalars(select(Employer.email).union(select(Contact.email), select(Provider.email))):
        assert str(address).endswith(".example.com")
    for number in db.session.scalars(select(Employer.phone).union(select(Contact.phone), select(Provider.phone))):
        assert str(number).startswith("+441632960")
    for number in db.session.scalars(select(Contact.mobile).where(Contact.mobile.is_not(None))):
        assert str(number).startswith("+447700900")
    assert (
        how_many(Opportunity, Opportunity.status == OpportunityStatus.DELIVERED, Opportunity.starts_at > clock.now())
        == 0
    )
    seats = (
        select(Place.opportunity_id, func.sum(Place.seats))
        .where(Place.status.in_(HOLDS_A_SEAT))
        .group_by(Place.opportunity_id)
    )
    held = {opportunity_id: count for opportunity_id, count in db.session.execute(seats)}  # noqa: C416  # a Row
    for opportunity in db.session.scalars(select(Opportunity)):
        assert opportunity.taken == held.get(opportunity.id, 0)
    linked = db.session.execute(
        select(Opportunity, PledgeLine, Pledge)
        .join(Place, Place.opportunity_id == Opportunity.id)
        .join(PledgeLine, PledgeLine.id == Place.pledge_line_id)
        .join(PledgeLine.pledge)
    ).all()
    assert len(linked) > 100
    for opportunity, line, pledge in linked:
        assert (opportunity.employer_id, opportunity.kind) == (pledge.employer_id, line.kind)
        assert line.window_starts_on <= clock.local_date(opportunity.starts_at) <= line.window_ends_on


def test_its_outbox_has_a_mail_that_arrived_one_that_failed_and_one_that_was_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(monkeypatch, datetime(2026, 11, 24, 10, tzinfo=UTC))

    states = {status for (status,) in db.session.execute(select(OutboxEmail.status))}

    assert {EmailStatus.SENT, EmailStatus.FAILED, EmailStatus.STOPPED} <= states
    assert how_many(FollowUp, FollowUp.what.contains("could not be delivered")) == 1


def test_the_same_seed_gives_the_same_city() -> None:
    first, second = (_employers(seed) for seed in (1, 1))

    assert first == second
    assert first != _employers(2)


def _employers(seed: int) -> list[tuple[str, str | None, list[str]]]:
    areas = add_council()
    officers = add_people(HASHES)[:5]
    known = add_employers(Random(seed), officers, areas)
    described = [(each.employer.name, each.employer.postcode, [one.name for one in each.contacts]) for each in known]
    db.session.rollback()
    return described


def test_only_the_sign_ins_are_loaded_when_asked_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)

    answer = app.test_cli_runner().invoke(args=["seed-demo", "--empty"])

    assert answer.exit_code == 0, answer.output
    assert "priya.shah@example.com" in answer.output
    assert how_many(User) == len(sign_ins())
    assert how_many(Employer) == 0


def test_a_database_in_use_is_left_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)
    EmployerFactory.make()
    db.session.commit()

    answer = app.test_cli_runner().invoke(args=["seed-demo"])

    assert answer.exit_code == 1
    assert "This database has employers already" in answer.output
    assert how_many(User) == 0


@pytest.mark.parametrize("command", ["seed-demo", "demo-sign-ins"])
def test_outside_demo_mode_nothing_is_loaded_and_no_password_is_told(app: Flask, command: str) -> None:
    answer = app.test_cli_runner().invoke(args=[command])

    assert answer.exit_code == 1
    assert "demo mode only" in answer.output
    assert "northmoor-" not in answer.output


def test_everybody_of_the_demonstration_can_sign_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)

    answer = app.test_cli_runner().invoke(args=["demo-sign-ins"])

    assert all(email in answer.output and password in answer.output for _, email, password in sign_ins())
    assert set(password_hashes()) == {email for _, email, _ in sign_ins()}


def test_its_lists_have_tags_views_and_changes_of_several_employers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, datetime(2026, 11, 24, 10, tzinfo=UTC))

    assert how_many(SavedView) == how_many(Tag) == how_many(BulkChange, BulkChange.status == BulkStatus.DONE) == 2
