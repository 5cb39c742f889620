"""The page of a request: what was asked, what was found for it, and for staff what else could meet it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import allow
from crm.desk.ask_board.queries import get_ask
from crm.opportunities.for_requests.queries import answers_to, booked_of
from crm.opportunities.forms.narrowing import STATUS_LABELS as OPPORTUNITY_LABELS
from crm.opportunities.models import OpportunityStatus
from crm.providers.policies import TAKE_PART
from crm.providers.requests import policies, queries
from crm.providers.requests.views import bp
from crm.providers.requests.wording import STATUS_MEANINGS

__all__ = ["bp"]

DRAFT = OpportunityStatus.DRAFT  # not arranged for certain yet: for staff only
SHOWN = 20  # of what could meet it


@bp.get("/<int:request_id>")
@allow(*TAKE_PART)
def show(request_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    asked = queries.get_request(request_id, viewer=viewer)
    answers = [each for each in answers_to(request_id) if viewer.is_staff or each.opportunity.status is not DRAFT]
    return render_template(
        "requests/show.html",
        asked=asked,
        may=policies.verbs(viewer, asked),
        meaning=STATUS_MEANINGS[asked.status],
        answers=answers,
        found=sum(each.places for each in answers if each.opportunity.status is not OpportunityStatus.CANCELLED),
        named=booked_of(asked.provider_id, [each.opportunity_id for each in answers]) if answers else {},
        opportunity_labels=OPPORTUNITY_LABELS,
        ask=get_ask(request_id, viewer=viewer, today=today) if viewer.is_staff else None,
        most=SHOWN,
        is_staff=viewer.is_staff,
        today=today,
        history=readable_history("request", request_id) if viewer.is_staff else None,
    )
