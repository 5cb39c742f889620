"""When two people edit one record, the second is told who saved it, not who last touched something beside it."""

from collections.abc import Iterator

import pytest

from crm.audit.conflicts import edit_conflict
from crm.audit.queries import last_change_of
from crm.audit.recording import set_actor
from crm.core.db import committing
from crm.core.forms import EditForm
from crm.pledges.models import PledgeStatus
from crm.providers.models import YoungPerson
from tests.conftest import CarefulClient, stored
from tests.factories import (
    AreaFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    UserFactory,
    YoungPersonFactory,
)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def nobody_stays_at_the_keyboard() -> Iterator[None]:
    yield
    set_actor(None)


def test_who_saved_a_record_is_not_who_changed_what_belongs_to_it() -> None:
    set_actor("Priya Shah")
    with committing():
        provider = ProviderFactory.make()
    set_actor("Marcus Webb")
    with committing():
        YoungPersonFactory.make(provider=provider)

    last = last_change_of("provider", provider.id)

    assert last is not None
    assert last.actor == "Priya Shah"


def test_what_is_saved_on_the_same_form_counts_as_saving_the_record() -> None:
    set_actor("Priya Shah")
    with committing():
        line = PledgeLineFactory.build(young_people=10)
        pledge = PledgeFactory.make(status=PledgeStatus.DRAFT, lines=[line])
    set_actor("Marcus Webb")
    with committing():
        line.young_people = 12

    alone, with_lines = (last_change_of("pledge", pledge.id, parts=parts) for parts in ((), ("pledge_line",)))

    assert alone is not None
    assert alone.actor == "Priya Shah"
    assert with_lines is not None
    assert with_lines.actor == "Marcus Webb"


def test_a_record_taken_back_meanwhile_names_nobody_and_the_next_save_begins_anew(client: CarefulClient) -> None:
    with client.application.test_request_context():
        form = EditForm(formdata=None)
        conflict = edit_conflict(form, None, [])

    assert (conflict.who, conflict.at, conflict.rows) == ("Somebody", None, [])
    assert form.version.data == 0


def test_the_page_names_who_saved_the_provider_and_shows_every_answer_that_differs(client: CarefulClient) -> None:
    provider, area = ProviderFactory.make(name="Alder School"), AreaFactory.make(name="Hanley")
    data = {"type": provider.type.value, "version": str(provider.version), "name": "Alder School"}
    client.sign_in(UserFactory.make(name="Priya Shah"))
    client.post(f"/providers/{provider.id}/edit", data=data | {"submission_key": "one", "area": str(area.id)})
    client.sign_in(UserFactory.make(name="Marcus Webb"))
    people = {"references": "NEW-1", "year_group": "9", "provider": str(provider.id)}
    client.post("/young-people/new", data=people | {"submission_key": "two"})

    page = client.post(f"/providers/{provider.id}/edit", data=data | {"submission_key": "three", "area": ""}).text

    assert len(stored(YoungPerson)) == 1
    assert "Priya Shah saved this while you were editing" in page
    assert '<td data-label="Saved now">Hanley</td>' in page
