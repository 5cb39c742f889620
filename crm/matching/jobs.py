"""What the scheduler does for matchings: calculate, book what an officer accepted, take it back."""

import logging
from collections.abc import Callable
from datetime import datetime

from crm.audit.recording import because
from crm.core import clock
from crm.core.batch import Tally, in_one_unit
from crm.core.clock import local_date
from crm.core.db import db, reading
from crm.core.errors import CrmError
from crm.fulfilment.policies import policy_on
from crm.matching import queries, services
from crm.matching.asking import NoAnswer, answer_in_child
from crm.matching.gathering import gather
from crm.matching.models import MatchedState, Matching, MatchingStatus
from crm.matching.scope import Scope
from crm.matching.services.proposing import STEPS
from crm.matching.words import phase

log = logging.getLogger(__name__)

NO_ANSWER = "No answer was found in time. Narrow the matching to fewer providers, kinds or weeks, and try again."
NOBODYS_FAULT = "Something went wrong that is not your fault. Tell your administrator."


def run_matchings(now: datetime) -> Tally:
    """Do what waits. Safe to run twice, or twice at once: each matching is claimed before it begins."""
    with reading():
        waiting = list(queries.waiting())
    done = 0
    for matching_id in waiting:
        claimed = in_one_unit(lambda each=matching_id: services.claim(each, at=now))  # type: ignore[misc]  # a lambda's default has no type
        if claimed:
            carry_on(matching_id, claimed)
            done += 1
    return Tally(done)


def carry_on(matching_id: int, claimed: str) -> None:
    """Do what a claimed matching waits for. Begun again after a crash, it does the rest."""
    with reading():
        status = db.session.get_one(Matching, matching_id).status
    try:
        if status is MatchingStatus.CALCULATING:
            _calculate(matching_id, claimed)
        elif status is MatchingStatus.BOOKING:
            _each(matching_id, claimed, MatchedState.ACCEPTED, services.book)
        elif status is MatchingStatus.UNDOING:
            _each(matching_id, claimed, MatchedState.RETURNING, services.take_back)
    except services.Superseded:
        log.warning("matching %d was stopped, or taken over by another process", matching_id)


def _calculate(matching_id: int, claimed: str) -> None:
    try:
        with reading():
            matching = db.session.get_one(Matching, matching_id)
            gathered = gather(Scope.from_json(matching.scope), policy_on(local_date(matching.asked_at)))
        found = answer_in_child(gathered.question, heard=lambda said: _hear(matching_id, claimed, said))
        _hear(matching_id, claimed, "keeping")
        in_one_unit(
            lambda: services.keep_proposal(services.still_ours(matching_id, claimed), gathered, found, at=clock.now())
        )
    except services.Superseded:
        raise
    except NoAnswer:
        _fail(matching_id, claimed, NO_ANSWER)
    except Exception:
        log.exception("matching %d failed", matching_id)
        _fail(matching_id, claimed, NOBODYS_FAULT)


def _fail(matching_id: int, claimed: str, why: str) -> None:
    in_one_unit(lambda: services.fail(services.still_ours(matching_id, claimed), why, at=clock.now()))


def _hear(matching_id: int, claimed: str, said: str | None) -> None:
    """A sign of life, with what is being done if that is news. Raises Superseded."""

    def note() -> None:
        matching = services.still_ours(matching_id, claimed)
        matching.heard_at = clock.now()
        if said is not None:
            matching.phase = phase(said)
            matching.steps_done = STEPS.index(said) if said in STEPS else matching.steps_done

    in_one_unit(note)


def _each(matching_id: int, claimed: str, state: MatchedState, do: Callable[..., bool]) -> None:
    """Do the rows in a state one at a time; say of each that cannot be done why."""
    with reading():
        rows = list(queries.ids_in_state(matching_id, state))
        by = queries.decider(matching_id, state)
    with because(f"matching {matching_id}", actor=by):
        for row_id in rows:
            _one(row_id, claimed, do)
    in_one_unit(lambda: services.finish(services.still_ours(matching_id, claimed), MatchingStatus.READY))


def _one(row_id: int, claimed: str, do: Callable[..., bool]) -> None:
    try:
        in_one_unit(lambda: do(row_id, claimed, at=clock.now()))
    except services.Superseded:
        raise
    except CrmError as refusal:
        why = str(refusal)
        in_one_unit(lambda: services.note_refusal(row_id, claimed, why, at=clock.now()))
    except Exception:
        log.exception("matched place %d", row_id)
        in_one_unit(lambda: services.note_refusal(row_id, claimed, NOBODYS_FAULT, at=clock.now()))
