"""The page of an opportunity: everybody's meeting point. What each block needs, its own feature says.

A block is a partial template of its own (`opportunities/_….html`) and a value given to it below.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import EVERYONE, READERS, allow
from crm.invitations.policies import may_invite, may_stop_inviting
from crm.invitations.views import standings_of
from crm.opportunities import policies, queries
from crm.opportunities.for_requests.queries import answered_by, spoken_for
from crm.opportunities.forms.narrowing import STATUS_LABELS
from crm.opportunities.models import TAKES_PART, Opportunity, PlaceStatus
from crm.opportunities.queries.readiness import YEARS_7_TO_9
from crm.opportunities.series.block import block_of as series_block_of
from crm.opportunities.series.block import closed_then
from crm.opportunities.views import bp
from crm.opportunities.views.deciding import place_actions, place_counts
from crm.opportunities.views.feedback import Feedback, feedback_of
from crm.opportunities.views.meaningful import meaningful
from crm.opportunities.volunteering import GUIDANCE
from crm.opportunities.watch_first.queries import watch_first_of
from crm.opportunities.wording import programme_note
from crm.pledges.appetites import appetite_for
from crm.pledges.kinds import EXPERIENCES
from crm.reference.academic_years import AcademicYear
from crm.reminders.next_step import suggestion_after
from crm.reminders.showing import block_of

__all__ = ["bp"]


@bp.get("/<int:opportunity_id>")
@allow(*EVERYONE)
def show(opportunity_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    opportunity = queries.get_opportunity(opportunity_id, viewer=viewer)
    sees_places = policies.may_see_places(viewer)
    places = queries.places_in(opportunity_id, viewer=viewer) if sees_places else []
    held = [place for place in places if place.status in TAKES_PART]
    feedback = feedback_of(opportunity, held, viewer) if sees_places else None
    return render_template(
        "opportunities/show.html",
        opportunity=opportunity,
        sees_employer=viewer.role in READERS,
        places=places,
        held=held,
        place_actions=place_actions(places, opportunity),
        place_counts=place_counts(places),
        unmarked=sum(place.status is PlaceStatus.CONFIRMED for place in held),
        may=_permissions(opportunity),
        feedback=feedback,
        **_next(opportunity, feedback),
        invitations=standings_of(opportunity) if viewer.is_staff else [],
        series_block=series_block_of(opportunity, viewer=viewer),
        closed_then=closed_then(opportunity),
        watch_first=watch_first_of(opportunity_id),
        sees_places=sees_places,
        is_staff=viewer.is_staff,
        **_found_for(opportunity_id),
        **_readiness(opportunity),
        reminders=block_of(opportunity, now=clock.now()) if viewer.is_staff else None,
        programme_note=programme_note(opportunity),
        meaningful=meaningful(opportunity),
        leaders_days=queries.leaders_days(opportunity) if viewer.is_staff else None,
        volunteer_guidance=GUIDANCE,
        is_experience=opportunity.kind in EXPERIENCES,
        has_begun=clock.local_date(opportunity.starts_at) <= today,
        labels=STATUS_LABELS,
        history=readable_history("opportunity", opportunity_id, limit=30) if viewer.is_staff else [],
    )


def _found_for(opportunity_id: int) -> dict[str, object]:
    """Which requests its places were found for, and how many of them are not taken yet, for staff. At most three."""
    found = answered_by(opportunity_id) if signed_in_user().is_staff else []
    return {"for_requests": found, "meant": spoken_for([opportunity_id]).get(opportunity_id, {}) if found else {}}


def _next(opportunity: Opportunity, feedback: Feedback | None) -> dict[str, object]:
    """What the employer says of the next academic year, and what to ask it for next."""
    today = clock.today()
    next_year = AcademicYear.of(today).next
    if not signed_in_user().is_staff:
        return {"next_year": next_year, "appetite": None, "small_step": None}
    return {
        "next_year": next_year,
        "appetite": appetite_for(opportunity.employer_id, next_year),
        "small_step": suggestion_after(opportunity, feedback.rating if feedback else None, today),
    }


def _readiness(opportunity: Opportunity) -> dict[str, object]:
    """What stands in its way, for staff, and which of it what can set aside. At most two statements."""
    problems = queries.readiness_of(opportunity).problems if signed_in_user().is_staff else ()
    return {
        "problems": problems,
        "checks_missing": any(problem != YEARS_7_TO_9 for problem in problems),
        "block_missing": YEARS_7_TO_9 in problems,
    }


def _permissions(opportunity: Opportunity) -> dict[str, bool]:
    viewer, today = signed_in_user(), clock.today()
    return {
        "invite": may_invite(viewer, opportunity, clock.now()),
        "uninvite": may_stop_inviting(viewer, opportunity, clock.now()),
        "edit": policies.may_edit(viewer, opportunity),
        "cancel": policies.may_cancel(viewer, opportunity),
        "ask": policies.may_ask_for_places(viewer, opportunity, clock.now()) and opportunity.series_id is None,
        "add": policies.may_add_places(viewer, opportunity),
        "mark": policies.may_mark_attendance(viewer, opportunity, today),
        "deliver": policies.may_mark_delivered(viewer, opportunity, today),
        "reopen": policies.may_reopen(viewer, opportunity),
        "open": policies.may_open(viewer, opportunity),
        "draft": policies.may_make_draft_again(viewer, opportunity),
        "exempt": policies.may_exempt(viewer, opportunity),
        "take_back": policies.may_take_back_exemption(viewer, opportunity),
        "allow_block": policies.may_allow_block(viewer, opportunity),
    }
