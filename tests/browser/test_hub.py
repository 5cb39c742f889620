"""An employer's own page as a café owner meets it: on a phone, and without scripts."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from crm.core.db import committing, db
from crm.employers.models import Contact
from crm.links.models import LinkPurpose
from crm.links.services import issue
from crm.opportunities.employer_word.models import EmployerWord
from tests.browser.conftest import Opener
from tests.browser.test_pages import NARROWEST, PHONE, barriers, scrolls_sideways


@pytest.fixture
def hub(served: tuple[str, Flask]) -> Callable[[], tuple[str, int]]:
    """The page of somebody who spoke in the demonstration, and the opportunity that they spoke of."""

    def opened() -> tuple[str, int]:
        with served[1].app_context(), committing():
            word = db.session.query(EmployerWord).order_by(EmployerWord.id).first()
            assert word, "nobody speaks in the demonstration"
            issued = issue(LinkPurpose.HUB, db.session.get_one(Contact, word.contact_id))
            return f"/hub/{issued.minted.token}", word.opportunity_id

    return opened


def test_every_page_of_the_hub_fits_a_phone_and_has_no_barriers(
    open_browser: Opener, hub: Callable[[], tuple[str, int]]
) -> None:
    page = open_browser(None, PHONE)
    path, opportunity_id = hub()
    problems = []
    for address in (
        path,
        f"{path}/said/{opportunity_id}",
        f"{path}/again",
        f"{path}/details",
        f"{path}/forget",
        "/employer-page",
        "/employer-page/sent",
    ):
        page.set_viewport_size({"width": PHONE, "height": 800})
        page.goto(address)
        problems += [*barriers(page), *scrolls_sideways(page)]

    assert problems == []


def test_an_owner_says_how_it_went_without_scripts(
    browser: Browser, served: tuple[str, Flask], hub: Callable[[], tuple[str, int]]
) -> None:
    path, opportunity_id = hub()
    context = browser.new_context(
        base_url=served[0], java_script_enabled=False, viewport={"width": NARROWEST, "height": 700}
    )
    page = context.new_page()
    page.goto(f"{path}/said/{opportunity_id}")
    page.get_by_label("How many young people came?").fill("1")
    page.get_by_label("What went well?").fill("They fixed a bicycle.")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_contain_text("We have written down what you said")
    assert context.cookies() == []
    context.close()
