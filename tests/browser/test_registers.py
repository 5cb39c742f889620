"""A register marked on a phone by touch: one tap a person, saved at once, and without scripts with one button."""

from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db, reading
from crm.opportunities.models import Opportunity, Place, PlaceStatus
from crm.opportunities.services import Attendance, add_place_for, mark_attendance
from crm.providers.models import Provider
from tests.browser.test_pages import PHONE, barriers, scrolls_sideways
from tests.factories import YoungPersonFactory
from tests.integration.opportunities.arranging import arranged

FINGER = 44  # pixels: the least that a finger hits, by Apple's and Google's rules
Opener = Callable[..., Page]


@pytest.fixture
def on_a_phone(browser: Browser, address: str, signed_in: Callable[[Role], Any]) -> Iterator[Opener]:
    """A phone of the provider's coordinator who signs in, with a touch screen 390 pixels wide."""
    contexts = []

    def opened(*, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": PHONE, "height": 844},
            has_touch=True,
            is_mobile=True,
            java_script_enabled=scripts,
            storage_state=signed_in(Role.PROVIDER),
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def three_places(served: tuple[str, Flask]) -> tuple[int, list[int]]:
    """A visit of today with three of the coordinator's young people: its id, and their places'."""
    with served[1].app_context(), committing():
        school = db.session.query(Provider).order_by(Provider.id).first()
        visit = arranged(first_day=clock.today(), starts=time(0), ends=time(23, 59), title="A visit to mark")
        people = [YoungPersonFactory.make(provider=school) for _ in range(3)]
        return visit.id, [add_place_for(visit, person).id for person in people]


def saved(app: Flask, places: list[int]) -> list[str]:
    with app.app_context(), reading():
        return [db.session.get_one(Place, place).status.value for place in places]


def button(page: Page, place: int, words: str) -> Any:
    return page.locator(f"[data-mark='{place}']").get_by_role("radio", name=words, exact=True)


def test_a_register_is_marked_with_one_tap_a_person(
    served: tuple[str, Flask], on_a_phone: Opener, three_places: tuple[int, list[int]]
) -> None:
    page, (visit, places) = on_a_phone(), three_places
    page.goto("/opportunities/registers")
    page.get_by_role("link", name="Mark register of A visit to mark").first.tap()
    page.wait_for_url("**/register")  # or the next address meets it on its way
    page.goto(f"/opportunities/{visit}/register")

    for place, words in zip(places, ("Attended", "In part", "No-show"), strict=True):
        box = button(page, place, words).bounding_box()
        assert box["width"] >= FINGER
        assert box["height"] >= FINGER
        button(page, place, words).tap()
        expect(page.locator(f"[data-mark='{place}'] [data-said]")).to_have_text("Saved")

    expect(page.locator("#register-standing")).to_have_text("1 attended, 1 attended in part, 1 no-show")
    assert saved(served[1], places) == ["attended", "part_attended", "no_show"]
    assert barriers(page) == []
    assert scrolls_sideways(page) == []


def test_what_somebody_else_marked_meanwhile_is_said_and_replaced_by_a_second_tap(
    served: tuple[str, Flask], on_a_phone: Opener, three_places: tuple[int, list[int]]
) -> None:
    page, (visit, places) = on_a_phone(), three_places
    page.goto(f"/opportunities/{visit}/register")
    with served[1].app_context(), committing():
        marks = {places[0]: Attendance(PlaceStatus.NO_SHOW)}
        mark_attendance(db.session.get_one(Opportunity, visit), marks)
    said = page.locator(f"[data-mark='{places[0]}'] [data-said]")

    button(page, places[0], "Attended").tap()
    expect(said).to_contain_text("Somebody else marked these while you were working")
    assert saved(served[1], places[:1]) == ["no_show"]
    button(page, places[0], "Attended").tap()
    expect(said).to_have_text("Saved")

    assert saved(served[1], places[:1]) == ["attended"]


def test_a_tap_without_a_connection_is_saved_once_there_is_one(
    served: tuple[str, Flask], on_a_phone: Opener, three_places: tuple[int, list[int]]
) -> None:
    page, (visit, places) = on_a_phone(), three_places
    page.goto(f"/opportunities/{visit}/register")
    said = page.locator(f"[data-mark='{places[0]}'] [data-said]")

    page.context.set_offline(True)
    button(page, places[0], "Attended").tap()
    expect(said).to_have_text("No connection: not saved yet")
    page.context.set_offline(False)
    expect(said).to_have_text("Saved")

    assert saved(served[1], places) == ["attended", "confirmed", "confirmed"]


def test_without_scripts_one_button_saves_everybody(
    served: tuple[str, Flask], on_a_phone: Opener, three_places: tuple[int, list[int]]
) -> None:
    page, (visit, places) = on_a_phone(scripts=False), three_places
    page.goto(f"/opportunities/{visit}/register")

    button(page, places[1], "No-show").tap()
    page.get_by_role("button", name="Save register").tap()

    expect(page.locator(".app-flash")).to_contain_text("Register saved: 1 no-show, 2 not marked yet.")
    assert saved(served[1], places) == ["confirmed", "no_show", "confirmed"]
