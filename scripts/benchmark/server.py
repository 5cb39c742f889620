"""The application as users run it, beside reference pages to hold it against: waitress benchmark.server:app.

The reference pages are a bare Flask application in the same process on the same database, without sign-in, navigation
or macros: what remains when nothing is done but the work itself. Every answer says how many SQL statements it took.
"""

import csv
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, jsonify, render_template_string, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, Select, event, select
from sqlalchemy.orm import Session
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from config import Config
from crm.accounts.models import User
from crm.accounts.services.sign_ins import begin_sign_in
from crm.app import create_app
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing, db, read_only
from crm.employers.models import Contact, Employer
from crm.interactions.models import Interaction

Failure = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None

ROWS = 25
OFFICER = 1
BUSY = 1  # the employer with the long page
TRIVIAL = "<!doctype html><html lang=en><title>{{ title }}</title><h1>{{ title }}</h1>"
CELLS = "<tr><td>{{ row.name }}<td>{{ row.postcode }}<td>{{ row.phone }}<td>{{ row.email }}<td>{{ row.website }}"
TABLE = TRIVIAL + "<table>{% for row in rows %}" + CELLS + "{% endfor %}</table>"
DETAIL = (
    TRIVIAL
    + "<ul>{% for contact in contacts %}<li>{{ contact.name }}, {{ contact.email }}{% endfor %}</ul>"
    + "<ol>{% for row in log %}<li>{{ row.happened_on }} {{ row.channel }} {{ row.summary }}{% endfor %}</ol>"
)
MAIN_PAGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("my day", "my_day.index", {}),
    ("employers", "employers.index", {}),
    ("employers, page 200", "employers.index", {"page": 200}),
    ("employer search", "employers.index", {"q": "harrowdale robotics"}),
    ("employer page", "employers.show", {"employer_id": BUSY}),
    ("contact log", "interactions.index", {}),
    ("log a contact (form)", "interactions.new", {}),
    ("pledges", "pledges.index", {}),
    ("pledge page", "pledges.show", {"pledge_id": 1}),
    ("opportunities", "opportunities.index", {}),
    ("opportunity page", "opportunities.show", {"opportunity_id": 1}),
    ("providers", "providers.index", {}),
    ("figures", "reports.index", {}),
    ("all employers, CSV", "employers.csv", {}),
)
counter = threading.local()


@event.listens_for(Engine, "before_cursor_execute")
def count_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if not statement.startswith(("BEGIN", "PRAGMA")):
        counter.statements = getattr(counter, "statements", 0) + 1


def counting_statements(application: WSGIApplication) -> WSGIApplication:
    """Adds `X-Statements` to every answer: how many were run before its first byte."""

    def counted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        counter.statements = 0

        def start(status: str, headers: list[tuple[str, str]], error: Failure = None, /) -> Callable[[bytes], object]:
            return start_response(status, [*headers, ("X-Statements", str(counter.statements))], error)

        return application(environ, start)

    return counted


def reference_pages(engine: Engine) -> Flask:
    bare = Flask("reference")

    @bare.get("/trivial")
    def trivial() -> str:
        return render_template_string(TRIVIAL, title="Reference")

    @bare.get("/rows")
    def rows() -> str:
        return table(select(Employer).order_by(Employer.name_key).limit(ROWS))

    @bare.get("/search")
    def search() -> str:
        like = Employer.name.ilike("%harrowdale robotics%")
        return table(select(Employer).where(like).order_by(Employer.name_key).limit(ROWS))

    def table(employers: Select[Employer]) -> str:
        read_only(True)
        with Session(engine) as database:
            return render_template_string(TABLE, title="Reference", rows=database.scalars(employers).all())

    @bare.get("/detail")
    def detail() -> str:
        read_only(True)
        log = select(Interaction).where(Interaction.employer_id == BUSY).order_by(Interaction.happened_on.desc())
        with Session(engine) as database:
            contacts = database.scalars(select(Contact).where(Contact.employer_id == BUSY)).all()
            title = database.get_one(Employer, BUSY).name
            return render_template_string(DETAIL, title=title, contacts=contacts, log=database.scalars(log.limit(ROWS)))

    @bare.get("/csv")
    def everything() -> Response:
        return Response(_csv_lines(engine), mimetype="text/csv")

    return bare


def _csv_lines(engine: Engine) -> Iterator[str]:
    read_only(True)
    columns = Employer.__table__.columns
    with engine.connect() as connection:
        for part in connection.execute(select(*columns)).partitions(1000):
            lines = io.StringIO()
            csv.writer(lines).writerows(part)
            yield lines.getvalue()


def add_bench_pages(application: Flask) -> None:
    """What measuring needs of the application itself: to be signed in, and to know its main pages."""

    @application.get("/bench/sign-in")
    @allow()
    def bench_sign_in() -> ResponseReturnValue:
        with committing():
            token = begin_sign_in(db.session.get_one(User, OFFICER), at=clock.now())
        session["_user_id"] = token
        return "signed in"

    @application.get("/bench/pages")
    @allow()
    def bench_pages() -> ResponseReturnValue:
        """Those of the main pages that this version of the application has."""
        known = application.view_functions
        return jsonify([(name, url_for(page, **values)) for name, page, values in MAIN_PAGES if page in known])


def make() -> WSGIApplication:
    application = create_app(Config.from_environment())
    add_bench_pages(application)
    with application.app_context():
        bare = reference_pages(db.engine)
    return counting_statements(DispatcherMiddleware(application, {"/reference": bare}))


app = make()
