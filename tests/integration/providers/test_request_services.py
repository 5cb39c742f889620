"""What becomes of requests, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.audit.queries import history_of
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.providers.models import YearGroup
from crm.providers.requests import services
from crm.providers.requests.models import Request, RequestStatus, RequestYearGroup
from crm.providers.requests.queries import WantedRequests, get_request, how_many_requests, request_rows
from crm.providers.requests.services import RequestDetails
from crm.reference.kinds import OpportunityKind
from tests.conftest import counting_queries, stored
from tests.factories import ProviderFactory, ProviderMemberFactory, RequestFactory, SectorFactory, UserFactory
from tests.support.racing import DONE, saved_at_once

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OFFICERS = 4
TAKEN = {"status": RequestStatus.TAKEN, "taken_at": NOW}


def details(**given: object) -> RequestDetails:
    plain: dict[str, object] = {
        "kind": OpportunityKind.TALK,
        "young_people": 12,
        "wanted_by": date(2027, 3, 31),
        "words": "A talk about robots.",
    }
    return RequestDetails(**(plain | given))  # type: ignore[arg-type]  # the tests spell out what matters


def taken(**given: object) -> Request:
    return RequestFactory.make(**TAKEN, taken_by=UserFactory.make(), **given)


def test_a_request_keeps_what_was_asked() -> None:
    officer, sector = UserFactory.make(), SectorFactory.make(name="Robots")

    request_id = services.ask(
        ProviderFactory.make(),
        details(
            wanted_from=date(2027, 1, 4),
            year_groups=frozenset({YearGroup.YEAR_12, YearGroup.YEAR_10}),
            sector_ids=frozenset({sector.id}),
        ),
        by=officer,
    ).id

    db.session.commit()
    asked = get_request(request_id, viewer=officer)
    assert (asked.kind, asked.young_people, asked.words) == (OpportunityKind.TALK, 12, "A talk about robots.")
    assert (asked.wanted_from, asked.wanted_by) == (date(2027, 1, 4), date(2027, 3, 31))
    assert [each.label for each in asked.year_groups] == ["Year 10", "Year 12"]
    assert [each.name for each in asked.sectors] == ["Robots"]
    assert asked.status is RequestStatus.NEW


def test_an_archived_provider_asks_for_nothing() -> None:
    with pytest.raises(Conflict, match="archived"):
        services.ask(ProviderFactory.make(archived_at=NOW), details(), by=UserFactory.make())


def test_an_edit_of_the_year_groups_and_sectors_alone_is_a_new_version_and_in_the_history() -> None:
    robots, kilns = SectorFactory.make(name="Robots"), SectorFactory.make(name="Kilns")
    officer = UserFactory.make()
    asked = services.ask(
        ProviderFactory.make(),
        details(year_groups=frozenset({YearGroup.YEAR_10}), sector_ids=frozenset({robots.id})),
        by=officer,
    )
    seen = asked.version

    services.edit_request(
        asked,
        details(year_groups=frozenset({YearGroup.YEAR_10, YearGroup.YEAR_11}), sector_ids=frozenset({kilns.id})),
        seen=seen,
    )

    assert asked.version == seen + 1
    changes = history_of("request", asked.id)[0].changes
    assert changes["sectors"] == ["Robots", "Kilns"]
    assert changes["year_groups"] == ["Year 10", "Year 10, Year 11"]


def test_an_edit_without_a_difference_is_no_new_version() -> None:
    asked = services.ask(ProviderFactory.make(), details(), by=UserFactory.make())
    seen = asked.version

    services.edit_request(asked, details(), seen=seen)

    assert asked.version == seen


def test_the_second_of_two_overlapping_edits_is_refused() -> None:
    asked = services.ask(ProviderFactory.make(), details(), by=UserFactory.make())
    seen = asked.version
    services.edit_request(asked, details(young_people=9), seen=seen)

    with pytest.raises(EditedMeanwhile):
        services.edit_request(asked, details(young_people=7), seen=seen)


def test_what_somebody_works_on_is_not_edited() -> None:
    asked = taken()

    with pytest.raises(Conflict, match="works on this request already"):
        services.edit_request(asked, details(), seen=asked.version)


def test_a_request_is_taken_met_and_opened_again() -> None:
    officer, asked = UserFactory.make(), RequestFactory.make()

    services.take(asked, by=officer, at=NOW)
    assert (asked.status, asked.taken_by_id, asked.taken_at) == (RequestStatus.TAKEN, officer.id, NOW)
    services.mark_met(asked)
    assert asked.status is RequestStatus.MET
    services.reopen(asked)
    assert (asked.status, asked.taken_by_id, asked.taken_at) == (RequestStatus.NEW, None, None)


def test_a_request_that_was_taken_is_put_back_for_anybody() -> None:
    asked = taken()

    services.put_back(asked)

    assert (asked.status, asked.taken_by_id) == (RequestStatus.NEW, None)


@pytest.mark.parametrize("make", [RequestFactory.make, taken])
def test_a_request_is_declined_with_a_reason_and_the_reason_goes_when_it_is_opened_again(
    make: Callable[[], Request],
) -> None:
    asked = make()

    services.decline(asked, reason="Nobody builds kilns here")
    assert (asked.status, asked.declined_reason) == (RequestStatus.DECLINED, "Nobody builds kilns here")
    services.reopen(asked)
    assert (asked.status, asked.declined_reason) == (RequestStatus.NEW, None)


@pytest.mark.parametrize("make", [RequestFactory.make, taken])
def test_a_provider_withdraws_what_is_open(make: Callable[[], Request]) -> None:
    asked = make()

    services.withdraw(asked)

    assert asked.status is RequestStatus.WITHDRAWN


OFFICER = User(id=1, role=Role.OFFICER)
REFUSED: list[tuple[Callable[[Request], None], RequestStatus, str]] = [
    (lambda asked: services.take(asked, by=OFFICER, at=NOW), RequestStatus.TAKEN, "Somebody works on"),
    (lambda asked: services.take(asked, by=OFFICER, at=NOW), RequestStatus.WITHDRAWN, "The provider withdrew"),
    (services.put_back, RequestStatus.NEW, "Nobody works on"),
    (services.mark_met, RequestStatus.NEW, "Nobody works on"),
    (services.mark_met, RequestStatus.MET, "met already"),
    (services.reopen, RequestStatus.NEW, "Nobody works on"),
    (services.withdraw, RequestStatus.DECLINED, "was declined"),
    (lambda asked: services.decline(asked, reason="x"), RequestStatus.MET, "met already"),
]


@pytest.mark.parametrize(("do", "status", "words"), REFUSED)
def test_what_a_request_s_state_rules_out_is_refused_in_words(
    do: Callable[[Request], None], status: RequestStatus, words: str
) -> None:
    held = {"taken_by": UserFactory.make(), "taken_at": NOW} if status in {"taken", "met"} else {}
    reason = {"declined_reason": "No"} if status is RequestStatus.DECLINED else {}
    asked = RequestFactory.make(status=status, **held, **reason)

    with pytest.raises(Conflict, match=words):
        do(asked)


@pytest.mark.parametrize(
    "given",
    [
        {"young_people": 0},
        {"words": " "},
        {"wanted_from": date(2027, 4, 1)},
        {"status": RequestStatus.TAKEN},
        {"taken_at": NOW},
        {"status": RequestStatus.DECLINED},
        {"declined_reason": "No"},
    ],
)
def test_the_database_keeps_no_request_in_an_impossible_state(given: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        RequestFactory.make(**given)


def test_the_database_keeps_no_new_request_that_somebody_took() -> None:
    with pytest.raises(IntegrityError):
        RequestFactory.make(taken_by=UserFactory.make(), taken_at=NOW)


def test_of_several_officers_taking_it_at_once_one_has_it_and_the_others_are_told(app: Flask) -> None:
    request_id = RequestFactory.make().id
    officers = [UserFactory.make().id for _ in range(OFFICERS)]
    db.session.commit()

    def take(officer_id: int) -> None:
        officer = db.session.get_one(User, officer_id)
        services.take(get_request(request_id, viewer=officer), by=officer, at=NOW)

    told = saved_at_once(app, *(partial(take, each) for each in officers))

    assert sorted(told) == ["Somebody works on this request already."] * (OFFICERS - 1) + [DONE]
    (asked,) = stored(Request)
    assert asked.taken_by_id == officers[told.index(DONE)]


def test_a_provider_knows_of_its_own_requests_and_cannot_tell_that_others_exist() -> None:
    own, others = RequestFactory.make(), RequestFactory.make()
    coordinator = ProviderMemberFactory.make(provider=own.provider).user
    partner = UserFactory.make(role=Role.PARTNER)

    assert [row.id for row in request_rows(coordinator, WantedRequests())] == [own.id]
    assert how_many_requests(coordinator, WantedRequests()) == 1
    assert get_request(own.id, viewer=coordinator) is own
    for viewer, hidden in ((coordinator, others), (partner, own)):
        with pytest.raises(NotFound):
            get_request(hidden.id, viewer=viewer)
    assert not request_rows(partner, WantedRequests())


def test_open_requests_come_first_the_one_wanted_soonest_on_top() -> None:
    over = RequestFactory.make(wanted_by=date(2026, 12, 1), status=RequestStatus.WITHDRAWN)
    later = RequestFactory.make(wanted_by=date(2027, 5, 1))
    sooner = taken(wanted_by=date(2027, 2, 1))

    rows = request_rows(UserFactory.make(), WantedRequests())

    assert [row.id for row in rows] == [sooner.id, later.id, over.id]
    assert rows[0].is_late(date(2027, 2, 2))
    assert not rows[0].is_late(date(2027, 2, 1))
    assert not rows[2].is_late(date(2027, 2, 2))


def test_requests_are_narrowed_by_status_provider_and_kind() -> None:
    talk = RequestFactory.make(kind=OpportunityKind.TALK)
    RequestFactory.make()
    officer = UserFactory.make()

    for wanted in (
        WantedRequests(statuses=(RequestStatus.NEW,), provider_id=talk.provider_id),
        WantedRequests(kind=OpportunityKind.TALK),
    ):
        assert [row.id for row in request_rows(officer, wanted)] == [talk.id]


def test_a_list_of_requests_takes_one_statement_however_long_it_is() -> None:
    officer = UserFactory.make()
    for _ in range(30):
        RequestFactory.make(year_groups=[RequestYearGroup(year_group=YearGroup.YEAR_10)])

    with counting_queries() as statements:
        rows = request_rows(officer, WantedRequests(), limit=25)

    assert (len(rows), len(statements)) == (25, 1)
