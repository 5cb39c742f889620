"""How it went: a coordinator answers on a phone; an officer reads it beside the others, without a barrier."""

from collections.abc import Callable
from datetime import time, timedelta

from flask import Flask
from playwright.sync_api import Page, expect

from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.opportunities.models import PlaceStatus
from crm.opportunities.services import Attendance, add_place_for, mark_attendance
from crm.providers.models import Provider
from tests.browser.test_pages import PHONE, WIDE, barriers, scrolls_sideways
from tests.factories import YoungPersonFactory
from tests.integration.opportunities.arranging import arranged

Opener = Callable[..., Page]


def a_visit_of_yesterday(app: Flask) -> int:
    """With one of the coordinator's young people, who came."""
    with app.app_context(), committing():
        school = db.session.query(Provider).order_by(Provider.id).limit(1).one()
        yesterday = clock.today() - timedelta(days=1)
        visit = arranged(
            first_day=yesterday, starts=time(9), ends=time(12), title="A visit to talk about", provider_id=school.id
        )
        place = add_place_for(visit, YoungPersonFactory.make(provider=school))
        mark_attendance(visit, {place.id: Attendance(PlaceStatus.ATTENDED)})
        return visit.id


def test_feedback_is_given_on_a_phone_and_read_beside_the_others(
    served: tuple[str, Flask], open_browser: Opener
) -> None:
    visit = a_visit_of_yesterday(served[1])
    page = open_browser(Role.PROVIDER, PHONE)
    page.goto(f"/opportunities/{visit}")

    page.get_by_role("link", name="Tell us how it went").click()
    problems = [*barriers(page), *scrolls_sideways(page)]
    page.get_by_role("radio", name="Very well").check()
    page.get_by_label("What went well?").fill("They built a bird box.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Thank you. The council sees what you said.")).to_be_visible()

    for width in (WIDE, PHONE):
        officers = open_browser(Role.OFFICER, width)
        officers.goto(f"/opportunities/{visit}")
        expect(officers.get_by_text("They built a bird box.")).to_be_visible()
        expect(officers.get_by_role("heading", name="The next small step")).to_be_visible()
        problems += barriers(officers)
    problems += scrolls_sideways(officers)

    assert problems == []
