"""Two officers at once, each with a connection of their own. Run on both databases."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import selectinload

from crm.core.db import db
from crm.employers.models import Employer
from crm.pledges import services
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.services import PledgeDetails
from crm.reference.academic_years import AcademicYear
from tests.conftest import stored
from tests.factories import EmployerFactory, PledgeFactory, PledgeLineFactory
from tests.support.racing import saved_at_once

OFFICERS = 6
A_DAY = date(2026, 10, 5)
YEAR = AcademicYear("2026/27")

pytestmark = pytest.mark.usefixtures("database")


def test_of_many_officers_recording_a_pledge_at_once_one_succeeds_and_the_others_are_told_why(app: Flask) -> None:
    employer_id = EmployerFactory.make().id
    db.session.commit()
    details = PledgeDetails(YEAR, [LineDetails(OpportunityKind.PLACEMENT, 10)])

    def record() -> None:
        services.record_pledge(db.session.get_one(Employer, employer_id), details, None)

    told = saved_at_once(app, *[record] * OFFICERS)

    assert told.count("done") == 1
    assert all("pledge" in each for each in told if each != "done")
    assert [pledge.number for pledge in stored(Pledge)] == [1]


def test_of_many_officers_confirming_at_once_one_confirms_and_one_version_is_in_force(app: Flask) -> None:
    first = PledgeFactory.make(lines=[PledgeLineFactory.build()])
    second_id = PledgeFactory.make(employer=first.employer, number=2, status=PledgeStatus.SENT, sent_on=A_DAY).id
    db.session.commit()

    told = saved_at_once(app, *[lambda: services.confirm(db.session.get_one(Pledge, second_id), A_DAY)] * OFFICERS)

    assert told.count("done") == 1
    assert {each for each in told if each != "done"} == {"This pledge is confirmed, so it cannot be confirmed."}
    assert [pledge.status for pledge in stored(Pledge)] == [PledgeStatus.SUPERSEDED, PledgeStatus.CONFIRMED]


def test_of_many_officers_beginning_the_next_version_at_once_one_begins_it(app: Flask) -> None:
    pledge_id = PledgeFactory.make(lines=[PledgeLineFactory.build()]).id
    db.session.commit()

    def begin() -> None:
        pledge = db.session.get_one(Pledge, pledge_id, options=[selectinload(Pledge.lines)])
        services.next_version(pledge, recorded_by=None)

    told = saved_at_once(app, *[begin] * OFFICERS)

    assert told.count("done") == 1
    assert [pledge.number for pledge in stored(Pledge)] == [1, 2]
