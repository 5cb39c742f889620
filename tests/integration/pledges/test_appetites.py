"""How an employer stands to a year without a number."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.employers.models import Employer
from crm.pledges import appetites
from crm.pledges.appetites import AppetiteDetails, appetite_for, forget_appetite, record_appetite
from crm.pledges.models import Appetite, Attitude
from crm.reference.academic_years import AcademicYear
from tests.conftest import stored
from tests.factories import AppetiteFactory, DeclineReasonFactory, EmployerFactory, UserFactory

YEAR = AcademicYear("2026/27")
A_DAY = date(2026, 10, 5)

pytestmark = pytest.mark.usefixtures("database")


def said(employer: Employer, attitude: Attitude = Attitude.INTERESTED, **details: object) -> Appetite:
    given = AppetiteDetails(attitude, **details)  # type: ignore[arg-type]  # a test's shorthand
    return record_appetite(employer, YEAR, given, by=None, on=A_DAY)


def test_an_officer_writes_down_what_an_employer_says_of_a_year() -> None:
    employer, officer = EmployerFactory.make(), UserFactory.make()

    record_appetite(employer, YEAR, AppetiteDetails(Attitude.INTERESTED, detail=" After Easter "), by=officer, on=A_DAY)
    db.session.commit()

    [appetite] = stored(Appetite)
    assert (appetite.employer_id, appetite.academic_year) == (employer.id, YEAR)
    assert (appetite.attitude, appetite.detail) == (Attitude.INTERESTED, "After Easter")
    assert (appetite.recorded_by_id, appetite.recorded_on) == (officer.id, A_DAY)


def test_the_latest_word_takes_the_place_of_the_one_before_and_history_keeps_both() -> None:
    employer, reason = EmployerFactory.make(), DeclineReasonFactory.make()
    said(employer, Attitude.NOT_THIS_YEAR, reason_id=reason.id)

    said(employer, Attitude.ACTIVELY_LOOKING)
    db.session.commit()

    [appetite] = stored(Appetite)
    assert (appetite.attitude, appetite.reason_id) == (Attitude.ACTIVELY_LOOKING, None)
    [record] = [each for each in stored(ChangeRecord) if each.entity == "appetite" and each.action == "changed"]
    assert record.changes["attitude"] == ["not_this_year", "actively_looking"]
    assert (record.parent_entity, record.parent_id) == ("employer", employer.id)


@pytest.mark.parametrize("reason_id", [None, 12345])
def test_not_this_year_needs_a_reason_of_the_list(reason_id: int | None) -> None:
    with pytest.raises(Conflict, match="Select why not this year"):
        said(EmployerFactory.make(), Attitude.NOT_THIS_YEAR, reason_id=reason_id)


def test_a_reason_left_over_from_a_no_is_dropped() -> None:
    appetite = said(EmployerFactory.make(), Attitude.INTERESTED, reason_id=DeclineReasonFactory.make().id)

    assert appetite.reason is None


def test_nothing_is_written_down_of_an_archived_employer() -> None:
    with pytest.raises(Conflict, match="archived"):
        said(EmployerFactory.make(archived_at=clock.now(), archived_reason="Closed"))


def test_the_second_of_two_officers_hears_of_the_first() -> None:
    employer = EmployerFactory.make()
    seen = said(employer).version
    said(employer, Attitude.ACTIVELY_LOOKING)

    with pytest.raises(EditedMeanwhile):
        record_appetite(
            employer, YEAR, AppetiteDetails(Attitude.ALREADY_ORGANISED), by=None, on=A_DAY, seen_version=seen
        )


def test_an_officer_who_saw_nothing_hears_of_what_was_written_meanwhile_and_of_what_was_removed() -> None:
    employer = EmployerFactory.make()
    appetite = said(employer)
    details = AppetiteDetails(Attitude.ALREADY_ORGANISED)

    with pytest.raises(EditedMeanwhile):
        record_appetite(employer, YEAR, details, by=None, on=A_DAY, seen_version=0)
    forget_appetite(appetite)
    with pytest.raises(EditedMeanwhile):
        record_appetite(employer, YEAR, details, by=None, on=A_DAY, seen_version=1)

    assert appetite_for(employer.id, YEAR) is None
    assert record_appetite(employer, YEAR, details, by=None, on=A_DAY, seen_version=0).version == 1


def test_of_two_who_write_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    employer = EmployerFactory.make()
    said(employer)
    monkeypatch.setattr(appetites, "appetite_for", lambda *_: None)  # as if the first had not saved yet

    with pytest.raises(Conflict, match="has just written down"):
        said(employer)


@pytest.mark.parametrize("change", ["attitude = 'not_this_year'", "reason_id = :reason"])
def test_the_database_wants_a_reason_exactly_for_a_no(change: str) -> None:
    AppetiteFactory.make()
    given = {"reason": DeclineReasonFactory.make().id} if ":" in change else {}

    with pytest.raises(IntegrityError, match="no_with_a_reason"):
        db.session.execute(text(f"UPDATE appetite SET {change}"), given)
