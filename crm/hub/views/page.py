"""An employer's own page. Looking changes nothing; every change is a POST that may come twice."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.audit.recording import because
from crm.calendars.ical import Readers, event_of, file_of
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing
from crm.core.errors import Conflict, EditedMeanwhile
from crm.hub import queries
from crm.hub.forms import AgainForm, DetailsForm, WordForm
from crm.hub.services import saying
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.views import dead, done, find, opened_by_link
from crm.opportunities.employer_word.queries import words_of
from crm.opportunities.employer_word.services import say
from crm.opportunities.models import Opportunity
from crm.pledges.appetites import appetite_for
from crm.reference.academic_years import AcademicYear
from crm.reference.models import DeclineReason
from crm.reference.queries import offered

SAID = {
    "word": "Thank you. We have written down what you said.",
    "again": "Thank you. We have written down what you said about next year.",
    "details": "Your details are saved.",
    "stopped": "We send you no more e-mails about pledges and opportunities.",
    "allowed": "You get our e-mails again.",
    "forgotten": "We have your wish to be forgotten. An officer answers you within a month.",
}
Change = Callable[[EmployerLink], str]

bp = opened_by_link(Blueprint("hub", __name__, url_prefix="/hub"))


@bp.get("/<token>")
@allow()
def show(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.HUB)
    if link is None:
        return dead()
    today, now = clock.today(), clock.now()
    coming, over = queries.split(queries.own_opportunities(link.employer_id, today), now)
    next_year = AcademicYear.of(today).next
    return render_template(
        "hub/page.html",
        token=token,
        link=link,
        pledges=queries.own_pledges(link.employer_id, today),
        coming=coming,
        over=over,
        words=words_of(link.contact_id, [each.opportunity.id for each in over]),
        next_year=next_year,
        appetite=appetite_for(link.employer_id, next_year),
        forgetting=saying.open_request_of(link.contact_id) is not None,
        said=SAID.get(request.args.get("done", "")),
        officer=link.employer.owner,
    )


@bp.get("/<token>/calendar.ics")
@allow()
def everything(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.HUB)
    if link is None:
        return dead()
    coming, _ = queries.split(queries.own_opportunities(link.employer_id, clock.today()), clock.now())
    return _file([each.opportunity for each in coming], "young-people.ics")


@bp.get("/<token>/<int:opportunity_id>.ics")
@allow()
def one(token: str, opportunity_id: int) -> ResponseReturnValue:
    link = find(token, LinkPurpose.HUB)
    opportunity = queries.own_opportunity(link.employer_id, opportunity_id) if link else None
    return dead() if opportunity is None else _file([opportunity], f"opportunity-{opportunity_id}.ics")


def _file(opportunities: list[Opportunity], name: str) -> Response:
    host = urlsplit(str(current_app.config["PUBLIC_URL"])).hostname or "localhost"
    readers = Readers(host=host, say_employer=False)
    file = file_of(event_of(each, readers) for each in opportunities)
    return Response(file, mimetype="text/calendar", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.route("/<token>/said/<int:opportunity_id>", methods=["GET", "POST"])
@allow()
def word(token: str, opportunity_id: int) -> ResponseReturnValue:
    """How many came and how it went."""
    link = find(token, LinkPurpose.HUB)
    opportunity = queries.own_opportunity(link.employer_id, opportunity_id) if link else None
    if link is None or opportunity is None:
        return _gone()
    said = None if request.method == "POST" else words_of(link.contact_id, [opportunity_id]).get(opportunity_id)
    year, form = AcademicYear.of(clock.today()).next, WordForm(obj=said, data=_again(link.employer_id))
    form.offer_reasons(list(offered(DeclineReason)))
    if request.method == "POST" and form.validate():

        def write(link: EmployerLink) -> str:
            found = queries.own_opportunity(link.employer_id, opportunity_id)
            if found is None:
                raise Conflict("This is not on your page any more.")
            say(found, link.contact, form.word())
            saying.say_of_next_year(link.employer, form.appetite())
            return "word"

        saved = _change(token, write, form)
        link = find(token, LinkPurpose.HUB)
        if saved is not None or link is None:
            return saved or done()
    return render_template("hub/word.html", token=token, link=link, form=form, opportunity=opportunity, year=year)


@bp.route("/<token>/again", methods=["GET", "POST"])
@allow()
def again(token: str) -> ResponseReturnValue:
    """Whether they would host young people again: where they stand to the next academic year."""
    link = find(token, LinkPurpose.HUB)
    if link is None:
        return _gone()
    year, form = AcademicYear.of(clock.today()).next, AgainForm(data=_again(link.employer_id))
    form.offer_reasons(list(offered(DeclineReason)))
    if request.method == "POST" and form.validate():

        def write(link: EmployerLink) -> str:
            saying.say_of_next_year(link.employer, form.appetite())
            return "again"

        saved = _change(token, write, form)
        link = find(token, LinkPurpose.HUB)
        if saved is not None or link is None:
            return saved or done()
    return render_template("hub/again.html", token=token, link=link, form=form, year=year)


def _again(employer_id: int) -> dict[str, str]:
    """What the employer says of the next academic year, as the form shows it. What is sent says all itself."""
    if request.method == "POST":
        return {}
    said = appetite_for(employer_id, AcademicYear.of(clock.today()).next)
    return {"attitude": said.attitude.value, "reason": str(said.reason_id)} if said else {}


@bp.route("/<token>/details", methods=["GET", "POST"])
@allow()
def details(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.HUB)
    if link is None:
        return _gone()
    form, site = (
        DetailsForm(obj=None if request.method == "POST" else link.contact),
        queries.only_site(link.employer_id),
    )
    if site is None:
        del form.address
    elif request.method != "POST":
        form.address.data = site.address
    if request.method == "POST" and form.validate():

        def write(link: EmployerLink) -> str:
            said = saying.Details(
                job_title=form.job_title.data or None,
                phone=form.phone.data or None,
                mobile=form.mobile.data or None,
                address=form.address.data if "address" in form else None,
            )
            saying.change_details(link.contact, said, queries.only_site(link.employer_id))
            return "details"

        saved = _change(token, write, form)
        link = find(token, LinkPurpose.HUB)
        if saved is not None or link is None:
            return saved or done()
    return render_template("hub/details.html", token=token, link=link, form=form)


@bp.post("/<token>/mails")
@allow()
def mails(token: str) -> ResponseReturnValue:
    """Stop our e-mails, or have them again."""

    def write(link: EmployerLink) -> str:
        if request.form.get("send") == "again":
            saying.allow_mails(link.contact)
            return "allowed"
        saying.stop_mails(link.contact)
        return "stopped"

    return _change(token, write) or done()


@bp.route("/<token>/forget", methods=["GET", "POST"])
@allow()
def forget(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.HUB)
    if link is None:
        return _gone()
    if request.method == "POST":

        def write(link: EmployerLink) -> str:
            saying.ask_to_be_forgotten(link.contact, link.employer.owner_id)
            return "forgotten"

        return _change(token, write) or done()
    return render_template("hub/forget.html", token=token, link=link)


def _gone() -> ResponseReturnValue:
    return done() if request.method == "POST" else dead()


def _change(
    token: str, write: Change, form: WordForm | AgainForm | DetailsForm | None = None
) -> ResponseReturnValue | None:
    """Write something down in the name of who has the link. None, with the reason on the form, if it cannot be."""
    try:
        said = _written(token, write)
    except Conflict as refusal:
        if form is not None:
            form.refuse(str(refusal))
            return None
        said = ""
    return done() if said is None else redirect(url_for("hub.show", token=token, done=said or None), 303)


def _written(token: str, write: Change, *, once_more: bool = True) -> str | None:
    """What was written down; None if the link opens nothing any more."""
    try:
        with committing():
            link = find(token, LinkPurpose.HUB)
            if link is None:
                return None
            with because("On the employer’s own page", actor=f"{link.contact.name} of {link.employer.name}"):
                return write(link)
    except (Conflict, EditedMeanwhile):  # a second press at the same moment, or an officer: that is seen now
        if not once_more:
            raise
        return _written(token, write, once_more=False)
