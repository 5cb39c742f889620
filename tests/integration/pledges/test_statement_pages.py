"""The statement of the pledge, as staff read it and an administrator writes it."""

from html import unescape

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.pledges.models import PledgeStatement
from crm.pledges.statements import StatementTexts, publish_statement, statement_in_force
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import UserFactory
from tests.support.forms import post, typed
from tests.support.racing import saved_at_once

NEW, PUBLISH = "/pledges/statement/new", "/pledges/statement/publish"


@pytest.fixture
def administrator(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Ada Admin", role=Role.ADMIN))


def answers_of(page: str, **changed: str) -> dict[str, str]:
    """What the form on a page would send."""
    return {name: unescape(str(value)) for name, value in typed(page).items()} | changed


def publish_another(wording: str = "Four visits.") -> None:
    other = UserFactory.make(name="Bo Other", role=Role.ADMIN)
    texts = StatementTexts(wording, "- visits", "We keep your name.")
    publish_statement(texts, "Four, not three", seen=statement_in_force().number, by=other, at=clock.now())
    db.session.commit()


def test_an_officer_reads_the_statement_in_force_and_is_offered_no_writing(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))

    page = client.get("/pledges/statement/").text

    assert "This is a promise, not a contract." in page
    assert "Came with the service" in page
    assert "an administrator writes the next one" in page
    assert NEW not in page


def test_a_version_is_written_looked_at_and_published(client: CarefulClient, administrator: User) -> None:
    form = client.get(NEW).text
    answers = answers_of(form, wording="We promise <b>three</b>.\n\n- a visit", note="Shorter")

    preview = post(client, NEW, **answers)

    assert '<p class="govuk-body">We promise &lt;b&gt;three&lt;/b&gt;.</p>' in preview.text
    assert "<b>" not in preview.text
    assert "<li>a visit</li>" in preview.text
    assert "<strong>Removed:</strong> <del>Opportunities are for one young person or a small group." in preview.text
    assert '<h3 class="govuk-heading-s">The pledge</h3>' in preview.text.split("What changes from version 1")[1]
    assert "What counts</h3>" not in preview.text.split("What changes from version 1")[1]
    assert [each.number for each in stored(PledgeStatement)] == [1]

    published = post(client, PUBLISH, **answers_of(preview.text))

    assert published.headers["Location"] == "/pledges/statement/"
    second = stored(PledgeStatement)[1]
    assert (second.number, second.wording, second.note) == (2, "We promise <b>three</b>.\n\n- a visit", "Shorter")
    assert second.published_by_id == administrator.id
    assert second.what_counts == stored(PledgeStatement)[0].what_counts
    page = client.get("/pledges/statement/").text
    assert "In force: version 2" in page
    assert "Ada Admin" in page


def test_what_is_looked_at_can_be_changed_again(client: CarefulClient, administrator: User) -> None:
    preview = post(client, NEW, **answers_of(client.get(NEW).text, wording="Mine", note="Shorter")).text

    form = post(client, NEW, **answers_of(preview), step="change").text

    assert "<textarea" in form
    assert answers_of(form)["wording"] == "Mine"
    assert answers_of(form)["note"] == "Shorter"


def test_pressing_publish_twice_publishes_once(client: CarefulClient, administrator: User) -> None:
    preview = post(client, NEW, **answers_of(client.get(NEW).text, wording="Mine", note="Shorter")).text

    pressed = [client.post(PUBLISH, data=answers_of(preview)) for _ in range(2)]

    assert {each.headers["Location"] for each in pressed} == {"/pledges/statement/"}
    assert [each.number for each in stored(PledgeStatement)] == [1, 2]


@pytest.mark.parametrize("path", [NEW, PUBLISH])
def test_the_second_of_two_administrators_is_told_and_keeps_the_text(
    client: CarefulClient, administrator: User, path: str
) -> None:
    answers = answers_of(client.get(NEW).text, wording="Mine", note="Shorter")
    publish_another()

    met = post(client, path, **answers).text

    assert "Bo Other published version 2 while you were writing" in met
    assert "<strong>Only in version 2:</strong> <del>Four visits.</del>" in met
    assert "<strong>Only in yours:</strong> <ins>Mine</ins>" in met
    assert answers_of(met)["wording"] == "Mine"
    assert len(stored(PledgeStatement)) == 2
    preview = post(client, NEW, **answers_of(met)).text
    post(client, PUBLISH, **answers_of(preview))
    assert [each.wording for each in stored(PledgeStatement)][1:] == ["Four visits.", "Mine"]


@pytest.mark.parametrize("path", [NEW, PUBLISH])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"note": "Nothing"}, "Nothing has changed. Change the text"),
        ({"wording": " ", "note": "x"}, "Enter what an employer promises"),
        ({"what_counts": "", "note": "x"}, "Enter what counts towards the pledge"),
        ({"data_protection": "", "note": "x"}, "Enter how the employer’s data are looked after"),
        ({"wording": "x", "note": ""}, "Enter what changes"),
        ({"wording": "x" * 10_001, "note": "x"}, "Shorten this to 10,000 characters"),
        ({"wording": "x", "note": "x" * 201}, "Shorten this to 200 characters"),
    ],
)
def test_every_message_says_what_to_do(
    client: CarefulClient, administrator: User, path: str, changed: dict[str, str], message: str
) -> None:
    page = post(client, path, **answers_of(client.get(NEW).text, **changed)).text

    assert message in page
    assert len(stored(PledgeStatement)) == 1


def test_a_version_shows_what_it_changed_and_the_first_changed_nothing(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    publish_another()

    first, second = (client.get(f"/pledges/statement/{number}").text for number in (1, 2))

    assert "What changed from" not in first
    assert "Earlier version" in first
    assert "<strong>Added:</strong> <ins>Four visits.</ins>" in second
    assert "In force" in second
    assert client.get("/pledges/statement/3").status_code == 404


def test_many_versions_are_listed_in_as_many_statements_as_few(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    counts: list[int] = []
    for _ in range(2):
        publish_another(f"{len(counts)} visits")
        with counting_queries() as queries:
            client.get("/pledges/statement/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_of_many_administrators_publishing_at_once_one_does_and_the_others_are_told(app: Flask, database: None) -> None:
    admin_id = UserFactory.make(role=Role.ADMIN).id
    db.session.commit()

    def publish() -> None:
        by = db.session.get_one(User, admin_id)
        publish_statement(StatementTexts("a", "b", "c"), "All", seen=1, by=by, at=clock.now())

    told = saved_at_once(app, *[publish] * 6)

    assert told.count("done") == 1
    assert {each for each in told if each != "done"} == {
        "Somebody else published a version while you were writing yours."
    }
    assert [each.number for each in stored(PledgeStatement)] == [1, 2]
