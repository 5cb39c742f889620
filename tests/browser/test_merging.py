"""Duplicates, merges and handing over in a browser, on a wide screen and on a phone."""

from playwright.sync_api import Page, expect

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways

TWIN = "Alder and Finch Joiners"


def compare(page: Page) -> None:
    page.goto("/employers/duplicates/")
    page.get_by_role("link", name="Compare").first.click()


def test_two_employers_are_compared_below_each_other_on_a_phone_and_beside_each_other_on_a_screen(
    open_browser: Opener,
) -> None:
    for width, stacked in ((PHONE, True), (WIDE, False)):
        page = open_browser(Role.OFFICER, width)
        compare(page)
        left, right = (page.locator(f"#name-{side}").bounding_box() for side in ("left", "right"))
        assert left is not None
        assert right is not None
        assert (right["y"] > left["y"] + 20) is stacked
        assert not barriers(page)
        assert not scrolls_sideways(page)


def test_a_pair_is_merged_on_a_phone_and_one_press_undoes_it(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    compare(page)
    page.get_by_label(TWIN).first.check()
    page.get_by_role("button", name="See what happens").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merge")
    assert not barriers(page)

    page.get_by_role("button", name="Merge them").click()

    expect(page.get_by_text("Merged. You can undo it on this page.")).to_be_visible()
    assert not barriers(page)
    assert not scrolls_sideways(page)
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_text("They are two employers again")).to_be_visible()
    page.goto("/employers/merges")
    assert not barriers(page)
    assert not scrolls_sideways(page)


def test_an_old_link_opens_the_survivor_and_says_why(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/merges")
    page.get_by_role("link", name="Bumble Wick Bakery").first.click()
    page.goto("/employers/62")

    expect(page.get_by_role("heading", level=1)).to_have_text("Bumblewick Bakery")
    expect(page.get_by_text("Bumble Wick Bakery was merged into Bumblewick Bakery.")).to_be_visible()


def test_those_it_may_be_are_shown_while_a_new_employer_is_typed(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/new")
    expect(page.get_by_text("We may have this employer already")).to_be_hidden()

    page.get_by_label("Name", exact=True).press_sequentially("Bumblewick Bakry")

    expect(page.get_by_text("We may have this employer already")).to_be_visible()
    expect(page.locator("[data-likely] a").first).to_have_text("Bumblewick Bakery")
    assert page.locator("[data-likely]").get_attribute("aria-live") == "polite"
    assert not barriers(page)
    page.get_by_label("Name", exact=True).fill("Quite another firm")
    expect(page.get_by_text("We may have this employer already")).to_be_hidden()


def test_handing_over_has_no_barrier_and_fits(open_browser: Opener) -> None:
    page = open_browser(Role.ADMIN, PHONE)
    page.goto("/handing-over/")
    page.get_by_role("link", name="Hand over what Priya Shah looks after").click()
    page.get_by_text("Split it between colleagues").click()
    assert not barriers(page)
    assert not scrolls_sideways(page)
    page.get_by_label("Give everything to").select_option(label="Tobi Okafor")
    page.get_by_role("button", name="See what happens").click()

    expect(page.get_by_label("Disable the account as well")).to_be_visible()
    assert not barriers(page)
    assert not scrolls_sideways(page)
