"""An officer rings, promises to ring back, is reminded, rings, and nobody rings in between."""

from datetime import UTC, datetime

import pytest

from crm.core import clock
from tests.conftest import CarefulClient
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.support.pages import words_of


def test_a_call_leads_to_a_reminder_and_a_colleague_sees_both(
    client: CarefulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 24, 10, tzinfo=UTC))
    ada, ben = UserFactory.make(name="Ada Birch"), UserFactory.make(name="Ben Holt")
    employer = EmployerFactory.make(name="Alder Joinery", owner=ada)
    dawn = ContactFactory.make(employer=employer, name="Dawn Alder")
    log_form, employer_id, contact_id = f"/contact-log/new?employer={employer.id}", employer.id, dawn.id

    # On Tuesday Ada rings and is asked to ring back next week.
    client.sign_in(ada)
    assert "Alder Joinery" in client.get("/").text  # never contacted
    client.get(log_form)
    client.post(
        "/contact-log/new",
        data={
            "submission_key": "tuesday",
            "employer": "Alder Joinery",
            "employer-id": employer_id,
            "contacts": contact_id,
            "channel": "call",
            "happened_on": "today",
            "summary": "Would take two in spring.",
            "next_step": "Ring back about dates",
            "due": "week",
            "owner": ada.id,
        },
    )

    # On Thursday Ben is about to ring.
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 26, 10, tzinfo=UTC))
    client.sign_in(ben)
    warned = words_of(client.get(log_form).text)
    assert "Last contact 2 days ago Call by Ada Birch, with Dawn Alder" in warned
    assert "Next step In 5 days Ring back about dates, Ada Birch" in warned

    # On Wednesday a week later Ada is late, does it, and it leaves her list.
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 2, 10, tzinfo=UTC))
    client.sign_in(ada)
    late = client.get("/").text
    assert "1 overdue" in late
    assert "Due yesterday" in late
    done_at = late.split('action="/follow-ups/')[1].split('"')[0]
    client.post(f"/follow-ups/{done_at}", data={"submission_key": "wednesday", "next": "/"})
    after = client.get("/").text
    assert "Nothing to chase." in after
    assert "Done today" in after
