"""The page staff begin with; everybody else is led to what is theirs."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import EVERYONE, allow
from crm.core.errors import NotAllowed, NotFound
from crm.desk.chrome import navigation
from crm.desk.my_day import queries
from crm.interactions.due import quick_days
from crm.interactions.policies import may_see_the_day_of
from crm.interactions.queries.follow_ups import (
    COMING_DAYS,
    NextStepRow,
    done_since,
    open_counts,
    open_of,
)
from crm.interactions.queries.log import officers
from crm.interactions.queries.pressure import quiet_employers
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS
from crm.reference.settings import quiet_days

bp = Blueprint("my_day", __name__)


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    user = signed_in_user()
    return _day(user) if user.is_staff else _first_page_of(user)


def _first_page_of(user: User) -> ResponseReturnValue:
    """Partners begin with employers, providers with opportunities: whatever their navigation names first."""
    items = navigation(user.role, frozenset(current_app.view_functions))
    return redirect(items[0].href) if items else abort(404)


def _day(user: User) -> ResponseReturnValue:
    today = clock.today()
    colleagues = officers() if user.is_manager else []
    officer_id, name = _officer(user, dict(colleagues))
    quiet_for = quiet_days()
    return render_template(
        "my_day/index.html",
        today=today,
        colleagues=colleagues,
        officer_id=officer_id,
        somebody_else=name if officer_id != user.id else None,
        counts=open_counts(officer_id, today),
        groups=_grouped(open_of(officer_id), today),
        done=done_since(officer_id, clock.start_of_day(today)),
        days=quick_days(today),
        on_soon=queries.on_soon(officer_id, today),
        pledges=queries.waiting_pledges(officer_id),
        status_labels=STATUS_LABELS,
        status_meanings=STATUS_MEANINGS,
        quiet=quiet_employers(officer_id, today=today, days=quiet_for),
        quiet_days=quiet_for,
    )


def _officer(user: User, colleagues: dict[int, str]) -> tuple[int, str]:
    """Whose day it is. Raises NotAllowed for a colleague's day, NotFound for nobody's."""
    asked = request.args.get("officer", user.id, type=int)
    if not may_see_the_day_of(user, asked):
        raise NotAllowed("Only a manager can look at a colleague’s day.")
    if asked != user.id and asked not in colleagues:
        raise NotFound("We could not find that colleague.")
    return asked, colleagues.get(asked, user.name)


def _grouped(rows: Sequence[NextStepRow], today: date) -> list[tuple[str, str, list[NextStepRow]]]:
    """The next steps under their headings, each with the name of its place on the page; empty ones are left out."""
    last = today + timedelta(days=COMING_DAYS)
    groups = (
        ("Overdue", "overdue", [row for row in rows if row.due_on < today]),
        ("Today", "today", [row for row in rows if row.due_on == today]),
        ("Next 7 days", "coming", [row for row in rows if today < row.due_on <= last]),
        ("Later", "later", [row for row in rows if row.due_on > last]),
    )
    return [group for group in groups if group[2]]
