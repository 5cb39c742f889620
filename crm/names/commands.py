"""Replacing the key of names."""

import click
from flask.cli import AppGroup

from crm.core.db import committing
from crm.names.sealing import CannotOpen, is_possible
from crm.names.services import seal_anew

names = AppGroup("names", help="Names of young people, where a provider keeps them.")


@names.command("seal-anew")
def seal_all_anew() -> None:
    """Seal every name under the first key of NAMES_KEY, so that the keys behind it can be taken out."""
    if not is_possible():
        raise click.ClickException("NAMES_KEY is empty: there is no key to seal under.")
    try:
        with committing():
            number = seal_anew()
    except CannotOpen:
        raise click.ClickException("A name is sealed under a key that is not in NAMES_KEY. Nothing changed.") from None
    click.echo(f"{number} names sealed under the first key. The other keys can be taken out of NAMES_KEY.")
