"""Who may do what to a mail they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.correspondence.models import Mail, MailStatus, Why


def may_file(user: User, mail: Mail) -> bool:
    """With an employer, out of the tray. What could not be read has nothing to file."""
    return user.is_staff and mail.status is MailStatus.WAITING and mail.why is not Why.UNREADABLE


def may_discard(user: User, mail: Mail) -> bool:
    return user.is_staff and mail.status is MailStatus.WAITING


def may_restore(user: User, mail: Mail) -> bool:
    """Back into the tray, what somebody or the service took out of it."""
    return user.is_staff and mail.status in {MailStatus.DISCARDED, MailStatus.ASIDE}


def may_take_back(user: User, mail: Mail) -> bool:
    """Out of the log it was filed in by mistake: whoever filed it, who brought it, or a manager."""
    mine = user.id in {mail.decided_by_id, mail.brought_by_id}
    return mail.status is MailStatus.FILED and (user.is_manager or (user.is_staff and mine))
