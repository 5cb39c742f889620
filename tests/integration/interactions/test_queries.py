"""Reading the contact log."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import Asked
from crm.interactions.models import Channel, Direction, Interaction, Outcome
from crm.interactions.queries.coming import coming_at
from crm.interactions.queries.follow_ups import (
    done_since,
    follow_ups_from,
    get_follow_up,
    open_with_counts,
)
from crm.interactions.queries.log import LogFilters, get_interaction, log_of, log_page, log_rows
from crm.interactions.queries.pressure import asked_lately, quiet_employers
from tests.conftest import counting_queries
from tests.factories import ContactFactory, EmployerFactory, FollowUpFactory, InteractionFactory, UserFactory

TODAY = date(2026, 11, 24)
A_MOMENT = datetime(2026, 11, 24, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("database")


# The log ------------------------------------------------------------------------------------------------------------


def test_the_log_is_newest_first_and_says_who_spoke_with_whom() -> None:
    officer, contact = UserFactory.make(name="Ada Birch"), ContactFactory.make(name="Jo Reed")
    older = InteractionFactory.make(happened_on=date(2026, 11, 1))
    newer = InteractionFactory.make(
        happened_on=date(2026, 11, 3), logged_by=officer, contacts=[contact], employer=contact.employer
    )
    same_day_but_later = InteractionFactory.make(happened_on=date(2026, 11, 3))

    page = log_page(LogFilters(), Asked(1), viewer=officer)

    assert [row.id for row in page.rows] == [same_day_but_later.id, newer.id, older.id]
    assert (page.rows[1].officers, page.rows[1].contacts, page.rows[1].employer) == (
        "Ada Birch",
        "Jo Reed",
        contact.employer.name,
    )


def test_each_filter_narrows_the_log() -> None:
    viewer = UserFactory.make()
    dawn = ContactFactory.make(name="Dawn Alder")
    wanted = InteractionFactory.make(
        employer=dawn.employer,
        contacts=[dawn],
        direction=Direction.INCOMING,
        outcome=Outcome.AGREED,
        channel=Channel.VISIT,
        happened_on=date(2026, 11, 5),
        summary="Talked about Welding, 100% sure",
    )
    InteractionFactory.make(channel=Channel.CALL, happened_on=date(2026, 10, 1))

    for filters in (
        LogFilters(employer_id=wanted.employer_id),
        LogFilters(officer_id=wanted.logged_by_id),
        LogFilters(channels=(Channel.VISIT, Channel.LETTER)),
        LogFilters(first_day=date(2026, 11, 5), last_day=date(2026, 11, 5)),
        LogFilters(direction=Direction.INCOMING),
        LogFilters(outcomes=(Outcome.AGREED, Outcome.NO)),
        LogFilters(contact_name="alder"),
        LogFilters(text="welding"),
        LogFilters(text="100%"),
    ):
        page = log_page(filters, Asked(1), viewer=viewer)
        assert ([row.id for row in page.rows], page.total) == ([wanted.id], 1), filters


def test_an_officer_who_only_took_part_is_found_too() -> None:
    writer, colleague = UserFactory.make(), UserFactory.make()
    entry = InteractionFactory.make(logged_by=writer, officers=[colleague])

    assert [row.id for row in log_page(LogFilters(officer_id=colleague.id), Asked(1), viewer=writer).rows] == [entry.id]
    assert log_page(LogFilters(officer_id=writer.id), Asked(1), viewer=writer).total == 0


def test_a_percent_sign_is_searched_for_as_it_stands() -> None:
    InteractionFactory.make(summary="Nothing of the kind")

    assert log_page(LogFilters(text="%"), Asked(1), viewer=UserFactory.make()).total == 0


def test_a_partner_reads_that_there_was_a_contact_but_not_what_was_said() -> None:
    contact = ContactFactory.make()
    InteractionFactory.make(summary="A secret", contacts=[contact], employer=contact.employer)

    [row] = log_page(LogFilters(), Asked(1), viewer=UserFactory.make(role=Role.PARTNER)).rows

    assert (row.summary, row.contacts, row.outcome) == (None, None, None)
    assert row.employer == contact.employer.name


@pytest.mark.parametrize(
    "asked",
    [
        LogFilters(text="nowhere to be found"),
        LogFilters(contact_name="nobody"),
        LogFilters(outcomes=(Outcome.AGREED,)),
    ],
)
def test_a_partner_cannot_search_in_what_they_may_not_read(asked: LogFilters) -> None:
    InteractionFactory.make(summary="A secret")

    page = log_page(asked, Asked(1), viewer=UserFactory.make(role=Role.PARTNER))

    assert page.total == 1


def test_a_provider_sees_nothing_of_the_log() -> None:
    entry = InteractionFactory.make()
    provider = UserFactory.make(role=Role.PROVIDER)

    assert log_page(LogFilters(), Asked(1), viewer=provider).total == 0
    with pytest.raises(NotFound):
        get_interaction(entry.id, viewer=provider)


def test_the_log_asks_two_questions_however_long_it_is() -> None:
    viewer = UserFactory.make()
    for _ in range(30):
        InteractionFactory.make()

    with counting_queries() as statements:
        page = log_page(LogFilters(), Asked(2), viewer=viewer)

    assert (len(page.rows), page.total, len(statements)) == (5, 30, 2)


def test_a_download_holds_every_row_and_is_one_statement() -> None:
    viewer = UserFactory.make()
    for _ in range(30):
        InteractionFactory.make()

    with counting_queries() as statements:
        rows = list(log_rows(LogFilters(), viewer=viewer))

    assert (len(rows), len(statements)) == (30, 1)


def test_an_employers_log_is_theirs_alone() -> None:
    theirs = InteractionFactory.make()
    InteractionFactory.make()

    assert [row.id for row in log_of(theirs.employer_id, viewer=theirs.logged_by)] == [theirs.id]


def test_an_entry_comes_with_everything_its_page_shows() -> None:
    contact = ContactFactory.make()
    entry = InteractionFactory.make(contacts=[contact], employer=contact.employer)

    found = get_interaction(entry.id, viewer=entry.logged_by)

    assert (found.employer, found.contacts, found.officers) == (entry.employer, [contact], [entry.logged_by])


# Next steps ---------------------------------------------------------------------------------------------------------


def test_an_officers_next_steps_are_theirs_open_and_the_most_overdue_first() -> None:
    me = UserFactory.make()
    today = FollowUpFactory.make(owner=me, due_on=TODAY)
    overdue = FollowUpFactory.make(owner=me, due_on=date(2026, 11, 2))
    FollowUpFactory.make(owner=me, done_at=A_MOMENT, done_by_id=me.id)
    FollowUpFactory.make()

    assert [row.id for row in open_with_counts(me.id, TODAY)[0]] == [overdue.id, today.id]


def test_next_steps_are_counted_by_when_they_are_due() -> None:
    me = UserFactory.make()
    for day in (date(2026, 11, 1), date(2026, 11, 23), TODAY, date(2026, 11, 25), date(2026, 12, 1)):
        FollowUpFactory.make(owner=me, due_on=day)
    FollowUpFactory.make(owner=me, due_on=date(2026, 12, 2))
    FollowUpFactory.make(due_on=TODAY)

    rows, counts = open_with_counts(me.id, TODAY, limit=2)

    assert len(rows) == 2
    assert (counts.overdue, counts.today, counts.coming, counts.later, counts.total) == (2, 1, 2, 1, 6)


def test_somebody_with_nothing_to_do_has_none_of_each() -> None:
    rows, counts = open_with_counts(UserFactory.make().id, TODAY)

    assert (list(rows), counts.total) == ([], 0)


def test_what_was_ticked_off_lately_can_be_found_again() -> None:
    me = UserFactory.make()
    FollowUpFactory.make(owner=me, done_at=datetime(2026, 11, 23, 9, tzinfo=UTC), done_by_id=me.id)
    lately = FollowUpFactory.make(owner=me, done_at=A_MOMENT, done_by_id=me.id)

    assert [row.id for row in done_since(me.id, datetime(2026, 11, 24, tzinfo=UTC))] == [lately.id]


def test_an_employers_open_next_steps_are_everybodys() -> None:
    employer, ada = EmployerFactory.make(), UserFactory.make(name="Ada Birch")
    step = FollowUpFactory.make(employer=employer, owner=ada)
    FollowUpFactory.make()

    assert [(row.id, row.owner) for row in coming_at(employer).steps] == [(step.id, "Ada Birch")]


def test_an_entry_names_the_next_steps_that_came_of_it() -> None:
    entry = InteractionFactory.make()
    step = FollowUpFactory.make(employer=entry.employer, interaction_id=entry.id)
    FollowUpFactory.make(employer=entry.employer)

    assert [row.id for row in follow_ups_from(entry.id)] == [step.id]


def test_only_staff_know_of_next_steps() -> None:
    step = FollowUpFactory.make()

    assert get_follow_up(step.id, viewer=UserFactory.make()).employer is step.employer
    with pytest.raises(NotFound):
        get_follow_up(step.id, viewer=UserFactory.make(role=Role.PARTNER))


# Before you call ----------------------------------------------------------------------------------------------------


def test_before_you_call_names_who_asked_in_the_last_30_days() -> None:
    employer, ada, ben = EmployerFactory.make(), UserFactory.make(name="Ada"), UserFactory.make(name="Ben")
    InteractionFactory.make(employer=employer, logged_by=ada, happened_on=date(2026, 10, 25))  # 30 days ago
    InteractionFactory.make(employer=employer, logged_by=ada, happened_on=date(2026, 11, 20))
    InteractionFactory.make(employer=employer, logged_by=ben, happened_on=date(2026, 11, 22), channel=Channel.EMAIL)
    InteractionFactory.make(happened_on=TODAY)

    asked = asked_lately(employer.id, today=TODAY)

    assert [(each.officers, each.times, each.last_on) for each in asked] == [
        ("Ben", 1, date(2026, 11, 22)),
        ("Ada", 1, date(2026, 11, 20)),
    ]


def test_a_contact_several_took_part_in_counts_once_and_names_them_together() -> None:
    ada, ben = UserFactory.make(name="Ada"), UserFactory.make(name="Ben")
    entry = InteractionFactory.make(logged_by=ben, officers=[ben, ada], happened_on=TODAY)

    asked = asked_lately(entry.employer_id, today=TODAY)

    assert [(each.officers, each.times) for each in asked] == [("Ada, Ben", 1)]


def test_an_employer_who_contacts_us_was_not_asked() -> None:
    entry = InteractionFactory.make(direction=Direction.INCOMING, happened_on=TODAY)

    assert not asked_lately(entry.employer_id, today=TODAY)


EVERY_KIND = [
    (channel, direction, outcome) for channel in Channel for direction in Direction for outcome in (None, *Outcome)
]


def test_the_database_and_python_agree_on_what_was_two_way() -> None:
    employer, officer = EmployerFactory.make(), UserFactory.make()
    entries = [
        InteractionFactory.make(
            employer=employer, logged_by=officer, channel=channel, direction=direction, outcome=outcome
        )
        for channel, direction, outcome in EVERY_KIND
    ]

    reached = set(db.session.scalars(select(Interaction.id).where(Interaction.reached)))

    assert reached == {entry.id for entry in entries if entry.reached}
    assert 0 < len(reached) < len(entries)


@pytest.mark.parametrize(
    ("channel", "direction", "outcome", "reached"),
    [
        (Channel.CALL, Direction.OUTGOING, None, True),
        (Channel.EVENT, Direction.OUTGOING, None, True),
        (Channel.EMAIL, Direction.OUTGOING, None, False),
        (Channel.LETTER, Direction.OUTGOING, None, False),
        (Channel.CALL, Direction.OUTGOING, Outcome.NO_ANSWER, False),
        (Channel.CALL, Direction.OUTGOING, Outcome.LEFT_MESSAGE, False),
        (Channel.MEETING, Direction.OUTGOING, Outcome.SENT, False),
        (Channel.EMAIL, Direction.OUTGOING, Outcome.INTERESTED, True),
        (Channel.LETTER, Direction.OUTGOING, Outcome.NO, True),
        (Channel.EMAIL, Direction.INCOMING, None, True),
        (Channel.EMAIL, Direction.INCOMING, Outcome.SENT, True),
    ],
)
def test_two_way_is_what_was_heard(
    channel: Channel, direction: Direction, outcome: Outcome | None, reached: bool
) -> None:
    entry = InteractionFactory.make(channel=channel, direction=direction, outcome=outcome)

    assert entry.reached is reached


def test_an_employer_nobody_spoke_to_has_no_last_contact() -> None:
    employer = EmployerFactory.make()

    assert not log_of(employer.id, viewer=UserFactory.make(), limit=1)
    assert not asked_lately(employer.id, today=TODAY)


def test_quiet_employers_are_mine_in_use_and_without_contact_by_anyone_for_90_days() -> None:
    me = UserFactory.make()
    never = EmployerFactory.make(owner=me, name="Never")
    long_ago = EmployerFactory.make(owner=me)
    InteractionFactory.make(employer=long_ago, happened_on=date(2026, 8, 26))  # 90 days ago
    lately = EmployerFactory.make(owner=me)
    InteractionFactory.make(employer=lately, happened_on=date(2026, 8, 27))
    EmployerFactory.make(owner=me, archived_at=A_MOMENT, archived_reason="Closed")
    EmployerFactory.make(owner=UserFactory.make())

    quiet = quiet_employers(me.id, today=TODAY, days=90)

    assert [(each.id, each.last_on) for each in quiet.first] == [(never.id, None), (long_ago.id, date(2026, 8, 26))]
    assert quiet.total == 2


def test_a_message_left_does_not_end_the_quiet() -> None:
    me = UserFactory.make()
    employer = EmployerFactory.make(owner=me)
    InteractionFactory.make(employer=employer, happened_on=date(2026, 8, 1))
    InteractionFactory.make(employer=employer, happened_on=TODAY, outcome=Outcome.LEFT_MESSAGE)

    quiet = quiet_employers(me.id, today=TODAY, days=90)

    assert [each.last_on for each in quiet.first] == [date(2026, 8, 1)]


@pytest.mark.parametrize(("days", "quiet"), [(22, 1), (23, 0)])
def test_how_long_is_quiet_is_chosen(days: int, quiet: int) -> None:
    me = UserFactory.make()
    InteractionFactory.make(employer=EmployerFactory.make(owner=me), happened_on=date(2026, 11, 2))

    assert quiet_employers(me.id, today=TODAY, days=days).total == quiet


def test_only_the_quietest_are_listed_but_all_are_counted() -> None:
    me = UserFactory.make()
    for _ in range(12):
        EmployerFactory.make(owner=me)

    quiet = quiet_employers(me.id, today=TODAY, days=90)

    assert (len(quiet.first), quiet.total) == (10, 12)


READS: list[Callable[[int], object]] = [
    lambda owner: open_with_counts(owner, TODAY),
    follow_ups_from,
    lambda owner: quiet_employers(owner, today=TODAY, days=90),
]


@pytest.mark.parametrize("read", READS)
def test_each_list_is_one_statement(read: Callable[[int], object]) -> None:
    me = UserFactory.make()

    with counting_queries() as statements:
        read(me.id)

    assert len(statements) == 1
