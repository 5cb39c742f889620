"""The box at the top of every page, by keyboard, and the page of results."""

import re

from playwright.sync_api import Page, expect

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import NARROWEST, PHONE, WIDE, barriers, scrolls_sideways

MISSPELT, FOUND = "timbr oakhurdel", "Oakhurdle Timber Frames Ltd"


def ready(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector(".app-search__holder .autocomplete__input")


def test_a_slash_reaches_the_box_and_the_keyboard_chooses_what_it_suggests(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    ready(page, "/employers/")

    page.keyboard.press("/")
    page.keyboard.type(MISSPELT)
    page.wait_for_selector(f".autocomplete__option:has-text('{FOUND}')")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(FOUND)


def test_enter_in_the_box_leads_to_the_page_of_results(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    ready(page, "/pledges/")

    page.keyboard.press("/")
    page.keyboard.type(MISSPELT)
    page.wait_for_selector(f".autocomplete__option:has-text('{FOUND}')")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/search\?q="))
    expect(page.get_by_role("main").get_by_role("link", name=FOUND)).to_be_visible()


def test_a_slash_typed_into_a_form_stays_there(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    ready(page, "/employers/new")

    page.get_by_label("Name", exact=True).press("/")

    assert page.get_by_label("Name", exact=True).input_value() == "/"


def test_on_a_phone_a_link_leads_to_the_search(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto("/employers/")

    page.get_by_role("banner").get_by_role("link", name="Search employers").click()
    page.get_by_role("main").get_by_role("searchbox").fill(MISSPELT)
    page.get_by_role("main").get_by_role("button", name="Search").click()

    expect(page.get_by_role("main").get_by_role("link", name=FOUND)).to_be_visible()


def test_results_and_their_absence_have_no_barrier_and_fit(open_browser: Opener) -> None:
    problems: list[str] = []
    for width in (WIDE, PHONE, NARROWEST):
        page = open_browser(Role.OFFICER, width)
        for path in ("/search", "/search?q=moor", "/search?q=moor&kind=employer", "/search?q=zzzz", "/search?q=x"):
            page.goto(path)
            problems += barriers(page)
            problems += scrolls_sideways(page)

    assert not problems, "\n".join(problems)
