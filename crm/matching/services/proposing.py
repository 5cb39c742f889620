"""Asking the optimiser, and keeping what it proposes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.fulfilment.counting import CountingPolicy
from crm.matching.gathering import Gathered, names_of_lists
from crm.matching.models import LeftWithout, MatchedPlace, Matching, MatchingStatus
from crm.matching.question import Answer
from crm.matching.scope import Scope
from crm.matching.services.claiming import finish
from crm.matching.words import Names, distribution, reason, why_without

STEPS = ("choices", "rules", "step 1", "step 2", "step 3", "preferences", "reasons", "keeping")
MOST_NOT_READY = 50  # opportunities that are named as left out


def ask(scope: Scope, policy: CountingPolicy, *, by: User, at: datetime) -> Matching:
    """Leave a question to the scheduler. Raises Conflict if the days are the wrong way round."""
    if scope.last_day < scope.first_day:
        raise Conflict("The last day must not be before the first.")
    matching = Matching(
        asked_by_id=by.id,
        asked_by_name=by.name,
        asked_at=at,
        scope=scope.as_json(),
        target=policy.target,
        steps_total=len(STEPS),
    )
    db.session.add(matching)
    db.session.flush()
    return matching


def keep_proposal(matching: Matching, gathered: Gathered, answer: Answer, *, at: datetime) -> None:
    """Write down who is proposed for what, who is left without, and what that would bring."""
    given: dict[int, list[int]] = defaultdict(list)
    for pair in answer.pairs:
        given[pair.seeker].append(pair.opening)
    names = names_of_lists()
    for position, openings in given.items():
        db.session.add_all(_rows(matching, gathered, position, openings, names))
    for position, obstacles in answer.obstacles.items():
        seeker = gathered.question.seekers[position]
        why = why_without(obstacles)
        row = LeftWithout(matching_id=matching.id, young_person_id=seeker.id, had=seeker.had, why=why)
        db.session.add(row)
    matching.outcome = _outcome(gathered, answer, given)
    matching.ended_at = at
    finish(matching, MatchingStatus.READY)


def fail(matching: Matching, why: str, *, at: datetime) -> None:
    """Say why there is no answer."""
    finish(matching, MatchingStatus.FAILED)
    matching.trouble, matching.ended_at = why, at
    db.session.flush()


def _rows(
    matching: Matching, gathered: Gathered, position: int, openings: Sequence[int], names: Names
) -> Iterator[MatchedPlace]:
    """Somebody's places in the order of their dates: the first is their next."""
    question = gathered.question
    seeker = question.seekers[position]
    stands = question.towards(seeker.had, len(seeker.employers))
    for place, at in enumerate(sorted(openings, key=lambda each: question.openings[each].span.starts_at), start=1):
        opening = question.openings[at]
        becomes = min(stands + place, question.target)
        yield MatchedPlace(
            matching_id=matching.id,
            opportunity_id=opening.id,
            young_person_id=seeker.id,
            starts_at=opening.span.starts_at,
            ends_at=opening.span.ends_at,
            had=seeker.had,
            becomes=becomes,
            reason=reason(seeker, opening, becomes=becomes, target=question.target, names=names),
        )


def _outcome(gathered: Gathered, answer: Answer, given: Mapping[int, Sequence[int]]) -> dict[str, object]:
    """The figures of the page. `before` and `after` say how many of those who lack places have 0, 1, 2, 3."""
    question = gathered.question
    before = [question.towards(seeker.had, len(seeker.employers)) for seeker in question.seekers]
    after = [
        question.towards(
            seeker.had + len(given.get(at, ())),
            len(seeker.employers | {question.openings[each].employer_id for each in given.get(at, ())}),
        )
        for at, seeker in enumerate(question.seekers)
    ]
    return {
        "before": distribution(before, question.target),
        "after": distribution(after, question.target),
        "seats": sum(opening.seats for opening in question.openings),
        "opportunities": len(question.openings),
        "people": len(question.seekers),
        "places": len(answer.pairs),
        "proved": answer.proved,
        "seconds": answer.seconds,
        "not_ready": [[each.opportunity_id, each.title, each.why] for each in gathered.not_ready[:MOST_NOT_READY]],
    }
