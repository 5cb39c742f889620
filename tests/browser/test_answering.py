"""The employer's journey, as a café owner, a scanner that runs scripts, and somebody without scripts meet it."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy.orm import contains_eager

from crm.core import clock
from crm.core.db import committing, db
from crm.employers.models import Contact, Employer
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import issue
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge
from crm.pledges.services import PledgeDetails, mark_sent, record_pledge
from crm.reference.academic_years import AcademicYear
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways

WAITS = 10_000  # milliseconds that a scanner of mail looks at a page
MOST_STEPS = 6  # clicks or fields to say yes
Asked = tuple[str, int]  # the path of the page, and the link's number


@pytest.fixture
def ask(served: tuple[str, Flask]) -> Callable[[], Asked]:
    """A link to answer a pledge for next year, sent to somebody who was not asked for it before.

    Of its own, so that what the demonstration has sent is there for other tests.
    """

    def asked() -> Asked:
        with served[1].app_context(), committing():
            year = AcademicYear.of(clock.today()).next
            taken = db.session.query(Pledge.employer_id).filter(Pledge.academic_year_name == year.name)
            contact = (
                db.session.query(Contact)
                .join(Contact.employer)
                .options(contains_eager(Contact.employer))
                .filter(
                    Contact.email.is_not(None),
                    Contact.left_at.is_(None),
                    Employer.archived_at.is_(None),
                    Employer.owner_id.is_not(None),
                    Employer.id.not_in(taken),
                )
                .order_by(Contact.id)
                .first()
            )
            assert contact, "everybody of the demonstration was asked"
            lines = [LineDetails(OpportunityKind.PLACEMENT, 8), LineDetails(OpportunityKind.TALK, 12, 1)]
            pledge = record_pledge(contact.employer, PledgeDetails(year, lines, contact), None)
            mark_sent(pledge, clock.today())
            issued = issue(LinkPurpose.ANSWER, contact, pledge=pledge, lasts=timedelta(days=28))
            return f"/answer/{issued.minted.token}", issued.link.id

    return asked


@pytest.fixture
def link(served: tuple[str, Flask]) -> Callable[[int], EmployerLink]:
    def now(link_id: int) -> EmployerLink:
        with served[1].app_context():
            return db.session.get_one(EmployerLink, link_id)

    return now


def test_saying_yes_takes_at_most_six_clicks_and_fields(open_browser: Opener, ask: Callable[[], Asked]) -> None:
    page = open_browser(None, PHONE)
    page.goto(ask()[0])
    problems = [*barriers(page), *scrolls_sideways(page)]
    steps: tuple[Callable[[], object], ...] = (
        lambda: page.get_by_label("Yes, we confirm").check(),
        lambda: page.get_by_label("Your full name").fill("Dana Price"),
        lambda: page.get_by_label("Your job title").fill("Owner"),
        lambda: page.get_by_role("button", name="Send our answer").click(),
    )
    for step in steps:
        step()

    expect(page.get_by_role("heading", name="Thank you for your pledge")).to_be_visible()
    problems += [*barriers(page), *scrolls_sideways(page)]
    assert len(steps) <= MOST_STEPS
    assert not problems, "\n".join(problems)


def test_no_request_says_that_it_comes_from_a_page_with_a_token(open_browser: Opener, ask: Callable[[], Asked]) -> None:
    page = open_browser(None, WIDE)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108  # Playwright marks what it calls
    page.goto(ask()[0])
    page.get_by_label("Not this year").check()
    page.get_by_role("button", name="Send our answer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="Privacy").click()
    page.wait_for_url("**/privacy")

    paths = {urlsplit(each.url).path for each in sent}
    assert {"/privacy", "/static/build/init.js", "/static/build/answer.js"} <= paths
    assert any(path.endswith("/seen") for path in paths)
    assert [each.url for each in sent if "/answer/" in each.all_headers().get("referer", "")] == []


def test_other_numbers_are_counted_as_they_are_typed_and_other_parts_stay_out_of_the_way(
    open_browser: Opener, ask: Callable[[], Asked]
) -> None:
    page = open_browser(None, WIDE)
    page.goto(ask()[0])
    expect(page.get_by_text("What you can offer instead")).to_be_hidden()

    page.get_by_label("We can offer something different").check()
    problems = barriers(page)
    expect(page.get_by_role("button", name="Recalculate")).to_be_hidden()
    page.get_by_label("Young people").first.fill("2")
    page.get_by_label("Each").first.fill("2")
    for other in page.get_by_label("We cannot offer this").all()[1:]:
        other.check()

    expect(page.locator("[data-total]")).to_have_text("4 in all")
    page.get_by_label("Not this year").check()
    problems += barriers(page)
    expect(page.get_by_text("Why not this year?")).to_be_visible()
    expect(page.get_by_text("What you can offer instead")).to_be_hidden()
    page.get_by_role("button", name="Send our answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Select why it is not possible this year")
    problems += barriers(page)
    assert not problems, "\n".join(problems)


def test_a_scanner_that_runs_scripts_and_waits_leaves_no_trace_and_a_touch_does(
    open_browser: Opener, ask: Callable[[], Asked], link: Callable[[int], EmployerLink]
) -> None:
    path, link_id = ask()
    page = open_browser(None, WIDE)
    page.goto(path)
    page.evaluate("document.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))")
    page.wait_for_timeout(WAITS)
    assert (link(link_id).opened_at, link(link_id).used_at) == (None, None)

    with page.expect_response("**/seen") as said:
        page.mouse.move(200, 300)

    assert said.value.status == 204
    assert link(link_id).opened_at is not None
    assert "referer" not in said.value.request.all_headers()


def test_everything_works_without_scripts_on_the_narrowest_screen(
    browser: Browser, address: str, ask: Callable[[], Asked]
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 320, "height": 700})
    page: Page = context.new_page()
    page.goto(ask()[0])
    page.get_by_label("We can offer something different").check()
    page.get_by_label("Young people").first.fill("1")
    page.get_by_label("Each").first.fill("1")
    for other in page.get_by_label("We cannot offer this").all()[1:]:
        other.check()
    page.get_by_role("button", name="Recalculate").click()
    expect(page.get_by_text("1 in all")).to_be_visible()
    page.get_by_label("Your full name").fill("Dana Price")
    page.get_by_label("Your job title").fill("Owner")
    page.get_by_role("button", name="Send our answer").click()

    expect(page.get_by_role("heading", name="Thank you for your offer")).to_be_visible()
    assert context.cookies() == []
    context.close()


def test_yes_is_said_with_the_keyboard_alone_and_enter_sends_it(
    browser: Browser, address: str, ask: Callable[[], Asked]
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)  # then every button stands there
    page = context.new_page()
    page.goto(ask()[0])

    for wanted, press in (("Yes, we confirm", "Space"), ("Your full name", "Dana Price"), ("Your job title", "Owner")):
        _tab_to(page, wanted)
        page.keyboard.press(press) if press == "Space" else page.keyboard.type(press)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    context.close()


def _tab_to(page: Page, label: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if label in str(page.evaluate("() => document.activeElement.labels?.[0]?.innerText ?? ''")):
            return
    raise AssertionError(f"the keyboard does not reach {label}")


def test_a_dead_link_has_no_barrier(open_browser: Opener) -> None:
    page = open_browser(None, PHONE)
    page.goto("/links/thank-you")

    assert [*barriers(page), *scrolls_sideways(page)] == []
