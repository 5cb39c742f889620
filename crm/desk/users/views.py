"""Pages and buttons for administrators: who may sign in, and as what."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import policies
from crm.accounts.models import User
from crm.accounts.queries import get_user
from crm.accounts.queries import users as all_users
from crm.accounts.services import users
from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import ADMINS, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import ActionForm, differences
from crm.core.submissions import submitting
from crm.desk.users import services
from crm.desk.users.forms import AddUserForm, EditUserForm
from crm.providers.queries import provider_of, providers_in_use

bp = Blueprint("users", __name__, url_prefix="/administration/users")

STATE_MEANINGS = {"active": "active", "invited": "waiting", "disabled": "stopped"}


@bp.get("/")
@allow(*ADMINS)
def index() -> ResponseReturnValue:
    return render_template("users/index.html", rows=all_users(), meanings=STATE_MEANINGS)


@bp.route("/new", methods=["GET", "POST"])
@allow(*ADMINS)
def new() -> ResponseReturnValue:
    form = AddUserForm()
    form.offer(providers_in_use())
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                user = services.invite(form.access(), by=signed_in_user(), at=clock.now())
                submission.leads_to = _page_of(user)
        except Conflict as refusal:
            form.refuse(str(refusal), form.email)
        else:
            flash("User added. A link to choose a password is on its way to them.", "success")
            return redirect(submission.leads_to, 303)
    return render_template("users/new.html", form=form)


@bp.get("/<int:user_id>")
@allow(*ADMINS)
def show(user_id: int) -> ResponseReturnValue:
    user, me = get_user(user_id), signed_in_user()
    return render_template(
        "users/show.html",
        user=user,
        state="disabled" if user.disabled_at else "active" if user.password_hash else "invited",
        meanings=STATE_MEANINGS,
        provider=provider_of(user),
        may_disable=policies.may_disable(me, user),
        may_mail_link=policies.may_be_mailed_a_link(user),
        history=readable_history("user", user.id),
    )


@bp.route("/<int:user_id>/edit", methods=["GET", "POST"])
@allow(*ADMINS)
def edit(user_id: int) -> ResponseReturnValue:
    form, user = EditUserForm(), get_user(user_id)
    saved = services.access_of(user)
    form.offer(providers_in_use(also=saved.provider_id))
    if not form.is_submitted():
        form.fill(user, saved)
    if not form.validate_on_submit():
        return _edit_page(form, user)
    try:
        with submitting(form) as submission:
            services.edit(user, form.access(), by=signed_in_user(), seen=form.version.data, at=clock.now())
            submission.leads_to = _page_of(user)
    except EditedMeanwhile:
        return _both_versions(form, user_id)
    except (Conflict, NotAllowed) as refusal:
        form.refuse(str(refusal))
        return _edit_page(form, get_user(user_id))
    flash("User changed.", "success")
    return redirect(submission.leads_to, 303)


def _edit_page(form: EditUserForm, user: User, conflict: EditConflict | None = None) -> ResponseReturnValue:
    return render_template("users/edit.html", form=form, user=user, conflict=conflict)


def _both_versions(form: EditUserForm, user_id: int) -> ResponseReturnValue:
    user, saved = get_user(user_id), EditUserForm(formdata=None)
    access = services.access_of(user)
    saved.offer(providers_in_use(also=access.provider_id))
    saved.fill(user, access)
    return _edit_page(form, user, edit_conflict(form, user, differences(saved, form)))


@bp.route("/<int:user_id>/disable", methods=["GET", "POST"])
@allow(*ADMINS)
def disable(user_id: int) -> ResponseReturnValue:
    form, user = ActionForm(), get_user(user_id)
    if not form.validate_on_submit():
        return render_template("users/disable.html", form=form, user=user)
    with submitting(form) as submission:
        users.disable_user(user, by=signed_in_user(), at=clock.now())
        submission.leads_to = _page_of(user)
    flash("User disabled and signed out everywhere.", "success")
    return redirect(submission.leads_to, 303)


@bp.post("/<int:user_id>/enable")
@allow(*ADMINS)
def enable(user_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        user = get_user(user_id)
        users.enable_user(user)
        submission.leads_to = _page_of(user)
    flash("User enabled. They sign in with the password they had.", "success")
    return redirect(submission.leads_to, 303)


@bp.post("/<int:user_id>/send-link")
@allow(*ADMINS)
def send_link(user_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        user = get_user(user_id)
        users.send_link_again(user, at=clock.now())
        submission.leads_to = _page_of(user)
    flash("A new link is on its way. Earlier links do not work any more.", "success")
    return redirect(submission.leads_to, 303)


def _page_of(user: User) -> str:
    return url_for("users.show", user_id=user.id)
