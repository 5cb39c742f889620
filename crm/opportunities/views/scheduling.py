"""Scheduling, changing, cancelling and finishing an opportunity."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.checks.queries import SiteWithChecks, sites_with_checks
from crm.checks.states import readiness
from crm.checks.wording import Standing, standings
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import ActionForm, Difference, differences
from crm.core.submissions import submitting
from crm.employers.queries import get_employer
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.arranging import (
    FILLED_IN,
    ChooseEmployerForm,
    EditOpportunityForm,
    FellThroughForm,
    OpportunityForm,
)
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.notice import notice
from crm.opportunities.particulars import Part
from crm.opportunities.services import ClashWarning
from crm.opportunities.views import from_request
from crm.opportunities.views.blueprint import bp, get_if
from crm.pledges.kinds import SMALL_GROUP_KINDS, OpportunityKind
from crm.providers.queries import providers_in_use
from crm.reference.models import Sector
from crm.reference.queries import offered
from crm.reference.settings import check_notice_months, group_limit
from crm.skills.queries import offered_skills

SCHEDULED = "Opportunity scheduled. Add the young people who take part."
DRAFT_AGAIN = "Saved. It is a draft again: this page says what stands in the way of opening it."
DRAFTED = "Saved as a draft. This page says whether anything stands in the way of opening it."


@dataclass(frozen=True, slots=True)
class SiteAndChecks:
    """A site to choose, and whether its checks would let a placement begin today."""

    name: str
    standings: Sequence[Standing]
    ready: bool


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    """Schedule something of ?employer='s, or ask whose it is."""
    employer_id = request.args.get("employer", type=int)
    if employer_id is None:
        return _choose_employer()
    employer = get_employer(employer_id, viewer=signed_in_user())
    form = OpportunityForm()
    sites = _offer(form, employer_id)
    clashes: Sequence[str] = ()
    copied = _copied()
    if not form.is_submitted():
        _begin(form, copied)
    elif form.validate():
        try:
            return _schedule(employer_id, form)
        except ClashWarning as warning:
            clashes = warning.clashes
        except Conflict as refusal:
            form.refuse(str(refusal))
        employer, copied = get_employer(employer_id, viewer=signed_in_user()), _copied()
    return render_template(
        "opportunities/new.html",
        form=form,
        employer=employer,
        small_groups=_small_groups(),
        sites=sites,
        clashes=clashes,
        copied=copied,
        asked=from_request.request_asked(),
    )


def _schedule(employer_id: int, form: OpportunityForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        employer = get_employer(employer_id, viewer=signed_in_user())
        opportunity = services.schedule_opportunity(employer, form.details(), scheduled_by=signed_in_user())
        said = SCHEDULED if opportunity.status is OpportunityStatus.OPEN else DRAFTED
        said = f"{said} {from_request.answer(opportunity)}".strip()
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity.id)
    flash(said, "success")
    return redirect(submission.leads_to)


def _copied() -> Opportunity | None:
    """The opportunity of ?copy_of=. Raises NotFound."""
    opportunity_id = request.args.get("copy_of", type=int)
    return None if opportunity_id is None else queries.get_opportunity(opportunity_id, viewer=signed_in_user())


def _begin(form: OpportunityForm, copied: Opportunity | None) -> None:
    """Open the form on what is copied, but for its days, or on what the address and a provider's request say."""
    if copied is None:
        form.begin_with(_filled_in())
        from_request.describe(form)
    else:
        form.show_but_for_days(copied)


def _choose_employer() -> ResponseReturnValue:
    form = ChooseEmployerForm()
    if form.is_asked and form.validate():
        return redirect(url_for("opportunities.new", employer=form.name.data, **_filled_in()))
    return render_template("opportunities/choose_employer.html", form=form, filled_in=_filled_in())


def _filled_in() -> dict[str, Any]:
    """What the address says about the opportunity, as a provider's request does."""
    return {name: request.args[name] for name in FILLED_IN if request.args.get(name)}


