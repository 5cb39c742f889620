"""What employers read and are given: the statement of the pledge, as it is written, and the certificate on paper."""

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import NARROWEST, PHONE, WIDE, barriers, scrolls_sideways

LONG_NAME = (
    "The Northmoor and District Federation of Independent Furniture, Upholstery and Timber Manufacturers (Holdings) Ltd"
)
FILL = """([name, most]) => {
  document.querySelector(".app-certificate__name").textContent = name;
  const promises = document.querySelector(".app-certificate__promises");
  const promise = promises.firstElementChild;
  promises.replaceChildren(...Array.from({ length: most }, () => promise.cloneNode(true)));
  document.querySelector(".app-certificate").classList.toggle("app-certificate--long", most > 4);
}"""


def test_an_administrator_writes_the_next_version_and_looks_at_it(open_browser: Opener) -> None:
    page = open_browser(Role.ADMIN, WIDE)
    page.goto("/administration/")
    page.get_by_role("link", name="Statement of the pledge").click()
    page.get_by_role("link", name="Write the next version").click()
    wording = page.get_by_role("textbox", name="The pledge")
    before = wording.input_value()
    wording.fill(f"{before}\n\nThank you.")
    page.get_by_label("What changes, and why").fill("Says thank you")

    page.get_by_role("button", name="See how it will look").click()

    expect(page.get_by_text("Added: Thank you.")).to_be_visible()
    for width in (WIDE, PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": 844})
        assert barriers(page) + scrolls_sideways(page) == []
    page.get_by_role("button", name="Change the text").click()
    expect(wording).to_have_value(f"{before}\n\nThank you.")
    page.get_by_role("button", name="See how it will look").click()
    page.get_by_role("button", name="Publish version").click()
    expect(page.get_by_text("Published. Employers read this version from now on")).to_be_visible()
    page.goto("/pledges/statement/new")
    expect(page.get_by_label("What changes, and why")).to_have_value("")  # the browser has forgotten what was typed


def _certificate(page: Page) -> None:
    page.goto("/pledges/?status=confirmed")
    page.locator(".app-table__main a").first.click()
    page.get_by_role("link", name="Certificate to print").click()


@pytest.mark.parametrize("promises", [1, 4, 5, 20])
def test_a_certificate_fits_on_one_sheet_however_long(open_browser: Opener, promises: int) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    _certificate(page)
    page.evaluate(FILL, [LONG_NAME, promises])

    (sheet,) = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages

    assert "Northmoor" in sheet.extract_text()
    assert sorted(round(float(side)) for side in (sheet.mediabox.width, sheet.mediabox.height)) == [595, 842]
