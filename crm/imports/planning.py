"""What a file means, matched with the database as it is now. Changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.core import clock
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import ReadValue, Sheet
from crm.imports import queries
from crm.imports.columns import NO_HEADINGS, Layout, find_layout, layout_of
from crm.imports.dates import academic_year_in
from crm.imports.directory import Directory, NotFound, suggestions
from crm.imports.entries import Entry, Lists, LogReader, interpret_log
from crm.imports.findings import Finding, Report, Severity
from crm.imports.folding import Folding
from crm.imports.interpreting import Incoming, interpret
from crm.imports.matching import Match, match
from crm.imports.queries import Known
from crm.imports.saving import Located
from crm.imports.scanning import Table
from crm.imports.targets import LOGGING, SheetKind, Target
from crm.interactions.models import Channel
from crm.reference.academic_years import AcademicYear

A_SHEET = 10_000_000  # apart: the ids that employers of one sheet have before they have ids


@dataclass(frozen=True)
class Setting:
    """What a sheet is taken for: found out, remembered, or corrected by somebody.

    Attributes:
        header_row: as the sender counts; 0 if there are no headings; None: to be found.
        columns: column index to target; None: as recognised.
        id: of the sheet's row in the database, if it has one.
    """

    position: int = 0
    name: str = ""
    kind: SheetKind = SheetKind.EMPLOYERS
    header_row: int | None = None
    columns: Mapping[str, str] | None = None
    channel: Channel = Channel.CALL
    creates_employers: bool = False
    id: int = 0


@dataclass
class SheetPlan:
    """What a sheet means. Of a list of employers `matches` is filled, of a log `entries`."""

    setting: Setting
    sheet: Sheet
    layout: Layout | None = None
    report: Report = field(default_factory=Report)
    matches: Sequence[Match] = ()
    entries: Sequence[Entry] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Circumstances:
    """What rows are read with besides themselves.

    Attributes:
        lists: of the council.
        shown: the names behind ids of some columns.
        today: in London.
        year: that the names of the file's sheets agree on, for a sheet that names none itself.
    """

    lists: Lists
    shown: dict[str, dict[int, str]]
    today: date
    year: AcademicYear | None = None


def circumstances(file_name: str, sheets: Iterable[str]) -> Circumstances:
    """What a file's rows are read with, by the names of the file and of its sheets that can be seen."""
    lists, shown = queries.lists()
    years = {year for name in (*sheets, file_name) if (year := academic_year_in([name])) is not None}
    return Circumstances(lists, shown, clock.today(), years.pop() if len(years) == 1 else None)


def layout_for(sheet: Sheet, setting: Setting) -> Layout:
    """The layout of a sheet: as somebody corrected it, else as recognised.

    Raises UnreadableFile if there is nothing to go by.
    """
    row = setting.header_row
    if row is not None and not 0 <= row <= len(sheet.rows):
        raise UnreadableFile(f"There is no row {row} in this file. It has {len(sheet.rows):,} rows.")
    corrected = {int(index): Target(target) for index, target in (setting.columns or {}).items()}
    found = find_layout(sheet.rows, setting.kind)
    if row is None:
        if found is None:
            raise UnreadableFile(
                "No row with headings was found in the first 30 rows. There must be one with a heading such as "
                "“Employer” or “Company name”, or say below that there is none."
            )
        if setting.columns is None:
            return found
        return layout_of(sheet.rows, found.header, found.depth, corrected=corrected, kind=setting.kind)
    header = row - 1 if row else NO_HEADINGS
    depth = found.depth if found is not None and found.header == header else 1
    return layout_of(
        sheet.rows, header, depth, corrected=None if setting.columns is None else corrected, kind=setting.kind
    )


def plan_sheet(sheet: Sheet, setting: Setting, around: Circumstances, pending: Iterable[Known] = ()) -> SheetPlan:
    """Read the rows of a sheet, and find each employer's match if they are employers.

    Args:
        sheet: as it was read.
        setting: what it is taken for.
        around: what its rows are read with.
        pending: employers that earlier sheets of the file would add, with negative ids.
    """
    plan = SheetPlan(setting, sheet, trouble=sheet.trouble)
    if sheet.trouble or setting.kind is SheetKind.LEFT_OUT:
        return plan
    try:
        plan.layout = layout_for(sheet, setting)
        _refuse_without_columns(plan.layout, setting)
    except UnreadableFile as refusal:
        plan.trouble = str(refusal)
        return plan
    table = Table(sheet.rows, plan.layout, setting.kind)
    plan.report.notes = sheet.notes
    log = _log_reader(table, setting, around)
    if setting.kind is SheetKind.LOG:
        plan.entries = interpret_log(table, log, plan.report)
        return plan
    logging = LOGGING & set(plan.layout.targets.values())
    incoming = interpret(table, around.lists, plan.report, log if logging else None)
    folded = Folding(plan.report, around.shown).fold(incoming)
    numbers = [each.company_number for each in folded if each.company_number]
    known = queries.employers_that_may_be_meant(numbers, [each.name_key for each in folded])
    plan.matches = match(folded, [*known, *pending], plan.report)
    return plan


