"""Doing an import: sheet by sheet, in batches that are each a unit of work with history, ledger and progress."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from crm.audit.recording import because
from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import db, reading
from crm.core.errors import Conflict, EditedMeanwhile, MergedMeanwhile
from crm.core.spreadsheets.reading import Sheet
from crm.imports import log_saving, saving
from crm.imports.entries import Entry
from crm.imports.findings import Finding, Severity
from crm.imports.giving_way import Told, give_way, hear
from crm.imports.keeping import keep_outcome
from crm.imports.ledger import Ledger, made_in
from crm.imports.log_saving import Logged
from crm.imports.matching import Match
from crm.imports.models import ImportRun, RunStatus
from crm.imports.planning import (
    Circumstances,
    Setting,
    SheetPlan,
    circumstances,
    directory_for,
    locate,
    plan_sheet,
    reject_entry,
)
from crm.imports.previewing import bare_match, in_order, note_entries, note_logged
from crm.imports.queries import officers_by_id
from crm.imports.saving import Located
from crm.imports.targets import SheetKind

BATCH = 500
LONGEST_VALUE = 500  # of what a report quotes
SOMEBODY_ELSE = "Somebody else changed or added this employer at the same moment: import the file again"

Progress = Callable[[str, int], None]
ItemT = TypeVar("ItemT")


class Superseded(Exception):
    """Another process has taken this run on, because this one was silent for too long."""


@dataclass(frozen=True)
class Doing:
    """The import that is being done.

    Attributes:
        claim: of the process that does it; as soon as the run has another one, this process stops.
        by: id of whom entries are logged by; 0 if nobody was named, and then there may be none.
        made_before: employers that this import made before it was interrupted.
    """

    run_id: int
    claim: str | None
    by: int
    around: Circumstances
    made_before: frozenset[int]
    progress: Progress


def carry_out(
    run_id: int, pairs: Sequence[tuple[Sheet, Setting]], *, by: int, progress: Progress = lambda _, __: None
) -> list[SheetPlan]:
    """Import the sheets of a run, which has been claimed or is nobody else's, and keep the report.

    Args:
        run_id: of the run.
        pairs: each sheet and what it is taken for.
        by: id of the user in whose name contacts are logged.
        progress: told what is being done, and how many rows more are.

    Raises:
        Superseded: by another process.
    """
    with reading():
        run = db.session.get_one(ImportRun, run_id)
        around = circumstances(run.file_name, [sheet.name for sheet, _ in pairs])
        doing = Doing(run_id, run.claimed_by, by, around, made_in(run_id, "employer"), progress)
        file_name, actor = run.file_name, run.started_by_name
    total = sum(len(sheet.rows) for sheet, setting in pairs if setting.kind is not SheetKind.LEFT_OUT)
    in_one_unit(lambda: _begin(doing, total))
    plans: dict[int, SheetPlan] = {}
    told: Told = {}
    with _collecting_less(), because(f"import of {file_name}", actor=actor):
        for sheet, setting in in_order(pairs):
            with reading():
                plan = plan_sheet(sheet, setting, around)
            plans[setting.position] = plan
            if plan.layout is not None and not plan.trouble:
                if setting.kind is SheetKind.EMPLOYERS:
                    _save_employers(plan, doing, told)
                else:
                    _save_log(plan, doing)
    found = [plans[position] for position in sorted(plans)]
    in_one_unit(lambda: _end(doing, found))
    return found


@contextmanager
def _collecting_less() -> Iterator[None]:
    """Look for cycles to collect more rarely: a big import makes many objects and keeps most. A fifth faster."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _save_employers(plan: SheetPlan, doing: Doing, told: Told) -> None:
    plan.matches = give_way(plan.matches, told, plan.report)
    phase = f"Employers{_of(plan)}"

    def save(batch: Sequence[Match], ledger: Ledger) -> tuple[saving.Outcome, Logged]:
        outcome = saving.save(batch, ledger, doing.made_before)
        kept, repeats = log_saving.without_repeats(outcome.located)
        logged = _log(kept, ledger, doing)
        logged.known += (row for row, _ in repeats)
        return outcome, logged

    for batch in _batches(plan.matches):
        for outcome, logged in _in_units(batch, save, doing, phase, lambda match: _refuse_employer(plan, match)):
            outcome.add_to(plan.report.counts)
            note_logged(plan.report, logged)
            for employer_id, incoming in outcome.told:
                hear(told, employer_id, incoming)


