"""A pledge is sent from its page on a phone, with the e-mail to look at first."""

from collections.abc import Sequence

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from crm.core.access import Role
from crm.core.db import db, reading
from crm.employers.models import Employer
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways


def a_draft(app: Flask) -> int:
    """A draft of the demonstration."""
    with app.app_context(), reading():
        drafts = select(Pledge.id).where(Pledge.status == PledgeStatus.DRAFT, Pledge.number == 1).order_by(Pledge.id)
        return db.session.scalars(drafts).first() or 0


def waiting(app: Flask) -> Sequence[int]:
    """Those that wait for an answer."""
    with app.app_context(), reading():
        return db.session.scalars(select(Pledge.id).where(Pledge.status == PledgeStatus.SENT).order_by(Pledge.id)).all()


def test_a_pledge_is_sent_from_its_page_on_a_phone(open_browser: Opener, served: tuple[str, Flask]) -> None:
    pledge_id = a_draft(served[1])
    page = open_browser(Role.OFFICER, PHONE)
    page.goto(f"/pledges/{pledge_id}")

    page.get_by_role("link", name="Send to the employer").click()
    people = page.get_by_role("checkbox")
    assert not barriers(page)
    assert not scrolls_sideways(page)
    mail = page.frame_locator("iframe[name=preview]")
    expect(mail.get_by_text("Answer the pledge")).to_be_visible()
    people.first.check()
    page.get_by_label("Your own words").fill("It was good to see the new workshop.")
    page.get_by_role("button", name="Show the e-mail").click()
    expect(mail.get_by_text("It was good to see the new workshop.")).to_be_visible()
    page.get_by_role("button", name="As plain text").click()
    expect(mail.get_by_text("Answer the pledge:")).to_be_visible()

    page.get_by_role("button", name="Send", exact=True).click()

    links = page.locator("#links")
    expect(links).to_contain_text("Waiting to go out")
    assert not barriers(page)
    assert not scrolls_sideways(page)


def test_what_waits_for_an_answer_is_sent_anew_and_recalled(open_browser: Opener, served: tuple[str, Flask]) -> None:
    page = open_browser(Role.OFFICER, PHONE)
    page.goto(f"/pledges/{waiting(served[1])[0]}")
    links = page.locator("#links")

    links.get_by_role("button", name="Resend").click()
    expect(page.locator("main")).to_contain_text("Links in earlier ones no longer work.")
    links.get_by_text("Take it back").click()
    links.get_by_role("button", name="Recall the pledge").click()
    expect(links).to_contain_text("Taken back")
    expect(links.get_by_role("link", name="Send to more people")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, WIDE, 320])
def test_links_in_every_fate_fit_the_page(open_browser: Opener, served: tuple[str, Flask], width: int) -> None:
    page = open_browser(Role.OFFICER, width)

    for pledge_id in waiting(served[1]):
        page.goto(f"/pledges/{pledge_id}")
        expect(page.locator("#links")).to_be_visible()
        assert not scrolls_sideways(page)
    assert not barriers(page)


def test_on_my_day_what_reached_nobody_is_sent_anew_without_leaving(
    open_browser: Opener, served: tuple[str, Flask]
) -> None:
    with served[1].app_context(), reading():
        failed = select(OutboxEmail.employer_id).where(
            OutboxEmail.status == EmailStatus.FAILED, OutboxEmail.key.startswith("pledge-link")
        )
        owner_id = db.session.scalars(select(Employer.owner_id).where(Employer.id.in_(failed))).one()
    page = open_browser(Role.MANAGER, PHONE)
    page.goto(f"/?officer={owner_id}")
    row = page.locator("#pledges .app-step", has_text="e-mail failed")
    row_id = row.get_attribute("id")
    page.evaluate("document.body.dataset.same = 'yes'")

    row.get_by_role("button", name="Resend").click()

    expect(page.locator("#said-here")).to_contain_text("A new e-mail goes to")
    expect(page.locator(f"#{row_id}")).to_contain_text("e-mail waits to go out")
    assert page.evaluate("document.body.dataset.same === 'yes'")
    assert not barriers(page)
