"""Writing the contact log and its next steps. Callers open the unit of work; nothing here commits or knows of HTTP."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Contact, Employer
from crm.interactions.models import Channel, FollowUp, Interaction


@dataclass(frozen=True, slots=True)
class InteractionDetails:
    """What an officer writes down about one contact."""

    channel: Channel
    happened_on: date  # in London
    summary: str
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to happen next, by whom, by when."""

    what: str
    due_on: date  # in London
    owner_id: int


def log_interaction(
    employer: Employer, details: InteractionDetails, *, by: User, today: date, next_step: NextStep | None = None
) -> Interaction:
    """Write a contact into the log, with its next step if there is one.

    Raises:
        Conflict: the contact person belongs to another employer, the day has not come yet, or the next step's owner
            cannot have one.
    """
    interaction = Interaction(employer_id=employer.id, logged_by_id=by.id)
    _write(interaction, details, today)
    db.session.add(interaction)
    db.session.flush()
    if next_step is not None:
        add_follow_up(employer, next_step, after=interaction)
    return interaction


def edit_interaction(interaction: Interaction, details: InteractionDetails, *, seen: int | None, today: date) -> None:
    """Put an entry right.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: as for `log_interaction`.
    """
    check_version(interaction, seen)
    _write(interaction, details, today)
    db.session.flush()


def add_follow_up(employer: Employer, step: NextStep, *, after: Interaction | None = None) -> FollowUp:
    """Plan a next step, as the outcome of a contact or on its own. Raises Conflict if its owner cannot have one."""
    follow_up = FollowUp(
        employer_id=employer.id,
        interaction_id=after.id if after else None,
        owner_id=_owner(step.owner_id).id,
        what=step.what,
        due_on=step.due_on,
    )
    db.session.add(follow_up)
    db.session.flush()
    return follow_up


def change_follow_up(follow_up: FollowUp, step: NextStep, *, seen: int | None) -> None:
    """Reword a next step, move it to another day or hand it over.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: it is done, or the new owner cannot have one.
    """
    check_version(follow_up, seen)
    _still_open(follow_up)
    follow_up.what = step.what
    follow_up.due_on = step.due_on
    if follow_up.owner_id != step.owner_id:
        follow_up.owner_id = _owner(step.owner_id).id
    db.session.flush()


def move_follow_up(follow_up: FollowUp, due_on: date) -> None:
    """Put a next step off, or bring it forward. Raises Conflict if it is done."""
    _still_open(follow_up)
    follow_up.due_on = due_on
    db.session.flush()


def complete_follow_up(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """Tick a next step off. One that is done stays as it was: the first to do it did it."""
    if follow_up.done_at is None:
        follow_up.done_at, follow_up.done_by_id = at, by.id
        db.session.flush()


def reopen_follow_up(follow_up: FollowUp) -> None:
    """Undo a tick."""
    follow_up.done_at = follow_up.done_by_id = None
    db.session.flush()


def _write(interaction: Interaction, details: InteractionDetails, today: date) -> None:
    if details.happened_on > today:
        raise Conflict("A contact cannot be logged before it happens. Plan a next step instead.")
    if details.contact_id is not None and details.contact_id not in _contact_ids(interaction.employer_id):
        raise Conflict("That person is not a contact of this employer. Select another.")
    interaction.contact_id = details.contact_id
    interaction.channel = details.channel
    interaction.happened_on = details.happened_on
    interaction.summary = details.summary


def _contact_ids(employer_id: int) -> set[int]:
    return set(db.session.scalars(select(Contact.id).where(Contact.employer_id == employer_id)))


def _owner(user_id: int) -> User:
    owner = db.session.get(User, user_id)
    if owner is None or not owner.is_staff or not owner.is_active:
        raise Conflict("Select a colleague who can sign in to be the owner of the next step.")
    return owner


def _still_open(follow_up: FollowUp) -> None:
    if follow_up.done_at is not None:
        raise Conflict("This next step is done already. Undo that first if it needs to change.")
