"""The page of a provider: who its young people are, and what is coming up for them."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.queries import Wanted, opportunity_rows
from crm.providers import queries
from crm.providers.models import YearGroup
from crm.providers.views import TYPE_LABELS, bp
from crm.reference.academic_years import AcademicYear

SHOWN = 10  # opportunities


@dataclass(frozen=True, slots=True)
class YearGroupRow:
    """A year group of a provider: how many there are, and how many we hold a reference of."""

    year_group: YearGroup
    cohort: int | None  # not counted in this academic year
    recorded: int


@bp.get("/<int:provider_id>")
@allow(*STAFF)
def show(provider_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    provider = queries.get_provider(provider_id, viewer=viewer)
    sizes = queries.cohort_sizes(provider_id, today)
    recorded = queries.recorded_by_year_group(provider_id)
    coming_up = Wanted(first_day=today, provider_id=provider_id, statuses=(OpportunityStatus.OPEN,))
    return render_template(
        "providers/show.html",
        provider=provider,
        type_label=TYPE_LABELS[provider.type.value],
        year=AcademicYear.of(today),
        year_groups=[
            YearGroupRow(group, sizes.get(group), recorded.get(group, 0))
            for group in YearGroup
            if group in sizes or group in recorded
        ],
        recorded=sum(recorded.values()),
        coming_up=opportunity_rows(viewer, coming_up, limit=SHOWN),
        members=queries.members_of(provider_id),
        history=readable_history("provider", provider_id, limit=8),
    )
