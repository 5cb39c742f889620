"""The list of pledges and the page of one: promises beside what came of them."""

from collections.abc import Sequence

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.answering.policies import may_undo
from crm.answering.queries import answers_about
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import READERS, allow
from crm.core.pagination import asked, sort_asked
from crm.desk.chrome import page_settings
from crm.desk.pledge_columns import COLUMNS, TOTALS
from crm.desk.pledge_forms import PledgeFilterForm
from crm.desk.pledge_links.queries import SentLink, sent_links
from crm.desk.pledge_rows import (
    SORTS,
    WITH_PLACES,
    PledgeRow,
    linked_opportunities,
    owners_of_pledges,
    pledge_rows,
    total_in_force,
)
from crm.employers.queries import contacts_of
from crm.fulfilment.progress import line_progress, total
from crm.fulfilment.standing import sentence_of_ended
from crm.links.queries import Fate
from crm.lists.bar import bar, opens_with
from crm.lists.columns import Layout, layout_asked
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.lists.models import ListName
from crm.lists.queries import views_of
from crm.pledges import policies
from crm.pledges.comparing import LineChange, changes_between, spread
from crm.pledges.models import UNDECIDED, Pledge, PledgeStatus
from crm.pledges.queries import get_pledge, versions_of, years_with_pledges
from crm.pledges.reminding import Recipient, whom_to_remind
from crm.pledges.views import STEPS, bp
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS
from crm.reference.academic_years import AcademicYear, years_around

__all__ = ["bp"]

bp.add_app_template_filter(sentence_of_ended)
bp.add_app_template_filter(spread)
LIST = ListName.PLEDGES
BUILT_IN = (
    ("Behind", "behind=y"),
    ("Waiting for an answer", "status=sent"),
    ("Number not known yet", "without_number=y"),
)


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    views = views_of(LIST, viewer=viewer)
    if elsewhere := opens_with(views, LIST):
        return redirect(elsewhere)
    form, layout = _filters(), _layout(viewer)
    rows = _rows(form, viewer)
    form.offer_officers(owners_of_pledges(form.chosen_year))
    return render_template(
        "pledges/index.html",
        filters_form=form,
        page=asked().part_of(rows),
        in_force=[row for row in rows if row.is_in_force],
        total=total_in_force(rows),
        totals=TOTALS,
        layout=layout,
        headings=layout.headings(_sort(viewer)),
        views=bar(LIST, views, BUILT_IN, whole="All") if viewer.is_staff else None,
        downloads=download_links(url_for("pledges.export"), url_for("pledges.workbook")),
        sees_delivery=policies.may_see_delivery(viewer),
        may_record=policies.may_record(viewer),
        labels=STATUS_LABELS,
        meanings=STATUS_MEANINGS,
    )


@bp.get("/pledges.csv")
@allow(*READERS)
def export() -> Response:
    """The list as it is narrowed, sorted and laid out, every page of it."""
    form, viewer = _filters(), signed_in_user()
    return as_csv(_file_name(form), _layout(viewer).file_columns, _rows(form, viewer))


@bp.get("/pledges.xlsx")
@allow(*READERS)
def workbook() -> Response:
    """The same as a workbook."""
    form, viewer = _filters(), signed_in_user()
    form.offer_officers(owners_of_pledges(form.chosen_year))
    chips = [chip.text for chip in form.chips()]
    title = f"Pledges for {form.chosen_year}"
    columns = _layout(viewer).file_columns
    return as_workbook(_file_name(form), title, columns, _rows(form, viewer), narrowed_to=chips)


def _rows(form: PledgeFilterForm, viewer: User) -> Sequence[PledgeRow]:
    return pledge_rows(form.wanted(), viewer=viewer, as_at=clock.today(), sort=_sort(viewer))


def _sort(viewer: User) -> str:
    """Who does not see what came of a promise does not see it in the order either."""
    allowed = tuple(SORTS) if policies.may_see_delivery(viewer) else ("employer", "promised")
    return sort_asked(allowed, "employer")


def _layout(viewer: User) -> Layout[PledgeRow]:
    return layout_asked(COLUMNS, staff=policies.may_see_delivery(viewer))


def _file_name(form: PledgeFilterForm) -> str:
    return f"pledges-{form.chosen_year.name.replace('/', '-')}"


def _filters() -> PledgeFilterForm:
    form = PledgeFilterForm()
    today = clock.today()
    years = sorted({*years_with_pledges(), *years_around(today)}, reverse=True)
    form.offer(years, AcademicYear.of(today))
    if not policies.may_see_delivery(signed_in_user()):
        form.behind.data = form.without_number.data = False
    return form


@bp.get("/<int:pledge_id>")
@allow(*READERS)
def show(pledge_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    pledge = get_pledge(pledge_id, viewer=viewer)
    versions = versions_of(pledge, viewer=viewer)
    sees_delivery = policies.may_see_delivery(viewer)
    has_places = sees_delivery and pledge.status in WITH_PLACES
    progress = line_progress(pledge.lines, clock.today()) if has_places else {}
    links = sent_links(pledge, page_settings()) if sees_delivery else []
    # By a link of this version, or of the one before, in whose place it was offered.
    answers = answers_about(pledge_id) if links or (sees_delivery and pledge.number > 1) else []
    return render_template(
        "pledges/show.html",
        pledge=pledge,
        versions=versions,
        compared=_compared(versions),
        progress=progress,
        total=total(progress.values()),
        opportunities=linked_opportunities(pledge.lines) if sees_delivery else [],
        steps=[(step, step.ask()) for step in STEPS if step.may(viewer, pledge)],
        may={
            "schedule": viewer.is_staff and pledge.status is PledgeStatus.CONFIRMED,
            "change": policies.may_change(viewer, pledge),
            "send_link": policies.may_send_link(viewer, pledge),
            "recall": policies.may_recall(viewer, pledge),
            "decide_offer": policies.may_decide_offer(viewer, pledge),
            "discard": policies.may_discard(viewer, pledge),
            "begin_next": policies.may_begin_next_version(viewer, pledge)
            and not any(version.status in UNDECIDED for version in versions),
        },
        links=links,
        answers=answers,
        undoable=[each.id for each in answers if may_undo(viewer, each, clock.now())],
        reminder=_reminder(pledge, links) if policies.may_answer(viewer, pledge) else None,
        today=clock.today(),
        sees_delivery=sees_delivery,
        history=readable_history("pledge", pledge_id) if sees_delivery else [],
        labels=STATUS_LABELS,
        meanings=STATUS_MEANINGS,
    )


def _reminder(pledge: Pledge, links: Sequence[SentLink]) -> Recipient | None:
    """Whom a reminder would go to, and whether we may send one; None where the last e-mail did not reach them."""
    asked = {each.row.link.contact_id: each.row.fate for each in links if each.row.is_open}
    recipient = whom_to_remind(pledge, contacts_of(pledge.employer_id), asked=asked)
    is_lost = recipient.contact is not None and asked.get(recipient.contact.id) is Fate.FAILED
    return None if is_lost else recipient


def _compared(versions: Sequence[Pledge]) -> Sequence[tuple[Pledge, Sequence[LineChange] | None]]:
    """Each version with what it changed of the one before; the first of those the viewer may see changed nothing."""
    befores = [*versions[1:], None]
    return [
        (version, changes_between(before.lines, version.lines) if before is not None else None)
        for version, before in zip(versions, befores, strict=True)
    ]
