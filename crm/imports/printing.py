"""What imports say on the command line."""

from collections.abc import Sequence

import click

from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import SentFile
from crm.imports.findings import TITLES, Counts, Report, Severity, grouped
from crm.imports.judging import CALLED, Verdicts
from crm.imports.models import ImportChange, ImportRun
from crm.imports.planning import Setting, SheetPlan, layout_for
from crm.imports.targets import SheetKind


def print_sheets(sent: SentFile, settings: Sequence[Setting]) -> None:
    """Say what each sheet and column is taken for."""
    for sheet, setting in zip(sent.sheets, settings, strict=True):
        if sheet.name:
            others = f" (other sheets: {', '.join(sheet.others)})" if sheet.others else ""
            click.echo(f"\nSheet: {sheet.name}{others} – {setting.kind.label.lower()}")
        for note in sheet.notes:
            click.echo(note)
        if setting.kind is not SheetKind.LEFT_OUT:
            _print_layout(sent, setting)
    for name in sent.hidden:
        click.echo(f"\nSheet: {name} – hidden, so not read")


def _print_layout(sent: SentFile, setting: Setting) -> None:
    try:
        layout = layout_for(sent.sheets[setting.position], setting)
    except UnreadableFile:
        return  # told with the plan
    rows = f"row {layout.header + 1}" if layout.depth == 1 else f"rows {layout.header + 1} and {layout.header + 2}"
    click.echo(f"Headings found in {rows}:")
    for column, heading in enumerate(layout.headings):
        target = layout.targets.get(column)
        click.echo(f"  {heading} → {target.label if target else 'not imported'}")


def print_plan(plan: SheetPlan) -> None:
    """What became, or would become, of every row of a sheet."""
    if plan.setting.name:
        click.echo(f"\n== {plan.setting.name}: {plan.setting.kind.label.lower()}")
    if plan.trouble:
        click.echo(plan.trouble)
    elif plan.setting.kind is not SheetKind.LEFT_OUT:
        _print_report(plan.report, plan.setting.kind)


def _print_report(report: Report, kind: SheetKind) -> None:
    for severity in Severity:
        _print_findings(report, severity)
    if report.not_imported:
        click.echo("\nColumns not imported:")
        for heading, filled in report.not_imported:
            click.echo(f"  {heading}: {filled:,} filled cells")
    if report.joined:
        click.echo(f"\nRows joined with an earlier row of the same: {report.joined_rows}")
    if report.blank_rows:
        click.echo(f"\nBlank rows: {report.blank_row_numbers}")
    if report.above:
        click.echo(f"Rows above the headings, not imported: {report.above}")
    _print_counts(report.counts, kind)


def _print_counts(counts: Counts, kind: SheetKind) -> None:
    things = "employers" if kind is SheetKind.EMPLOYERS else "entries of the contact log"
    click.echo(
        f"\n{counts.created:,} created, {counts.updated:,} updated, {counts.unchanged:,} unchanged, "
        f"{counts.rejected:,} rejected"
    )
    click.echo(
        f"{counts.rows:,} rows: {counts.used:,} {things}, {counts.repeated:,} more rows of the same, "
        f"{counts.rejected:,} rejected, {counts.blank:,} blank"
    )
    click.echo(f"Contacts: {counts.contacts_added:,} added, {counts.contacts_updated:,} updated")
    if counts.bare_employers:
        click.echo(f"Employers created from their name: {counts.bare_employers:,}")
    if counts.logged or counts.logged_before:
        click.echo(f"Contact log: {counts.logged:,} entries added, {counts.logged_before:,} were there")
    if counts.follow_ups:
        click.echo(f"Next steps: {counts.follow_ups:,} planned, {counts.overdue:,} of them overdue already")


def _print_findings(report: Report, severity: Severity) -> None:
    groups = grouped(each for each in report.findings if each.severity is severity)
    if not groups:
        return
    click.echo(f"\n{TITLES[severity]}: {sum(len(group.findings) for group in groups):,}")
    for group in groups:
        if severity is Severity.REJECTED:
            for each in group.findings:
                click.echo(f"  row {each.row}, {each.column}: {each.reason}: “{each.value}”")
        else:
            rows = "row" if len(group.findings) == 1 else f"{len(group.findings):,} rows:"
            click.echo(f"  {group.column}: {group.reason} – {group.values} ({rows} {group.rows})")


def print_undo(verdicts: Verdicts) -> None:
    """What undoing would take back and keep."""
    made = [change for change in verdicts.undone if change.seal is not None]
    click.echo("Would be taken away:")
    for entity, called in CALLED.items():
        click.echo(f"  {called}: {sum(change.entity == entity for change in made):,}")
    click.echo(f"Would be as before: {len(verdicts.undone) - len(made):,} rows that were changed")
    _print_kept(verdicts.kept, "Would be kept")


def print_undone(run: ImportRun, kept: Sequence[tuple[ImportChange, str]]) -> None:
    assert run.undo is not None  # noqa: S101  # it has just been done
    click.echo(f"Import {run.id} is undone: {run.undo.done - len(kept):,} rows taken back.")
    _print_kept(kept, "Kept")


def _print_kept(kept: Sequence[tuple[ImportChange, str]], title: str) -> None:
    click.echo(f"{title}: {len(kept):,}")
    for change, why in kept:
        click.echo(f"  {CALLED[change.entity]} {change.entity_id}: {why}")
