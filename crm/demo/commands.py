"""Demo data on the command line."""

import click
from flask import current_app
from flask.cli import with_appcontext

from crm.core import clock
from crm.core.db import committing
from crm.core.errors import CrmError
from crm.demo import seeding
from crm.demo.people import password_hashes, sign_ins


@click.command("seed-demo")
@click.option("--empty", is_flag=True, help="Only those who sign in: no employers, providers or pledges.")
@with_appcontext
def seed_demo(empty: bool) -> None:
    """Load an invented city into an empty database, in demo mode only."""
    try:
        with committing():
            seeding.refuse_unless_demo_and_empty(demo=current_app.config["DEMO"])
        hashes = password_hashes()
        with committing():
            seeding.refuse_unless_demo_and_empty(demo=current_app.config["DEMO"])
            if empty:
                seeding.load_people(hashes)
            else:
                seeding.load(hashes, clock.today())
    except CrmError as refusal:
        raise click.ClickException(str(refusal)) from None
    _print_sign_ins()


@click.command("demo-sign-ins")
@with_appcontext
def demo_sign_ins() -> None:
    """Print who signs in to the demonstration, and with which passwords."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("There are sign-ins to print in demo mode only.")
    _print_sign_ins()


def _print_sign_ins() -> None:
    for role, email, password in sign_ins():
        click.echo(f"{role:<10} {email:<28} {password}")
