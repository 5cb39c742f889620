"""Imports on the command line."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import db, reading
from crm.core.errors import CrmError
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import Sheet, read_spreadsheet
from crm.imports import running, services
from crm.imports.columns import Layout
from crm.imports.findings import TITLES, Report, Severity, grouped


@click.command("import-employers")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--sheet", help="The sheet of a workbook; default is the first that is not hidden or empty.")
@click.option("--commit", is_flag=True, help="Really import. Without it you see what would happen.")
@with_appcontext
def import_employers(path: Path, sheet: str | None, commit: bool) -> None:
    """Import employers and contacts from a CSV file or an Excel workbook."""
    try:
        read = read_spreadsheet(path, sheet=sheet)
        with reading():
            plan = running.make_plan(read, running.layout_for(read))
        _print_layout(read, plan.layout)
        report = _carry_out(plan, path) if commit else _dry_run(plan)
    except (UnreadableFile, CrmError) as refusal:
        raise click.ClickException(str(refusal)) from None
    _print_report(report)
    if not commit:
        click.echo("\nThis was a dry run: nothing was changed. Add --commit to import.")


def _dry_run(plan: running.Plan) -> Report:
    with reading(), click.progressbar(length=len(plan.matches), label="Comparing") as bar:
        return running.dry_run(plan, bar.update)


def _carry_out(plan: running.Plan, path: Path) -> Report:
    def begin() -> int:
        run = services.new_run(path.read_bytes(), path.name, at=clock.now())
        db.session.add(run)
        db.session.flush()
        return run.id

    run_id = in_one_unit(begin)
    with click.progressbar(length=len(plan.matches), label="Importing") as bar:
        return running.carry_out(plan, run_id, bar.update)


def _print_layout(sheet: Sheet, layout: Layout) -> None:
    if sheet.name:
        others = f" (other sheets: {', '.join(sheet.others)})" if sheet.others else ""
        click.echo(f"Sheet: {sheet.name}{others}")
    for note in sheet.notes:
        click.echo(note)
    click.echo(f"Headings found in row {layout.header + 1}:")
    for column, heading in enumerate(layout.headings):
        target = layout.targets.get(column)
        click.echo(f"  {heading} → {target.label if target else 'not imported'}")


def _print_report(report: Report) -> None:
    for severity in Severity:
        _print_findings(report, severity)
    if report.not_imported:
        click.echo("\nColumns not imported:")
        for heading, filled in report.not_imported:
            click.echo(f"  {heading}: {filled:,} filled cells")
    if report.joined:
        click.echo(f"\nRows joined with an earlier row of the same employer: {report.joined_rows}")
    if report.blank_rows:
        click.echo(f"\nBlank rows: {report.blank_row_numbers}")
    if report.above:
        click.echo(f"Rows above the headings, not imported: {report.above}")
    counts = report.counts
    click.echo(
        f"\n{counts.created:,} created, {counts.updated:,} updated, {counts.unchanged:,} unchanged, "
        f"{counts.rejected:,} rejected"
    )
    click.echo(
        f"{counts.rows:,} rows: {counts.employers:,} employers, {counts.repeated:,} more rows of the same employers, "
        f"{counts.rejected:,} rejected, {counts.blank:,} blank"
    )
    click.echo(f"Contacts: {counts.contacts_added:,} added, {counts.contacts_updated:,} updated")


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
