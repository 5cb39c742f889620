"""What an administrator sees of e-mail."""

from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing
from crm.notifications import services
from tests.conftest import CarefulClient
from tests.factories import UserFactory


def test_an_administrator_sees_what_has_not_gone_out_and_why(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    with committing():
        for number in range(3):
            services.enqueue(
                key=f"reason:{number}",
                recipient=f"jo{number}@alder.example",
                subject="Words",
                body="what only Jo should read",
            )
    now = clock.now()
    for given_up in (True, False):
        with committing():
            claimed = services.claim_next("us", now=now)
            assert claimed
            services.record_failure(claimed.id, "us", "550 no such mailbox", for_good=given_up, at=now)
    with committing():
        claimed = services.claim_next("us", now=now)
        assert claimed
        services.record_sent(claimed.id, "us", at=now)

    page = client.get("/administration/emails/").text

    assert "1 e-mail went out" in page
    assert page.index("Given up") < page.index("Waiting")
    assert "550 no such mailbox" in page
    assert "what only Jo should read" not in page
    assert "jo2@alder.example" not in page


def test_nothing_to_worry_about_is_said_so(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))

    assert "Every e-mail has gone out." in client.get("/administration/emails/").text
