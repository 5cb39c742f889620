"""Inviting from an opportunity’s page, in a browser."""

from playwright.sync_api import Page

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import DETAIL, PHONE, WIDE, barriers, links, scrolls_sideways

MOST_VISITED = 12


def open_what_can_be_invited_to(page: Page) -> None:
    """The form that invites to the first thing to come to which nobody is invited yet."""
    page.goto("/opportunities/?status=open")
    for path in [link for link in links(page, "main table a[href]") if DETAIL.search(link)][:MOST_VISITED]:
        page.goto(path)
        inviting = page.locator(".app-empty a[href$='/invite']")
        if inviting.count():
            inviting.click()
            return
    raise AssertionError("Nothing in the demonstration can be invited to.")


def test_an_officer_looks_at_the_mail_and_invites(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    open_what_can_be_invited_to(page)
    page.get_by_role("button", name="As plain text").click()
    mail = page.frame_locator("iframe[name=preview]").locator("body")
    mail.get_by_text("What is arranged").wait_for()
    found = barriers(page)
    page.set_viewport_size({"width": PHONE, "height": 844})
    found += barriers(page) + scrolls_sideways(page)

    page.get_by_role("button", name="Send invitations").click()

    page.get_by_text("From now on they are told of every change.").wait_for()
    assert page.locator("[aria-labelledby=invitations] .app-step").count() >= 1
    assert found + barriers(page) + scrolls_sideways(page) == []
