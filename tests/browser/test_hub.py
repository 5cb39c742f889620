"""An employer's own page, as somebody opens it on a phone, without scripts, and as officers see who was given it."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy.orm import joinedload

from crm.core.access import Role
from crm.core.db import committing, db, reading
from crm.hub.models import ErasureRequest
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import issue
from crm.links.views import DEAD
from tests.browser.conftest import Opener
from tests.browser.test_pages import NARROWEST, PHONE, WIDE, barriers, links, scrolls_sideways

OPEN_TO_ALL = ("/employer-page", "/employer-page/sent")
SIZES = {WIDE: 900, PHONE: 844}  # height by width
Given = tuple[str, int]  # the path of the page, and the employer's number


@pytest.fixture
def give(served: tuple[str, Flask]) -> Callable[[], Given]:
    """A new link to the page of the employer to whom the demonstration has given one."""

    def given() -> Given:
        with served[1].app_context(), committing():
            of_hubs = db.session.query(EmployerLink).options(joinedload(EmployerLink.contact))
            link = of_hubs.filter_by(purpose=LinkPurpose.HUB).order_by(EmployerLink.id).first()
            assert link, "the demonstration has given nobody a link to a page"
            return f"/hub/{issue(LinkPurpose.HUB, link.contact).minted.token}", link.employer_id

    return given


def problems_at_every_width(page: Page, path: str) -> list[str]:
    problems: list[str] = []
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(path)
        if answer is None or not answer.ok:
            return [f"{path}: answered {answer and answer.status}"]
        problems += barriers(page)
    return problems + scrolls_sideways(page)


def test_the_page_and_all_that_it_leads_to_have_no_barrier_and_fit(
    open_browser: Opener, give: Callable[[], Given]
) -> None:
    hub, _ = give()
    page = open_browser(None, WIDE)
    page.goto(hub)
    found = [path for path in links(page, "main a[href]") if not path.endswith(".ics")]

    problems = [each for path in (hub, *found, *OPEN_TO_ALL) for each in problems_at_every_width(page, path)]

    assert not problems, "\n".join(problems)
    last_parts = {path.removeprefix(hub).split("/")[1] for path in found if path.startswith(f"{hub}/")}
    assert last_parts == {"said", "again", "details", "calendar", "certificate", "forget"}
    assert page.context.cookies() == []


def test_everything_can_be_said_without_scripts_on_the_narrowest_screen(
    browser: Browser, address: str, give: Callable[[], Given]
) -> None:
    context = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": NARROWEST, "height": 700}
    )
    page, hub = context.new_page(), give()[0]

    page.goto(hub)
    page.get_by_role("link", name="Tell us how many came and how it went").first.click()
    page.get_by_label("How many young people came?").fill("9999")
    page.get_by_label("What went well?").fill("They mended a bicycle.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("There was room for")
    expect(page.get_by_label("What went well?")).to_have_value("They mended a bicycle.")
    page.get_by_label("How many young people came?").fill("1")
    page.get_by_label("Very well").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("We have written down what you said.")
    expect(page.get_by_text("You said 1.")).to_be_visible()

    _says_what_is_next(page)
    _says_who_they_are(page)
    assert context.cookies() == []
    context.close()


def _says_what_is_next(page: Page) -> None:
    page.get_by_role("link", name="Change it").click()
    expect(page.get_by_label("Yes, we would like to")).to_be_checked()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Select why not")
    page.get_by_label("Maybe, ask us").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("you said: maybe")).to_be_visible()


def _says_who_they_are(page: Page) -> None:
    page.get_by_role("link", name="Change your details").click()
    page.get_by_label("Phone").fill("ring me")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Phone").fill("01632 960777")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("01632 960777")).to_be_visible()
    page.get_by_role("button", name="Stop our e-mails").click()
    page.get_by_role("button", name="Get our e-mails again").click()
    expect(page.get_by_role("button", name="Stop our e-mails")).to_be_visible()


def test_who_asks_for_a_link_hears_the_same_without_scripts_and_gets_no_cookie(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/employer-page")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your e-mail address")
    page.get_by_label("Your work e-mail address").fill("nobody@birch.example")
    page.get_by_role("button", name="Send the link").click()

    expect(page.get_by_role("heading", name="Look into your e-mail")).to_be_visible()
    assert context.cookies() == []
    context.close()


def test_a_certificate_prints_on_one_sheet(open_browser: Opener, give: Callable[[], Given]) -> None:
    page = open_browser(None, WIDE)
    page.goto(give()[0])
    page.get_by_role("link", name="Certificate and badge").first.click()

    (sheet,) = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages

    said = sheet.extract_text()
    assert "Employer pledge" in said
    assert "Download" not in said


def test_officers_see_who_was_given_a_link_and_take_it_back(open_browser: Opener, give: Callable[[], Given]) -> None:
    hub, employer_id = give()
    page = open_browser(Role.OFFICER, WIDE)
    problems = problems_at_every_width(page, f"/employers/{employer_id}/links")
    page.set_viewport_size({"width": PHONE, "height": 844})
    sent = page.get_by_role("button", name="Take back")
    before = sent.count()

    page.get_by_role("button", name="Send to").first.click()
    expect(sent).to_have_count(before + 1)
    while sent.count():
        left = sent.count()
        sent.first.click()
        expect(page.get_by_role("status")).to_contain_text("opens nothing any more")
        expect(sent).to_have_count(left - 1)

    answer = open_browser(None, PHONE).request.get(hub)
    assert answer.status == DEAD
    assert "cannot be used any more" in answer.text()
    problems += barriers(page)
    assert not problems, "\n".join(problems)


def test_officers_see_to_a_wish_to_be_forgotten(open_browser: Opener, served: tuple[str, Flask]) -> None:
    with served[1].app_context(), reading():
        wishes = db.session.query(ErasureRequest).options(joinedload(ErasureRequest.contact))
        contact = wishes.filter(ErasureRequest.settled_at.is_(None)).one().contact
        name, employer_id = contact.name, contact.employer_id
    page = open_browser(Role.OFFICER, WIDE)
    problems = problems_at_every_width(page, f"/employers/{employer_id}/links")
    wish = page.get_by_text(f"{name} asked to be forgotten")
    expect(wish).to_be_visible()

    page.get_by_role("button", name=f"Seen to {name}").click()

    expect(page.get_by_role("status")).to_contain_text("seen to")
    expect(wish).to_have_count(0)
    assert not problems, "\n".join(problems)
