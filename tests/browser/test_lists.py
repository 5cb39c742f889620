"""Long lists in a browser: several employers at once, columns, views; with and without scripts."""

from playwright.sync_api import Browser, Page, expect

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways


def test_a_page_of_employers_is_selected_with_one_box_tagged_and_put_back(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/?view=all&sort=name")
    boxes = page.locator("tbody input[name=employer]")
    page.get_by_label("Select all on this page").check()
    assert boxes.count() == 25
    expect(page.locator("[data-bulk-count]")).to_have_text("With 25 selected")
    boxes.first.uncheck()
    expect(page.locator("[data-bulk-count]")).to_have_text("With 24 selected")
    assert barriers(page) == []

    page.locator("#bulk-action").select_option("add-tag")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Or a new one").fill("Seen in a browser")
    page.get_by_role("button", name="Continue to the preview").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Add the tag “Seen in a browser”")
    assert barriers(page) == []
    page.get_by_role("button", name="24 employers").click()
    expect(page.locator(".app-flash")).to_contain_text("You can undo it below")
    assert barriers(page) == []
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator(".app-group summary").first).to_have_text("24 put back")
    assert barriers(page) + scrolls_sideways(page) == []


def test_the_pages_of_a_bulk_change_have_no_barrier_on_a_phone(open_browser: Opener) -> None:
    page = open_browser(Role.MANAGER, PHONE)
    problems: list[str] = []
    for action in ("assign", "add-tag", "remove-tag", "email", "archive", "restore"):
        page.goto(f"/bulk-changes/new?action={action}&employer=1&employer=2")
        problems += barriers(page)
        problems += scrolls_sideways(page)
        page.set_viewport_size({"width": PHONE, "height": 844})
    page.goto("/bulk-changes/new?action=email&everything=y&view=all")
    page.get_by_label("Subject").fill("Open days")
    page.get_by_label("Text").fill("Dear {contact name}, come and see.")
    page.get_by_role("button", name="Continue to the preview").click()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    problems += barriers(page)
    problems += scrolls_sideways(page)
    page.get_by_role("button", name="Cancel, change nothing").click()
    expect(page.locator(".app-flash")).to_contain_text("Nothing was changed.")

    assert problems == []


def test_columns_are_chosen_and_the_view_is_saved_and_deleted(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/?view=all")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Company number").check()
    assert barriers(page) == []
    page.get_by_role("button", name="Show these columns").click()
    expect(page.get_by_role("columnheader", name="Company number")).to_be_visible()

    page.get_by_role("link", name="Save this view").click()
    assert barriers(page) == []
    page.get_by_label("Name").fill("With numbers")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".app-view[aria-current=page]")).to_have_text("With numbers")

    page.get_by_role("link", name="Manage views").click()
    page.get_by_role("link", name="Change With numbers").click()
    problems = barriers(page)
    page.goto("/views/")
    page.get_by_role("link", name="Delete With numbers").click()
    problems += barriers(page)
    page.get_by_role("button", name="Delete view").click()
    expect(page.locator(".app-flash")).to_contain_text("deleted")
    assert problems == []


def test_everything_works_without_scripts(browser: Browser, address: str, open_browser: Opener) -> None:
    signed_in = open_browser(Role.OFFICER, WIDE)
    context = browser.new_context(
        base_url=address, java_script_enabled=False, storage_state=signed_in.context.storage_state()
    )
    page: Page = context.new_page()
    page.goto("/employers/?view=all&sort=-name")
    for box in page.locator("tbody input[name=employer]").all()[:2]:
        box.check()
    page.locator("#bulk-action").select_option("assign")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue to the preview").click()
    expect(page.get_by_role("alert")).to_contain_text("Select an officer, or nobody")
    page.get_by_label("Which officer?").select_option("Marcus Webb")
    page.get_by_role("button", name="Continue to the preview").click()
    expect(page.get_by_text("Preview: nothing is changed yet")).to_be_visible()
    page.get_by_role("button", name="Cancel, change nothing").click()

    assert page.url == f"{address}/employers/?view=all&sort=-name"
    context.close()
