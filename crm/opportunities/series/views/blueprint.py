"""The blueprint that every module here adds its pages to."""

from flask import Blueprint

from crm.accounts.signing_in import signed_in_user
from crm.checks.queries import sites_with_checks
from crm.core.formatting import short_date
from crm.employers.models import Site
from crm.opportunities.series import queries
from crm.opportunities.series.models import Series
from crm.opportunities.series.services.places import Missed

bp = Blueprint("series", __name__, url_prefix="/opportunities/series")

SHOWN = 6  # in a message


def get(series_id: int) -> Series:
    """The series, if the viewer may know of it. Raises NotFound."""
    return queries.get_series(series_id, viewer=signed_in_user())


def open_sites(employer_id: int, *, also: int | None = None) -> list[Site]:
    """The employer's sites to choose from; `also` keeps one that was closed since."""
    sites = [each.site for each in sites_with_checks(employer_id)]
    return [each for each in sites if not each.is_closed or each.id == also]


def who_misses(missed: list[Missed]) -> str:
    """Who has no place on which day, and why, as one sentence; empty if everybody has one."""
    if not missed:
        return ""
    said = [f"{each.reference} on {short_date(each.day)} ({each.why})" for each in missed[:SHOWN]]
    more = f" and {len(missed) - SHOWN} more" if len(missed) > SHOWN else ""
    return f"Without a place: {'; '.join(said)}{more}."
