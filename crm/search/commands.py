"""The command that fills the index of the search anew."""

import click
from flask.cli import AppGroup

from crm.core.db import committing
from crm.finding import services

search_index = AppGroup("search", help="The index of the search.")


@search_index.command("rebuild")
def rebuild() -> None:
    """Fill the index anew. Needed only after somebody changed the database by hand, past its triggers."""
    with committing():
        services.rebuild()
    click.echo("Everything can be found again.")
