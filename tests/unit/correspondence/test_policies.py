"""Who may do what to a mail."""

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.correspondence.models import Mail, MailStatus, Why
from crm.correspondence.policies import may_discard, may_file, may_restore, may_take_back

OFFICER, PARTNER, MANAGER = (
    User(id=number, role=role) for number, role in enumerate((Role.OFFICER, Role.PARTNER, Role.MANAGER), 1)
)


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (MailStatus.CHECKING, (False, False, False)),
        (MailStatus.WAITING, (True, True, False)),
        (MailStatus.FILED, (False, False, False)),
        (MailStatus.DISCARDED, (False, False, True)),
        (MailStatus.ASIDE, (False, False, True)),
    ],
)
def test_what_staff_may_do_depends_on_where_the_mail_is(status: MailStatus, may: tuple[bool, bool, bool]) -> None:
    mail = Mail(status=status)

    assert (may_file(OFFICER, mail), may_discard(OFFICER, mail), may_restore(OFFICER, mail)) == may
    assert not any(allowed(PARTNER, mail) for allowed in (may_file, may_discard, may_restore, may_take_back))


def test_what_could_not_be_read_has_nothing_to_file() -> None:
    assert not may_file(OFFICER, Mail(status=MailStatus.WAITING, why=Why.UNREADABLE))


@pytest.mark.parametrize(
    ("user", "mail", "may"),
    [
        (OFFICER, Mail(status=MailStatus.FILED, decided_by_id=1), True),
        (OFFICER, Mail(status=MailStatus.FILED, brought_by_id=1), True),
        (OFFICER, Mail(status=MailStatus.FILED, decided_by_id=9, brought_by_id=9), False),
        (MANAGER, Mail(status=MailStatus.FILED, decided_by_id=9), True),
        (PARTNER, Mail(status=MailStatus.FILED, decided_by_id=2), False),
        (MANAGER, Mail(status=MailStatus.WAITING), False),
    ],
)
def test_a_mail_is_taken_back_by_who_filed_or_brought_it_or_a_manager(user: User, mail: Mail, may: bool) -> None:
    assert may_take_back(user, mail) is may
