"""Dropping an e-mail on an employer's page, and what comes of it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways

LETTERS = Path(__file__).parents[1] / "unit" / "correspondence" / "letters"
DROP = """([name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: "message/rfc822" }));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.querySelector("h1").dispatchEvent(
      new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }),
    );
  }
}"""


def drop(page: Page, name: str) -> None:
    """Let a file fall anywhere on the page, as from a mail program."""
    page.wait_for_selector("[data-drop-mail=ready]", state="attached")
    page.evaluate(DROP, [name, (LETTERS / name).read_text()])


def test_an_e_mail_dropped_anywhere_on_an_employer_s_page_is_filed_there(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/7")
    name = page.locator("h1").inner_text()

    drop(page, "apple-reply.eml")

    page.wait_for_url("**/employers/7/mail/check")
    expect(page.get_by_role("heading", name="Re: Work shadowing")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="File it").click()
    page.wait_for_url("**/employers/7#contact-log")
    expect(page.get_by_text(f"1 e-mail filed with {name}.")).to_be_visible()
    expect(page.locator(".app-log").get_by_text("not in December though").first).to_be_visible()


def test_a_file_that_is_no_e_mail_says_what_to_do_after_it_was_dropped(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/7")

    drop(page, "outlook-winmail-only.eml")

    expect(page.locator(".govuk-error-summary")).to_contain_text("only Outlook can read")
    assert barriers(page) == []


def test_an_e_mail_is_chosen_and_filed_on_a_phone(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto("/employers/8")
    page.get_by_text("File an e-mail or an appointment here").click()
    page.locator("input[type=file]").set_input_files(LETTERS / "gmail-reply.eml")
    page.get_by_role("button", name="Look at what would be filed").click()

    page.wait_for_url("**/employers/8/mail/check")
    assert barriers(page) == []
    assert scrolls_sideways(page) == []
    page.get_by_role("button", name="File nothing").click()
    expect(page.get_by_text("Nothing was filed, and the upload was thrown away.")).to_be_visible()


def test_a_waiting_e_mail_is_filed_from_the_tray(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/contact-log/")
    page.get_by_role("link", name="Mail tray").click()
    page.get_by_role("link", name="Talking about my work").click()
    page.get_by_label("Employer", exact=True).press_sequentially("cobble")
    page.get_by_role("option", name="Cobbleware Systems Ltd").click()
    page.get_by_role("button", name="File", exact=True).click()

    page.wait_for_url("**/contact-log/mail/")
    expect(page.get_by_text("Filed with Cobbleware Systems Ltd.")).to_be_visible()
    page.goto("/contact-log/mail/?show=filed")
    page.get_by_role("link", name="Talking about my work").click()
    page.get_by_role("link", name="Filed by mistake").click()
    assert barriers(page) == []
    assert scrolls_sideways(page) == []
