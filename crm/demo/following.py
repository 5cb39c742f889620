"""Calendars read elsewhere. Their addresses are told nobody: whoever tries it makes one."""

from collections.abc import Sequence

from crm.accounts.models import User
from crm.calendars.services import Owner, make_feed
from crm.core.access import Role
from crm.demo.organisations import Classes


def follow_calendars(schools: Sequence[Classes], users: Sequence[User]) -> None:
    officer = next(user for user in users if user.role is Role.OFFICER)
    make_feed(Owner.of(officer), "Outlook at work", by=officer)
    make_feed(Owner.of(schools[0].provider), "The careers office", by=officer)
