"""The pages of providers and of young people."""

from datetime import timedelta

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.opportunities.services import add_place_for
from crm.providers.models import Cohort, Provider, ProviderType, YearGroup, YoungPerson
from tests.conftest import CarefulClient, stored
from tests.factories import (
    AreaFactory,
    CohortFactory,
    ProviderFactory,
    ProviderMemberFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged

NEXT_WEEK = clock.today() + timedelta(days=7)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make())


def test_a_provider_is_added_and_changed(client: CarefulClient, officer: User) -> None:
    area = AreaFactory.make(name="Hanley").id
    data = {"submission_key": "k", "name": "Alder School", "type": "school", "area": str(area), "phone": "01632 960114"}

    answer = client.post("/providers/new", data=data)
    page = client.get(answer.location)
    again = client.post("/providers/new", data=data | {"submission_key": "l"})
    edit = client.get(f"{answer.location}/edit")
    version = str(stored(Provider)[0].version)
    client.post(
        f"{answer.location}/edit", data=data | {"submission_key": "m", "type": "sixth_form", "version": version}
    )

    assert "Hanley" in page.text
    assert "01632 960114" in page.text
    assert "already a provider called Alder School" in again.text
    assert 'value="Alder School"' in edit.text
    assert stored(Provider)[0].type is ProviderType.SIXTH_FORM


def test_somebody_elses_change_is_shown_beside_mine(client: CarefulClient, officer: User) -> None:
    provider = ProviderFactory.make(name="Old")
    provider.name = "Theirs"
    db.session.commit()
    data = {"submission_key": "k", "name": "Mine", "type": "school", "area": "", "version": str(provider.version - 1)}

    page = client.post(f"/providers/{provider.id}/edit", data=data)

    assert "Theirs" in page.text
    assert 'value="Mine"' in page.text


def test_a_provider_is_archived_and_brought_back(client: CarefulClient, officer: User) -> None:
    provider = ProviderFactory.make(name="Alder School").id

    client.post(f"/providers/{provider}/archive", data={"submission_key": "k"})
    assert "Alder School" not in client.get("/providers/").text
    assert "Alder School" in client.get("/providers/?archived=yes").text
    assert "Bring back" in client.get(f"/providers/{provider}").text
    client.post(f"/providers/{provider}/restore", data={"submission_key": "l"})

    assert "Alder School" in client.get("/providers/?q=alder").text
    assert "Alder School" not in client.get("/providers/?type=college").text
    assert "Alder School" in client.get("/providers/providers.csv").text


def test_a_cohort_is_counted_corrected_and_removed(client: CarefulClient, officer: User) -> None:
    provider = ProviderFactory.make().id
    today = clock.today()
    data = {"submission_key": "k", "year_group": "10", "size": "180", "counted_on": f"{today:%d %m %Y}"}

    page = client.get(f"/providers/{provider}/cohorts")
    client.post(f"/providers/{provider}/cohorts", data=data)
    future = client.post(f"/providers/{provider}/cohorts", data=data | {"counted_on": f"{NEXT_WEEK:%d %m %Y}"})
    shown = client.get(f"/providers/{provider}")
    count = stored(Cohort)[0]
    client.post(f"/providers/cohorts/{count.id}/remove", data={"submission_key": "l"})

    assert "No cohort has been counted" in page.text
    assert "not in the future" in future.text
    assert "180" in shown.text
    assert stored(Cohort) == []


def test_the_page_of_a_provider_shows_what_is_coming_up(client: CarefulClient, officer: User) -> None:
    person = YoungPersonFactory.make()
    CohortFactory.make(provider=person.provider, year_group=YearGroup.YEAR_12, counted_on=clock.today())
    visit = arranged(first_day=NEXT_WEEK, title="With one of them")
    add_place_for(visit, person)
    arranged(first_day=NEXT_WEEK, title="For the provider", provider_id=person.provider_id)
    arranged(first_day=NEXT_WEEK, title="Of others")

    page = client.get(f"/providers/{person.provider_id}").text

    assert "With one of them" in page
    assert "For the provider" in page
    assert "Of others" not in page
    assert "Year 12" in page


def test_several_references_are_pasted_at_once(client: CarefulClient, officer: User) -> None:
    provider = ProviderFactory.make()
    YoungPersonFactory.make(provider=provider, reference="B-2")
    data = {"submission_key": "k", "provider": str(provider.id), "references": "B-1\nB-2\nB-1", "year_group": "9"}

    answer = client.post("/young-people/new", data=data)
    page = client.get(answer.location).text

    assert "1 young person recorded." in page
    assert "Recorded already, and left as they are: B-2." in page
    assert "Given more than once: B-1." in page


