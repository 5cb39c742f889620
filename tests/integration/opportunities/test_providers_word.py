"""How it went, by a provider's word: its own, in three questions."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.provider_word.models import ProviderWord
from crm.opportunities.provider_word.services import Feedback, say_for_provider
from crm.providers.models import Provider
from tests.conftest import CarefulClient, stored
from tests.factories import OpportunityFactory, ProviderFactory, ProviderMemberFactory, UserFactory

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORDS = {"version": "0", "rating": "4", "went_well": "They asked much.", "to_change": "More time."}


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def elm() -> Provider:
    return ProviderFactory.make(name="Elm School")


@pytest.fixture
def coordinator(elm: Provider) -> User:
    user = UserFactory.make(role=Role.PROVIDER, name="Cara Lee")
    ProviderMemberFactory.make(provider=elm, user=user)
    return user


@pytest.fixture
def visit(elm: Provider) -> Opportunity:
    made = OpportunityFactory.make(provider=elm, starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
    db.session.commit()
    return made


def test_a_coordinator_says_it_changes_it_and_staff_read_it_beside_the_employers(
    client: CarefulClient, coordinator: User, visit: Opportunity
) -> None:
    client.sign_in(coordinator)
    address = f"/opportunities/{visit.id}/how-it-went"
    asked = client.get(f"/opportunities/{visit.id}").text

    client.post(address, data=WORDS)
    own = client.post(address, data={**WORDS, "version": "1", "rating": "5"}, follow_redirects=True).text
    client.sign_in(UserFactory.make())
    page = client.get(f"/opportunities/{visit.id}").text

    assert "Tell us how it went" in asked
    assert "Change what you said" in own
    assert [(word.rating, word.said_by_id) for word in stored(ProviderWord)] == [(5, coordinator.id)]
    for shown in ("Elm School says", "<strong>Very well</strong>", "They asked much.", "More time.", "Cara Lee"):
        assert shown in page


def test_without_an_answer_to_the_first_question_nothing_is_saved(
    client: CarefulClient, coordinator: User, visit: Opportunity
) -> None:
    client.sign_in(coordinator)

    page = client.post(f"/opportunities/{visit.id}/how-it-went", data={**WORDS, "rating": "9"}).text

    assert "Select how it went" in page
    assert "They asked much." in page
    assert stored(ProviderWord) == []


def test_of_two_coordinators_the_second_sees_what_the_first_said(
    client: CarefulClient, coordinator: User, visit: Opportunity
) -> None:
    client.sign_in(coordinator)
    address = f"/opportunities/{visit.id}/how-it-went"
    client.post(address, data={**WORDS, "went_well": "The tour"})

    page = client.post(address, data=WORDS).text
    client.post(address, data={**WORDS, "version": "1"})

    assert "saved this while you were editing" in page
    assert "The tour" in page
    assert [word.went_well for word in stored(ProviderWord)] == ["They asked much."]


def test_another_providers_coordinator_finds_nothing(
    client: CarefulClient, coordinator: User, visit: Opportunity
) -> None:
    client.sign_in(coordinator)
    client.post(f"/opportunities/{visit.id}/how-it-went", data=WORDS)
    stranger = ProviderMemberFactory.make()
    client.sign_in(stranger.user)

    assert client.get(f"/opportunities/{visit.id}/how-it-went").status_code == 404
    assert client.post(f"/opportunities/{visit.id}/how-it-went", data=WORDS).status_code == 404


def test_who_shares_an_opportunity_reads_its_own_word_only(
    client: CarefulClient, elm: Provider, coordinator: User, visit: Opportunity
) -> None:
    other = ProviderMemberFactory.make(provider=ProviderFactory.make(name="Oak College"))
    said = Feedback(rating=1, went_well="Oak alone knows")
    with committing():
        opportunity = db.session.get_one(Opportunity, visit.id)
        say_for_provider(opportunity, other.provider, said, by=other.user, seen=0)
    client.sign_in(coordinator)

    assert "Oak alone knows" not in client.get(f"/opportunities/{visit.id}").text


@pytest.mark.parametrize(
    "changed",
    [
        {"status": OpportunityStatus.DRAFT},
        {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=2)},
    ],
)
def test_of_what_did_not_take_place_there_is_nothing_to_say(
    elm: Provider, coordinator: User, visit: Opportunity, changed: dict[str, object]
) -> None:
    for name, value in changed.items():
        setattr(visit, name, value)

    with pytest.raises(Conflict, match="nothing to say"):
        say_for_provider(visit, elm, Feedback(rating=3), by=coordinator, seen=0)


def test_what_was_removed_meanwhile_is_not_written_over(elm: Provider, coordinator: User, visit: Opportunity) -> None:
    with pytest.raises(EditedMeanwhile):
        say_for_provider(visit, elm, Feedback(rating=3), by=coordinator, seen=4)
