"""Correcting an entry of the log that is no longer fresh: what it said before stays visible. Nothing here commits."""

from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts.models import User
from crm.audit.recording import because
from crm.core.db import db
from crm.core.errors import Conflict
from crm.interactions.models import Interaction, InteractionCorrection
from crm.interactions.models.corrections import Words
from crm.interactions.services.log import InteractionDetails, edit_interaction


@dataclass(frozen=True, slots=True)
class Correcting:
    """Who corrects an entry, when and why."""

    by: User
    at: datetime
    reason: str


def correct_interaction(
    interaction: Interaction, details: InteractionDetails, correcting: Correcting, *, seen: int | None, today: date
) -> InteractionCorrection:
    """Put an entry right and keep what it said before, beside who corrected it and why.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: as for `log_interaction`, or nothing differs.
    """
    before = _in_words(interaction)
    with because(correcting.reason):
        edit_interaction(interaction, details, seen=seen, today=today)
    after = _in_words(interaction)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        raise Conflict("Nothing differs from what is saved. Change what is wrong, or go back.")
    correction = InteractionCorrection(
        interaction_id=interaction.id,
        corrected_by_id=correcting.by.id,
        corrected_at=correcting.at,
        reason=correcting.reason,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    db.session.add(correction)
    db.session.flush()
    return correction


def _in_words(interaction: Interaction) -> Words:
    return {
        "summary": interaction.summary,
        "channel": interaction.channel.label,
        "direction": interaction.direction.label,
        "outcome": interaction.outcome.label if interaction.outcome else "",
        "happened_on": interaction.happened_on.isoformat(),
        "contacts": ", ".join(each.name for each in interaction.contacts),
        "officers": ", ".join(each.name for each in interaction.officers),
    }