def _refuse_without_columns(layout: Layout, setting: Setting) -> None:
    wanted = [(Target.NAME, "with the employer’s name")]
    if setting.kind is SheetKind.LOG:
        wanted.append((Target.HAPPENED_ON, "with the date of each contact"))
    for target, described in wanted:
        if not layout.has(target):
            where = f"The headings in row {layout.header + 1} are" if layout.header >= 0 else "The columns are"
            raise UnreadableFile(f"No column {described} was found. {where}: {', '.join(layout.headings)}.")


def _log_reader(table: Table, setting: Setting, around: Circumstances) -> LogReader:
    above = [cell for row in table.rows[: max(table.layout.header, 0)] for cell in row if isinstance(cell, str)]
    year = academic_year_in((setting.name, *above)) or around.year
    return LogReader(table, around.lists, year=year, today=around.today, channel=setting.channel)


def pending_id(setting: Setting, incoming: Incoming) -> int:
    """What stands for the id of an employer that a sheet would add."""
    return -(setting.position * A_SHEET + incoming.row)


def pending_of(plan: SheetPlan) -> list[Known]:
    """The employers that a sheet would add, for the sheets after it."""
    return [
        Known(
            pending_id(plan.setting, new.incoming),
            new.incoming.name,
            new.incoming.name_key,
            new.incoming.company_number,
            new.incoming.values.get("postcode"),
            new.incoming.values.get("trading_name"),
        )
        for new in plan.matches
        if new.employer_id is None
    ]


def directory_for(entries: Sequence[Entry], pending: Iterable[Known] = ()) -> Directory:
    """Everybody that some entries may be about."""
    directory = Directory(pending)
    numbers = [entry.company_number for entry in entries if entry.company_number]
    met = set()
    for known in queries.employers_that_may_be_meant(numbers, keys_of(entries)):
        directory.add(known)
        met.add(known.id)
    if any(isinstance(directory.find(entry), NotFound) for entry in entries):
        for known in queries.employers_that_trade_under_names():
            if known.id not in met:
                directory.add(known)
    return directory


def keys_of(entries: Sequence[Entry]) -> list[str]:
    found = (queries.key_or_none(name) for name in {entry.employer_name for entry in entries})
    return [key for key in found if key is not None]


@dataclass
class Found:
    """Whom the entries of a log are about."""

    located: list[Located] = field(default_factory=list)
    bare: dict[str, list[Entry]] = field(default_factory=dict)  # entries of employers to be created, by name key


def locate(plan: SheetPlan, directory: Directory) -> Found:
    """Find the employer of every entry. One that is not settled is rejected, or to be created if that is wanted."""
    found = Found()
    unknown: list[Entry] = []
    for entry in plan.entries:
        known = directory.find(entry)
        if not isinstance(known, NotFound):
            _tell_of_namesakes(entry, known, directory, plan.report)
            found.located.append((known.id, entry))
        elif not known.is_unknown:
            reject_entry(plan.report, entry, known.reason)
        elif plan.setting.creates_employers:
            found.bare.setdefault(queries.key_or_none(entry.employer_name) or entry.employer_name, []).append(entry)
        else:
            unknown.append(entry)
    if unknown:
        near = suggestions(
            [entry.employer_name for entry in unknown], [*queries.names_of_employers(), *directory.names]
        )
        for entry in unknown:
            reject_entry(plan.report, entry, _unknown(near.get(entry.employer_name)))
    plan.report.drop_remarks_on_rejected()
    return found


def reject_entry(report: Report, entry: Entry, reason: str) -> None:
    report.counts.rejected += 1
    report.findings.append(Finding(Severity.REJECTED, entry.row, "Employer name", entry.employer_name, reason))


def _unknown(near: Sequence[str] | None) -> str:
    reason = "No employer of this name is known"
    if near:
        names = " or ".join(f"“{name}”" for name in near)
        return f"{reason}. Perhaps {names} is meant: write the name as it is there"
    return f"{reason}. Add it first, or have employers created from their names"


def _tell_of_namesakes(entry: Entry, known: Known, directory: Directory, report: Report) -> None:
    others = directory.namesakes(known)
    if others and entry.company_number is None:
        names = ", ".join(f"“{each.name}”" for each in others)
        text = f"{entry.employer_name} (others: {names})"
        reason = "Other employers have nearly the same name; the one spelt the same way is taken"
        report.findings.append(Finding(Severity.WARNING, entry.row, "Employer name", text, reason))


def rejected_cells(plan: SheetPlan) -> dict[int, Sequence[ReadValue]]:
    """The rows of a sheet that were rejected, as they were, by number."""
    return {row: plan.sheet.rows[row - 1] for row in sorted(plan.report.rejected_rows)}
