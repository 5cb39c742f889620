"""Mails as a reader on a phone, and one with a wide window, sees them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from crm.notifications.letters import Bullets, Button, Letter
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers

NARROWEST = 320
ADDRESS = f"https://threefold-employers.northmoor.example/answer/{'Ab1-' * 10}abc"
PLEDGE = Letter(
    sender="Northmoor Council",
    greeting="Hello Dana Price,",
    parts=(
        "Alder Joinery said it could offer this to young people in the academic year 2026/27.",
        Bullets(("2 young people will each have 3 placements with you, 6 in all", "One talk"), heading="In short:"),
        Button("Answer the pledge", ADDRESS),
        f"A word as long as this is no reason to scroll: {'Rindfleischetikettierung' * 6}",
    ),
    closing="Priya Shah\nNorthmoor Council\n01632 960123",
    small_print=(
        "You get this because we talked to you.",
        f"Rather not? Stop here: {ADDRESS.replace('answer', 'stop')}",
    ),
)
SHORT = Letter(parts=("Your password was changed.",))


@pytest.fixture(params=[PHONE, WIDE, NARROWEST])
def page(request: pytest.FixtureRequest, open_browser: Opener) -> Page:
    return open_browser(None, request.param)


@pytest.mark.parametrize("letter", [PLEDGE, SHORT])
def test_a_letter_has_no_barrier_and_fits(page: Page, letter: Letter) -> None:
    page.set_content(letter.html)

    assert barriers(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth")


def test_the_button_is_big_enough_for_a_thumb_and_its_address_can_be_copied(page: Page) -> None:
    page.set_content(PLEDGE.html)

    button = page.get_by_role("link", name="Answer the pledge")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    assert button.get_attribute("href") == ADDRESS
    assert page.get_by_role("link", name=ADDRESS).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_letter_stays_dark_on_light_whatever_the_reader_prefers(open_browser: Opener, scheme: str) -> None:
    page = open_browser(None, PHONE)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content(PLEDGE.html)

    colours = page.locator("p").first.evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(one.closest('td')).backgroundColor]"
    )

    assert colours == ["rgb(11, 12, 12)", "rgb(255, 255, 255)"]
    assert barriers(page) == []


def test_a_letter_asks_nothing_of_the_network(open_browser: Opener) -> None:
    page = open_browser(None, PHONE)
    asked: list[str] = []
    note: Callable[[object], None] = lambda request: asked.append(str(request))  # noqa: E731
    page.on("request", note)

    page.set_content(PLEDGE.html)
    page.wait_for_load_state("networkidle")

    assert asked == []