def test_what_may_be_a_name_is_asked_about_and_what_is_one_line_too_many_is_not_lost(
    client: CarefulClient, officer: User
) -> None:
    provider = ProviderFactory.make()
    data = {"submission_key": "k", "provider": str(provider.id), "references": "Red Kite\nB-1", "year_group": "9"}

    asked = client.post("/young-people/new", data=data).text
    assert "This may be a name: Red Kite" in asked
    assert "Red Kite\nB-1" in asked
    assert stored(YoungPerson) == []
    client.post("/young-people/new", data=data | {"not_names": "y"})

    assert len(stored(YoungPerson)) == 2


def test_the_list_of_young_people_counts_their_places_and_narrows(client: CarefulClient, officer: User) -> None:
    booked = YoungPersonFactory.make(reference="BOOKED-1")
    YoungPersonFactory.make(reference="FREE-1", provider=booked.provider, year_group=YearGroup.YEAR_12)
    YoungPersonFactory.make(reference="GONE-1", left_at=clock.now())
    add_place_for(arranged(first_day=NEXT_WEEK), booked)

    everybody = client.get("/young-people/").text
    assert "BOOKED-1" in everybody
    assert "GONE-1" not in everybody
    assert "GONE-1" in client.get("/young-people/?left_too=y").text
    for query in ("without_places=y", "year_group=12", "q=free"):
        shown = client.get(f"/young-people/?{query}").text
        assert ("FREE-1" in shown, "BOOKED-1" in shown) == (True, False), query
    assert "BOOKED-1" in client.get(f"/young-people/young-people.csv?provider={booked.provider_id}").text
    assert "No young people match" in client.get("/young-people/?q=zzz").text


def test_a_young_person_is_corrected_and_leaves(client: CarefulClient, officer: User) -> None:
    person = YoungPersonFactory.make(reference="B-1")
    YoungPersonFactory.make(reference="B-2", provider=person.provider)
    path, version = f"/young-people/{person.id}", str(person.version)
    data = {"submission_key": "k", "reference": "B-2", "year_group": "11", "version": version}

    shown = client.get(f"{path}/edit")
    taken = client.post(f"{path}/edit", data=data)
    personal = client.post(f"{path}/edit", data=data | {"reference": "b@example.com"})
    client.post(f"{path}/edit", data=data | {"reference": "B-3"})
    meanwhile = client.post(f"{path}/edit", data=data | {"submission_key": "l", "reference": "B-4"})
    client.post(f"{path}/leave", data={"submission_key": "m"})

    assert 'value="B-1"' in shown.text
    assert "already has a young person with the reference B-2" in taken.text
    assert "not an e-mail address" in personal.text
    assert "saved this while you were editing" in meanwhile.text
    stored_person = stored(YoungPerson)[0]
    assert (stored_person.reference, stored_person.left_at is None) == ("B-3", False)


def test_a_coordinator_handles_only_their_own_young_people(client: CarefulClient) -> None:
    member = ProviderMemberFactory.make()
    YoungPersonFactory.make(provider=member.provider, reference="OWN-1")
    other = YoungPersonFactory.make(reference="OTHER-1", provider=ProviderFactory.make(name="Foreign School"))
    client.sign_in(db.session.get_one(User, member.user_id))
    data = {"submission_key": "k", "references": "NEW-1", "year_group": "9"}

    listed = client.get("/young-people/").text
    form = client.get("/young-people/new").text
    foreign = client.post("/young-people/new", data=data | {"provider": str(other.provider_id)})
    client.post("/young-people/new", data=data | {"provider": str(member.provider_id)})

    assert "OWN-1" in listed
    assert "OTHER-1" not in listed
    assert "OTHER-1" not in client.get(f"/young-people/?provider={other.provider_id}").text
    assert "Foreign School" not in form
    assert "Error" in foreign.text
    assert [(each.reference, each.provider_id) for each in stored(YoungPerson)][-1] == ("NEW-1", member.provider_id)
    assert client.get(f"/young-people/{other.id}/edit").status_code == 404
    assert client.get(f"/providers/{other.provider_id}").status_code == 403


def test_a_coordinator_without_a_provider_is_told_what_to_do(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role="provider"))

    assert "Ask an administrator" in client.get("/young-people/").text
