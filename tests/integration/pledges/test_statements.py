"""The statement of the pledge: versions that never change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.pledges.kinds import EXPERIENCES, OpportunityKind
from crm.pledges.models import PledgeStatement
from crm.pledges.plain_text import Block, Change, ComparedLine, compared, text_blocks
from crm.pledges.statements import (
    StatementTexts,
    all_statements,
    get_statement,
    publish_statement,
    statement_in_force,
    texts_of,
)
from tests.conftest import counting_queries
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("database")
TEXTS = StatementTexts("You offer three visits.", "- visits", "We keep your name.")


def publish(texts: StatementTexts = TEXTS, *, seen: int = 1) -> PledgeStatement:
    admin = UserFactory.make(role=Role.ADMIN)
    return publish_statement(texts, "Visits instead of talks", seen=seen, by=admin, at=clock.now())


def test_an_empty_database_has_a_statement_in_one_query() -> None:
    statement_in_force()  # the transaction has begun

    with counting_queries() as queries:
        statement = statement_in_force()

    assert (statement.number, statement.published_by, len(queries)) == (1, None, 1)
    assert "not a contract" in statement.wording
    assert "Information Commissioner" in statement.data_protection


def test_the_first_version_counts_what_the_figures_count() -> None:
    """Two definitions of the three, in words and in `crm.fulfilment`, would be disputed with employers."""
    counted, apart = statement_in_force().what_counts.split("counted on their own")

    for kind in OpportunityKind:
        said = counted if kind in EXPERIENCES else apart
        assert kind.label.lower() in said, f"{kind.label} is said in the wrong place, or not at all"


def test_the_next_version_is_in_force_and_the_earlier_stays() -> None:
    first = texts_of(statement_in_force())

    publish()

    assert (statement_in_force().number, texts_of(statement_in_force())) == (2, TEXTS)
    assert [each.number for each in all_statements()] == [2, 1]
    assert texts_of(get_statement(1)) == first


def test_the_second_of_two_writers_is_told() -> None:
    publish()

    with pytest.raises(EditedMeanwhile):
        publish(StatementTexts("Other", "words", "here"), seen=1)


def test_publishing_nothing_new_is_refused() -> None:
    with pytest.raises(Conflict, match="Nothing has changed"):
        publish(texts_of(statement_in_force()))


def test_there_is_no_version_nobody_published() -> None:
    with pytest.raises(NotFound):
        get_statement(2)


@pytest.mark.parametrize("statement", ["UPDATE pledge_statement SET wording = 'x'", "DELETE FROM pledge_statement"])
def test_the_database_keeps_every_version(statement: str) -> None:
    with pytest.raises(IntegrityError, match="never changes"):
        db.session.execute(text(statement))


def test_the_database_refuses_two_versions_of_one_number() -> None:
    db.session.add(
        PledgeStatement(number=1, wording="a", what_counts="b", data_protection="c", note="d", published_at=clock.now())
    )

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_text_is_read_as_paragraphs_and_lists() -> None:
    assert text_blocks("One\ntwo\n\nThese:\n- a\n - <b>\n\n\nEnd") == [
        Block(False, ("One", "two")),
        Block(False, ("These:",)),
        Block(True, ("a", "<b>")),
        Block(False, ("End",)),
    ]


def test_two_texts_are_compared_line_by_line() -> None:
    assert compared("Same\n\nOld\nGone", "Same\nNew") == [
        ComparedLine(Change.SAME, "Same"),
        ComparedLine(Change.REMOVED, "Old"),
        ComparedLine(Change.REMOVED, "Gone"),
        ComparedLine(Change.ADDED, "New"),
    ]
