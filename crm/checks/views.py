"""The page of a site, and what came of its checks."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.audit.readable import readable_history
from crm.checks import policies, queries, services
from crm.checks.forms import AcceptForm, AskedForm, RefuseForm, UndoForm, answers_of, fresh_answers
from crm.checks.models import CheckKind, SiteCheck
from crm.checks.states import KIND_LABELS, may_be_asked_for
from crm.checks.wording import facts, standings
from crm.core import clock
from crm.core.access import MANAGERS, STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed, NotFound
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.employers.models import Site
from crm.employers.policies import may_change
from crm.employers.queries import get_site, possible_owners
from crm.employers.services import ARCHIVED
from crm.reference.settings import check_notice_months

bp = Blueprint("checks", __name__, url_prefix="/sites")

HISTORY_ROWS = 40
Save = Callable[[Site, AcceptForm | RefuseForm], object]


@bp.get("/<int:site_id>")
@allow(*STAFF)
def show(site_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    site = get_site(site_id, viewer=viewer)
    turns = queries.turns_of(site_id)
    current = {turn.kind: turn for turn in turns if turn.is_current}
    return render_template(
        "checks/show.html",
        site=site,
        standings=standings(current, today, notice_months=check_notice_months()),
        facts={kind: facts(check) for kind, check in current.items()},
        earlier={kind: [turn for turn in turns if turn.kind is kind and not turn.is_current] for kind in CheckKind},
        may={
            "change": may_change(viewer, site.employer),
            "record": policies.may_record(viewer, site),
            "exempt": policies.may_exempt(viewer, site),
            "undo": {kind for kind, check in current.items() if policies.may_undo(viewer, site, check)},
            "correct": {kind for kind, check in current.items() if policies.may_correct(viewer, site, check)},
            "ask": {kind for kind in CheckKind if may_be_asked_for(current.get(kind), today)},
        },
        history=readable_history("site", site_id, limit=HISTORY_ROWS),
        today=today,
    )


@bp.route("/<int:site_id>/checks/<kind>/accept", methods=["GET", "POST"])
@allow(*STAFF)
def accept(site_id: int, kind: str) -> ResponseReturnValue:
    """What was accepted, until when."""

    def save(site: Site, form: AcceptForm | RefuseForm) -> object:
        assert isinstance(form, AcceptForm)  # noqa: S101  # the one that is passed below
        return services.accept(site, _kind(kind), form.details(), seen=form.seen, at=clock.now())

    return _decide(site_id, _kind(kind), AcceptForm, save, "accept")


@bp.route("/<int:site_id>/checks/<kind>/refuse", methods=["GET", "POST"])
@allow(*STAFF)
def refuse(site_id: int, kind: str) -> ResponseReturnValue:
    """Why it was not accepted."""

    def save(site: Site, form: AcceptForm | RefuseForm) -> object:
        assert isinstance(form, RefuseForm)  # noqa: S101
        return services.not_accept(site, _kind(kind), form.details(), seen=form.seen, at=clock.now())

    return _decide(site_id, _kind(kind), RefuseForm, save, "refuse")


@bp.route("/<int:site_id>/checks/<kind>/exempt", methods=["GET", "POST"])
@allow(*MANAGERS)
def exempt(site_id: int, kind: str) -> ResponseReturnValue:
    """Why it is not needed."""

    def save(site: Site, form: AcceptForm | RefuseForm) -> object:
        assert isinstance(form, RefuseForm)  # noqa: S101
        return services.exempt(site, _kind(kind), form.details(), seen=form.seen, at=clock.now())

    return _decide(site_id, _kind(kind), RefuseForm, save, "exempt")


def _decide(
    site_id: int, kind: CheckKind, form_class: type[AcceptForm] | type[RefuseForm], save: Save, verb: str
) -> ResponseReturnValue:
    """One form for three decisions. Whoever finds that somebody else saved first sees what, and may save again."""
    site = _site(site_id)
    current = queries.current_check(site_id, kind)
    form = form_class(data=fresh_answers(signed_in_user().id, clock.today(), current))
    _prepare(form, kind, current)
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                save(_site(site_id), form)
                submission.leads_to = url_for("checks.show", site_id=site_id)
        except EditedMeanwhile:
            met = True
        else:
            flash(f"{KIND_LABELS[kind]} saved.", "success")
            return redirect(submission.leads_to)
        site, current = _site(site_id), queries.current_check(site_id, kind)
    return render_template(
        f"checks/{verb}.html",
        form=form,
        site=site,
        kind=kind,
        label=KIND_LABELS[kind],
        current=current,
        conflict=_both_versions(form, current, kind) if met else None,
    )


@bp.route("/checks/<int:check_id>/correct", methods=["GET", "POST"])
@allow(*STAFF)
def correct(check_id: int) -> ResponseReturnValue:
    """What was typed about an acceptance, put right."""
    check = _correctable(check_id)
    form = AcceptForm(data=answers_of(check))
    _prepare(form, check.kind, check)
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.correct(_correctable(check_id), form.details(), version=form.version.data)
                submission.leads_to = url_for("checks.show", site_id=check.site_id)
        except EditedMeanwhile:
            met = True
        else:
            flash(f"{KIND_LABELS[check.kind]} corrected.", "success")
            return redirect(submission.leads_to)
        check = _correctable(check_id)
    return render_template(
        "checks/correct.html",
        form=form,
        site=check.site,
        kind=check.kind,
        label=KIND_LABELS[check.kind],
        conflict=_both_versions(form, check, check.kind) if met else None,
    )


@bp.post("/checks/<int:check_id>/undo")
@allow(*STAFF)
def undo(check_id: int) -> ResponseReturnValue:
    """Take the latest decision back."""
    form = UndoForm()
    if not form.validate_on_submit():
        raise Conflict("This page is out of date. Open it again, then undo.")
    with submitting(form) as submission:
        check = queries.get_check(check_id, viewer=signed_in_user())
        if not policies.may_undo(signed_in_user(), check.site, check):
            raise NotAllowed("This decision cannot be undone any more, or not by you.")
        site_id, label = check.site_id, KIND_LABELS[check.kind]
        services.undo(check, version=form.version.data)
        submission.leads_to = url_for("checks.show", site_id=site_id)
    flash(f"{label}: the latest decision is undone. The history keeps it.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:site_id>/checks/<kind>/asked", methods=["GET", "POST"])
@allow(*STAFF)
def asked(site_id: int, kind: str) -> ResponseReturnValue:
    """That we asked by phone or at a visit."""
    checked = _kind(kind)
    site = _site(site_id)
    form = AskedForm(data={"on": clock.today()})
    if form.validate_on_submit():
        assert form.on.data is not None  # noqa: S101  # validated
        try:
            with submitting(form) as submission:
                services.record_request(_site(site_id), checked, of=form.of.data or "", on=form.on.data)
                submission.leads_to = url_for("checks.show", site_id=site_id)
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
            site = _site(site_id)
        else:
            flash("Request recorded.", "success")
            return redirect(submission.leads_to)
    return render_template("checks/asked.html", form=form, site=site, label=KIND_LABELS[checked])


def _prepare(form: AcceptForm | RefuseForm, kind: CheckKind, current: SiteCheck | None) -> None:
    if isinstance(form, AcceptForm):
        form.for_kind(kind)
    form.offer(possible_owners(besides=current.checked_by_id if current else None))


def _both_versions(form: AcceptForm | RefuseForm, current: SiteCheck | None, kind: CheckKind) -> EditConflict:
    saved = type(form)(formdata=None, data=answers_of(current) if current else None)
    _prepare(saved, kind, current)
    form.open_on(current)
    return edit_conflict(form, current, differences(saved, form))


def _kind(code: str) -> CheckKind:
    if code not in set(CheckKind):
        raise NotFound("We could not find that kind of check.")
    return CheckKind(code)


def _site(site_id: int) -> Site:
    """The site, if its checks may be recorded now."""
    site = get_site(site_id, viewer=signed_in_user())
    if not policies.may_record(signed_in_user(), site):
        raise NotAllowed(services.CLOSED if site.is_closed else ARCHIVED)
    return site


def _correctable(check_id: int) -> SiteCheck:
    check = queries.get_check(check_id, viewer=signed_in_user())
    if not policies.may_correct(signed_in_user(), check.site, check):
        raise NotAllowed("Only the acceptance that is current can be corrected.")
    return check
