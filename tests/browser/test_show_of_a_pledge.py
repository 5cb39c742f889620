"""The whole of a pledge in a real browser: recorded, sent, scanned, answered, accepted, thanked for, taken back."""

import os
import re
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base, committing, db, reading
from crm.employers.models import LegalForm
from crm.links.views import DEAD
from crm.notifications.jobs import send_due_emails
from tests.browser.conftest import Opener
from tests.browser.test_pages import PHONE, WIDE
from tests.factories import ContactFactory, EmployerFactory
from tests.support.smtp import Server, smtp_server

LOOKS = int(os.environ.get("SCANNER_LOOKS", "1000"))  # milliseconds that a scanner with a browser waits: try 10000
EMPLOYER, DANA, OFFICER = "Cobble Lane Café", "dana@cobblelane.example", "priya.shah@example.com"
READS = 20  # by GET, and as many by HEAD


@pytest.fixture
def server(served: tuple[str, Flask], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with smtp_server() as server:
        monkeypatch.setitem(served[1].config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        yield server


@pytest.fixture
def mail_to(served: tuple[str, Flask], server: Server) -> Callable[[str, str], str]:
    """The text of the latest mail to somebody about something, after a tick of the scheduler."""

    def latest(recipient: str, subject: str) -> str:
        with served[1].app_context():
            send_due_emails(clock.now())
        mails = [mail for mail in server.taken if mail["To"] == recipient and subject in str(mail["Subject"])]
        assert mails, [(mail["To"], mail["Subject"]) for mail in server.taken]
        return text_of(mails[-1])

    return latest


def text_of(mail: Message) -> str:
    plain = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    return plain.get_payload(decode=True).decode()  # type: ignore[union-attr]  # a part of text is bytes


def path_in(text: str, page: str) -> str:
    return re.search(rf"/{page}/[\w-]{{43}}", text)[0]  # type: ignore[index]  # without one the test is over


def pledge_in(text: str) -> str:
    """The page of a pledge that a mail to an officer leads to."""
    return re.search(r"/pledges/\d+", text)[0]  # type: ignore[index]  # without one the test is over


def an_employer(app: Flask) -> int:
    """One that has promised nothing yet, with somebody who may sign."""
    with app.app_context(), committing():
        employer = EmployerFactory.make(name=EMPLOYER, legal_form=LegalForm.COMPANY)
        ContactFactory.make(employer=employer, name="Dana Price", email=DANA)
        return employer.id


def everything(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with app.app_context(), reading():
        return {
            table.name: [tuple(row) for row in db.session.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }


def record_and_send(page: Page, employer_id: int) -> None:
    page.goto(f"/employers/{employer_id}")
    page.get_by_role("link", name="Record a pledge").first.click()
    page.get_by_label("What", exact=True).first.select_option("placement")
    page.get_by_label("Young people").first.fill("10")
    page.get_by_label("Each").first.fill("3")
    page.get_by_role("button", name="Record pledge").click()
    page.get_by_role("link", name="Send to the employer").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Show the e-mail").click()
    preview = page.frame_locator("iframe[name=preview]")
    expect(preview.get_by_text("10 young people will each have 3 placements, 30 in all")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#links")).to_contain_text("Waiting to go out")


def scan(address: str) -> None:
    """What a scanner of mail does that runs no scripts."""
    for method in ("GET", "HEAD") * READS:
        with urllib.request.urlopen(urllib.request.Request(address, method=method)) as answer:
            assert answer.status == 200


def offer_four(page: Page) -> None:
    page.get_by_label("We can offer something different").check()
    page.get_by_label("Young people").first.fill("4")
    expect(page.locator("[data-total]")).to_have_text("12 in all")
    page.get_by_label("Your full name").fill("Dana Price")
    page.get_by_label("Your job title").fill("Owner")
    page.get_by_role("button", name="Send our answer").click()
    expect(page.get_by_role("heading", name="Thank you for your offer")).to_be_visible()


def looked_at_by_scanners(open_browser: Opener, address: str, path: str) -> None:
    scan(address + path)
    scanner = open_browser(None, WIDE)
    scanner.goto(path)
    scanner.wait_for_timeout(LOOKS)


def accept(officer: Page, path: str) -> None:
    officer.goto(path)
    officer.get_by_role("button", name="Accept the offer").click()
    expect(officer.locator("main")).to_contain_text("version 2")
    expect(officer.locator("main .govuk-tag").first).to_have_text("Confirmed")


def printed_certificate(officer: Page) -> PdfReader:
    officer.get_by_role("link", name="Certificate to print").click()
    officer.wait_for_url(re.compile("certificate"))
    return PdfReader(BytesIO(officer.pdf(prefer_css_page_size=True)))


def take_back(dana: Page, path: str) -> None:
    dana.goto(path)
    dana.get_by_role("button", name="Take our answer back").click()
    expect(dana.get_by_role("heading", name="Is this your pledge")).to_be_visible()


def test_a_pledge_from_its_record_to_its_certificate_and_back(
    open_browser: Opener, served: tuple[str, Flask], mail_to: Callable[[str, str], str]
) -> None:
    officer, dana = open_browser(Role.OFFICER, WIDE), open_browser(None, PHONE)
    record_and_send(officer, an_employer(served[1]))
    pledge = officer.url
    answer = path_in(mail_to(DANA, "pledge"), "answer")

    # Scanners look at the link, one with a browser: no row of any table is another one.
    before = everything(served[1])
    looked_at_by_scanners(open_browser, served[0], answer)
    assert everything(served[1]) == before

    # Dana offers less, on her phone; afterwards her link opens nothing any more.
    dana.goto(answer)
    offer_four(dana)
    expect(dana.get_by_text("4 young people will each have 3 placements, 12 in all")).to_be_visible()
    assert dana.request.get(answer).status == DEAD

    # The officer accepts: version 2 is in force, and its certificate prints on one sheet.
    accept(officer, pledge_in(mail_to(OFFICER, "An employer answered")))
    (sheet,) = printed_certificate(officer).pages
    assert EMPLOYER in sheet.extract_text()

    # The receipt opens; and by it all is taken back, so that Dana is asked once more.
    receipt = mail_to(DANA, "Thank you for your offer")
    dana.goto(path_in(receipt, "receipt"))
    expect(dana.get_by_role("heading", name="Thank you for your")).to_be_visible()
    take_back(dana, path_in(receipt, "undo"))
    officer.goto(pledge)
    expect(officer.get_by_role("region", name="What they answered").get_by_role("strong")).to_have_text("Taken back")
