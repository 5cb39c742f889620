"""Term dates: inside one academic year, never overlapping, whoever writes."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.reference import terms
from crm.reference.models import Term
from crm.reference.terms import TermDetails
from tests.conftest import stored
from tests.factories import TermFactory

AUTUMN = TermDetails("Autumn", date(2026, 9, 2), date(2026, 12, 18))
SPRING = TermDetails("Spring", date(2027, 1, 5), date(2027, 3, 26))

pytestmark = pytest.mark.usefixtures("database")


def test_terms_are_kept_oldest_first_with_their_academic_year() -> None:
    terms.add_term(SPRING)
    terms.add_term(AUTUMN)

    assert [(each.name, each.academic_year_name) for each in terms.all_terms()] == [
        ("Autumn", "2026/27"),
        ("Spring", "2026/27"),
    ]
    assert terms.school_days().between(date(2026, 9, 1), date(2026, 9, 6)) == 3


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        (date(2026, 12, 18), date(2027, 1, 4), "This overlaps Autumn, 2 September 2026 to 18 December 2026"),
        (date(2026, 9, 1), date(2026, 9, 2), "This overlaps Autumn"),
        (date(2027, 7, 1), date(2027, 9, 1), "inside one academic year"),
        (date(2027, 7, 1), date(2027, 6, 1), "must not be before its first day"),
    ],
)
def test_a_term_that_cannot_be_is_refused_in_a_sentence(first: date, last: date, complaint: str) -> None:
    terms.add_term(AUTUMN)

    with pytest.raises(Conflict, match=complaint):
        terms.add_term(TermDetails("Other", first, last))


def test_a_term_may_be_changed_over_its_own_days() -> None:
    term = terms.add_term(AUTUMN)

    terms.change_term(term, TermDetails("Michaelmas", date(2026, 9, 3), date(2026, 12, 17)), version=term.version)

    assert (term.name, term.first_day) == ("Michaelmas", date(2026, 9, 3))


def test_the_second_of_two_changes_is_noticed() -> None:
    term = terms.add_term(AUTUMN)

    with pytest.raises(EditedMeanwhile):
        terms.change_term(term, SPRING, version=term.version + 1)


def test_a_term_can_be_removed_and_is_then_not_found() -> None:
    term = terms.add_term(AUTUMN)

    terms.remove_term(term)

    assert stored(Term) == []
    with pytest.raises(NotFound):
        terms.get_term(1)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("last_day = '2026-09-01'", "ends_after_it_begins|inside_its_year"),
        ("first_day = '2026-08-31'", "inside_its_year"),
        ("last_day = '2027-09-01'", "inside_its_year"),
        ("academic_year = '2025/26'", "inside_its_year"),
        ("name = ' '", "has_a_name"),
    ],
)
def test_the_database_refuses_a_term_that_cannot_be(change: str, constraint: str) -> None:
    TermFactory.make()

    with pytest.raises(IntegrityError, match=constraint):
        db.session.execute(text(f"UPDATE term SET {change}"))


def test_two_administrators_at_once_cannot_make_terms_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite’s writers queue, so the second sees the first")
    terms.add_term(AUTUMN)
    monkeypatch.setattr(terms, "_overlapping", lambda *_: None)  # as if the other were not there yet

    with pytest.raises(Conflict, match="Somebody else saved a term"):
        terms.add_term(TermDetails("Other", date(2026, 12, 1), date(2027, 1, 1)))
