"""Reports on the command line."""

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from crm.core import clock
from crm.core.dates import read_date
from crm.core.db import read_only
from crm.core.errors import CrmError
from crm.reports.releases import Release
from crm.reports.workbooks import Order, write_workbook


class Day(click.ParamType[date]):
    """A date as officers or programs write it."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_date(str(value), today=clock.today())
        except ValueError:
            raise click.BadParameter("Enter a date like 2026-11-24 or 24/11/2026.", context, param) from None


@click.command("export-workbook")
@click.option("--as-at", type=Day(), default=clock.today, help="The day whose end the figures describe; default today.")
@click.option("--release", type=click.Choice([level.value for level in Release]), default=Release.INTERNAL.value)
@click.option(
    "--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)
@with_appcontext
def export_workbook(as_at: date, release: str, path: Path) -> None:
    """Write the progress workbook for a meeting."""
    if not path.parent.is_dir():
        raise click.ClickException(f"The folder {path.parent} does not exist. Make it, or name another file.")
    read_only(True)
    order = Order(as_at=as_at, made_by="The command line", made_at=clock.now(), release=Release(release))
    try:
        write_workbook(order, path)
    except CrmError as refusal:
        raise click.ClickException(str(refusal)) from None
    except OSError as trouble:
        raise click.ClickException(f"{path} could not be written: {trouble.strerror}.") from None
    click.echo(f"Written: {path} ({path.stat().st_size:,} bytes), as at {as_at:%d/%m/%Y}, {release}.")
