"""What makes an opportunity meaningful: shown part by part, and said on a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.audit.conflicts import edit_conflict
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import Difference, differences
from crm.core.submissions import submitting
from crm.opportunities import policies, services
from crm.opportunities.forms.describing import PartsForm
from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import Meaning, meaning_of, parts_of
from crm.opportunities.views.blueprint import bp, get_if
from crm.opportunities.wording import benchmark_of, part_words


@dataclass(frozen=True, slots=True)
class PartRow:
    """One meaningful part, as its opportunity's page shows it."""

    name: str
    means: str
    present: bool | None  # None: not known


@dataclass(frozen=True, slots=True)
class Meaningful:
    """What makes an opportunity meaningful, what it lacks, and what that comes to."""

    meaning: Meaning
    benchmark: str
    rows: Sequence[PartRow]

    @property
    def is_said(self) -> bool:
        """Whether anything is known."""
        return any(row.present is not None for row in self.rows)


def meaningful(opportunity: Opportunity) -> Meaningful:
    """For the page of an opportunity whose parts are loaded."""
    said = {row.part: row.present for row in opportunity.parts}
    return Meaningful(
        meaning_of(opportunity.kind, said),
        benchmark_of(opportunity.kind),
        [PartRow(*part_words(part, opportunity.kind), said.get(part)) for part in parts_of(opportunity.kind)],
    )


@bp.route("/<int:opportunity_id>/meaningful", methods=["GET", "POST"])
@allow(*STAFF)
def say_parts(opportunity_id: int) -> ResponseReturnValue:
    """Say which parts it has, before it takes place or afterwards."""
    opportunity = get_if(opportunity_id, policies.may_edit)
    form = PartsForm()
    form.ask_about(opportunity.kind)
    conflict = None
    if not form.is_submitted():
        form.show(opportunity)
    elif form.validate():
        try:
            with submitting(form) as submission:
                opportunity = get_if(opportunity_id, policies.may_edit)
                services.say_parts(opportunity, form.said, seen_version=form.version.data)
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            opportunity = get_if(opportunity_id, policies.may_edit)
        except EditedMeanwhile:
            opportunity = get_if(opportunity_id, policies.may_edit)
            conflict = edit_conflict(form, opportunity, _differing(form, opportunity))
        else:
            flash("Saved.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "opportunities/say_parts.html",
        form=form,
        opportunity=opportunity,
        conflict=conflict,
        parts=parts_of(opportunity.kind),
        benchmark=benchmark_of(opportunity.kind),
    )


def _differing(form: PartsForm, opportunity: Opportunity) -> Sequence[Difference]:
    stored = PartsForm(formdata=None)
    stored.ask_about(opportunity.kind)
    stored.show(opportunity)
    return differences(stored, form)
