"""The statement of the pledge: what employers read, every version, and writing the next one."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import ADMINS, STAFF, Role, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.submissions import submitting
from crm.pledges.forms.statements import StatementForm
from crm.pledges.models import PledgeStatement
from crm.pledges.statements import (
    all_statements,
    compared_parts,
    get_statement,
    in_parts,
    publish_statement,
    statement_in_force,
    texts_of,
)

bp = Blueprint("statements", __name__, url_prefix="/pledges/statement")


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    versions = all_statements()
    return render_template(
        "statements/index.html",
        versions=versions,
        parts=in_parts(versions[0]),
        may_write=signed_in_user().role is Role.ADMIN,
    )


@bp.get("/<int:number>")
@allow(*STAFF)
def show(number: int) -> ResponseReturnValue:
    """A version as employers read it, and what changed from the one before."""
    statement, current = get_statement(number), statement_in_force()
    before = get_statement(number - 1) if number > 1 else None
    return render_template(
        "statements/show.html",
        statement=statement,
        current=current,
        parts=in_parts(statement),
        changes=compared_parts(texts_of(before), texts_of(statement)) if before else [],
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*ADMINS)
def new() -> ResponseReturnValue:
    """Write the next version. Posting saves nothing: it shows how employers would read it."""
    current = statement_in_force()
    form = StatementForm(data=asdict(texts_of(current)) | {"version": current.number})
    if not form.is_submitted() or request.form.get("step") == "change" or not form.validate():
        return _writing(form, current)
    if form.version.data != current.number:
        return _writing(form, current, met=True)
    if form.texts() == texts_of(current):
        form.refuse("Nothing has changed. Change the text, then look at it.", form.wording)
        return _writing(form, current)
    return render_template(
        "statements/preview.html",
        form=form,
        current=current,
        parts=in_parts(form.texts()),
        changes=compared_parts(texts_of(current), form.texts()),
    )


@bp.post("/publish")
@allow(*ADMINS)
def publish() -> ResponseReturnValue:
    form, met = StatementForm(), False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                note, seen = form.note.data or "", form.version.data
                publish_statement(form.texts(), note, seen=seen, by=signed_in_user(), at=clock.now())
                submission.leads_to = url_for("statements.index")
        except EditedMeanwhile:
            met = True
        except Conflict as refusal:
            form.refuse(str(refusal), form.wording)
        else:
            flash("Published. Employers read this version from now on; earlier answers keep theirs.", "success")
            return redirect(submission.leads_to, 303)
    return _writing(form, statement_in_force(), met=met)


def _writing(form: StatementForm, current: PledgeStatement, *, met: bool = False) -> str:
    """The form; `met`: with what somebody else published meanwhile, which the next try then follows."""
    if met:
        form.move_to(current.number)
    return render_template(
        "statements/new.html",
        form=form,
        current=current,
        met=met,
        changes=compared_parts(texts_of(current), form.texts()) if met else [],
    )