def _save_log(plan: SheetPlan, doing: Doing) -> None:
    with reading():
        found = locate(plan, directory_for(plan.entries))
    located = [*found.located, *_create_bare(plan, list(found.bare.values()), doing)]
    kept, repeats = log_saving.without_repeats(sorted(located, key=lambda each: each[1].row))
    plan.report.counts.repeated += len(repeats)
    plan.report.joined += repeats
    phase = f"Contact log{_of(plan)}"
    for batch in _batches(kept):
        for logged in _in_units(
            batch, lambda some, ledger: _log(some, ledger, doing), doing, phase, lambda each: _refuse_entry(plan, each)
        ):
            note_entries(plan.report, logged)


def _create_bare(plan: SheetPlan, groups: Sequence[list[Entry]], doing: Doing) -> Iterator[Located]:
    """Create the employers that only the log names, and yield its entries with their ids."""
    by_row = {entries[0].row: entries for entries in groups}
    matches = [bare_match(entries[0].employer_name, row) for row, entries in by_row.items()]

    def save(batch: Sequence[Match], ledger: Ledger) -> list[tuple[int, int]]:
        saving.save(batch, ledger)
        ids = ledger.ids_made("employer")
        return list(zip(ids, (match.incoming.row for match in batch), strict=True))

    for batch in _batches(matches):
        for pairs in _in_units(
            batch,
            save,
            doing,
            "Employers named in the log",
            lambda match: _refuse_bare(plan, by_row[match.incoming.row]),
        ):
            plan.report.counts.bare_employers += len(pairs)
            for employer_id, row in pairs:
                yield from ((employer_id, entry) for entry in by_row[row])


def _log(located: Sequence[Located], ledger: Ledger, doing: Doing) -> Logged:
    missing, before = log_saving.split_known(located, doing.run_id)
    if missing:
        by = officers_by_id([doing.by]).get(doing.by)
        if by is None:
            raise Conflict("There is nobody in whose name contacts could be logged.")
        after = log_saving.save_entries(missing, ledger, by=by, today=doing.around.today)
        after.new += before.new
        after.known += before.known
        return after
    return before


def _in_units(
    batch: Sequence[ItemT],
    save: Callable[[Sequence[ItemT], Ledger], Any],
    doing: Doing,
    phase: str,
    refuse: Callable[[ItemT], None],
) -> Iterator[Any]:
    """Write a batch in one unit of work; if the database refuses one of its rows, write the others one by one."""
    try:
        result = in_one_unit(lambda: _unit(batch, save, doing, phase))
    except (IntegrityError, DataError, EditedMeanwhile, KeyError, MergedMeanwhile):
        if len(batch) > 1:
            for one in batch:
                yield from _in_units([one], save, doing, phase, refuse)
            return
        refuse(batch[0])
        return
    doing.progress(phase, len(batch))
    yield result


def _unit(batch: Sequence[ItemT], save: Callable[[Sequence[ItemT], Ledger], Any], doing: Doing, phase: str) -> Any:
    run = still_ours(doing.run_id, doing.claim)
    run.rows_done, run.phase, run.heard_at = run.rows_done + len(batch), phase, clock.now()
    ledger = Ledger(doing.run_id)
    result = save(batch, ledger)
    ledger.close()
    return result


def still_ours(run_id: int, claim: str | None) -> ImportRun:
    """The run, locked for this unit of work. Raises Superseded if another process has claimed it."""
    run = db.session.scalars(select(ImportRun).where(ImportRun.id == run_id).with_for_update()).one()
    if run.claimed_by != claim:
        raise Superseded
    return run


def _refuse_employer(plan: SheetPlan, match: Match) -> None:
    incoming = match.incoming
    plan.report.counts.rejected += 1
    finding = Finding(Severity.REJECTED, incoming.row, "Employer name", incoming.name, SOMEBODY_ELSE)
    plan.report.findings.append(finding)


def _refuse_entry(plan: SheetPlan, located: Located) -> None:
    reject_entry(plan.report, located[1], SOMEBODY_ELSE)


def _refuse_bare(plan: SheetPlan, entries: Sequence[Entry]) -> None:
    for entry in entries:
        reject_entry(plan.report, entry, SOMEBODY_ELSE)


def _begin(doing: Doing, total: int) -> None:
    run = still_ours(doing.run_id, doing.claim)
    run.status, run.rows_total, run.rows_done, run.heard_at = RunStatus.RUNNING, total, 0, clock.now()
    run.phase = "Comparing with the database"


def _end(doing: Doing, plans: Sequence[SheetPlan]) -> None:
    run = still_ours(doing.run_id, doing.claim)
    run.status, run.ended_at, run.content, run.phase = RunStatus.DONE, clock.now(), None, None
    run.rows_done = run.rows_total
    keep_outcome(run, plans)


def _of(plan: SheetPlan) -> str:
    return f" of “{plan.setting.name}”" if plan.setting.name else ""


def _batches(items: Sequence[ItemT]) -> Iterator[Sequence[ItemT]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
