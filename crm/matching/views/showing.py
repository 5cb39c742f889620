"""The matchings so far with the form for another; one of them while it runs and when it is ready; who is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.formatting import short_date
from crm.core.pagination import Page, address_at, asked
from crm.core.spreadsheets.cells import Column
from crm.core.submissions import submitting
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.policies import policy_on
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.matching import policies, queries, services
from crm.matching.forms import MatchingForm, PlacesFilterForm
from crm.matching.gathering import seats_and_people
from crm.matching.models import LeftWithout, MatchedPlace, MatchedState, Matching, MatchingStatus
from crm.matching.outdated import what_changed
from crm.matching.scope import Scope
from crm.matching.views.blueprint import bp
from crm.opportunities.timing import Timing
from crm.providers.queries import providers_in_use

REFRESH_SECONDS = 2
PLACES: tuple[Column[MatchedPlace], ...] = (
    Column("Opportunity", lambda row: row.opportunity.title),
    Column("Employer", lambda row: row.opportunity.employer.name),
    Column("When", lambda row: Timing.of(row).short_days),
    Column("Young person", lambda row: row.young_person.reference),
    Column("Provider", lambda row: row.young_person.provider.name),
    Column("Year group", lambda row: row.young_person.year_group.label),
    Column("Had", lambda row: row.had),
    Column("Becomes", lambda row: row.becomes),
    Column("Why", lambda row: row.reason),
    Column("State", lambda row: row.state.label),
    Column("Why not", lambda row: row.why),
)
WITHOUT: tuple[Column[LeftWithout], ...] = (
    Column("Young person", lambda row: row.young_person.reference),
    Column("Provider", lambda row: row.young_person.provider.name),
    Column("Year group", lambda row: row.young_person.year_group.label),
    Column("Had", lambda row: row.had),
    Column("Why", lambda row: row.why),
)


@dataclass(frozen=True, slots=True)
class Step:
    """How many young people have so many of their three, now and with the proposal."""

    number: int
    before: int
    after: int


@bp.route("/", methods=["GET", "POST"])
@allow(*STAFF)
def index() -> ResponseReturnValue:
    """The form, opened on what ?like= an earlier matching was asked about, and the matchings so far."""
    policy = policy_on(clock.today())
    form = MatchingForm()
    form.offer(providers_in_use(), policy)
    if not form.is_submitted():
        _begin(form, policy)
    elif form.validate():
        with submitting(form) as submission:
            matching = services.ask(form.scope(), policy, by=signed_in_user(), at=clock.now())
            submission.leads_to = url_for("matching.show", matching_id=matching.id)
        return redirect(submission.leads_to)
    matchings = queries.recent_matchings()
    everything = Scope(first_day=clock.today(), last_day=policy.academic_year.last_day)
    seats, people = seats_and_people(everything, policy)
    return render_template(
        "matching/index.html",
        form=form,
        matchings=matchings,
        scopes={each.id: Scope.from_json(each.scope) for each in matchings},
        booked=queries.booked_of([each.id for each in matchings]),
        seats=seats,
        people=people,
        policy=policy,
    )


def _begin(form: MatchingForm, policy: CountingPolicy) -> None:
    like = request.args.get("like", type=int)
    if like is not None:
        form.show(Scope.from_json(queries.get_matching(like).scope))
    else:
        form.begin(clock.today(), policy.academic_year.last_day)
        form.two_employers.data = True


@bp.get("/<int:matching_id>")
@allow(*STAFF)
def show(matching_id: int) -> ResponseReturnValue:
    """The matching as it stands: how far it is, or what it proposes and what became of that."""
    matching = queries.get_matching(matching_id)
    if matching.is_under_way:
        page = make_response(render_template("matching/progress.html", matching=matching))
        page.headers["Refresh"] = str(REFRESH_SECONDS)
        return page
    if matching.status is not MatchingStatus.READY or matching.outcome is None:
        return render_template("matching/ended.html", matching=matching)
    return _proposal(matching)


def _proposal(matching: Matching) -> str:
    form = PlacesFilterForm()
    form.offer(queries.providers_in(matching.id), queries.opportunities_in(matching.id))
    wanted, pages = form.wanted(), asked()
    rows = queries.places_of(matching.id, wanted, limit=pages.per_page, offset=pages.offset)
    states = queries.states_of(matching.id)
    viewer, booked = signed_in_user(), states.get(MatchedState.BOOKED, 0)
    return render_template(
        "matching/show.html",
        matching=matching,
        scope=Scope.from_json(matching.scope),
        page=pages.of(rows, queries.how_many_places(matching.id, wanted)),
        changed=what_changed(matching, rows, clock.now()),
        filters_form=form,
        states=_in_order(states),
        taken_off=states.get(MatchedState.TAKEN_OFF, 0),
        steps=_steps(matching.outcome or {}),
        left=queries.how_many_without(matching.id),
        decide_address=address_at(url_for("matching.decide", matching_id=matching.id)),
        may_decide=policies.may_decide(viewer, matching),
        may_undo=policies.may_undo(viewer, matching, booked=booked, now=clock.now()),
        downloads=download_links(
            url_for("matching.export", matching_id=matching.id), url_for("matching.workbook", matching_id=matching.id)
        ),
    )


def _in_order(states: Mapping[MatchedState, int]) -> Sequence[tuple[MatchedState, int]]:
    return [(state, states[state]) for state in MatchedState if state in states]


def _steps(outcome: Mapping[str, Sequence[int]]) -> Sequence[Step]:
    both = zip(outcome["before"], outcome["after"], strict=True)
    return [Step(number, before, after) for number, (before, after) in enumerate(both)]


@bp.get("/<int:matching_id>/left-without")
@allow(*STAFF)
def without(matching_id: int) -> ResponseReturnValue:
    """Young people for whom nothing was found, and why."""
    matching = queries.get_matching(matching_id)
    pages, provider_id = asked(), request.args.get("provider", type=int)
    rows = queries.left_without(matching.id, provider_id, limit=pages.per_page, offset=pages.offset)
    page: Page[LeftWithout] = pages.of(rows, queries.how_many_without(matching.id, provider_id))
    groups = queries.groups_without(matching.id)
    return render_template(
        "matching/without.html",
        matching=matching,
        page=page,
        groups=groups,
        provider=next((each.provider for each in groups if each.provider_id == provider_id), ""),
        downloads=[("CSV", address_at(url_for("matching.export_without", matching_id=matching.id)))],
    )


@bp.get("/<int:matching_id>/places.csv")
@allow(*STAFF)
def export(matching_id: int) -> Response:
    """The proposal as it is narrowed, every page of it."""
    matching, form = queries.get_matching(matching_id), _filters()
    return as_csv(f"matching-{matching.id}", PLACES, queries.places_of(matching.id, form.wanted()))


@bp.get("/<int:matching_id>/places.xlsx")
@allow(*STAFF)
def workbook(matching_id: int) -> Response:
    """The same as a workbook."""
    matching, form = queries.get_matching(matching_id), PlacesFilterForm()
    form.offer(queries.providers_in(matching.id), queries.opportunities_in(matching.id))
    title = f"Matching of {short_date(matching.asked_at)}"
    chips = [chip.text for chip in form.chips()]
    rows = queries.places_of(matching.id, form.wanted())
    return as_workbook(f"matching-{matching.id}", title, PLACES, rows, narrowed_to=chips)


@bp.get("/<int:matching_id>/left-without.csv")
@allow(*STAFF)
def export_without(matching_id: int) -> Response:
    matching = queries.get_matching(matching_id)
    rows = queries.left_without(matching.id, request.args.get("provider", type=int))
    return as_csv(f"matching-{matching.id}-left-without", WITHOUT, rows)


def _filters() -> PlacesFilterForm:
    form = PlacesFilterForm()
    form.offer([], [])
    return form


def flash_decided(decision: str, number: int) -> None:
    """Say what became of so many places."""
    words = {"take_off": "taken off the proposal", "put_back": "put back"}[decision]
    flash(f"{number:,} {'place' if number == 1 else 'places'} {words}.", "success" if number else "notice")
