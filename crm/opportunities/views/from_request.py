"""Scheduling something because a provider asked for it: ?request= in the address of the form."""

from flask import request

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.formatting import counted
from crm.opportunities.for_requests.services import find_for
from crm.opportunities.forms.arranging import OpportunityForm
from crm.opportunities.models import Opportunity
from crm.providers.requests.models import Request, RequestStatus
from crm.providers.requests.queries import get_request


def request_asked() -> Request | None:
    """The request of the address. Raises NotFound."""
    request_id = request.args.get("request", type=int)
    return None if request_id is None else get_request(request_id, viewer=signed_in_user())


def describe(form: OpportunityForm) -> None:
    """Fill in what the request of the address says and the address does not: for whom, and in which sectors."""
    asked = request_asked()
    if asked is None:
        return
    form.year_groups.data = [each.year_group.value for each in asked.year_groups]
    form.sectors.data = [each.id for each in asked.sectors]


def answer(opportunity: Opportunity) -> str:
    """Let what was just scheduled answer the request of the address. Returns what to say of it, if there is one.

    Raises Conflict if it is of another kind or for another provider, or the request is over.
    """
    asked = request_asked()
    if asked is None:
        return ""
    provider = asked.provider.name
    found = find_for(asked, opportunity, by=signed_in_user(), at=clock.now())
    met = ", which is met" if asked.status is RequestStatus.MET else ""
    return f"{counted(found.places, 'place')} found for the request of {provider}{met}."
