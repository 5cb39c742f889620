"""The calendar by month, by week and as a list."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.calendars.board import board, by_day, weeks
from crm.calendars.forms import CalendarFilterForm
from crm.calendars.periods import Period, View
from crm.calendars.queries import days as queries
from crm.calendars.views.blueprint import bp
from crm.core import clock
from crm.core.access import EVERYONE, READERS, allow
from crm.core.pagination import address_at
from crm.employers.models import Employer
from crm.employers.queries import get_employer
from crm.providers.queries import areas_in_use, provider_of, providers_in_use

SHOWN = 4  # of one day, in a month
LABELS = {View.MONTH: "Month", View.WEEK: "Week", View.LIST: "List"}


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another page of the calendar, and the key that opens it."""

    text: str
    about: str
    href: str
    key: str


@bp.get("/", defaults={"view": "month"})
@bp.get("/<any(week, list):view>")
@allow(*EVERYONE)
def index(view: str) -> ResponseReturnValue:
    viewer, today, form = signed_in_user(), clock.today(), _filters(signed_in_user())
    period = Period.around(form.day(today=today), View(view))
    wanted, own = form.wanted(viewer, period), provider_of(viewer)
    rows = queries.opportunities_of(viewer, wanted)
    plans = queries.plans_of(viewer, wanted) if form.is_mine(viewer) else ()
    frame = queries.frame_of(period, own.id if own else wanted.provider_id)
    days = board(period, by_day(rows[: queries.MOST_ROWS], plans, period), frame)
    return render_template(
        f"calendar/{view}.html",
        filters_form=form,
        chips=form.chips(),
        employer=_employer(wanted.employer_id, viewer),
        period=period,
        days=days,
        weeks=weeks(days) if period.view is View.MONTH else (),
        shown=SHOWN,
        week_of=lambda day: f"{address_at(_plain(View.WEEK), on=day.isoformat())}#{_anchor(day, today)}",
        count=sum(len(each.entries) for each in days),
        has_more=len(rows) > queries.MOST_ROWS,
        knows_terms=bool(frame.terms),
        views=[(LABELS[each], _address(each, period, today), each is period.view) for each in View],
        ways=_ways(period, today),
        clear=_plain(period.view),
        own_provider=own,
        sees_everything=viewer.is_staff,
        reads_everything=viewer.role in READERS,
    )


def _filters(viewer: User) -> CalendarFilterForm:
    form = CalendarFilterForm()
    form.offer(
        providers_in_use() if viewer.is_staff else [],
        areas_in_use() if viewer.role in READERS else [],
    )
    return form


def _employer(employer_id: int | None, viewer: User) -> Employer | None:
    """The one that is asked for, for who may read about employers."""
    return get_employer(employer_id, viewer=viewer) if employer_id and viewer.role in READERS else None


def _anchor(day: date, today: date) -> str:
    """Where a day stands on a page."""
    return "today" if day == today else f"day-{day.isoformat()}"


def _plain(view: View) -> str:
    return url_for("calendar.index") if view is View.MONTH else url_for("calendar.index", view=view.value)


def _address(view: View, period: Period, today: date) -> str:
    """The same days seen in another way: today if they are on the page, so that one does not land at its edge."""
    day = today if period.holds(today) else (period.month or period.first_day)
    return address_at(_plain(view), on=day.isoformat())


def _ways(period: Period, today: date) -> list[Way]:
    here = request.path
    words = LABELS[period.view].lower() if period.view is not View.LIST else "four weeks"
    ways = [("Earlier", f"the {words} before", period.previous, "k")]
    ways += [("Today", "", today, "t"), ("Later", f"the {words} after", period.next, "j")]
    return [Way(text, about, _day_at(here, day, today), key) for text, about, day, key in ways if day]


def _day_at(path: str, day: date, today: date) -> str:
    return f"{address_at(path, on=day.isoformat())}{'#today' if day == today else ''}"
