"""The page of the skills list: what was agreed, and what of it is practised this academic year."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import EVERYONE, Role, allow
from crm.fulfilment.skills import skills_coverage, without_skills
from crm.reference.academic_years import AcademicYear, years_around
from crm.skills.queries import all_lists
from crm.skills.views import bp

__all__ = ["bp"]


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    """The list in force; for staff with what ?year= practises of it, this academic year's if none is named."""
    viewer, today = signed_in_user(), clock.today()
    years = sorted(years_around(today), reverse=True)
    year = next((each for each in years if each.name == request.args.get("year")), AcademicYear.of(today))
    versions = all_lists()
    return render_template(
        "skills/index.html",
        versions=versions,
        current=versions[0] if versions else None,
        coverage={row.skill_id: row for row in skills_coverage(year, today)} if viewer.is_staff else {},
        unticked=without_skills(year) if viewer.is_staff else 0,
        year=year,
        years=years,
        sees_coverage=viewer.is_staff,
        may_write=viewer.role is Role.ADMIN,
    )
