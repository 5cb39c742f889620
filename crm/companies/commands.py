"""flask load-companies-house: the whole register, which is too large to upload."""

import time
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from crm.companies import queries, services
from crm.companies.models import CompanyLoad
from crm.companies.queries import Findings
from crm.companies.reading import Read, date_in, opened, read
from crm.companies.wording import COLUMN_LABELS
from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import reading
from crm.core.errors import CrmError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_LINES = 20  # of one kind of finding
TAKE = {"legal-form": "legal_form", "sic": "sic_code"}
DRY_RUN = "\nThis was a dry run: nothing was changed. Add --commit to load it."


@click.command("load-companies-house")
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--commit", is_flag=True, help="Really load. Without it you see what would happen.")
@click.option("--as-at", type=click.DateTime(["%Y-%m-%d"]), help="The day the file was made, if not in its name.")
@click.option("--extract", is_flag=True, help="The file is not the whole register: what it lacks may well exist.")
@click.option("--take", type=click.Choice(list(TAKE)), multiple=True, help="Overwrite what differs with what it says.")
@with_appcontext
def load_companies_house(
    path: Path, commit: bool, as_at: datetime | None, extract: bool, take: tuple[str, ...]
) -> None:  # click passes flags by name
    """Load what Companies House says of our employers from its public file, a CSV or the zip it comes in.

    Fills legal form and SIC code where they are empty, and notes status and registered address of every company number.
    """
    made_on = as_at.date() if as_at else date_in(path.name)
    if made_on is None:
        raise click.ClickException("Say with --as-at 2026-11-01 on which day the file was made.")
    try:
        load = _read(path, made_on, is_whole=not extract)
        with reading():
            _print(load, queries.findings(load))
        if not commit:
            click.echo(DRY_RUN)
            return
        in_one_unit(
            lambda: services.apply(services.stage(load, None), take=[TAKE[each] for each in take], at=clock.now())
        )
    except CrmError as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("\nLoaded. It can be undone on the page Import, Companies House.")


def _read(path: Path, as_at: date, *, is_whole: bool) -> CompanyLoad:
    with reading():
        looked_for = queries.looked_for()
    started = time.monotonic()

    def tell(rows: int) -> None:
        click.echo(f"\r{rows:,} rows, {rows / (time.monotonic() - started):,.0f} a second", nl=False, err=True)

    with opened(path) as lines:
        found: Read = read(lines, looked_for, tell)
    click.echo(err=True)
    return services.new_load(found, file_name=path.name, as_at=as_at, is_whole=is_whole, at=clock.now())


def _print(load: CompanyLoad, found: Findings) -> None:
    click.echo(f"{load.rows_read:,} rows read, {load.rows_unreadable:,} of them unreadable.")
    click.echo(f"{found.matched:,} employers found by their number.")
    click.echo(f"{len(found.fills):,} empty details filled, of {found.employers_filled:,} employers.")
    lists = (
        (
            "differ and are kept unless you --take them",
            [
                f"{each.employer}: {COLUMN_LABELS[each.column]} {each.ours} – {each.theirs}"
                for each in found.differences
            ],
        ),
        ("have a warning", [f"{each.name}: {status.label}" for each, status in found.warnings]),
        ("are called quite differently there", [f"{each.name}: {each.detail}" for each in found.renamed]),
        (
            "are not in the file"
            if not load.is_whole
            else "are not on the register any more, or their number is wrong",
            [_with_likely(each) for each in found.not_found],
        ),
        ("have no number, and the file has one of that name", [_with_likely(each) for each in found.without_number]),
    )
    for what, lines in lists:
        if lines:
            click.echo(f"\n{len(lines):,} {what}:")
            for line in lines[:MOST_LINES]:
                click.echo(f"  {line}")
            if len(lines) > MOST_LINES:
                click.echo(f"  and {len(lines) - MOST_LINES:,} more")


def _with_likely(each: queries.Named) -> str:
    number = f" ({each.number})" if each.number else ""
    likely = f": perhaps {each.likely.number} {each.likely.name}" if each.likely else ""
    return f"{each.name}{number}{likely}"
