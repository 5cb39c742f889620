"""Signing in and out, forgotten passwords, and one's own account."""

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from crm.accounts import passwords
from crm.accounts.forms import ChangePasswordForm, ChoosePasswordForm, ForgottenForm, SignInForm, typed
from crm.accounts.queries import get_user, stays_of
from crm.accounts.services import links, preferences, sign_ins
from crm.accounts.signing_in import (
    Outcome,
    begin_stay,
    forget,
    is_anybody_signed_in,
    remember,
    sign_in_with,
    signed_in_user,
    verify,
)
from crm.core import clock
from crm.core.access import EVERYONE, STAFF, allow
from crm.core.db import committing, reading
from crm.core.errors import NotFound
from crm.core.forms import ActionForm
from crm.core.submissions import submitting, was_saved
from crm.core.web import safe_next

bp = Blueprint("accounts", __name__)

START = "/"
WRONG = "The e-mail address or the password is wrong. Check both and try again."
TOO_MANY = "Too many tries. Wait 15 minutes, or choose a new password with “I have forgotten my password”."
TOO_MANY_HERE = "Too many tries. Wait 15 minutes, then try again."


@bp.route("/sign-in", methods=["GET", "POST"])
@allow()
def sign_in() -> ResponseReturnValue:
    target = safe_next(request.args.get("next"), otherwise=START)
    form = SignInForm()
    status = 200
    if request.method == "GET" and is_anybody_signed_in():
        return redirect(target)
    if form.validate_on_submit():
        outcome = sign_in_with(form.email.data or "", typed(form.password), request.remote_addr)
        if outcome is Outcome.RIGHT:
            return redirect(target, 303)
        status = 429 if outcome is Outcome.TOO_MANY else 200
        form.refuse(TOO_MANY if outcome is Outcome.TOO_MANY else WRONG)
    return render_template("accounts/sign_in.html", form=form), status


@bp.post("/sign-out")
@allow(*EVERYONE)
def sign_out() -> ResponseReturnValue:
    token = signed_in_user().sign_in_token
    with committing():
        sign_ins.end_sign_in(token, at=clock.now())
    forget()
    flash("You have signed out.", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/account/check")
@allow(*EVERYONE)
def check() -> ResponseReturnValue:
    """Asked by a browser before it sends a form: who is signed in, a fresh token, and whether ?key= was saved."""
    return jsonify(
        user=signed_in_user().id, csrf_token=generate_csrf(), saved=was_saved(request.args.get("key", "", type=str))
    )


@bp.route("/forgotten-password", methods=["GET", "POST"])
@allow()
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form)
    with committing():
        links.ask_for_link(form.email.data or "", request.remote_addr, at=clock.now())
    return redirect(url_for("accounts.link_sent"), 303)


@bp.get("/forgotten-password/sent")
@allow()
def link_sent() -> ResponseReturnValue:
    return render_template("accounts/link_sent.html")


@bp.route("/password/<token>", methods=["GET", "POST"])
@allow()
def choose_password(token: str) -> ResponseReturnValue:
    """Opening the page changes nothing: mail scanners open links too."""
    try:
        return _without_referrer(_choose_password(token))
    except NotFound:
        return _without_referrer((render_template("accounts/link_dead.html"), 404))


def _choose_password(token: str) -> ResponseReturnValue:
    form = ChoosePasswordForm()
    with reading():
        user = links.get_link(token, now=clock.now()).user
        user_id, email, name = user.id, user.email, user.name
    if form.validate_on_submit():
        problem = passwords.problem_with(typed(form.password), about=(name, email))
        if problem is None:
            return _save_chosen(form, token, user_id)
        form.refuse(problem, form.password)
    return render_template("accounts/choose_password.html", form=form, email=email)


def _save_chosen(form: ChoosePasswordForm, token: str, user_id: int) -> ResponseReturnValue:
    password_hash = passwords.hash_password(typed(form.password))
    with submitting(form) as submission:
        user = links.choose_with_link(token, password_hash, at=clock.now())
        stay = begin_stay(user)
        submission.leads_to = START
    remember(get_user(user_id), stay)
    flash("Your password is saved and you are signed in.", "success")
    return redirect(START, 303)


def _without_referrer(answer: ResponseReturnValue) -> Response:
    """The address holds the token: it must not travel on to any other page."""
    response = make_response(answer)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/account")
@allow(*EVERYONE)
def show() -> ResponseReturnValue:
    user = signed_in_user()
    return render_template("accounts/show.html", user=user, stays=stays_of(user, now=clock.now()))


@bp.route("/account/password", methods=["GET", "POST"])
@allow(*EVERYONE)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/change_password.html", form=form)
    user = signed_in_user()
    problem = passwords.problem_with(typed(form.password), about=(user.name, user.email))
    if problem:
        form.refuse(problem, form.password)
        return render_template("accounts/change_password.html", form=form)
    verdict = verify(user.email, typed(form.current), request.remote_addr)
    if verdict.outcome is Outcome.TOO_MANY:
        form.refuse(TOO_MANY_HERE)
        return render_template("accounts/change_password.html", form=form), 429
    if verdict.outcome is Outcome.WRONG:
        form.refuse("The password you have now is wrong. Check it and try again.", form.current)
        return render_template("accounts/change_password.html", form=form)
    password_hash = passwords.hash_password(typed(form.password))
    with submitting(form) as submission:
        links.change_password(signed_in_user(), password_hash, replacing=verdict.password_hash, at=clock.now())
        submission.leads_to = url_for("accounts.show")
    flash("Your password is changed. You have been signed out everywhere else.", "success")
    return redirect(submission.leads_to, 303)


@bp.post("/account/digest")
@allow(*STAFF)
def digest() -> ResponseReturnValue:
    """Stop the daily digest, or have it again."""
    wanted = request.form.get("wanted") == "yes"
    with submitting(ActionForm()) as submission:
        user = get_user(signed_in_user().id)
        if wanted:
            preferences.resume_digest(user)
        else:
            preferences.stop_digest(user, at=clock.now())
        submission.leads_to = url_for("accounts.show")
    flash("You get the daily digest again." if wanted else "You get no daily digest any more.", "success")
    return redirect(submission.leads_to, 303)


@bp.post("/account/sign-ins/<int:sign_in_id>/end")
@allow(*EVERYONE)
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        sign_ins.end_one_sign_in(signed_in_user(), sign_in_id, at=clock.now())
        submission.leads_to = url_for("accounts.show")
    flash("That browser is signed out.", "success")
    return redirect(submission.leads_to, 303)


@bp.post("/account/sign-ins/end-others")
@allow(*EVERYONE)
def end_other_sign_ins() -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        sign_ins.end_other_sign_ins(signed_in_user(), at=clock.now())
        submission.leads_to = url_for("accounts.show")
    flash("You are signed out everywhere else.", "success")
    return redirect(submission.leads_to, 303)
