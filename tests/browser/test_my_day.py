"""My day is worked through without leaving the page: by mouse, by keyboard, and with the connection gone."""

from playwright.sync_api import Page, expect

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways

BEHIND = (
    "/contacts/1/e-mailing",
    "/contacts/5/lift-objection",
    "/employers/3/quiet",
    "/requests/1",
    "/requests/2/decline",
)


def _marked(page: Page) -> None:
    """A mark that a newly loaded page would not have."""
    page.evaluate("document.body.dataset.same = 'yes'")


def _is_same(page: Page) -> bool:
    return bool(page.evaluate("document.body.dataset.same === 'yes'"))


def test_a_step_is_done_and_undone_in_place_and_focus_goes_to_the_next(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/")
    rows = page.locator("#steps .app-step:not(.app-step--done)")
    first, second = rows.nth(0).get_attribute("id"), rows.nth(1).get_attribute("id")
    _marked(page)

    rows.nth(0).get_by_role("button", name="Done").press("Enter")

    expect(page.locator("#said-here")).to_contain_text("Done:")
    expect(page.locator(f"#{first}.app-step--done")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('[data-row]')?.id") == second
    page.locator(f"#{first}").get_by_role("button", name="Undo").click()
    expect(page.locator("#said-here")).to_contain_text("Not done yet:")
    expect(page.locator(f"#{first}.app-step--done")).to_have_count(0)
    assert _is_same(page)


def test_a_contact_is_logged_in_its_row_on_a_phone_and_what_is_missing_is_said_there(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto("/")
    row = page.locator("#steps .app-step:not(.app-step--done)").first
    row_id = row.get_attribute("id")
    assert row.bounding_box()["y"] < 844  # type: ignore[index]  # the first is seen without scrolling
    _marked(page)

    row.get_by_role("link", name="Log").click()
    form = page.locator(f"#{row_id} form.app-short-form--here")
    expect(form).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "channel"
    assert not barriers(page)
    form.get_by_role("button", name="Save contact").click()
    expect(form).to_contain_text("Enter what was said, or select what came of it")
    assert page.evaluate("document.activeElement.name") == "summary"
    form.get_by_label("What was said?").fill("Would take two in spring")
    form.get_by_role("button", name="Save contact").click()

    expect(page.locator("#said-here")).to_contain_text("logged.")
    expect(form).to_have_count(0)
    expect(page.locator(f"#{row_id}.app-step--done")).to_be_visible()
    assert _is_same(page)


def test_a_form_that_was_opened_is_closed_again(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/")
    page.locator("#quiet [data-row]").first.get_by_role("link", name="Log").click()
    form = page.locator(".app-short-form--here")
    expect(form).to_be_visible()

    form.get_by_role("link", name="Cancel").click()

    expect(form).to_have_count(0)
    expect(page.locator("#quiet")).to_be_visible()


def test_without_a_connection_nothing_is_lost_and_the_page_says_so(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/")
    page.locator("#quiet [data-row]").first.get_by_role("link", name="Log").click()
    form = page.locator(".app-short-form--here")
    form.get_by_label("What was said?").fill("Left a message")
    page.route("**/my-day/log", lambda route: route.abort())

    form.get_by_role("button", name="Save contact").click()

    expect(page.locator("#said-here")).to_contain_text("there is no connection")
    expect(form.get_by_label("What was said?")).to_have_value("Left a message")
    page.unroute("**/my-day/log")
    form.get_by_role("button", name="Save contact").click()
    expect(page.locator("#said-here")).to_contain_text("logged.")


def test_what_stands_behind_an_employer_s_page_has_no_barrier(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    problems: list[str] = []

    for path in BEHIND:
        for width in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 844})
            answer = page.goto(path)
            assert answer
            assert answer.ok, path
            problems += barriers(page)
        problems += scrolls_sideways(page)

    assert not problems, "\n".join(problems)


def test_a_provider_asks_for_an_opportunity_without_a_barrier(open_browser: Opener) -> None:
    page = open_browser(Role.PROVIDER, PHONE)
    page.goto("/requests/new")
    page.get_by_label("What are you looking for?").select_option(label="Talk")
    page.get_by_label("How many young people?").fill("12")
    page.get_by_label("By when?").fill("31 7 2099")
    page.get_by_label("What would help?").fill("Somebody who repairs bicycles.")
    assert not barriers(page)

    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", name="Talk for 12 young people")).to_be_visible()
    assert not barriers(page)
