"""The page of one employer."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.checks.wording import Standing, standings
from crm.core import clock
from crm.core.access import READERS, allow
from crm.desk.chrome import page_settings
from crm.desk.employer_page.queries import EmployerPage, employer_page
from crm.employers import policies
from crm.employers.emailing import may_email
from crm.employers.models import Site
from crm.employers.views.employers import bp
from crm.employers.wording import LEGAL_FORM_LABELS, SIC_VERSION_LABELS, roles_of
from crm.interactions.due import quick_days
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS


@bp.get("/<int:employer_id>")
@allow(*READERS)
def show(employer_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    page = employer_page(employer_id, viewer=viewer, today=clock.today())
    return render_template(
        "employers/show.html",
        page=page,
        employer=page.employer,
        contacts=[(each, roles_of(each), may_email(page.employer, each)) for each in page.contacts],
        sites=_sites(page),
        today=clock.today(),
        may={
            "change": policies.may_change(viewer, page.employer),
            "archive": policies.may_archive(viewer, page.employer),
            "restore": policies.may_restore(viewer, page.employer),
            "see_people": policies.may_see_people(viewer),
            "see_history": policies.may_see_history(viewer),
        },
        days=quick_days(clock.today()),
        steps_address=url_for("employers.show", employer_id=employer_id, _anchor="next-steps"),
        log_address=url_for("interactions.index"),
        opportunities_address=url_for("opportunities.index"),
        legal_forms=LEGAL_FORM_LABELS,
        sic_versions=SIC_VERSION_LABELS,
        pledge_labels=STATUS_LABELS,
        pledge_meanings=STATUS_MEANINGS,
    )


def _sites(page: EmployerPage) -> list[tuple[Site, list[Standing]]]:
    """Each site with how its checks stand."""
    notice = int(page_settings()["check_notice_months"])
    return [(each.site, standings(each.checks, clock.today(), notice_months=notice)) for each in page.sites]
