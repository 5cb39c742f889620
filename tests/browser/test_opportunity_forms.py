"""The forms of an opportunity that no list leads to: no barrier, and they fit a phone."""

from crm.core.access import Role
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, links, scrolls_sideways

FORMS = ("exempt", "reschedule", "meaningful", "edit", "cancel")


def test_the_forms_of_a_draft_have_no_barrier_and_fit(open_browser: Opener) -> None:
    page = open_browser(Role.MANAGER, WIDE)
    page.goto("/opportunities/?status=draft")
    draft = next(each for each in links(page, "main td a[href]") if each.removeprefix("/opportunities/").isdecimal())
    problems: list[str] = []

    for path in (draft, *(f"{draft}/{form}" for form in FORMS)):
        page.set_viewport_size({"width": WIDE, "height": 900})
        answer = page.goto(path)
        problems += [] if answer and answer.ok else [f"{path}: answered {answer and answer.status}"]
        problems += barriers(page)
        page.set_viewport_size({"width": PHONE, "height": 844})
        problems += [*barriers(page), *scrolls_sideways(page)]

    assert not problems, "\n".join(problems)
