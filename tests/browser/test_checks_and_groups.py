"""Pages of sites, checks and groups that no list links to first; and a request for checks from the report."""

import pytest

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways

# Sites, employers, groups and memberships of the demonstration, by number.
OF_OFFICERS = (
    "/sites/1",
    "/sites/1/edit",
    "/sites/1/close",
    "/sites/1/checks/insurance/accept",
    "/sites/1/checks/health_and_safety/accept",
    "/sites/1/checks/insurance/refuse",
    "/sites/1/checks/insurance/asked",
    "/sites/checks/2/correct",
    "/checks/print",
    "/checks/request?pick=4-insurance&pick=4-health_and_safety&pick=3-insurance",
    "/groups/1/edit",
    "/groups/3",
    "/groups/1/members/new",
    "/groups/2/members/new?employer=3",
    "/groups/members/1/edit",
    "/groups/members/1/end",
    "/opportunities/new?employer=5",
)
OF_MANAGERS = ("/sites/1/checks/insurance/exempt",)


@pytest.mark.parametrize(("role", "paths"), [(Role.OFFICER, OF_OFFICERS), (Role.MANAGER, OF_MANAGERS)])
def test_these_pages_have_no_barrier_and_fit(open_browser: Opener, role: Role, paths: tuple[str, ...]) -> None:
    page = open_browser(role, WIDE)
    problems: list[str] = []
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


def test_one_press_on_the_report_asks_and_leads_back_to_the_same_filters(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/checks/?kind=health_and_safety")
    row = page.locator("tbody tr", has=page.get_by_role("button", name="Request")).first
    employer = row.locator("td").first.locator("a").first.inner_text()
    asked = page.get_by_role("button", name="Request").count()

    row.get_by_role("button", name="Request").click()

    page.wait_for_url("**/checks/?kind=health_and_safety")
    assert "is on its way and in the contact log" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Request").count() == asked - 1
    assert "Asked lately" in page.locator("tbody tr", has_text=employer).first.inner_text()


def test_on_paper_the_report_is_a_table_without_buttons(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/checks/print")

    page.emulate_media(media="print")

    assert page.locator("tbody tr").first.is_visible()
    assert not [each for each in page.locator(".govuk-button, nav, .app-no-print").all() if each.is_visible()]


def test_on_paper_the_checks_due_have_no_column_to_ask_in(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/checks/")
    assert page.get_by_role("columnheader", name="Request", exact=True).count() == 1

    page.emulate_media(media="print")

    assert page.get_by_role("columnheader", name="Last request").is_visible()
    assert page.get_by_role("columnheader", name="Request", exact=True).count() == 0
    assert not page.locator(".app-check-ask").first.is_visible()


def test_on_paper_an_employer_is_what_is_known_without_ways_to_change_it(open_browser: Opener) -> None:
    page = open_browser(Role.OFFICER, WIDE)
    page.goto("/employers/1")

    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="Contact log").is_visible()
    for words in (
        "Add contact",
        "Add a next step",
        "The whole log",
        "File an e-mail or an appointment here",
        "Merge with another employer",
        "Archive this employer",
    ):
        assert page.get_by_text(words, exact=True).count()
        assert not page.get_by_text(words, exact=True).first.is_visible()
    assert not [each for each in page.locator("nav, .govuk-back-link").all() if each.is_visible()]
