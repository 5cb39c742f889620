"""Two employers of one group that turn out to be one: it holds one seat, and both again after an undo."""

from datetime import date

import pytest

from crm.core.db import db
from crm.groups.models import Membership
from tests.conftest import stored
from tests.factories import EmployerFactory, GroupFactory, MembershipFactory
from tests.integration.merging.arranging import NOW, everything, merge, officer, undo

pytestmark = pytest.mark.usefixtures("database")


def test_where_both_sit_the_losers_seat_ends_on_the_day_and_undoing_gives_it_back() -> None:
    by, survivor, loser = officer(), EmployerFactory.make(), EmployerFactory.make()
    both, only, later = GroupFactory.make(), GroupFactory.make(), GroupFactory.make()
    for group in (both, later):
        MembershipFactory.make(group=group, employer=survivor)
    MembershipFactory.make(group=both, employer=loser)
    MembershipFactory.make(group=only, employer=loser)
    MembershipFactory.make(group=later, employer=loser, joined_on=date(2027, 1, 5))
    db.session.commit()
    before = everything()

    done = merge(survivor.id, loser.id, by=by)
    db.session.commit()

    assert {row.employer_id for row in stored(Membership)} == {survivor.id}
    assert [row.left_on for row in stored(Membership)] == [None, None, NOW.date(), None, date(2027, 1, 5)]
    undo(done.id, by=by)
    db.session.commit()
    assert everything() == before
