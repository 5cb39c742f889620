"""Sending a class list: what it would do is shown first, and nothing is kept of it until somebody says yes."""

import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import read_table
from crm.core.submissions import submitting
from crm.providers.class_lists import services
from crm.providers.class_lists.forms import ClassListForm, ConfirmForm
from crm.providers.class_lists.reading import ClassList, Line, NotAClassList, PersonalData, Row, read_class_list
from crm.providers.class_lists.services import Effect, Planned
from crm.providers.models import Provider
from crm.providers.policies import TAKE_PART
from crm.providers.queries import areas_in_use, get_provider, own_or_all
from crm.reference.models import Area

bp = Blueprint("class_lists", __name__, url_prefix="/young-people/class-list")

HEADINGS = ("Reference", "Year group", "Area")
SHOWN = 100  # rows of each kind in the preview


@bp.route("/", methods=["GET", "POST"])
@allow(*TAKE_PART)
def index() -> ResponseReturnValue:
    """Ask for a list; when it comes, show what it would do. That changes nothing."""
    providers, form = own_or_all(signed_in_user()), ClassListForm()
    form.offer_providers(providers)
    if not form.is_submitted():
        form.provider.data = providers[0].id if len(providers) == 1 else request.args.get("provider", type=int)
    elif form.validate():
        try:
            read = read_class_list(_sent(form))
        except (UnreadableFile, NotAClassList, PersonalData) as refusal:
            form.refuse(str(refusal), form.file if form.file.data else form.rows)
        else:
            provider = get_provider(form.provider.data or 0, viewer=signed_in_user())
            confirm = ConfirmForm(formdata=None)
            confirm.provider.data, confirm.year_group.data = str(provider.id), form.year_group.data
            confirm.rows.data = _carried(read.lines)
            return _preview(confirm, provider, read)
    return render_template("class_lists/index.html", form=form, providers=providers)


def _sent(form: ClassListForm) -> Sequence[Row]:
    if form.file.data:
        return read_table(form.file.data.read()).rows
    pasted = form.as_copied
    return read_table((f"sep=\t\n{pasted}" if "\t" in pasted else pasted).encode(errors="ignore")).rows


@bp.post("/record")
@allow(*TAKE_PART)
def record() -> ResponseReturnValue:
    """Do what was shown, as far as it is still true."""
    form = ConfirmForm()
    if not form.validate():
        raise Conflict("This page is out of date. Send the list again.")
    lines = _brought_back(form)
    with submitting(form) as submission:
        provider = get_provider(form.provider_id, viewer=signed_in_user())
        applied = services.record_class_list(
            provider,
            lines,
            _areas(),
            otherwise=form.otherwise,
            names_are_references=bool(form.not_names.data),
            change=bool(form.change.data),
        )
        submission.leads_to = url_for("young_people.index", provider=provider.id)
    said = [f"{counted(applied.added, 'young person', 'young people')} recorded"]
    said += [f"{applied.changed} changed"] if applied.changed else []
    said += [f"{applied.left} known already and left as they are"] if applied.left else []
    flash(f"{', '.join(said)}.", "success")
    return redirect(submission.leads_to)


def _brought_back(form: ConfirmForm) -> Sequence[Line]:
    """Raises Conflict for anything but what `_carried` wrote."""
    try:
        return read_class_list(list(csv.reader(StringIO(form.rows.data or "")))).lines
    except (csv.Error, NotAClassList, PersonalData):
        raise Conflict("This page is out of date. Send the list again.") from None


def _preview(form: ConfirmForm, provider: Provider, read: ClassList) -> str:
    planned = services.plan(provider, read.lines, _areas(), otherwise=form.otherwise)
    return render_template(
        "class_lists/preview.html",
        form=form,
        provider=provider,
        counts=Counter(each.effect.value for each in planned),
        groups=[(effect, _of(planned, effect)) for effect in ORDER],
        not_read=read.not_read,
        has_names=any(each.line.may_be_a_name for each in planned),
        most=SHOWN,
    )


ORDER = (Effect.REFUSED, Effect.DIFFERS, Effect.NEW, Effect.REPEATED, Effect.SAME)


def _of(planned: Sequence[Planned], effect: Effect) -> Sequence[Planned]:
    return [each for each in planned if each.effect is effect]


def _carried(lines: Sequence[Line]) -> str:
    """The rows that could be recorded, for the form that says yes. Those with a problem are left behind."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for line in lines:
        if not line.problem:
            writer.writerow((line.reference, line.year_group.value if line.year_group else "", line.area))
    return text.getvalue()


def _areas() -> dict[str, Area]:
    return {area.name.lower(): area for area in areas_in_use()}
