"""Choosing what to watch before an opportunity."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.forms import Form
from crm.core.submissions import submitting
from crm.opportunities import policies, queries
from crm.opportunities.models import Opportunity
from crm.opportunities.views.blueprint import bp
from crm.opportunities.watch_first.queries import could_be_watched, watch_first_of
from crm.opportunities.watch_first.services import set_watch_first


class WatchFirstForm(Form):
    """Several of the library, or none."""

    items = SelectMultipleField(
        "What should young people watch first?", choices=[], coerce=int, render_kw={"small": True}
    )


@bp.route("/<int:opportunity_id>/watch-first", methods=["GET", "POST"])
@allow(*STAFF)
def watch_first(opportunity_id: int) -> ResponseReturnValue:
    opportunity = _changeable(opportunity_id)
    form = _form(opportunity)
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                set_watch_first(_changeable(opportunity_id), form.items.data or [])
                submission.leads_to = url_for(
                    "opportunities.show", opportunity_id=opportunity_id, _anchor="watch-first"
                )
        except Conflict as refusal:
            opportunity = _changeable(opportunity_id)
            form = _form(opportunity)
            form.refuse(str(refusal), form.items)
        else:
            flash("Saved.", "success")
            return redirect(submission.leads_to)
    return render_template("opportunities/watch_first.html", form=form, opportunity=opportunity)


def _form(opportunity: Opportunity) -> WatchFirstForm:
    chosen = watch_first_of(opportunity.id)
    form = WatchFirstForm(data={"items": [item.id for item in chosen]})
    form.items.choices = [
        (item.id, f"{item.role}: {item.title} ({item.facts.lower()})") for item in could_be_watched(opportunity, chosen)
    ]
    return form


def _changeable(opportunity_id: int) -> Opportunity:
    opportunity = queries.get_opportunity(opportunity_id, viewer=signed_in_user())
    if not policies.may_edit(signed_in_user(), opportunity):
        raise Conflict("This opportunity was cancelled, so nothing needs to be watched first.")
    return opportunity
