"""Imports on the command line."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import with_appcontext

from crm.accounts.models import User
from crm.accounts.queries import user_by_email
from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import db, reading
from crm.core.errors import CrmError
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import SentFile, Sheet, read_sheets, read_spreadsheet
from crm.imports import printing, queries, run_queries, running, services, undo_services, undoing
from crm.imports.models import ImportSheet, RunStatus
from crm.imports.planning import Setting, SheetPlan, circumstances, layout_for
from crm.imports.previewing import preview_sheets
from crm.imports.targets import LOGGING, SheetKind

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NOBODY = "There is nobody yet in whose name contacts could be logged. See: flask --app wsgi users create"
NOTHING_TO_IMPORT = (
    "No sheet has headings that employers or a contact log have, such as “Employer” and “Date”. Rename the headings, "
    "or upload the file in the browser and say there what its columns are."
)
DRY_RUN = "\nThis was a dry run: nothing was changed. Add --commit to import."


@click.command("import-employers")
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--sheet", help="The sheet of a workbook; default is the first that is not hidden or empty.")
@click.option("--commit", is_flag=True, help="Really import. Without it you see what would happen.")
@with_appcontext
def import_employers(path: Path, sheet: str | None, commit: bool) -> None:
    """Import employers and contacts from a CSV file or an Excel workbook, and nothing of its log."""

    def settings(sent: SentFile) -> list[Setting]:
        layout = layout_for(sent.sheets[0], Setting(name=sent.sheets[0].name))
        columns = {str(column): target for column, target in layout.targets.items() if target not in LOGGING}
        return [Setting(name=sent.sheets[0].name, header_row=layout.header + 1, columns=columns)]

    _import(path, lambda: SentFile((read_spreadsheet(path, sheet=sheet),)), settings, by=None, commit=commit)


@click.command("import-workbook")
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--by", default="", help="E-mail of the colleague contacts are logged by; else the first administrator.")
@click.option("--commit", is_flag=True, help="Really import. Without it you see what would happen.")
@with_appcontext
def import_workbook(path: Path, by: str, commit: bool) -> None:
    """Import every visible sheet of a workbook: employers, contacts and the contact log."""

    def settings(sent: SentFile) -> list[Setting]:
        run = services.new_run(b"", path.name, sent, at=clock.now())
        return [services.setting_of(sheet) for sheet in run.sheets]

    _import(path, lambda: read_sheets(path), settings, by=by, commit=commit)


@click.command("undo-import")
@click.argument("run_id", type=int, metavar="RUN")
@click.option("--commit", is_flag=True, help="Really undo. Without it you see what would happen.")
@with_appcontext
def undo_import(run_id: int, commit: bool) -> None:
    """Undo an import, by the number it was given. What has been edited or used since is kept."""
    try:
        if not commit:
            with reading():
                run_queries.get_run(run_id)
                printing.print_undo(undoing.foresee_undo(run_id))
            click.echo("\nThis was a dry run: nothing was changed. Add --commit to undo the import.")
            return
        in_one_unit(lambda: undo_services.ask_for_undo(run_queries.get_run(run_id), by=None, at=clock.now()))
        in_one_unit(lambda: undo_services.claim_undo(run_id, at=clock.now()))
        undoing.carry_out_undo(run_id)
    except CrmError as refusal:
        raise click.ClickException(str(refusal)) from None
    with reading():
        run = run_queries.get_run(run_id)
        printing.print_undone(run, undo_services.kept_by_undo(run))


def _import(
    path: Path,
    read: Callable[[], SentFile],
    settings_for: Callable[[SentFile], list[Setting]],
    *,
    by: str | None,
    commit: bool,
) -> None:
    try:
        sent = read()
        with reading():
            settings = settings_for(sent)
            user = None if by is None else _named(by)
            if commit and by is not None and user is None:
                raise click.ClickException(NOBODY)
            printing.print_sheets(sent, settings)
            user_id, user_name = (user.id, user.name) if user else (0, "")
        pairs = list(zip(sent.sheets, settings, strict=True))
        plans = _carry_out(path, sent, pairs, user_id) if commit else _dry_run(path, pairs)
    except (UnreadableFile, CrmError) as refusal:
        raise click.ClickException(str(refusal)) from None
    for plan in plans:
        printing.print_plan(plan)
    if any(plan.report.counts.logged or plan.setting.kind is SheetKind.LOG for plan in plans):
        click.echo(f"\nContacts are logged by {user_name or 'nobody: add a user first'}.")
    troubles = [plan.trouble for plan in plans if plan.trouble and plan.setting.kind is not SheetKind.LEFT_OUT]
    if troubles and len(plans) == 1:
        raise click.ClickException(troubles[0])
    if not commit:
        click.echo(DRY_RUN)


def _dry_run(path: Path, pairs: Sequence[tuple[Sheet, Setting]]) -> list[SheetPlan]:
    _refuse_what_makes_no_sense(pairs)
    with reading():
        return preview_sheets(pairs, circumstances(path.name, [sheet.name for sheet, _ in pairs]))


def _carry_out(path: Path, sent: SentFile, pairs: Sequence[tuple[Sheet, Setting]], by: int) -> list[SheetPlan]:
    def begin() -> tuple[int, list[int]]:
        run = services.new_run(path.read_bytes(), path.name, sent, at=clock.now())
        run.status = RunStatus.RUNNING
        run.sheets = [_kept(setting) for _, setting in pairs]
        db.session.add(run)
        db.session.flush()
        return run.id, [sheet.id for sheet in run.sheets]

    _refuse_what_makes_no_sense(pairs)
    run_id, ids = in_one_unit(begin)
    numbered = [(sheet, replace(setting, id=id_)) for (sheet, setting), id_ in zip(pairs, ids, strict=True)]
    total = sum(len(sheet.rows) for sheet, setting in pairs if setting.kind is not SheetKind.LEFT_OUT)
    with click.progressbar(length=total, label="Importing") as bar:
        plans = running.carry_out(run_id, numbered, by=by, progress=lambda _, rows: bar.update(rows))
    click.echo(f"\nThis was import {run_id}. To undo it: flask --app wsgi undo-import {run_id}")
    return plans


def _refuse_what_makes_no_sense(pairs: Sequence[tuple[Sheet, Setting]]) -> None:
    """Before there is a run: a file that makes no sense leaves none."""
    if all(setting.kind is SheetKind.LEFT_OUT and not sheet.trouble for sheet, setting in pairs):
        raise UnreadableFile(NOTHING_TO_IMPORT)
    if len(pairs) == 1:
        layout_for(*pairs[0])


def _kept(setting: Setting) -> ImportSheet:
    return ImportSheet(
        position=setting.position,
        name=setting.name,
        kind=setting.kind,
        header_row=setting.header_row,
        columns=None if setting.columns is None else dict(setting.columns),
        channel=setting.channel,
        creates_employers=setting.creates_employers,
    )


def _named(email: str) -> User | None:
    if not email:
        return queries.first_administrator()
    user: User | None = user_by_email(email)
    if user is None or not user.is_staff:
        raise click.ClickException(f"No colleague signs in as {email}. See: flask --app wsgi users list")
    return user