def _offer(form: OpportunityForm, employer_id: int, opportunity: Opportunity | None = None) -> list[SiteAndChecks]:
    """What can be chosen. Returns the sites among it with how their checks stand today."""
    chosen = opportunity.site_id if opportunity else None
    sites = [each for each in sites_with_checks(employer_id) if not each.site.is_closed or each.site.id == chosen]
    form.limit = group_limit()
    sectors, skills = ([], []) if opportunity is None else (opportunity.sectors, opportunity.skills)
    form.offer_lists(
        offered(Sector, besides=[each.id for each in sectors]), offered_skills(besides=[each.id for each in skills])
    )
    form.offer(
        [each.site for each in sites],
        queries.leaders_of(employer_id, also=opportunity.leader_id if opportunity else None),
        providers_in_use(also=opportunity.provider_id if opportunity else None),
    )
    return [_shown(each) for each in sites]


def _shown(found: SiteWithChecks) -> SiteAndChecks:
    today = clock.today()
    return SiteAndChecks(
        name=found.site.name,
        standings=standings(found.checks, today, notice_months=check_notice_months()),
        ready=readiness(found.checks, today, first_day=today).is_ready,
    )


def _small_groups() -> str:
    return ", ".join(kind.plural for kind in OpportunityKind if kind in SMALL_GROUP_KINDS)


@bp.route("/<int:opportunity_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(opportunity_id: int) -> ResponseReturnValue:
    opportunity = get_if(opportunity_id, policies.may_edit)
    form = EditOpportunityForm()
    sites = _offer(form, opportunity.employer_id, opportunity)
    meanwhile, clashes = False, ()  # type: tuple[bool, Sequence[str]]
    if not form.is_submitted():
        form.show(opportunity)
    elif form.validate():
        try:
            return _save(opportunity_id, form)
        except ClashWarning as warning:
            clashes = warning.clashes
        except Conflict as refusal:
            form.refuse(str(refusal))
        except EditedMeanwhile:
            meanwhile = True
        opportunity = get_if(opportunity_id, policies.may_edit)
    differing = _differences(form, opportunity) if meanwhile else []
    return render_template(
        "opportunities/edit.html",
        form=form,
        opportunity=opportunity,
        small_groups=_small_groups(),
        sites=sites,
        clashes=clashes,
        conflict=edit_conflict(form, opportunity, differing) if meanwhile else None,
    )


def _save(opportunity_id: int, form: EditOpportunityForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        opportunity = get_if(opportunity_id, policies.may_edit)
        before = opportunity.status
        services.edit_opportunity(opportunity, form.details(_parts(opportunity)), seen_version=form.version.data)
        closed = before is not opportunity.status
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
    flash(DRAFT_AGAIN if closed else "Opportunity saved.", "warning" if closed else "success")
    return redirect(submission.leads_to)


def _parts(opportunity: Opportunity) -> dict[Part, bool]:
    return {row.part: row.present for row in opportunity.parts}


def _differences(form: EditOpportunityForm, opportunity: Opportunity) -> list[Difference]:
    stored = EditOpportunityForm(formdata=None)
    _offer(stored, opportunity.employer_id, opportunity)
    stored.show(opportunity)
    form.anyway.data = False
    return differences(stored, form)


@bp.route("/<int:opportunity_id>/cancel", methods=["GET", "POST"])
@allow(*STAFF)
def cancel(opportunity_id: int) -> ResponseReturnValue:
    opportunity = get_if(opportunity_id, policies.may_cancel)
    form = FellThroughForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                opportunity = get_if(opportunity_id, policies.may_cancel)
                services.cancel_opportunity(opportunity, side=form.chosen_side, reason=form.reason.data or "")
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            opportunity = get_if(opportunity_id, policies.may_cancel)
        else:
            flash("Opportunity cancelled, and everybody’s place with it.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "opportunities/cancel.html",
        form=form,
        opportunity=opportunity,
        notice=notice(clock.today(), opportunity.starts_at),
    )


@bp.post("/<int:opportunity_id>/deliver")
@allow(*STAFF)
def deliver(opportunity_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        services.mark_delivered(queries.get_opportunity(opportunity_id, viewer=signed_in_user()))
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
    flash("Marked as delivered.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:opportunity_id>/reopen")
@allow(*STAFF)
def reopen(opportunity_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        services.reopen_opportunity(queries.get_opportunity(opportunity_id, viewer=signed_in_user()))
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
    flash("Open again: places can be added.", "success")
    return redirect(submission.leads_to)
