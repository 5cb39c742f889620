"""A provider hears of places that are offered to its young people, once, while they can still be answered."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from crm.core import clock
from crm.core.access import Role
from crm.core.batch import Tally
from crm.core.db import db
from crm.notifications.models import OutboxEmail
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.providers.models import Provider
from crm.reminders import offers
from crm.reminders.offers import tell_of_offers
from tests.conftest import stored
from tests.factories import (
    OpportunityFactory,
    PlaceFactory,
    ProviderFactory,
    ProviderMemberFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
FRIDAY = date(2026, 12, 4)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def an_opportunity(**given: object) -> Opportunity:
    starts, ends = datetime(2026, 12, 14, 9, tzinfo=UTC), datetime(2026, 12, 18, 15, tzinfo=UTC)
    return OpportunityFactory.make(starts_at=starts, ends_at=ends, provider=None, **given)


def offer(opportunity: Opportunity, provider: Provider, *, by: date = FRIDAY) -> Place:
    person = YoungPersonFactory.make(provider=provider, reference="SECRET-REF")
    given = {"status": PlaceStatus.OFFERED, "answer_by": by, "young_person": person}
    return PlaceFactory.make(opportunity=opportunity, **given)


def coordinated(**given: object) -> Provider:
    provider = ProviderFactory.make(**given)
    user = UserFactory.make(role=Role.PROVIDER, name="Colin Tran", email="colin@school.example")
    ProviderMemberFactory.make(user=user, provider=provider)
    return provider


def test_every_coordinator_is_told_once_by_number_and_link() -> None:
    opportunity, provider = an_opportunity(title="A week in the studio"), coordinated()
    ProviderMemberFactory.make(
        user=UserFactory.make(role=Role.PROVIDER, email="second@school.example"), provider=provider
    )
    offer(opportunity, provider)
    db.session.commit()

    assert tell_of_offers(NOW) == Tally(done=1, failed=0)
    assert tell_of_offers(NOW) == Tally(done=0, failed=0)

    mails = stored(OutboxEmail)
    assert [mail.recipient for mail in mails] == ["colin@school.example", "second@school.example"]
    assert mails[0].subject == "1 place is offered: placement on Monday 14 December 2026"
    for said in ("A week in the studio", "Friday 4 December", f"/opportunities/{opportunity.id}"):
        assert said in mails[0].body
    assert "SECRET" not in mails[0].body


def test_who_cannot_sign_in_is_told_at_the_providers_address_and_who_has_none_not() -> None:
    offer(an_opportunity(), ProviderFactory.make(email="office@school.example"))
    offer(an_opportunity(), ProviderFactory.make(email=None))
    db.session.commit()

    tell_of_offers(NOW)

    [mail] = stored(OutboxEmail)
    assert mail.recipient == "office@school.example"
    assert "Answer this e-mail by Friday 4 December" in mail.body
    assert "/opportunities/" not in mail.body


def test_nobody_is_told_of_what_is_answered_over_or_cancelled() -> None:
    provider = coordinated()
    offer(an_opportunity(), provider, by=date(2026, 11, 24))
    PlaceFactory.make(opportunity=an_opportunity(), young_person=YoungPersonFactory.make(provider=provider))
    closed = an_opportunity(status=OpportunityStatus.DELIVERED)
    offer(closed, ProviderFactory.make(email="office@school.example"))
    db.session.commit()

    tell_of_offers(NOW)

    assert stored(OutboxEmail) == []


@pytest.mark.rounds(3)
def test_several_schedulers_at_once_tell_it_once(app: Flask) -> None:
    offer(an_opportunity(), coordinated())
    db.session.commit()

    at_once(app, *[lambda: offers.tell_of_offers(NOW)] * 4)

    assert len(stored(OutboxEmail)) == 1
