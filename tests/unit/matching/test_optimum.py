"""The matching against a judge that shares no code with it, and on small questions against trying everything."""

from typing import Any

import pytest
from benchmark.judging import as_given, best_of_all, faults, worth
from benchmark.young_city import city
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.matching import child, narrowing
from crm.matching.question import (
    Answer,
    Question,
    answer_from_json,
    answer_to_json,
    question_from_json,
    question_to_json,
)
from tests.unit.matching.asking import opening, seeker, span

IDS = st.integers(1, 3)
SPANS = st.builds(
    span, st.integers(0, 8), st.sampled_from([8, 9, 13]), st.sampled_from([12, 16]), days=st.sampled_from([1, 1, 3])
) | st.builds(span, st.integers(0, 8), st.just(17), st.just(10), days=st.just(2))  # through the night
SETS: dict[str, Any] = {"sectors": st.frozensets(IDS, max_size=2)}
OPENINGS = st.fixed_dictionaries(
    {
        **SETS,
        "employer_id": IDS,
        "kind": st.sampled_from(["placement", "workplace_visit"]),
        "span": SPANS,
        "in_person": st.sampled_from([True, True, True, False]),
        "seats": st.integers(1, 2),
        "provider_id": st.sampled_from([None, None, 1, 2]),
        "year_groups": st.sampled_from([frozenset(), frozenset(), frozenset({"10"}), frozenset({"9", "11"})]),
        "area_id": IDS | st.none(),
    }
)
SEEKERS = st.fixed_dictionaries(
    {
        **SETS,
        "provider_id": st.integers(1, 2),
        "year_group": st.sampled_from(["9", "10"]),
        "had": st.integers(0, 3),
        "busy": st.lists(SPANS, max_size=1).map(tuple),
        "been": st.frozensets(IDS, max_size=1),
        "area_id": IDS | st.none(),
    }
)


@st.composite
def questions(draw: st.DrawFn, *, people: int, places: int) -> Question:
    different = draw(st.integers(1, 3))
    seekers = []
    for number, told in enumerate(draw(st.lists(SEEKERS, min_size=1, max_size=people)), start=1):
        had = told["had"]
        employers = frozenset(draw(st.sets(IDS, min_size=min(had, 1), max_size=had))) if had else frozenset()
        kinds = frozenset(draw(st.sets(st.sampled_from(["placement", "talk"]), max_size=had)))
        seekers.append(seeker(number, **told, employers=employers, kinds=kinds))
    offered = draw(st.lists(OPENINGS, min_size=1, max_size=places))
    openings = [opening(number, **told) for number, told in enumerate(offered, start=1)]
    return Question(seekers, openings, different_employers=different)


def solved(question: Question) -> Answer:
    """As the child does it, having travelled there and back."""
    travelled = question_from_json(question_to_json(question))
    assert travelled == question
    found = child.answer(travelled, seconds=20)
    assert answer_from_json(answer_to_json(found)) == found
    return found


@settings(max_examples=60, deadline=None)
@given(question=questions(people=4, places=4))
def test_nothing_is_better_than_what_is_found_and_no_rule_is_broken(question: Question) -> None:
    found = solved(question)
    got = as_given((pair.seeker, pair.opening) for pair in found.pairs)

    assert not faults(question, got)
    assert worth(question, got) == best_of_all(question)
    assert found.proved
    assert found.obstacles.keys() == set(range(len(question.seekers))) - got.keys()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(1, 10_000), different=st.integers(1, 3))
def test_a_small_city_breaks_no_rule_however_few_choices_are_looked_at(seed: int, different: int) -> None:
    question = city(60, 30, seed=seed, different_employers=different)
    whole = solved(question)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(narrowing, "MOST_CHOICES", 200)
        narrow = solved(question)

    for found in (whole, narrow):
        assert not faults(question, as_given((pair.seeker, pair.opening) for pair in found.pairs))
    assert len(narrow.pairs) >= len(whole.pairs) * 0.9


@pytest.mark.parametrize("people", [0, 1])
def test_a_question_without_places_has_an_answer(people: int) -> None:
    found = solved(Question([seeker()] * people, []))

    assert (found.pairs, found.proved) == ([], True)
