"""Schedulers and officers at the same moment: everybody is told once."""

from collections.abc import Callable
from datetime import time

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.invitations.jobs import keep_invitations
from crm.invitations.models import Invitation, Invitee, Party
from crm.invitations.services import PAUSE, invite
from crm.opportunities.models import Opportunity
from tests.conftest import stored
from tests.factories import ContactFactory, UserFactory
from tests.integration.invitations.inviting import EVERYBODY, NOW, a_talk, change, invited, said
from tests.support.racing import DONE, at_once, saved_at_once

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.rounds(2)
def test_of_four_schedulers_one_tells_each_of_them_once(app: Flask) -> None:
    talk = invited(*EVERYBODY)
    kim = ContactFactory.make(employer=talk.employer, name="Kim Rowe", email="kim@alder.example")
    change(talk, starts=time(9), leader_id=kim.id)
    keep_invitations(NOW)

    tallies = at_once(app, *[lambda: keep_invitations(NOW + PAUSE)] * 4)

    assert (sum(tally.done for tally in tallies), sum(tally.failed for tally in tallies)) == (3, 0)
    assert sorted(said()[3:]) == [
        ("careers@northgate.example", "REQUEST", 1),
        ("jo@alder.example", "CANCEL", 1),
        ("kim@alder.example", "REQUEST", 0),
        ("priya@council.example", "REQUEST", 1),
    ]


@pytest.mark.rounds(2)
def test_of_four_officers_who_invite_at_once_one_does(app: Flask) -> None:
    talk, officer = a_talk().id, UserFactory.make().id
    db.session.commit()

    def invites() -> Callable[[], object]:
        return lambda: invite(
            db.session.get_one(Opportunity, talk), [Party.LEADER], by=db.session.get_one(User, officer), now=NOW
        )

    assert saved_at_once(app, *[invites() for _ in range(4)]) == [DONE] * 4

    assert said() == [("jo@alder.example", "REQUEST", 0)]
    assert (len(stored(Invitee)), len(stored(Invitation))) == (1, 1)
