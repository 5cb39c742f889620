"""An employer's calendar read elsewhere, by an address that somebody there makes."""

import re

from crm.calendars.models import CalendarFeed
from tests.conftest import CarefulClient, stored

ADDRESS = re.compile(r'value="http://localhost(/calendar/feed/[A-Za-z0-9_-]{43}\.ics)"')


def test_an_employer_makes_an_address_on_its_own_page_and_a_new_one_ends_the_old(
    client: CarefulClient, hub: str
) -> None:
    first = ADDRESS.search(client.post(f"{hub}/calendar").text)
    second = ADDRESS.search(client.post(f"{hub}/calendar").text)
    assert first
    assert second

    assert client.get(first[1]).status_code == 404
    assert client.get(second[1]).status_code == 200
    page = client.get(f"{hub}/calendar").text
    assert not ADDRESS.search(page)
    assert "Your calendar last asked on" in page


def test_an_employer_stops_its_address(client: CarefulClient, hub: str) -> None:
    made = ADDRESS.search(client.post(f"{hub}/calendar").text)

    stopped = client.post(f"{hub}/calendar/stop")

    assert made
    assert (stopped.status_code, stopped.headers["Location"]) == (303, f"{hub}/calendar")
    assert client.get(made[1]).status_code == 404
    assert "Make an address for my calendar" in client.get(f"{hub}/calendar").text


def test_a_dead_link_makes_and_stops_no_address(client: CarefulClient) -> None:
    assert client.get("/hub/nothing/calendar").status_code == 404
    assert client.post("/hub/nothing/calendar").headers["Location"] == "/links/thank-you"
    assert client.post("/hub/nothing/calendar/stop").headers["Location"] == "/links/thank-you"
    assert stored(CalendarFeed) == []
