"""Reading the contact log: the list, its download, one entry."""

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import READERS, STAFF, allow
from crm.core.pagination import asked
from crm.interactions.columns import COLUMNS
from crm.interactions.due import quick_days
from crm.interactions.forms.filtering import LogFilterForm
from crm.interactions.policies import may_edit, may_edit_freely
from crm.interactions.queries.corrections import corrections_of
from crm.interactions.queries.follow_ups import follow_ups_from
from crm.interactions.queries.log import LogRow, employer_name, get_interaction, log_page, log_rows, officers
from crm.interactions.views.blueprint import bp
from crm.lists.bar import bar, opens_with
from crm.lists.columns import Layout, layout_asked
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.lists.models import ListName
from crm.lists.queries import views_of

LIST = ListName.CONTACT_LOG
# What a correction may concern, as its page names it.
QUESTIONS = {
    "summary": "What was said",
    "channel": "How",
    "direction": "Direction",
    "outcome": "Outcome",
    "happened_on": "Day",
    "contacts": "Contacts",
    "officers": "Officers",
}


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    views = views_of(LIST, viewer=viewer)
    if elsewhere := opens_with(views, LIST):
        return redirect(elsewhere)
    form = _filter_form(viewer)
    filters, layout = form.filters(), _layout(viewer)
    named = employer_name(filters.employer_id, viewer=viewer) if filters.employer_id else None
    built_in = (("Mine", f"officer={viewer.id}"), ("Meetings and visits", "channel=meeting&channel=visit"))
    return render_template(
        "interactions/index.html",
        form=form,
        page=log_page(filters, asked(), viewer=viewer),
        chips=form.described(named),
        employer=named,
        layout=layout,
        headings=layout.headings(""),
        views=bar(LIST, views, built_in, whole="All") if viewer.is_staff else None,
        downloads=download_links(url_for("interactions.download"), url_for("interactions.workbook")),
    )


@bp.get("/contact-log.csv")
@allow(*READERS)
def download() -> Response:
    """Every page of the log as it is narrowed and laid out."""
    viewer = signed_in_user()
    rows = log_rows(_filter_form(viewer).filters(), viewer=viewer)
    return as_csv("contact-log", _layout(viewer).file_columns, rows)


@bp.get("/contact-log.xlsx")
@allow(*READERS)
def workbook() -> Response:
    """The same as a workbook."""
    viewer = signed_in_user()
    form = _filter_form(viewer)
    filters = form.filters()
    named = employer_name(filters.employer_id, viewer=viewer) if filters.employer_id else None
    chips = [chip.text for chip in form.described(named)]
    rows = log_rows(filters, viewer=viewer)
    return as_workbook("contact-log", "Contact log", _layout(viewer).file_columns, rows, narrowed_to=chips)


def _layout(viewer: User) -> Layout[LogRow]:
    return layout_asked(COLUMNS, staff=viewer.is_staff)


@bp.get("/<int:interaction_id>")
@allow(*STAFF)
def show(interaction_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    interaction = get_interaction(interaction_id, viewer=user)
    return render_template(
        "interactions/show.html",
        interaction=interaction,
        steps=follow_ups_from(interaction.id),
        corrections=corrections_of(interaction.id),
        questions=QUESTIONS,
        history=readable_history("interaction", interaction.id),
        may_edit=may_edit(user, interaction),
        freely=may_edit_freely(user, interaction, clock.now()),
        today=clock.today(),
        days=quick_days(clock.today()),
    )


def _filter_form(viewer: User) -> LogFilterForm:
    form = LogFilterForm()
    form.offer_officers(officers())
    if not viewer.is_staff:
        form.without_notes()
    form.validate()
    return form
