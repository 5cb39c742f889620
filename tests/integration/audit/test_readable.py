"""History as people read it."""

from datetime import date

import pytest

from crm.audit.readable import readable_history
from crm.core.db import db
from crm.pledges.models import PledgeStatus
from tests.conftest import counting_queries
from tests.factories import ContactFactory, EmployerFactory, MembershipFactory, PledgeFactory, UserFactory

pytestmark = pytest.mark.usefixtures("database")


def test_numbers_are_names_whatever_they_are_numbers_of() -> None:
    seat = MembershipFactory.make()
    jo, ray = (ContactFactory.make(employer=seat.employer, name=name) for name in ("Jo Reed", "Ray Low"))
    seat.contact_id = jo.id
    db.session.flush()
    seat.contact_id = ray.id
    db.session.commit()
    group_id = seat.group_id

    with counting_queries() as statements:
        latest, before, *_ = readable_history("employer_group", group_id)

    assert latest.changes == {"contact_id": ["Jo Reed", "Ray Low"]}
    assert before.changes == {"contact_id": [None, "Jo Reed"]}
    assert len(statements) == 2


def test_codes_are_words() -> None:
    pledge = PledgeFactory.make(status=PledgeStatus.DRAFT)
    pledge.status, pledge.sent_on = PledgeStatus.SENT, date(2026, 11, 2)
    db.session.commit()

    assert readable_history("pledge", pledge.id)[0].changes == {
        "status": ["draft", "sent"],
        "sent_on": [None, "2026-11-02"],
    }


def test_somebody_who_is_gone_stays_a_number_and_tables_are_called_as_people_do() -> None:
    employer, officer = EmployerFactory.make(), UserFactory.make(name="Ada Birch")
    employer.owner_id = officer.id
    db.session.commit()
    gone = officer.id
    employer.owner_id = None
    db.session.flush()
    db.session.delete(officer)
    db.session.commit()

    [latest, *_] = readable_history("employer", employer.id)

    assert latest.entity == "employer"
    assert latest.changes == {"owner_id": [gone, None]}
