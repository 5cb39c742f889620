"""The command line: users and jobs. Other features bring their own commands; `crm.app` registers all of them."""

import logging

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from crm.accounts.models import User
from crm.accounts.passwords import hash_password, problem_with
from crm.accounts.queries import user_by_email
from crm.accounts.queries import users as all_users
from crm.accounts.services.users import UserDetails, add_user, disable_user, invite_user
from crm.core import clock, normalise
from crm.core.access import Role
from crm.core.db import committing, reading
from crm.core.errors import CrmError
from crm.core.formatting import date_time
from crm.jobs import runner
from crm.jobs.timetable import TIMETABLE

users = AppGroup("users", help="Who may sign in.")
jobs = AppGroup("jobs", help="What happens by itself: mail, housekeeping, imports.")

# A provider's coordinator belongs to a provider, which is chosen on the page for users.
ROLES = [role.value for role in Role if role is not Role.PROVIDER]


class EmailAddress(click.ParamType[str]):
    """An e-mail address, in small letters."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        try:
            return normalise.email(value)
        except ValueError as problem:
            raise click.BadParameter(f"{problem}.", context, param) from None


@users.command("create")
@click.option("--email", type=EmailAddress(), required=True, help="What they sign in with.")
@click.option("--name", required=True, help="As colleagues should read it.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--invite", is_flag=True, help="Mail them a link to choose a password, instead of asking for one here.")
def create(email: str, name: str, role: str, invite: bool) -> None:  # click passes flags by name
    """Add somebody who may sign in. Asks for their password, or mails them a link."""
    details = UserDetails(name=name.strip(), email=email, role=Role(role))
    password_hash = None if invite else hash_password(_ask_for_password(details))
    try:
        with committing():
            if password_hash is None:
                invite_user(details, at=clock.now())
            else:
                add_user(details, password_hash=password_hash)
    except CrmError as refusal:
        raise click.ClickException(str(refusal)) from None
    label = Role(role).label.lower()
    if invite:
        click.echo(f"{details.name} is invited as {label}. The scheduler mails the link: flask --app wsgi jobs run")
    else:
        click.echo(f"{details.name} can sign in as {email} ({label}).")


@users.command("list")
def list_users() -> None:
    """Show everybody who can or could sign in."""
    with reading():
        for user in all_users():
            seen = f"last seen {date_time(user.last_seen_at)}" if user.last_seen_at else "never signed in"
            click.echo(f"{user.email}  {user.name}  {user.role.value}  {user.state}  {seen}")


@users.command("disable")
@click.argument("email", type=EmailAddress())
def disable(email: str) -> None:
    """Shut somebody out at once. Everything they did stays."""
    try:
        with committing():
            disable_user(_named(email), by=None, at=clock.now())
    except CrmError as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{email} is signed out everywhere and cannot sign in any more.")


@jobs.command("run")
def run() -> None:
    """Run all jobs at their times, until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    runner.run(_app(), TIMETABLE)


@jobs.command("once")
@click.argument("name", type=click.Choice([job.name for job in TIMETABLE]))
def once(name: str) -> None:
    """Run one job now."""
    job = next(job for job in TIMETABLE if job.name == name)
    tally = runner.run_job(_app(), job)
    click.echo(f"{name}: {tally.done} done, {tally.failed} failed.")
    if tally.failed:
        raise click.ClickException("Look at the log for what failed.")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # a thread needs the app itself
    return app


def _named(email: str) -> User:
    user = user_by_email(email)
    if user is None:
        raise click.ClickException(f"Nobody signs in as {email}. See: flask --app wsgi users list")
    return user


def _ask_for_password(details: UserDetails) -> str:
    while True:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        problem = problem_with(password, about=(details.name, details.email))
        if problem is None:
            return password
        click.echo(f"{problem}.")
