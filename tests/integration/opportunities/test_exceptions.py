"""The list of rules that were set aside."""

from datetime import timedelta

from crm.core import clock
from crm.core.access import Role
from crm.opportunities.models import Side
from crm.opportunities.services import Lists, allow_block, cancel_opportunity, exempt_from_checks
from crm.providers.models import YearGroup
from tests.conftest import CarefulClient, counting_queries
from tests.factories import UserFactory
from tests.integration.opportunities.test_opening import checked_site, placement

YOUNG = Lists(year_groups=frozenset({YearGroup.YEAR_9}))


def test_every_exception_to_come_is_listed_with_its_reason_and_who_answers_for_it(client: CarefulClient) -> None:
    manager = client.sign_in(UserFactory.make(role=Role.MANAGER, name="Ruth Calloway"))
    both = placement(title="Both", lists=YOUNG)
    exempt_from_checks(both, reason="Broker’s letter seen", by=UserFactory.make(name="Priya Shah"))
    allow_block(both, reason="A pilot with their school", by=manager)
    cancelled = placement(title="Cancelled")
    exempt_from_checks(cancelled, reason="Seen", by=manager)
    cancel_opportunity(cancelled, side=Side.EMPLOYER, reason="Ill")
    placement(checked_site(), title="In order")

    page = client.get("/opportunities/exceptions").text
    everything = client.get("/opportunities/exceptions?past=y").text
    csv = client.get("/opportunities/exceptions.csv").text

    for words in ("Both", "Broker’s letter seen", "Priya Shah", "A pilot with their school", "Ruth Calloway"):
        assert words in page
        assert words in csv
    assert ("Cancelled" in page, "Cancelled" in everything) == (False, True)
    assert "In order" not in everything
    with client.get("/opportunities/exceptions.xlsx") as workbook:
        assert workbook.data.startswith(b"PK")


def test_without_exceptions_the_list_says_so(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert "No rule is set aside" in client.get("/opportunities/exceptions").text
    assert "No rule was ever set aside" in client.get("/opportunities/exceptions?past=y").text


def test_the_list_asks_as_much_for_one_exception_as_for_several(client: CarefulClient) -> None:
    officer = client.sign_in(UserFactory.make())
    exempt_from_checks(placement(), reason="Seen", by=officer)
    client.get("/opportunities/exceptions")
    with counting_queries() as few:
        client.get("/opportunities/exceptions")
    for days in range(6):
        first = clock.today() + timedelta(days=days + 20)
        exempt_from_checks(placement(first_day=first, last_day=first), reason="Seen", by=UserFactory.make())
    with counting_queries() as many:
        client.get("/opportunities/exceptions")

    assert len(few) == len(many)
