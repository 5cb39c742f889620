"""What the employer says of an opportunity, and what an officer makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.opportunities import queries
from crm.opportunities.employer_word.comparing import marks_for, recorded
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.employer_word.queries import words_about
from crm.opportunities.employer_word.settling import keep_our_number, take_their_number
from crm.opportunities.employer_word.wording import RATINGS
from crm.opportunities.models import Place
from crm.opportunities.views.blueprint import bp


@dataclass(frozen=True, slots=True)
class WordRow:
    """One person's word, next to the register."""

    word: EmployerWord  # with the contact loaded
    recorded: int | None  # None: not all are marked
    may_be_taken: bool

    @property
    def how_it_went(self) -> str:
        """In the words that they chose; empty if they chose none."""
        return RATINGS.get(self.word.rating or 0, "")

    @property
    def agrees(self) -> bool:
        return self.word.came == self.recorded

    @property
    def is_to_decide(self) -> bool:
        return self.word.came is not None and self.word.settled_at is None and not self.agrees


def word_rows(opportunity_id: int, held: Sequence[Place]) -> list[WordRow]:
    """One statement."""
    ours = recorded(held)
    return [
        WordRow(word, ours, word.came is not None and marks_for(held, word.came) is not None)
        for word in words_about(opportunity_id)
    ]


@bp.post("/<int:opportunity_id>/words/<int:word_id>/take")
@allow(*STAFF)
def take_word(opportunity_id: int, word_id: int) -> ResponseReturnValue:
    return _decide(take_their_number, opportunity_id, word_id, "The register says what the employer says.")


@bp.post("/<int:opportunity_id>/words/<int:word_id>/keep")
@allow(*STAFF)
def keep_word(opportunity_id: int, word_id: int) -> ResponseReturnValue:
    return _decide(keep_our_number, opportunity_id, word_id, "The register stays as it is.")


def _decide(decide: Callable[..., None], opportunity_id: int, word_id: int, told: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    with submitting(ActionForm()) as submission:
        opportunity = queries.get_opportunity(opportunity_id, viewer=viewer)
        decide(opportunity, word_id, seen=request.form.get("seen", type=int), by=viewer)
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="feedback")
    flash(told, "success")
    return redirect(submission.leads_to)
