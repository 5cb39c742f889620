"""When a provider is closed, and what is arranged for such days. Above opportunities, because it shows them."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, Role, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.opportunities.series.affected import arranged_on
from crm.providers.closed_days.forms import ClosedDayForm
from crm.providers.closed_days.models import ClosedDay
from crm.providers.closed_days.queries import closed_days_of, get_closed_day
from crm.providers.closed_days.services import close, open_again
from crm.providers.models import Provider
from crm.providers.policies import TAKE_PART
from crm.providers.queries import get_provider, provider_of
from crm.providers.views import bp as provider_bp

bp = Blueprint("closed_days", __name__, url_prefix="/closed-days")


@bp.route("/", methods=["GET", "POST"])
@allow(Role.PROVIDER)
def index() -> ResponseReturnValue:
    """A coordinator's own provider."""
    provider = provider_of(signed_in_user())
    if provider is None:
        return render_template("closed_days/nobody.html")
    return _page(provider.id, url_for("closed_days.index"))


@provider_bp.route("/<int:provider_id>/closed-days", methods=["GET", "POST"])
@allow(*STAFF)
def closed_days(provider_id: int) -> ResponseReturnValue:
    return _page(provider_id, url_for("providers.closed_days", provider_id=provider_id))


def _page(provider_id: int, here: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    provider = get_provider(provider_id, viewer=viewer)
    form = ClosedDayForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                closed = close(get_provider(provider_id, viewer=viewer), form.closure())
                submission.leads_to = here
                affected = _how_many([closed])
        except Conflict as refusal:
            form.refuse(str(refusal), form.first_day)
            provider = get_provider(provider_id, viewer=viewer)
        else:
            flash("Closed days saved.", "success")
            if affected:
                flash(
                    f"{counted(affected, 'opportunity', 'opportunities')} arranged for these days: see below.",
                    "warning",
                )
            return redirect(submission.leads_to)
    return _shown(provider, form)


def _shown(provider: Provider, form: ClosedDayForm) -> str:
    viewer = signed_in_user()
    closed = closed_days_of(provider.id, since=clock.today())
    return render_template(
        "closed_days/index.html",
        form=form,
        provider=provider,
        closed=closed,
        affected=arranged_on(closed, viewer=viewer),
        is_staff=viewer.is_staff,
    )


def _how_many(closed: Sequence[ClosedDay]) -> int:
    return sum(len(rows) for rows in arranged_on(closed, viewer=signed_in_user()).values())


@bp.post("/<int:closed_day_id>/remove")
@allow(*TAKE_PART)
def remove(closed_day_id: int) -> ResponseReturnValue:
    """It is not closed then after all."""
    viewer = signed_in_user()
    with submitting(ActionForm()) as submission:
        closed = get_closed_day(closed_day_id, viewer=viewer)
        submission.leads_to = (
            url_for("providers.closed_days", provider_id=closed.provider_id)
            if viewer.is_staff
            else url_for("closed_days.index")
        )
        open_again(closed)
    flash("Removed: not closed then.", "success")
    return redirect(submission.leads_to)
