"""When a provider is closed."""

from datetime import date, timedelta

import pytest

from crm.core.access import Role
from crm.core.errors import Conflict, NotFound
from crm.providers.closed_days.models import ClosedDay
from crm.providers.closed_days.queries import closed_days_of, get_closed_day
from crm.providers.closed_days.services import Closure, close, open_again
from tests.conftest import stored
from tests.factories import ClosedDayFactory, ProviderFactory, ProviderMemberFactory, UserFactory

pytestmark = pytest.mark.usefixtures("database")
A_DAY = date(2026, 11, 27)
WHY = "Staff training"


def test_a_provider_is_closed_on_a_day_or_on_several() -> None:
    school = ProviderFactory.make()

    close(school, Closure(A_DAY, A_DAY, f" {WHY} "))
    close(school, Closure(A_DAY + timedelta(days=3), A_DAY + timedelta(days=4), "No heating"))
    close(ProviderFactory.make(), Closure(A_DAY, A_DAY, WHY))

    assert [(each.first_day, each.reason) for each in closed_days_of(school.id)] == [
        (A_DAY, WHY),
        (A_DAY + timedelta(days=3), "No heating"),
    ]
    assert [each.includes(A_DAY) for each in closed_days_of(school.id)] == [True, False]
    assert [each.reason for each in closed_days_of(school.id, since=A_DAY + timedelta(days=4))] == ["No heating"]
    assert closed_days_of(None) == ()


@pytest.mark.parametrize(
    ("first", "last", "reason", "message"),
    [
        (1, 0, WHY, "must not be before the first day"),
        (1, 93, WHY, "up to 92 days"),
        (1, 1, " ", "Enter why"),
        (-1, 0, WHY, "is closed already on 27 November 2026: Staff training"),
    ],
)
def test_what_is_no_closed_day_is_refused(first: int, last: int, reason: str, message: str) -> None:
    school = ProviderFactory.make()
    ClosedDayFactory.make(provider=school, first_day=A_DAY)

    with pytest.raises(Conflict, match=message):
        close(school, Closure(A_DAY + timedelta(days=first), A_DAY + timedelta(days=last), reason))


def test_several_days_that_overlap_are_named_from_first_to_last() -> None:
    school = ProviderFactory.make()
    ClosedDayFactory.make(provider=school, first_day=A_DAY, last_day=A_DAY + timedelta(days=3))

    with pytest.raises(Conflict, match="27 November 2026 to 30 November 2026"):
        close(school, Closure(A_DAY, A_DAY, WHY))


def test_a_day_is_opened_again_by_those_who_may_know_of_it() -> None:
    closed = ClosedDayFactory.make()
    coordinator = ProviderMemberFactory.make(provider=closed.provider).user
    stranger = ProviderMemberFactory.make().user

    with pytest.raises(NotFound):
        get_closed_day(closed.id, viewer=stranger)
    assert get_closed_day(closed.id, viewer=UserFactory.make(role=Role.OFFICER)) is closed
    open_again(get_closed_day(closed.id, viewer=coordinator))

    assert stored(ClosedDay) == []
