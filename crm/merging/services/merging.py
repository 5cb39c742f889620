"""Making one employer of two. Callers open the unit of work; nothing here commits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from crm.accounts.models import User
from crm.audit.recording import because, write_down
from crm.core import clock
from crm.core.db import Base, check_version, db
from crm.core.errors import Conflict, NotFound
from crm.employers.domains import own_domain
from crm.employers.models import Employer
from crm.merging import policies
from crm.merging.ledger import Ledger, told_of_employers
from crm.merging.models import EmployerMerge
from crm.merging.rules import QUESTIONS
from crm.merging.services.moving import Outcome, move_everything
from crm.pledges.models import UNDECIDED, Pledge

PATIENCE = "700ms"  # less than PostgreSQL's deadlock_timeout: a merge gives way before anybody else is thrown out
DIFFERENT_NUMBERS = (
    "These two have different company numbers, so they are probably two companies. "
    "Tick the box if you have checked that they are one."
)


class Busy(Conflict):
    """Somebody is saving something of one of the two employers at this moment. Trying again helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen on the page of a merge."""

    survivor_id: int
    loser_id: int
    survivor_version: int | None  # as the page showed them
    loser_version: int | None
    from_loser: frozenset[str] = frozenset()  # keys of the questions that the loser's row answers
    loser_pledge_years: frozenset[str] = frozenset()  # in which the loser's promise stays in force
    numbers_checked: bool = False  # that different company numbers are no mistake


def merge_employers(choices: Choices, *, by: User, at: datetime) -> EmployerMerge:
    """Make the loser part of the survivor: everything that names it moves, and its reference leads there.

    Raises:
        EditedMeanwhile: one of them is no longer at the version the page showed.
        Conflict: they may not be merged, or not without the tick.
        Busy: somebody is saving something of theirs at this moment.
    """
    with giving_way():
        survivor, loser = lock_both(choices.survivor_id, choices.loser_id)
        _refuse(survivor, loser, choices)
        merge = EmployerMerge(
            survivor_id=survivor.id,
            loser_id=loser.id,
            survivor_name=survivor.name,
            loser_name=loser.name,
            merged_at=at,
            merged_by_id=by.id,
            merged_by_name=by.name,
            outcome=[],
        )
        db.session.add(merge)
        db.session.flush()
        ledger = Ledger(merge.id)
        with because(f"Merge of {loser.name} into {survivor.name}"):
            merge.outcome = move_everything(ledger, survivor, loser, choices.loser_pledge_years, clock.local_date(at))
            _answer_questions(ledger, survivor, loser, choices.from_loser)
            _mark(ledger, survivor, loser, at)
            ledger.close()
            _tell_both(ledger, survivor, loser, merge.outcome)
        raise_versions(survivor, loser)
    db.session.flush()
    db.session.expire_all()
    return merge


@contextmanager
def giving_way() -> Iterator[None]:
    """Wait only briefly for rows that somebody else is changing. Raises Busy instead of risking a deadlock."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    try:
        yield
    except OperationalError as error:
        if db.engine.dialect.name != "postgresql":
            raise
        raise Busy("Somebody is saving something of these employers at this moment. Try again.") from error


def lock_both(*ids: int) -> Sequence[Employer]:
    """Both employers as they are now, in the order asked for. Nothing is added to either until this unit of work ends.

    They are locked in the order of their ids, so that two merges of one pair queue up. Raises NotFound.
    """
    statement = select(Employer).where(Employer.id.in_(ids)).order_by(Employer.id).with_for_update()
    rows = {each.id: each for each in db.session.scalars(statement.execution_options(populate_existing=True))}
    if set(ids) - set(rows):
        raise NotFound("We could not find that employer.")
    return [rows[each] for each in ids]


def raise_versions(survivor: Employer, loser: Employer) -> None:
    """Above both: a form opened on the loser is led to the survivor, and must not pass for one opened there."""
    newest = 1 + max(survivor.version, loser.version)
    table = Base.metadata.tables["employer"]
    db.session.execute(
        update(table).where(table.c.id.in_([survivor.id, loser.id])).values(version=newest, updated_at=clock.now())
    )


def keep_domains(*ids: int) -> None:
    """Work out the domains again: columns written here pass no flush."""
    table = Base.metadata.tables["employer"]
    statement = select(table.c.id, table.c.website, table.c.email).where(table.c.id.in_(ids))
    for row in db.session.execute(statement).all():
        domain = own_domain(row.website, row.email)
        db.session.execute(
            update(table).where(table.c.id == row.id).values(domain=domain, updated_at=table.c.updated_at)
        )


def _refuse(survivor: Employer, loser: Employer, choices: Choices) -> None:
    if reason := policies.why_not_merge(survivor, loser):
        raise Conflict(reason)
    check_version(survivor, choices.survivor_version)
    check_version(loser, choices.loser_version)
    if policies.have_different_numbers(survivor, loser) and not choices.numbers_checked:
        raise Conflict(DIFFERENT_NUMBERS)
    if years := years_with_two_open(survivor.id, loser.id):
        raise Conflict(
            f"Both have a pledge for {years[0]} that is not decided. Only one can go on: "
            "discard one, or record the employer’s answer, and merge them then."
        )


def years_with_two_open(survivor_id: int, loser_id: int) -> Sequence[str]:
    """Academic years for which each of two employers has a draft, or a pledge waiting for an answer."""
    theirs, ours = (
        select(Pledge.academic_year_name).where(Pledge.employer_id == each, Pledge.status.in_(UNDECIDED))
        for each in (loser_id, survivor_id)
    )
    statement = ours.where(Pledge.academic_year_name.in_(theirs)).order_by(Pledge.academic_year_name)
    return db.session.scalars(statement).all()


def _answer_questions(ledger: Ledger, survivor: Employer, loser: Employer, from_loser: frozenset[str]) -> None:
    """Give the survivor the answers that were chosen of the loser's. A number is exchanged, so that both are found."""
    values: dict[str, Any] = {
        column: getattr(loser, column)
        for question in QUESTIONS
        if question.key in from_loser and question.key != "company_number"
        for column in question.columns
    }
    ledger.change("employer", [survivor.id], values)
    if "company_number" in from_loser:
        ours, theirs = survivor.company_number, loser.company_number
        ledger.change("employer", [loser.id], {"company_number": None})
        ledger.change("employer", [survivor.id], {"company_number": theirs})
        ledger.change("employer", [loser.id], {"company_number": ours})
    keep_domains(survivor.id)


def _mark(ledger: Ledger, survivor: Employer, loser: Employer, at: datetime) -> None:
    """Last of all: from here on nothing can be added to the loser."""
    values = {"merged_into_id": survivor.id, "archived_at": at, "archived_reason": f"Merged into {survivor.name}"}
    ledger.change("employer", [loser.id], values)


def _tell_both(ledger: Ledger, survivor: Employer, loser: Employer, outcome: Outcome) -> None:
    """One line in the history of each; what moved is counted there and not repeated row by row."""
    went = ", ".join(f"{moved} {what}" for what, moved, _ in outcome if moved)
    shown = told_of_employers(ledger.rows, survivor.id, loser.id)
    with because(f"{loser.name} was merged into this employer" + (f": {went}" if went else "")):
        write_down("employer", [(survivor.id, shown[survivor.id])])
    with because(f"Merged into {survivor.name}"):
        write_down("employer", [(loser.id, shown[loser.id])])
