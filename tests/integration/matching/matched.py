"""A small city on a day of its own, and the scheduler's turn."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from crm.core import clock
from crm.core.db import db
from crm.fulfilment.counting import CountingPolicy
from crm.matching import child, jobs, queries, services
from crm.matching.jobs import run_matchings
from crm.matching.models import MatchedPlace, Matching
from crm.matching.scope import Scope
from crm.opportunities.models import Opportunity
from crm.pledges.kinds import OpportunityKind
from tests.factories import OpportunityFactory, UserFactory

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
EVERYTHING = Scope(first_day=date(2026, 11, 2), last_day=date(2027, 8, 31))


@pytest.fixture(autouse=True)
def a_day(monkeypatch: pytest.MonkeyPatch, database: None) -> None:
    """For modules that import it. The answer is found in this process, which takes no time to start."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(jobs, "answer_in_child", lambda asked, heard: child.answer(asked, seconds=5, say=heard))


def visit(day: int, **given: Any) -> Opportunity:
    """A visit of one morning in January, with one seat, for everybody."""
    dull = {
        "kind": OpportunityKind.WORKPLACE_VISIT,
        "starts_at": datetime(2027, 1, day, 9, tzinfo=UTC),
        "ends_at": datetime(2027, 1, day, 12, tzinfo=UTC),
        "provider": None,
        "capacity": 1,
        "title": f"Visit {day}",
    }
    return OpportunityFactory.make(**{**dull, **given})


def asked(scope: Scope = EVERYTHING) -> Matching:
    """A matching that waits for the scheduler."""
    by = UserFactory.make(name="Priya Shah")
    matching = services.ask(scope, CountingPolicy.usual(date(2026, 11, 2)), by=by, at=NOW)
    db.session.commit()
    return matching


def proposed(scope: Scope = EVERYTHING) -> Matching:
    """One that has been calculated."""
    matching = asked(scope)
    run_matchings(NOW)
    return queries.get_matching(matching.id)


def pairs(matching: Matching) -> set[tuple[str, str]]:
    """Who is proposed for what."""
    return {(row.young_person.reference, row.opportunity.title) for row in rows(matching)}


def rows(matching: Matching) -> list[MatchedPlace]:
    return list(queries.places_of(matching.id, queries.WantedRows()))
