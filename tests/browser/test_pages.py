"""Every page somebody can reach from their navigation: no complaint, no barrier, no sideways scroll."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from crm.core.access import STAFF, Role
from tests.browser.conftest import Opener

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDE, PHONE, NARROWEST = 1440, 390, 320
OPEN_TO_ALL = ("/sign-in", "/forgotten-password", "/forgotten-password/sent", "/accessibility", "/privacy")
OF_ADMINISTRATORS = ("/administration/users/", "/administration/users/new", "/administration/terms/")
OF_STAFF = (
    "/employers/1/appetite",
    "/young-people/class-list/",
)
OF_EVERYBODY = ("/account", "/account/password", "/calendar/week", "/calendar/list")
DETAIL = re.compile(r"/\d+(/|$)")


def barriers(page: Page) -> list[str]:
    """What axe finds, in lines one can act on.

    In a window as tall as the page: what stays at the foot of a small one covers whatever is just scrolled under it.
    """
    small = page.viewport_size
    assert small is not None
    tall = max(small["height"], page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": small["width"], "height": tall})
    found = [
        f"{page.url}: {violation['id']}, {violation['help']}: {violation['nodes'][0]['html'][:150]}"
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]
    page.set_viewport_size(small)
    return found


def scrolls_sideways(page: Page) -> list[str]:
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    width = page.evaluate("document.documentElement.scrollWidth")
    if width <= NARROWEST:
        return []
    widest = page.evaluate(
        "most => [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > most)"
        ".map(one => one.outerHTML.slice(0, 150)).pop()",
        NARROWEST,
    )
    return [f"{page.url}: {width} pixels wide at {NARROWEST}, for example {widest}"]


def path_of(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def links(page: Page, selector: str) -> list[str]:
    hrefs = page.locator(selector).evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return [path_of(href) for href in hrefs if href and href.startswith("/")]


def worth_visiting(page: Page) -> Iterator[str]:
    """The first page of one thing, and the first form, that a list links to."""
    inside = [link for link in links(page, "main a[href]") if ".csv" not in link and "workbook" not in link]
    yield from [link for link in inside if DETAIL.search(urlsplit(link).path)][:1]
    yield from [link for link in inside if urlsplit(link).path.endswith("/new")][:1]


def pages_of(page: Page, role: Role) -> list[str]:
    page.goto("/account")
    found = [*OF_EVERYBODY, *links(page, "nav[aria-label=Menu] a[href]")]
    if role is Role.ADMIN:
        found += OF_ADMINISTRATORS
    if role in STAFF:
        found += OF_STAFF
    for path in list(found):
        page.goto(path)
        found += links(page, "nav[aria-label='Beside this page'] a[href]")
        found += worth_visiting(page)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("role", list(Role))
def test_pages_of_a_role_have_no_barrier_and_fit(open_browser: Opener, role: Role) -> None:
    page = open_browser(role, WIDE)
    problems: list[str] = []
    paths = pages_of(page, role)

    for path in paths:
        page.set_viewport_size({"width": WIDE, "height": 900})
        answer = page.goto(path)
        if answer is None or not answer.ok:
            problems.append(f"{path}: answered {answer and answer.status}")
            continue
        problems += barriers(page)
        page.set_viewport_size({"width": PHONE, "height": 844})
        problems += [f"phone: {each}" for each in barriers(page)]
        problems += scrolls_sideways(page)

    assert not problems, "\n".join(problems)
    assert len(paths) > 4


def test_pages_open_to_all_have_no_barrier_and_fit(open_browser: Opener) -> None:
    problems: list[str] = []
    for width in (WIDE, PHONE):
        page = open_browser(None, width)
        for path in OPEN_TO_ALL:
            page.goto(path)
            problems += barriers(page)
    for path in OPEN_TO_ALL:
        page.goto(path)
        problems += scrolls_sideways(page)

    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("role", "path"), [(None, "/sign-in"), (Role.OFFICER, "/account"), (Role.OFFICER, "/pledges/")]
)
def test_the_first_tab_reaches_the_skip_link_and_it_leads_to_the_content(
    open_browser: Opener, role: Role | None, path: str
) -> None:
    page = open_browser(role, WIDE)
    page.goto(path)

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_somebody_signs_in_and_out_with_the_keyboard_alone(open_browser: Opener) -> None:
    page = open_browser(None, WIDE)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("nobody@northmoor.example")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-error-summary")

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.classList.contains('govuk-error-summary')")
    assert barriers(page) == []
