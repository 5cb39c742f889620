"""From a letter to a stored mail."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crm.accounts.models import User
from crm.core.clock import local_date
from crm.core.db import db
from crm.core.errors import Conflict
from crm.correspondence import sorting
from crm.correspondence.attachments import sort_out
from crm.correspondence.models import Mail, MailAttachment, MailStatus, Source, Why
from crm.correspondence.queries.people import colleagues
from crm.correspondence.reading.letter import Letter
from crm.correspondence.sorting import Event
from crm.employers.models import Employer
from crm.reference.settings import keeps_attachments


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a letter came to us."""

    source: Source
    at: datetime
    by: User | None  # who uploaded it, or sent it to the mailbox
    ours: Collection[str]  # the addresses that are ours


def stage(letter: Letter, employer: Employer, arrival: Arrival) -> Mail:
    """Keep an uploaded letter until whoever uploaded it has looked at it. Raises Conflict for an archived employer."""
    if employer.is_archived:
        raise Conflict("This employer is archived. Restore it before you file anything.")
    mail = arrive(sorting.what_happened(letter, arrival.ours), arrival, MailStatus.CHECKING)
    mail.employer_id = employer.id
    db.session.flush()
    return mail


def our_addresses(own: Collection[str]) -> frozenset[str]:
    """Everybody’s on the staff, and the service's own."""
    return frozenset({*colleagues(), *own})


def arrive(event: Event, arrival: Arrival, status: MailStatus, why: Why | None = None) -> Mail:
    """Store what happened. The caller flushes."""
    letter, today = event.letter, local_date(arrival.at)
    on, remarks = sorting.day_of(letter, today)
    keep = status is not MailStatus.ASIDE and keeps_attachments()
    kept, not_kept = sort_out(letter.enclosures, keep=keep)
    mail = Mail(
        status=status,
        why=why,
        source=arrival.source,
        brought_by=arrival.by,
        arrived_at=arrival.at,
        direction=sorting.direction_of(letter, arrival.ours),
        happened_on=on,
        begins_at=letter.at,
        note=event.note,
        remarks=list(remarks),
        not_kept=not_kept,
        attachments=[_attachment(each.name, each.content) for each in kept],
        **_texts(letter),
    )
    db.session.add(mail)
    return mail


def drop(mail: Mail) -> None:
    """Forget an upload that is not to be filed. Raises Conflict if it was filed meanwhile."""
    if mail.status is not MailStatus.CHECKING:
        raise Conflict("This e-mail is no longer waiting to be checked.")
    db.session.delete(mail)
    db.session.flush()


def _texts(letter: Letter) -> dict[str, object]:
    sender = letter.sender
    return {
        "kind": letter.kind,
        "message_id": letter.message_id,
        "message_key": sorting.message_key(letter),
        "content_key": sorting.content_key(letter),
        "sender_name": sender.name if sender else "",
        "sender_email": sender.email if sender else "",
        "people": [[person.name, person.email] for person in letter.people],
        "subject": letter.subject,
        "text": letter.text,
        "earlier": letter.earlier,
    }


def _attachment(name: str, content: bytes) -> MailAttachment:
    return MailAttachment(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest(), content=content)
