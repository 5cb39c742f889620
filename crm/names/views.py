"""Pages about names: a provider's choice with the log of who looked, and one young person's name."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import Role, allow
from crm.core.db import committing
from crm.core.errors import Conflict, NotAllowed
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.names import policies, queries, sealing, services
from crm.names.forms import KeepNamesForm, NameForm, NamesForm, StopNamesForm
from crm.providers.policies import TAKE_PART
from crm.providers.queries import get_provider, get_young_person
from crm.reference.settings import staff_may_read_names

bp = Blueprint("names", __name__)
CHOOSING = (Role.PROVIDER, Role.ADMIN)


@bp.get("/providers/<int:provider_id>/names")
@allow(*TAKE_PART)
def index(provider_id: int) -> ResponseReturnValue:
    """Whether a provider keeps names, and who looked at which."""
    viewer = signed_in_user()
    provider = get_provider(provider_id, viewer=viewer)
    return render_template(
        "names/index.html",
        provider=provider,
        keeping=queries.keeping_of(provider_id),
        kept=queries.how_many_named(provider_id),
        reads=queries.reads_at(provider_id),
        form=KeepNamesForm(),
        is_possible=sealing.is_possible(),
        may_choose=policies.may_choose(viewer),
        may_write=policies.may_write(viewer),
        staff_too=staff_may_read_names(),
    )


@bp.post("/providers/<int:provider_id>/names/keep")
@allow(*CHOOSING)
def keep(provider_id: int) -> ResponseReturnValue:
    form = KeepNamesForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                provider = get_provider(provider_id, viewer=signed_in_user())
                services.keep_names(provider, by=signed_in_user(), at=clock.now())
                submission.leads_to = url_for("names.index", provider_id=provider_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
        else:
            flash("Names can be kept now. Every look at one is logged.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "names/index.html",
        provider=get_provider(provider_id, viewer=signed_in_user()),
        keeping=None,
        kept=0,
        reads=queries.reads_at(provider_id),
        form=form,
        is_possible=sealing.is_possible(),
        may_choose=True,
        may_write=False,
        staff_too=staff_may_read_names(),
    )


@bp.route("/providers/<int:provider_id>/names/stop", methods=["GET", "POST"])
@allow(*CHOOSING)
def stop(provider_id: int) -> ResponseReturnValue:
    provider = get_provider(provider_id, viewer=signed_in_user())
    form = StopNamesForm()
    if form.validate_on_submit():
        with submitting(form) as submission:
            gone = services.stop_keeping_names(get_provider(provider_id, viewer=signed_in_user()))
            submission.leads_to = url_for("names.index", provider_id=provider_id)
        flash(f"{gone} name{'' if gone == 1 else 's'} forgotten. References only from now on.", "success")
        return redirect(submission.leads_to)
    return render_template("names/stop.html", form=form, provider=provider, kept=queries.how_many_named(provider_id))


@bp.route("/providers/<int:provider_id>/names/record", methods=["GET", "POST"])
@allow(Role.PROVIDER)
def record(provider_id: int) -> ResponseReturnValue:
    """Keep the names of several, pasted with their references."""
    provider = get_provider(provider_id, viewer=signed_in_user())
    if queries.keeping_of(provider_id) is None:
        raise NotAllowed(services.NOT_CHOSEN)
    form = NamesForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                provider = get_provider(provider_id, viewer=signed_in_user())
                number = services.write_names(provider, form.lines(), at=clock.now())
                submission.leads_to = url_for("names.index", provider_id=provider_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.names)
            provider = get_provider(provider_id, viewer=signed_in_user())
        else:
            flash(f"{number} name{'' if number == 1 else 's'} kept.", "success")
            return redirect(submission.leads_to)
    return render_template("names/record.html", form=form, provider=provider)


@bp.route("/young-people/<int:young_person_id>/name", methods=["GET", "POST"])
@allow(Role.PROVIDER)
def write(young_person_id: int) -> ResponseReturnValue:
    """Keep a name, or another one. What is kept is not shown here."""
    person = get_young_person(young_person_id, viewer=signed_in_user())
    form = NameForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                person = get_young_person(young_person_id, viewer=signed_in_user())
                services.write_name(person, " ".join((form.name.data or "").split()), at=clock.now())
                submission.leads_to = url_for("young_people.show", young_person_id=young_person_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
            person = get_young_person(young_person_id, viewer=signed_in_user())
        else:
            flash("Name kept.", "success")
            return redirect(submission.leads_to)
    return render_template("names/write.html", form=form, person=person, is_named=queries.is_named(young_person_id))


@bp.post("/young-people/<int:young_person_id>/name/show")
@allow(*TAKE_PART)
def show(young_person_id: int) -> ResponseReturnValue:
    """Look at a name. A button and not a link, because looking is written down."""
    viewer = signed_in_user()
    if not policies.may_look(viewer, staff_too=staff_may_read_names()):
        raise NotAllowed("Only their provider sees names of young people.")
    pressed()
    with committing():
        person = get_young_person(young_person_id, viewer=signed_in_user())
        name = services.read_name(person, by=signed_in_user(), at=clock.now())
    return render_template(
        "names/show.html", person=get_young_person(young_person_id, viewer=signed_in_user()), name=name
    )


@bp.post("/young-people/<int:young_person_id>/name/forget")
@allow(Role.PROVIDER)
def forget(young_person_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.forget_name(get_young_person(young_person_id, viewer=signed_in_user()))
        submission.leads_to = url_for("young_people.show", young_person_id=young_person_id)
    flash("Name forgotten.", "success")
    return redirect(submission.leads_to)
