"""Who may do what to the checks of a site they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.checks.models import CheckStatus, SiteCheck
from crm.employers.models import Site


def may_record(user: User, site: Site) -> bool:
    """What came of a check, or that we asked for it. An archived employer is restored, a closed site opened first."""
    return user.is_staff and not site.is_closed and not site.employer.is_archived


def may_exempt(user: User, site: Site) -> bool:
    """To say that a check is not needed is a manager's decision."""
    return user.is_manager and may_record(user, site)


def may_undo(user: User, site: Site, check: SiteCheck) -> bool:
    """Take the latest decision back. A request has reached somebody: it is answered, not undone."""
    if not check.is_current or check.status is CheckStatus.REQUESTED:
        return False
    return may_exempt(user, site) if check.status is CheckStatus.NOT_NEEDED else may_record(user, site)


def may_correct(user: User, site: Site, check: SiteCheck) -> bool:
    """Put right what was typed about an accepted check."""
    return check.is_current and check.status is CheckStatus.ACCEPTED and may_record(user, site)
