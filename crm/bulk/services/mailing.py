"""Sending an e-mail to many, and taking back what has not gone out."""

from datetime import date, datetime

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, ItemState
from crm.bulk.services.letters import LONGEST_WHY, ending, filled_in, why_not_now
from crm.bulk.services.shared import in_pieces
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.emailing import may_email
from crm.employers.models import Contact, Employer
from crm.interactions.models import Channel, Direction, Outcome
from crm.interactions.services import InteractionDetails, log_interaction, take_back_interaction
from crm.links.services import way_to_stop
from crm.notifications import services as outbox
from crm.notifications.letters import Letter, paragraphs
from crm.reference.settings import bulk_email_limit

SENT_ALREADY = "It had gone out."
LOG_STAYS = "Not sent. The entry in the contact log was edited since and is still there."


def send(change: BulkChange, *, by: User, at: datetime) -> None:
    """Owe everybody their mail and log it, but who may no longer be e-mailed since the preview.

    Raises Conflict if it is more mail than a day allows.
    """
    _refuse_too_many(change, at)
    for piece in in_pieces(change, ItemState.WILL):
        people = _contacts([item.contact_id for item, _ in piece])
        for item, employer in piece:
            contact = people[item.contact_id]
            refusal = _why_not(employer, contact, at)
            if refusal:
                item.state, item.why = ItemState.MEANWHILE, refusal[:LONGEST_WHY]
                continue
            item.interaction_id = _write_to(employer, contact, change, by=by, today=clock.local_date(at))
            item.state, item.why = ItemState.CHANGED, None
        db.session.flush()


def key_of(change_id: int, contact_id: int | None) -> str:
    """Why a person gets the mail: never twice for one bulk change."""
    return f"bulk-email:{change_id}:{contact_id}"


def sent_on(at: datetime) -> int:
    """How many mails to many were agreed to on the London day of an instant."""
    day = clock.start_of_day(clock.local_date(at))
    statement = (
        select(func.count(BulkChangeItem.id))
        .join(BulkChange, BulkChange.id == BulkChangeItem.bulk_change_id)
        .where(
            BulkChange.action == BulkAction.EMAIL,
            BulkChange.done_at >= day,
            BulkChangeItem.state.in_((ItemState.CHANGED, ItemState.KEPT)),
        )
    )
    return db.session.scalar(statement) or 0


def _refuse_too_many(change: BulkChange, at: datetime) -> None:
    here = (BulkChangeItem.bulk_change_id == change.id, BulkChangeItem.state == ItemState.WILL)
    wanted = db.session.scalar(select(func.count(BulkChangeItem.id)).where(*here)) or 0
    limit, before = bulk_email_limit(), sent_on(at)
    if before + wanted > limit:
        raise Conflict(
            f"That would be {before + wanted:,} e-mails to many today, and an administrator allows {limit:,}. "
            "Select fewer employers, or go on tomorrow."
        )


def _why_not(employer: Employer, contact: Contact, at: datetime) -> str:
    if contact.employer_id != employer.id:
        return "They are a contact of another employer now."
    answer = may_email(employer, contact)
    return why_not_now(employer, clock.local_date(at)) or ("" if answer.allowed else answer.reason)


def _write_to(employer: Employer, contact: Contact, change: BulkChange, *, by: User, today: date) -> int:
    """Owe one mail and log it. Returns the id of the entry in the contact log."""
    assert change.subject and change.body and contact.email  # noqa: S101, PT018  # the schema and `may_email` say so
    text = filled_in(change.body, employer, contact, by)
    who, *why = paragraphs(ending(by))
    council = who.splitlines()[1]  # as the letter ends, rather than asking for the settings once for every mail
    key = key_of(change.id, contact.id)
    stop = way_to_stop(contact, key, by=by)
    letter = Letter(
        parts=paragraphs(text), closing=who, small_print=(*why, f"Or stop our e-mails here: {stop}"), sender=council
    )
    outbox.enqueue(
        key=key,
        recipient=contact.email,
        subject=change.subject,
        body=letter.text,
        html=letter.html,
        unsubscribe=stop,
        reply_to=by.email,
        sender_name=f"{by.name}, {council}",
        employer_id=employer.id,
    )
    details = InteractionDetails(
        Channel.EMAIL,
        today,
        f"{change.subject}\n\n{text}",
        contact_ids=frozenset({contact.id}),
        direction=Direction.OUTGOING,
        outcome=Outcome.SENT,
    )
    return log_interaction(employer, details, by=by, today=today).id


def _contacts(ids: list[int | None]) -> dict[int | None, Contact]:
    """The people as they are now, locked so that no objection slips in between."""
    statement = select(Contact).where(Contact.id.in_(ids)).order_by(Contact.id)
    found = db.session.scalars(statement.execution_options(populate_existing=True).with_for_update())
    return {contact.id: contact for contact in found}


def take_back(change: BulkChange) -> None:
    """Cancel the mails that wait to be sent, and take their entries out of the contact log."""
    for piece in in_pieces(change, ItemState.CHANGED):
        for item, _ in piece:
            if not outbox.cancel(key_of(change.id, item.contact_id)):
                item.state, item.why = ItemState.KEPT, SENT_ALREADY
                continue
            interaction_id, item.interaction_id = item.interaction_id, None
            item.state = ItemState.UNDONE
            db.session.flush()  # the item lets go of the entry first
            if interaction_id is not None and not take_back_interaction(interaction_id):
                item.interaction_id, item.why = interaction_id, LOG_STAYS
        db.session.flush()
