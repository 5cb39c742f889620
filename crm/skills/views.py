"""Writing the next version of the skills list, and reading earlier ones. What is practised: `crm.desk.skills`."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import ADMINS, EVERYONE, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.submissions import submitting
from crm.skills.forms import SkillsListForm
from crm.skills.queries import get_list, lines_of, list_in_force
from crm.skills.services import publish_list
from crm.skills.wording import changes_between

bp = Blueprint("skills", __name__, url_prefix="/skills")


@bp.get("/versions/<int:number>")
@allow(*EVERYONE)
def show(number: int) -> ResponseReturnValue:
    """A version as it was agreed, and what it changed."""
    version = get_list(number)
    before = get_list(number - 1) if number > 1 else None
    return render_template(
        "skills/show.html",
        version=version,
        lines=lines_of(version),
        current=list_in_force(),
        changes=changes_between(lines_of(before), lines_of(version)) if before else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*ADMINS)
def new() -> ResponseReturnValue:
    """Write the next version. Posting saves nothing: it shows what would change."""
    current = list_in_force()
    form = SkillsListForm(
        data={
            "skills": "\n".join(line.text for line in lines_of(current)),
            "agreed_on": clock.today(),
            "version": current.number if current else 0,
        }
    )
    if not form.is_submitted() or request.form.get("step") == "change" or not form.validate():
        return _writing(form)
    if form.version.data != (current.number if current else 0):
        return _writing(form, met=True)
    details = form.details()
    changes = changes_between(lines_of(current), details.lines)
    if current and not changes:
        form.refuse("Nothing has changed. Change the list, then look at it.", form.skills)
        return _writing(form)
    return render_template("skills/preview.html", form=form, current=current, details=details, changes=changes)


@bp.post("/publish")
@allow(*ADMINS)
def publish() -> ResponseReturnValue:
    form, met = SkillsListForm(), False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                publish_list(form.details(), seen=form.version.data or 0, by=signed_in_user(), at=clock.now())
                submission.leads_to = url_for("skills.index")
        except EditedMeanwhile:
            met = True
        except Conflict as refusal:
            form.refuse(str(refusal), form.skills)
        else:
            flash("Published. Opportunities are ticked by this version from now on.", "success")
            return redirect(submission.leads_to, 303)
    return _writing(form, met=met)


def _writing(form: SkillsListForm, *, met: bool = False) -> str:
    """The form; `met`: with what somebody else published meanwhile, which the next try then follows."""
    current = list_in_force()
    theirs = None
    if met and current is not None:
        form.move_to(current.number)
        before = get_list(current.number - 1) if current.number > 1 else None
        theirs = changes_between(lines_of(before), lines_of(current))
    return render_template("skills/new.html", form=form, current=current, theirs=theirs)
