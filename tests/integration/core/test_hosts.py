"""Whatever a request claims as its host: it gets 400 and causes no mail, or its mail leads to PUBLIC_URL."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from crm.core.access import Role
from crm.core.tokens import new_token
from crm.employers.models import LegalForm
from crm.interactions.models import FollowUp
from crm.notifications.models import OutboxEmail
from crm.pledges.models import PledgeStatus
from tests.conftest import CarefulClient, stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, UserFactory
from tests.support.mails import as_sent

POISONS = (
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "evil.example#localhost",
)


def address_of(rule: Rule) -> str:
    """An address that a rule takes."""
    return re.sub(
        r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>",
        lambda found: "1" if found[1] == "int" else new_token() if found[2] == "token" else "health_and_safety",
        rule.rule,
    )


def the_mails(client: CarefulClient, **headers: str) -> dict[str, int]:
    """Ask every way that mails somebody, as whoever may, and say what each answered."""
    admin = UserFactory.make(role=Role.ADMIN, email="ada@council.example")
    client.sign_in(admin)
    employer = EmployerFactory.make(owner=admin, legal_form=LegalForm.COMPANY)
    ContactFactory.make(employer=employer, email="dana@alder.example", signs_pledges=True)
    pledge = PledgeFactory.make(employer=employer, status=PledgeStatus.SENT, confirmed_on=None)
    new = {"name": "Sam Okafor", "email": "sam@council.example", "role": "officer", "provider": ""}
    asked = {
        "/forgotten-password": {"email": "ada@council.example"},
        "/administration/users/new": new,
        f"/administration/users/{admin.id}/send-link": {},
        f"/my-day/pledges/{pledge.id}/remind": {"officer": str(admin.id)},
    }
    return {
        path: client.post(path, data=data | {"submission_key": path}, headers=headers).status_code
        for path, data in asked.items()
    }


def test_every_way_that_mails_somebody_does(client: CarefulClient) -> None:
    """So that the next test shows something."""
    answers = the_mails(client)

    assert set(answers.values()) <= {200, 302, 303}
    assert len(stored(OutboxEmail)) == len(answers)


@pytest.mark.parametrize("host", POISONS)
def test_a_poisoned_host_gets_400_and_no_mail(client: CarefulClient, host: str) -> None:
    answers = the_mails(client, Host=host)

    assert set(answers.values()) == {400}
    assert stored(OutboxEmail) == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example, localhost"])
def test_what_a_proxy_claims_as_the_host_is_not_believed(client: CarefulClient, host: str) -> None:
    the_mails(client, **{"X-Forwarded-Host": host, "X-Host": host, "Forwarded": f"host={host}"})

    mails = stored(OutboxEmail)
    assert len(mails) == 4
    for mail in mails:
        assert "evil" not in f"{as_sent(mail)}{mail.html}{mail.unsubscribe}"


def test_no_page_of_any_kind_answers_to_a_poisoned_host(app: Flask, client: CarefulClient) -> None:
    """Those that are written tomorrow too."""
    client.sign_in(UserFactory.make(role=Role.ADMIN))

    answers = {
        (method, rule.rule): client.open(address_of(rule), method=method, headers={"Host": "evil.example"}).status_code
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
    }

    assert len(answers) > 200
    assert {key: status for key, status in answers.items() if status != 400} == {}
    assert stored(OutboxEmail) == stored(FollowUp) == []
