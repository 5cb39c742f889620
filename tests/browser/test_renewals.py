"""A renewal in a browser: begun, looked through on a phone too, approved and sent."""

from playwright.sync_api import expect

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways


def test_a_manager_proposes_approves_and_sends_in_waves(open_browser: Opener) -> None:
    page = open_browser(Role.MANAGER, WIDE)
    page.goto("/renewals/")
    problems = barriers(page)
    page.get_by_role("button", name="Propose pledges").click()
    expect(page.get_by_role("heading", name="Renewal for")).to_be_visible()
    problems += barriers(page)
    page.set_viewport_size({"width": PHONE, "height": 844})
    problems += [*barriers(page), *scrolls_sideways(page)]
    page.set_viewport_size({"width": WIDE, "height": 900})

    row = page.locator(
        "tbody tr", has=page.get_by_label("Whom to ask").locator("option[selected]:not([value=''])")
    ).first
    row.locator("select[name$=decision]").select_option("approved")
    page.get_by_role("button", name="Save decisions").click()
    expect(page.locator(".app-flash")).to_contain_text("Saved: 1 decided")
    page.get_by_text("Send the 1 approved pledge in waves").click()
    page.get_by_role("button", name="Send the first wave now").click()

    expect(page.get_by_text("0 of 1 employer asked")).to_be_visible()
    problems += barriers(page)
    assert not problems, "\n".join(problems)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".app-flash")).to_contain_text("Paused")
