"""Adding and changing the places of an employer's."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import differences, pressed
from crm.core.submissions import submitting
from crm.employers import policies, services
from crm.employers.forms.sites import AddSiteForm, ChangeSiteForm, CloseSiteForm, site_answers
from crm.employers.models import Site
from crm.employers.queries import get_employer, get_site
from crm.reference.models import Area
from crm.reference.queries import offered

bp = Blueprint("sites", __name__)


@bp.route("/employers/<int:employer_id>/sites/new", methods=["GET", "POST"])
@allow(*STAFF)
def new(employer_id: int) -> ResponseReturnValue:
    employer = get_employer(employer_id, viewer=signed_in_user())
    if not policies.may_change(signed_in_user(), employer):
        raise NotAllowed(services.ARCHIVED)
    form = AddSiteForm()
    form.offer(offered(Area))
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                site = services.add_site(get_employer(employer_id, viewer=signed_in_user()), form.details())
                submission.leads_to = _address(site)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
            employer = get_employer(employer_id, viewer=signed_in_user())
        else:
            flash(f"{form.name.data} added.", "success")
            return redirect(submission.leads_to)
    return render_template("sites/new.html", form=form, employer=employer)


@bp.route("/sites/<int:site_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(site_id: int) -> ResponseReturnValue:
    site = _get(site_id)
    form = ChangeSiteForm(data=site_answers(site))
    form.offer(offered(Area, besides=[site.area_id]))
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                site = _get(site_id)
                services.change_site(site, form.details(), version=form.version.data)
                submission.leads_to = _address(site)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        except EditedMeanwhile:
            met = True
        else:
            flash("Site saved.", "success")
            return redirect(submission.leads_to)
        site = _get(site_id)
    return _form_again(site, form, met=met)


def _form_again(site: Site, form: ChangeSiteForm, *, met: bool) -> ResponseReturnValue:
    """The form with what was typed; and, if somebody else saved the site meanwhile, both versions."""
    conflict = None
    if met:
        saved = ChangeSiteForm(formdata=None, data=site_answers(site))
        saved.offer(offered(Area, besides=[site.area_id]))
        conflict = edit_conflict(form, site, differences(saved, form))
    return render_template("sites/edit.html", form=form, site=site, conflict=conflict)


@bp.route("/sites/<int:site_id>/close", methods=["GET", "POST"])
@allow(*STAFF)
def close(site_id: int) -> ResponseReturnValue:
    site = _get(site_id)
    form = CloseSiteForm(data={"version": site.version})
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                reason = form.reason.data or ""
                services.close_site(_get(site_id), reason=reason, at=clock.now(), version=form.version.data)
                submission.leads_to = _address(site)
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
            site = _get(site_id)
            form.move_to(site.version)
        else:
            flash(f"{site.name} closed. It is not offered any more; everything about it is kept.", "success")
            return redirect(submission.leads_to)
    return render_template("sites/close.html", form=form, site=site)


@bp.post("/sites/<int:site_id>/open")
@allow(*STAFF)
def open_again(site_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        site = _get(site_id)
        services.open_site_again(site)
        submission.leads_to = _address(site)
    flash("Site open again.", "success")
    return redirect(submission.leads_to)


def _get(site_id: int) -> Site:
    """The site, if it may be changed now."""
    site = get_site(site_id, viewer=signed_in_user())
    if not policies.may_change(signed_in_user(), site.employer):
        raise NotAllowed(services.ARCHIVED)
    return site


def _address(site: Site) -> str:
    return url_for("checks.show", site_id=site.id)
