"""Importing in a browser: a workbook and pasted rows, left alone while they run, and undone."""

from flask import Flask
from playwright.sync_api import Page, expect

from crm.core import clock
from crm.core.access import Role
from crm.core.db import read_only
from crm.imports.jobs import run_queued_imports
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways
from tests.support import messy


def run_jobs(served: tuple[str, Flask]) -> None:
    with served[1].app_context():
        read_only(False)
        run_queued_imports(clock.now())


def fits(page: Page, width: int) -> None:
    assert not barriers(page)
    assert not scrolls_sideways(page)
    page.set_viewport_size({"width": width, "height": 900})


def upload(page: Page) -> None:
    page.goto("/imports/")
    book = {"name": "log.xlsx", "mimeType": "application/octet-stream", "buffer": messy.city()}
    page.locator("input[type=file]").set_input_files(book)  # type: ignore[arg-type]  # a FilePayload
    page.get_by_role("button", name="Upload and check").click()


def test_a_workbook_is_checked_imported_while_nobody_looks_and_undone(
    open_browser: Opener, served: tuple[str, Flask]
) -> None:
    page = open_browser(Role.MANAGER, WIDE)
    upload(page)

    page.get_by_role("button", name="Import log.xlsx", exact=True).click()
    expect(page.get_by_text("Waiting to begin")).to_be_visible()
    assert not barriers(page)
    page.goto("/employers/")
    run_jobs(served)
    page.goto("/imports/")
    page.get_by_role("link", name="log.xlsx").first.click()
    expect(page.get_by_text("employers created").first).to_be_visible()
    fits(page, WIDE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rejected rows (Excel)").click()
    assert download.value.suggested_filename.endswith("-rejected.xlsx")
    undo(page, served)


def undo(page: Page, served: tuple[str, Flask]) -> None:
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("employers will be deleted")).to_be_visible()
    fits(page, WIDE)
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("heading", name="Undoing the import")).to_be_visible()
    run_jobs(served)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Everything is as it was before the import.")).to_be_visible()
    fits(page, WIDE)


def test_a_sheet_can_be_told_what_it_is(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    upload(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Check before importing")
    expect(page.get_by_text("old 22-23: hidden, so it is not imported")).to_be_visible()
    fits(page, WIDE)
    page.get_by_text("What the sheet and its columns are").last.click()
    page.get_by_label("Create employers that are not known").check()
    page.get_by_role("button", name="Check again").last.click()

    expect(page.get_by_text("employers to create from their name")).to_be_visible()
    fits(page, WIDE)


def test_rows_copied_in_a_spreadsheet_program_are_pasted_on_a_phone(
    open_browser: Opener, served: tuple[str, Flask]
) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto("/imports/")
    page.get_by_role("link", name="Paste rows", exact=True).click()
    fits(page, PHONE)
    page.get_by_label("Paste the rows here").fill(
        'Employer\tTel\tContact\nPasted Potteries\t01632 960123\t"Jo Wood\nSam Lane"\nTOTAL\t\t\n'
    )
    page.get_by_role("button", name="Check the rows").click()

    expect(page.get_by_text("employers to create")).to_be_visible()
    expect(page.get_by_text("This is a total, not an employer")).to_be_visible()
    fits(page, PHONE)
    page.get_by_role("button", name="Import Pasted rows", exact=True).click()
    run_jobs(served)
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text("employers created").first).to_be_visible()
    page.goto("/employers/?q=Pasted+Potteries")
    expect(page.get_by_role("link", name="Pasted Potteries")).to_be_visible()
