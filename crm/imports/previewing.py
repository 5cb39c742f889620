"""What an import would do, sheet by sheet. Changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from crm.core.spreadsheets.reading import Sheet
from crm.imports import log_saving, saving
from crm.imports.entries import Entry
from crm.imports.findings import Counts, Report
from crm.imports.giving_way import Told, give_way, hear
from crm.imports.interpreting import Incoming
from crm.imports.matching import Match
from crm.imports.people import Person
from crm.imports.planning import (
    A_SHEET,
    Circumstances,
    Found,
    Setting,
    SheetPlan,
    directory_for,
    locate,
    pending_id,
    pending_of,
    plan_sheet,
)
from crm.imports.queries import Known, key_or_none
from crm.imports.saving import Located
from crm.imports.targets import SheetKind

BATCH = 500
Expected = dict[int, list[Person]]  # contacts that employers will have by then, by the employer’s id


def preview_sheets(pairs: Sequence[tuple[Sheet, Setting]], around: Circumstances) -> list[SheetPlan]:
    """Plan every sheet, lists of employers first, and count what each would do. In the order of the file."""
    plans: dict[int, SheetPlan] = {}
    pending: list[Known] = []
    told: Told = {}
    expected: dict[int, list[Person]] = defaultdict(list)
    for sheet, setting in in_order(pairs):
        plan = plan_sheet(sheet, setting, around, pending)
        plans[setting.position] = plan
        if plan.trouble or plan.layout is None:
            continue
        if setting.kind is SheetKind.EMPLOYERS:
            plan.matches = give_way(plan.matches, told, plan.report)
            pending += pending_of(plan)
            for each in plan.matches:
                expected[_id_of(setting, each)] += each.incoming.people
            _count_employers(plan, around, expected, told)
            for each in plan.matches:
                hear(told, _id_of(setting, each), each.incoming)
        else:
            pending += _count_entries(plan, around, pending, expected)
    return [plans[position] for position in sorted(plans)]


def in_order(pairs: Iterable[tuple[Sheet, Setting]]) -> list[tuple[Sheet, Setting]]:
    """Lists of employers before logs, whatever the order of the sheets: a log then finds the employers of its file."""
    return sorted(pairs, key=lambda pair: (pair[1].kind is not SheetKind.EMPLOYERS, pair[1].position))


def _id_of(setting: Setting, match: Match) -> int:
    return pending_id(setting, match.incoming) if match.employer_id is None else match.employer_id


def _count_employers(plan: SheetPlan, around: Circumstances, expected: Expected, told: Told) -> None:
    for start in range(0, len(plan.matches), BATCH):
        batch = plan.matches[start : start + BATCH]
        outcome = saving.compare(batch, lambda each: pending_id(plan.setting, each), told)
        outcome.add_to(plan.report.counts)
        logged = _foresee(outcome.located, around, expected)
        note_logged(plan.report, logged)


def _count_entries(plan: SheetPlan, around: Circumstances, pending: Sequence[Known], expected: Expected) -> list[Known]:
    """Count the entries of a log; returns the employers it would create."""
    found = locate(plan, directory_for(plan.entries, pending))
    bare = _bare(plan.setting, found)
    located = [*found.located, *((new.id, entry) for new, entries in bare for entry in entries)]
    kept, repeats = log_saving.without_repeats(sorted(located, key=lambda each: each[1].row))
    for start in range(0, len(kept), BATCH):
        batch = kept[start : start + BATCH]
        note_entries(plan.report, _foresee(batch, around, expected))
        for employer_id, entry in batch:
            expected[employer_id] += entry.people
    plan.report.counts.repeated += len(repeats)
    plan.report.joined += repeats
    plan.report.counts.bare_employers = len(bare)
    return [new for new, _ in bare]


def _bare(setting: Setting, found: Found) -> list[tuple[Known, list[Entry]]]:
    return [
        (Known(-(setting.position * A_SHEET + entries[0].row), entries[0].employer_name, key, None, None), entries)
        for key, entries in found.bare.items()
    ]


def bare_match(name: str, row: int) -> Match:
    """An employer of whom nothing is known but the name."""
    return Match(Incoming(row=row, name_key=key_or_none(name) or name, values={"name": name}), None)


def _foresee(located: Sequence[Located], around: Circumstances, expected: Expected) -> log_saving.Logged:
    kept, repeats = log_saving.without_repeats(located)
    missing, logged = log_saving.split_known(kept)
    new = log_saving.foresee(missing, around.today, expected)
    new.known = [*logged.known, *(row for row, _ in repeats)]
    return new


def note_entries(report: Report, logged: log_saving.Logged) -> None:
    """Count what became of the rows of a log."""
    counts = report.counts
    counts.created += len(logged.new)
    counts.unchanged += len(logged.known)
    _note_what_comes_with_them(counts, logged)


def note_logged(report: Report, logged: log_saving.Logged) -> None:
    """Count the entries that came with employers; their rows are counted as employers."""
    counts = report.counts
    counts.logged += len(logged.new)
    counts.logged_before += len(logged.known)
    logged.contacts_added = 0  # they are the employer's, and counted with it
    _note_what_comes_with_them(counts, logged)


def _note_what_comes_with_them(counts: Counts, logged: log_saving.Logged) -> None:
    counts.contacts_added += logged.contacts_added
    counts.follow_ups += logged.follow_ups
    counts.overdue += logged.overdue
