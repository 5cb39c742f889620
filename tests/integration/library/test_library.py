"""The job-role library, and what is watched before an opportunity."""

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.library.models import Format, LibraryItem
from crm.library.services import ItemDetails, add_item
from crm.opportunities.models import OpportunityStatus, Side
from crm.opportunities.queries import get_opportunity
from crm.opportunities.services import cancel_opportunity
from crm.opportunities.watch_first.models import WatchFirst
from crm.opportunities.watch_first.queries import could_be_watched
from crm.opportunities.watch_first.services import set_watch_first
from crm.skills.models import Skill
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import EmployerFactory, OpportunityFactory, SectorFactory, UserFactory
from tests.support.forms import post, typed
from tests.support.pages import words_of

pytestmark = pytest.mark.usefixtures("database")

GIVEN = {
    "title": "A day on site",
    "role": "Site manager",
    "url": "video.example.com/site",
    "format": "video",
    "minutes": "4",
    "has_captions": "y",
}


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def an_item(**given: object) -> LibraryItem:
    db.session.commit()
    number = len(stored(LibraryItem))
    details = {"title": f"Film {number}", "role": "Nurse", "url": f"https://video.example.com/{number}"}
    item = add_item(ItemDetails(**{**details, "format": Format.VIDEO, "minutes": 3, **given}), by=UserFactory.make())  # type: ignore[arg-type]
    db.session.commit()
    return item


def test_an_item_is_added_changed_withdrawn_and_put_back(client: CarefulClient, officer: User) -> None:
    skill, employer = Skill(name="Listening"), EmployerFactory.make(name="Alder Joinery")
    db.session.add(skill)
    db.session.commit()
    more = {"employer": "Alder Joinery", "employer-id": str(employer.id)}
    post(client, "/library/new", **GIVEN, **more)
    [item] = stored(LibraryItem)
    address = f"/library/{item.id}"
    assert (item.url, item.has_captions, item.employer_id) == ("https://video.example.com/site", True, employer.id)
    assert "Video, 4 minutes, with captions" in client.get(address).text

    form = typed(client.get(f"{address}/edit").text)
    client.post(f"{address}/edit", data={**form, "format": "presentation", "minutes": "1"})
    assert "Presentation, 1 minute" in client.get(address).text
    assert "Alder Joinery" in client.get("/library/?q=alder").text

    post(client, f"{address}/withdraw")
    assert "Withdrawn" in client.get(address).text
    assert client.get(f"{address}/edit").status_code == 200
    assert "A day on site" not in client.get("/library/").text
    assert "A day on site" in client.get("/library/?withdrawn=y").text
    post(client, f"{address}/restore")
    assert "A day on site" in client.get("/library/").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Enter its title"),
        ({"role": ""}, "Enter the job role"),
        ({"url": "javascript:alert(1)"}, "Enter a website address"),
        ({"minutes": "0"}, "between 1 and 240"),
        ({"minutes": ""}, "Enter about how many minutes"),
        ({"url": "https://video.example.com/twice"}, "This link is in the library already"),
    ],
)
def test_every_message_says_what_to_do(
    client: CarefulClient, officer: User, changes: dict[str, str], message: str
) -> None:
    an_item(url="https://video.example.com/twice")

    page = post(client, "/library/new", **{**GIVEN, **changes}).text

    assert message in page
    assert "video.example.com" in page or "url" in changes


def test_the_library_is_narrowed_in_a_constant_number_of_statements(client: CarefulClient, officer: User) -> None:
    sector, skill = SectorFactory.make(), Skill(name="Listening")
    db.session.add(skill)
    db.session.commit()
    an_item(title="Ward", sector_id=sector.id, skill_ids=frozenset({skill.id}), has_captions=True)
    an_item(title="Slides", format=Format.PRESENTATION)

    def shown(query: str) -> str:
        page = client.get(f"/library/?{query}").text
        return "".join(title[0] for title in ("Ward", "Slides") if title in page)

    assert shown("") == "WS"
    for query in ("q=ward", f"sector={sector.id}", f"skill={skill.id}", "format=video", "captions=y"):
        assert shown(query) == "W", query
    assert shown("format=odd&sector=odd&page=odd") == "WS"
    spent = []
    for _ in range(2):
        with counting_queries() as statements:
            client.get("/library/")
        spent.append(len(statements))
        for _ in range(20):
            an_item(skill_ids=frozenset({skill.id}))
    assert spent[0] == spent[1]


def test_two_who_change_an_item_see_both_versions(client: CarefulClient, officer: User) -> None:
    item = an_item()
    form = typed(client.get(f"/library/{item.id}/edit").text)
    client.post(f"/library/{item.id}/edit", data={**form, "title": "Theirs"})

    page = client.post(f"/library/{item.id}/edit", data={**form, "title": "Mine", "submission_key": "another"}).text

    assert "Theirs" in page
    assert "Mine" in page
    assert stored(LibraryItem)[0].title == "Theirs"


def test_what_is_watched_first_is_chosen_from_the_library_and_everybody_sees_it(
    client: CarefulClient, officer: User
) -> None:
    opportunity = OpportunityFactory.make()
    film = an_item(title="A day on site", employer_id=opportunity.employer_id)
    an_item(title="Another")
    address = f"/opportunities/{opportunity.id}"
    assert words_of(client.get(f"{address}/watch-first").text).index("A day on site") > 0

    post(client, f"{address}/watch-first", items=str(film.id))

    client.sign_in(UserFactory.make(role=Role.PARTNER))
    words = words_of(client.get(address).text)
    assert "A day on site Nurse at" in words
    assert "Another" not in words
    assert client.get(f"{address}/watch-first").status_code == 403


def test_what_was_withdrawn_stays_where_it_was_chosen_but_cannot_be_added() -> None:
    first, second = OpportunityFactory.make(), OpportunityFactory.make()
    film = an_item()
    set_watch_first(first, [film.id])
    film.withdrawn_at = film.created_at
    db.session.flush()

    set_watch_first(first, [film.id])
    with pytest.raises(Conflict, match="withdrawn from the library"):
        set_watch_first(second, [film.id])
    set_watch_first(first, [])

    assert stored(WatchFirst) == []


def test_of_a_cancelled_opportunity_nothing_is_watched_first() -> None:
    opportunity = OpportunityFactory.make(status=OpportunityStatus.OPEN)
    cancel_opportunity(opportunity, side=Side.EMPLOYER, reason="Moved")

    with pytest.raises(Conflict, match="cancelled"):
        set_watch_first(opportunity, [])


def test_the_employers_own_and_its_sectors_are_offered_first() -> None:
    sector = SectorFactory.make()
    opportunity = OpportunityFactory.make(sectors=[sector])
    other, ours = an_item(role="Aa"), an_item(role="Zz", employer_id=opportunity.employer_id)
    near = an_item(role="Mm", sector_id=sector.id)

    opportunity = get_opportunity(opportunity.id, viewer=UserFactory.make())
    assert [item.id for item in could_be_watched(opportunity, [])] == [ours.id, near.id, other.id]
