"""Writing the contact log. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Employer
from crm.interactions.models import Channel, Direction, FollowUp, Interaction, InteractionCorrection, Outcome
from crm.interactions.services.follow_ups import NextStep, add_follow_up
from crm.interactions.services.people import contacts_at, officers_with

PLAIN = ("channel", "happened_on", "summary", "direction", "outcome")


@dataclass(frozen=True, slots=True)
class InteractionDetails:
    """What an officer writes down about one contact."""

    channel: Channel
    happened_on: date  # in London
    summary: str
    contact_ids: frozenset[int] = frozenset()
    officer_ids: frozenset[int] = frozenset()  # who of ours took part; empty: only who logs it
    direction: Direction = Direction.OUTGOING
    outcome: Outcome | None = None  # None: not said


def log_interaction(
    employer: Employer, details: InteractionDetails, *, by: User, today: date, next_step: NextStep | None = None
) -> Interaction:
    """Write a contact into the log, with its next step if there is one.

    Raises:
        Conflict: a contact person belongs to another employer, an officer is no colleague, the day has not come yet,
            or the next step's owner cannot have one.
    """
    interaction = Interaction(employer_id=employer.id, logged_by_id=by.id, contacts=[], officers=[])
    _write(interaction, details, today)
    db.session.add(interaction)
    db.session.flush()
    if next_step is not None:
        add_follow_up(employer, next_step, after=interaction)
    return interaction


def edit_interaction(interaction: Interaction, details: InteractionDetails, *, seen: int | None, today: date) -> None:
    """Put an entry right, whose contacts and officers are loaded (`queries.log.get_interaction`).

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: as for `log_interaction`.
    """
    check_version(interaction, seen)
    _write(interaction, details, today)
    db.session.flush()


def _write(interaction: Interaction, details: InteractionDetails, today: date) -> None:
    if details.happened_on > today:
        raise Conflict("A contact cannot be logged before it happens. Plan it instead.")
    contacts = contacts_at(interaction.employer_id, details.contact_ids)
    officers = officers_with(details.officer_ids or frozenset({interaction.logged_by_id}))
    for name in PLAIN:
        setattr(interaction, name, getattr(details, name))
    if {*contacts, *officers} != {*interaction.contacts, *interaction.officers}:
        interaction.contacts, interaction.officers = contacts, officers
        interaction.updated_at = clock.now()  # a list is not a column: without this the version would stay


def remove_interaction(interaction: Interaction) -> None:
    """Take out an entry that should never have been made, with its contacts and officers loaded.

    Its next steps stay with the employer, following nothing. History keeps what the entry said.
    """
    steps = select(FollowUp).where(FollowUp.interaction_id == interaction.id).order_by(FollowUp.id)
    for follow_up in db.session.scalars(steps):
        follow_up.interaction_id = None
    corrections = select(InteractionCorrection).where(InteractionCorrection.interaction_id == interaction.id)
    for correction in db.session.scalars(corrections):
        db.session.delete(correction)
    db.session.flush()
    db.session.delete(interaction)
    db.session.flush()
