"""What waits in the tray: discarding it, putting it back, and forgetting what nobody wants."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.correspondence.models import Mail, MailAttachment, MailboxMessage, MailStatus
from crm.reference.settings import discarded_mail_days

UNCHECKED_FOR = timedelta(days=2)  # an upload nobody files
MOST_AT_ONCE = 500


def discard(mail: Mail, *, reason: str, by: User, at: datetime) -> None:
    """Take a mail out of the tray that belongs to no log. Raises Conflict if it does not wait there."""
    if mail.status is not MailStatus.WAITING:
        raise Conflict("This e-mail does not wait in the tray any more. Open it again to see where it is.")
    mail.status, mail.reason = MailStatus.DISCARDED, reason
    mail.decided_at, mail.decided_by_id = at, by.id
    db.session.flush()


def put_back(mail: Mail, *, by: User, at: datetime) -> None:
    """Into the tray again, what was discarded or put aside. Raises Conflict if it is neither."""
    if mail.status not in {MailStatus.DISCARDED, MailStatus.ASIDE}:
        raise Conflict("This e-mail is in the tray or filed already.")
    mail.status = MailStatus.WAITING
    mail.decided_at, mail.decided_by_id = at, by.id
    db.session.flush()


def forget_old(now: datetime) -> int:
    """Delete discarded mails, those put aside, and uploads nobody filed, past their time. Returns how many."""
    before = now - timedelta(days=discarded_mail_days())
    discarded = and_(Mail.status == MailStatus.DISCARDED, Mail.decided_at < before)
    aside = and_(Mail.status == MailStatus.ASIDE, Mail.arrived_at < before)
    unchecked = and_(Mail.status == MailStatus.CHECKING, Mail.arrived_at < now - UNCHECKED_FOR)
    chosen = select(Mail.id).where(or_(discarded, aside, unchecked)).order_by(Mail.id).limit(MOST_AT_ONCE)
    ids = list(db.session.scalars(chosen))
    quick = {"synchronize_session": False}
    db.session.execute(
        update(MailboxMessage).where(MailboxMessage.mail_id.in_(ids)).values(mail_id=None), execution_options=quick
    )
    db.session.execute(delete(MailAttachment).where(MailAttachment.mail_id.in_(ids)), execution_options=quick)
    # What history said of them was who, when and why, never what they were: there is nothing to add.
    gone = delete(Mail).where(Mail.id.in_(ids))
    db.session.execute(gone, execution_options={**quick, "audited_elsewhere": True})
    return len(ids)
