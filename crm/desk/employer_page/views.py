"""The page of one employer."""

from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import READERS, allow
from crm.desk.employer_page.queries import employer_page
from crm.employers import policies
from crm.employers.views.employers import bp
from crm.employers.wording import LEGAL_FORM_LABELS, SIC_VERSION_LABELS, roles_of
from crm.interactions.due import quick_days
from crm.opportunities.models import OpportunityStatus
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS

OPPORTUNITY_MEANINGS = {
    OpportunityStatus.DRAFT: "none",
    OpportunityStatus.OPEN: "active",
    OpportunityStatus.DELIVERED: "done",
    OpportunityStatus.CANCELLED: "stopped",
}


@bp.get("/<int:employer_id>")
@allow(*READERS)
def show(employer_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    page = employer_page(employer_id, viewer=viewer, today=clock.today())
    return render_template(
        "employers/show.html",
        page=page,
        employer=page.employer,
        contacts=[(contact, roles_of(contact)) for contact in page.contacts],
        today=clock.today(),
        days=quick_days(clock.today()),
        may={
            "change": policies.may_change(viewer, page.employer),
            "archive": policies.may_archive(viewer, page.employer),
            "restore": policies.may_restore(viewer, page.employer),
            "see_people": policies.may_see_people(viewer),
            "see_history": policies.may_see_history(viewer),
        },
        links=_links(employer_id),
        legal_forms=LEGAL_FORM_LABELS,
        sic_versions=SIC_VERSION_LABELS,
        opportunity_meanings=OPPORTUNITY_MEANINGS,
        pledge_labels=STATUS_LABELS,
        pledge_meanings=STATUS_MEANINGS,
    )


def _links(employer_id: int) -> dict[str, str]:
    """The pages of other features that concern this employer."""
    here = url_for("employers.show", employer_id=employer_id)
    return {
        "back_to_steps": f"{here}#next-steps",
        "new_step": _to("follow_ups.new", employer=employer_id, next=f"{here}#next-steps"),
        "log_contact": _to("interactions.new", employer=employer_id),
        "whole_log": _to("interactions.index", employer=employer_id),
        "schedule": _to("opportunities.new", employer=employer_id),
        "all_opportunities": _to("opportunities.index", employer=employer_id, first_day=""),
        "entry": _to("interactions.index").removesuffix("/"),
        "opportunity": _to("opportunities.index").removesuffix("/"),
    }


def _to(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
