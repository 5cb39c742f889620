"""Two people at the same check at the same moment, each in a transaction of their own. Run on both databases."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from crm.checks import services
from crm.checks.models import CheckKind, SiteCheck
from crm.checks.services import Acceptance, Checked, Seen
from crm.core.db import db
from crm.employers.models import Employer, Site
from tests.conftest import stored
from tests.factories import SiteCheckFactory, SiteFactory
from tests.support.racing import kind_of, saved_at_once

OFFICERS = 6
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEALTH = CheckKind.HEALTH_AND_SAFETY
DETAILS = Acceptance(checked=Checked(on=date(2026, 11, 2), by_name="Jo Safe"), valid_to=date(2028, 8, 31))

pytestmark = pytest.mark.usefixtures("database")


def the_site(site_id: int) -> Site:
    site = db.session.get_one(Site, site_id)
    site.employer = db.session.get_one(Employer, site.employer_id)
    return site


def test_of_many_who_accept_a_renewal_at_once_one_does_and_one_row_is_current(app: Flask) -> None:
    check = SiteCheckFactory.make()
    site_id, check_id, version = check.site_id, check.id, check.version
    db.session.commit()

    def accept() -> None:
        services.accept(the_site(site_id), HEALTH, DETAILS, seen=Seen(check_id, version), at=NOW)

    told = Counter(saved_at_once(app, *[accept] * OFFICERS, told=kind_of))

    assert told == {"done": 1, "EditedMeanwhile": OFFICERS - 1}
    assert [row.is_current for row in stored(SiteCheck)] == [False, True]


def test_of_many_who_start_a_check_at_once_one_does(app: Flask) -> None:
    site_id = SiteFactory.make().id
    db.session.commit()

    def accept() -> None:
        services.accept(the_site(site_id), HEALTH, DETAILS, seen=Seen(), at=NOW)

    told = Counter(saved_at_once(app, *[accept] * OFFICERS, told=kind_of))

    assert told == {"done": 1, "EditedMeanwhile": OFFICERS - 1}
    assert len(stored(SiteCheck)) == 1
