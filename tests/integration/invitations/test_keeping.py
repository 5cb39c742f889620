"""Calendars are kept as the opportunity is, whatever changes it, and nobody is mailed who need not be."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact
from crm.invitations.deciding import ANOTHER_ADDRESS, CANCELLED, MOVED_TO_THE_PAST, NOBODY, NOT_WANTED, SOMEBODY_ELSE
from crm.invitations.jobs import keep_invitations
from crm.invitations.models import Invitation, Invitee, Party
from crm.invitations.queries import perhaps_owed
from crm.invitations.services import PAUSE, forget_old, invite, invite_to_following, send_again, stop_inviting
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.services import cancel_opportunity
from crm.providers.models import Provider
from tests.conftest import counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InvitationFactory,
    OpportunityFactory,
    SeriesFactory,
    UserFactory,
)
from tests.integration.invitations.inviting import (
    EVERYBODY,
    NOW,
    a_talk,
    all_sent,
    change,
    invited,
    mails,
    parsed,
    said,
    settled,
    the_invitation,
)
from tests.integration.merging.arranging import merge

JO, SCHOOL, PRIYA = "jo@alder.example", "careers@northgate.example", "priya@council.example"
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def _becomes(status: EmailStatus) -> None:
    (mail,) = mails()
    mail.status, mail.sent_at = status, None
    db.session.commit()


def invitee(party: Party = Party.LEADER) -> Invitee:
    found: Invitee = next(each for each in stored(Invitee) if each.party is party)
    return found


def test_everybody_who_meets_there_gets_an_entry_of_their_own_at_once() -> None:
    talk = a_talk()

    names = invite(talk, EVERYBODY, by=UserFactory.make(), now=NOW)
    db.session.commit()

    assert names == ["Jo Hall", "Sam Lee", "Priya Shah"]
    assert said() == [(JO, "REQUEST", 0), (SCHOOL, "REQUEST", 0), (PRIYA, "REQUEST", 0)]
    assert len({str(parsed(mail.calendar)[1]["UID"]) for mail in mails()}) == 3


def test_who_is_invited_is_not_invited_twice() -> None:
    talk = invited()

    assert invite(talk, EVERYBODY, by=UserFactory.make(), now=NOW) == ["Sam Lee", "Priya Shah"]
    db.session.commit()

    assert [to for to, _, _ in said()] == [JO, SCHOOL, PRIYA]


@pytest.mark.parametrize(
    ("new", "fact"),
    [
        ({"starts": time(14), "ends": time(15)}, "2pm to 3pm (before: Thursday 12 November 2026, 10am to 11am)"),
        ({"first_day": date(2026, 11, 19)}, "Thursday 19 November 2026"),
        ({"place_or_link": "The Old Mill"}, "Where: The Old Mill (before: Northgate School, Room 4)"),
        ({"title": "Wood and you"}, "What: Wood and you (before: Timber and you)"),
    ],
)
def test_a_change_is_told_once_it_has_stood_for_a_minute(new: dict[str, object], fact: str) -> None:
    change(invited(), **new)

    first, early = keep_invitations(NOW), keep_invitations(NOW + PAUSE - timedelta(seconds=1))
    assert (first.done, early.done, len(mails())) == (0, 0, 1)
    keep_invitations(NOW + PAUSE)
    keep_invitations(NOW + 2 * PAUSE)

    assert said() == [(JO, "REQUEST", 0), (JO, "REQUEST", 1)]
    assert fact in mails()[1].body
    assert invitee().pending is None


def test_several_edits_within_a_minute_are_one_update() -> None:
    talk = invited()
    for number, hour in enumerate((13, 14, 15)):
        change(talk, starts=time(hour), ends=time(16))
        keep_invitations(NOW + number * PAUSE / 2)

    keep_invitations(NOW + 2 * PAUSE)

    assert said() == [(JO, "REQUEST", 0), (JO, "REQUEST", 1)]
    assert parsed(mails()[1].calendar)[1]["DTSTART"].dt.hour == 15


def test_an_edit_that_is_taken_back_within_a_minute_tells_nobody() -> None:
    talk = invited()
    change(talk, starts=time(9))
    keep_invitations(NOW)
    change(talk)

    settled(NOW + PAUSE)

    assert len(mails()) == 1
    assert (invitee().pending, invitee().pending_since) == (None, None)


def test_what_nobody_has_to_be_told_is_not_told() -> None:
    change(invited(*EVERYBODY), capacity=9)

    settled()

    assert len(mails()) == 3


def test_when_it_is_cancelled_everybody_is_told_and_the_entries_end() -> None:
    talk = invited(*EVERYBODY)
    cancel_opportunity(talk, side=Side.EMPLOYER, reason="Jo is ill")
    db.session.commit()

    settled()

    assert said()[3:] == [(JO, "CANCEL", 1), (SCHOOL, "CANCEL", 1), (PRIYA, "CANCEL", 1)]
    assert {each.ended_reason for each in stored(Invitation)} == {CANCELLED}
    assert not any("Jo is ill" in mail.body for mail in mails())
    assert perhaps_owed(NOW) == []


def test_what_takes_place_after_all_is_a_new_entry() -> None:
    talk = invited()
    cancel_opportunity(talk, side=Side.EMPLOYER, reason="Jo is ill")
    db.session.commit()
    later = settled()
    talk.status, talk.cancelled_side, talk.cancelled_reason = OpportunityStatus.OPEN, None, None
    db.session.commit()

    settled(later)

    assert said() == [(JO, "REQUEST", 0), (JO, "CANCEL", 1), (JO, "REQUEST", 0)]
    assert len({each.uid for each in stored(Invitation)}) == 2


def test_when_somebody_else_leads_it_the_one_is_struck_out_and_the_other_invited() -> None:
    talk = invited()
    kim = ContactFactory.make(employer=talk.employer, name="Kim Rowe", email="kim@alder.example")

    change(talk, leader_id=kim.id)
    settled()

    assert said()[1:] == [(JO, "CANCEL", 1), ("kim@alder.example", "REQUEST", 0)]
    first, second = stored(Invitation)
    assert (first.ended_reason, second.is_live, first.uid != second.uid) == (SOMEBODY_ELSE, True, True)
    assert "somebody else takes your part" in mails()[1].body


def test_a_new_address_is_invited_and_the_old_one_struck_out() -> None:
    talk = invited()
    jo = db.session.get_one(Contact, talk.leader_id)
    jo.email = "jo.hall@alder.example"
    db.session.commit()

    settled()

    assert said()[1:] == [(JO, "CANCEL", 1), ("jo.hall@alder.example", "REQUEST", 0)]
    assert stored(Invitation)[0].ended_reason == ANOTHER_ADDRESS


def test_another_person_at_the_same_address_needs_no_mail() -> None:
    talk = invited(Party.OFFICER)
    assert talk.employer.owner is not None
    talk.employer.owner.name = "Priya Shah-Jones"
    db.session.commit()

    settled()

    assert len(mails()) == 1


def test_whose_address_is_taken_out_keeps_the_entry_and_is_not_told() -> None:
    talk = invited()
    db.session.get_one(Contact, talk.leader_id).email = None
    db.session.commit()
    change(talk, starts=time(9))

    settled()

    assert len(mails()) == 1
    assert the_invitation().is_live


def test_when_nobody_leads_it_any_more_the_entry_is_struck_out() -> None:
    change(invited(), leader_id=None)

    settled()

    assert said()[1:] == [(JO, "CANCEL", 1)]
    assert the_invitation().ended_reason == NOBODY


def _object(talk: Opportunity) -> None:
    jo = db.session.get_one(Contact, talk.leader_id)
    jo.objected_on, jo.objected_how = NOW.date(), "by phone"
    db.session.commit()


def test_an_objection_wins_over_a_change() -> None:
    talk = invited()
    _object(talk)
    change(talk, starts=time(9))

    settled()

    assert len(mails()) == 1
    assert the_invitation().is_live


@pytest.mark.parametrize("then", [_object, lambda talk: setattr(talk.leader, "left_at", NOW)])
def test_who_may_not_be_written_to_is_not_told_that_it_is_off_and_the_page_knows_why(
    then: Callable[[Opportunity], None],
) -> None:
    talk = invited()
    then(talk)
    cancel_opportunity(talk, side=Side.EMPLOYER, reason="Jo is ill")
    db.session.commit()

    settled()

    assert len(mails()) == 1
    ended = the_invitation()
    assert ended.ended_reason == CANCELLED
    objected, left = "They objected to e-mail on 2 November 2026 (by phone).", "They no longer work there."
    assert ended.untold_reason in {objected, left}


def test_an_objection_at_another_employer_wins_too() -> None:
    talk = invited()
    ContactFactory.make(email=JO, objected_on=NOW.date(), objected_how="by phone")
    change(talk, leader_id=None)

    settled()

    assert len(mails()) == 1
    assert "objected" in (the_invitation().untold_reason or "")


def test_who_objected_cannot_be_invited() -> None:
    talk = a_talk()
    _object(talk)

    with pytest.raises(Conflict, match="They objected to e-mail on 2 November 2026"):
        invite(talk, EVERYBODY, by=UserFactory.make(), now=NOW)

    assert stored(Invitee) == []


def test_nobody_is_mailed_about_what_is_over() -> None:
    talk = invited()
    after = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
    change(talk, title="Wood and you")

    settled(after)

    assert len(mails()) == 1
    assert perhaps_owed(after) == []


def test_who_expects_a_day_to_come_is_told_that_it_was_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = invited()
    change(talk, first_day=date(2026, 10, 29))

    settled()

    assert said()[1:] == [(JO, "CANCEL", 1)]
    assert the_invitation().ended_reason == MOVED_TO_THE_PAST


def test_what_is_over_and_moved_to_a_day_to_come_is_told() -> None:
    talk = invited()
    change(talk, first_day=date(2026, 12, 3))

    settled(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))

    assert said()[1:] == [(JO, "REQUEST", 1)]


def test_who_is_invited_no_more_is_told_at_once_and_can_be_invited_anew() -> None:
    talk = invited()

    stop_inviting(invitee(), now=NOW)
    db.session.commit()
    all_sent()
    invite(talk, [Party.LEADER], by=UserFactory.make(), now=NOW)
    db.session.commit()

    assert said() == [(JO, "REQUEST", 0), (JO, "CANCEL", 1), (JO, "REQUEST", 0)]
    assert stored(Invitation)[0].ended_reason == NOT_WANTED


def test_who_never_heard_of_it_is_not_told_that_it_is_off() -> None:
    talk = a_talk()
    invite(talk, [Party.LEADER], by=UserFactory.make(), now=NOW)
    db.session.commit()

    stop_inviting(invitee(), now=NOW)
    db.session.commit()

    assert mails() == []
    assert the_invitation().ended_reason == NOT_WANTED


def test_a_change_before_the_invitation_went_out_takes_its_place() -> None:
    talk = a_talk()
    invite(talk, [Party.LEADER], by=UserFactory.make(), now=NOW)
    change(talk, starts=time(9))

    settled()

    assert said() == [(JO, "REQUEST", 0)]
    assert mails()[0].subject == "Invitation: talk on 12 November 2026, 9am"


def test_a_change_takes_the_place_of_one_that_has_not_gone_out() -> None:
    talk = invited()
    change(talk, starts=time(9))
    later = settled()
    change(talk, starts=time(8))

    settled(later)

    assert said() == [(JO, "REQUEST", 0), (JO, "REQUEST", 2)]
    assert "before" not in mails()[1].body


def test_what_a_server_may_have_taken_is_struck_out_properly() -> None:
    talk = a_talk()
    invite(talk, [Party.LEADER], by=UserFactory.make(), now=NOW)
    db.session.commit()
    mails()[0].attempts = 1
    db.session.commit()

    stop_inviting(invitee(), now=NOW)
    db.session.commit()

    assert said() == [(JO, "CANCEL", 1)]


def test_where_an_address_was_wrong_only_the_right_one_is_written_to() -> None:
    talk = invited()
    _becomes(EmailStatus.FAILED)
    db.session.get_one(Contact, talk.leader_id).email = "jo.hall@alder.example"
    db.session.commit()

    settled()

    assert said() == [(JO, "REQUEST", 0), ("jo.hall@alder.example", "REQUEST", 0)]


def test_an_invitation_is_sent_again_as_it_was() -> None:
    invited()

    send_again(invitee(), now=NOW)
    db.session.commit()

    first, second = mails()
    assert said() == [(JO, "REQUEST", 0), (JO, "REQUEST", 0)]
    assert parsed(first.calendar)[1]["UID"] == parsed(second.calendar)[1]["UID"]
    assert first.key != second.key


def test_sending_again_says_what_is_so_now() -> None:
    change(invited(), starts=time(9))

    send_again(invitee(), now=NOW)
    db.session.commit()

    assert said()[1:] == [(JO, "REQUEST", 1)]


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        (lambda _: _becomes(EmailStatus.SENDING), "still on its way"),
        (_object, "They objected"),
        (lambda talk: stop_inviting(invitee(), now=NOW), "no invitation that could be sent again"),
    ],
)
def test_what_cannot_be_sent_again_is_not(before: Callable[[Opportunity], object], refusal: str) -> None:
    before(invited())
    db.session.commit()
    number = len(mails())

    with pytest.raises(Conflict, match=refusal):
        send_again(invitee(), now=NOW)

    db.session.rollback()
    assert len(mails()) == number


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": OpportunityStatus.DRAFT}, "is a draft"),
        ({"status": OpportunityStatus.DELIVERED}, "is delivered"),
        ({"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=1)}, "is over"),
    ],
)
def test_nobody_is_invited_to_what_is_not_settled_or_over(changes: dict[str, object], refusal: str) -> None:
    talk = a_talk()
    for name, value in changes.items():
        setattr(talk, name, value)

    with pytest.raises(Conflict, match=refusal):
        invite(talk, [Party.LEADER], by=UserFactory.make(), now=NOW)


def test_somebody_has_to_be_chosen() -> None:
    with pytest.raises(Conflict, match="Select whom to invite"):
        invite(a_talk(), [], by=UserFactory.make(), now=NOW)


def test_the_scheduler_asks_as_many_questions_of_many_as_of_few() -> None:
    for _ in range(3):
        InvitationFactory.make()
    db.session.commit()
    counts = []
    for _ in range(2):
        db.session.rollback()
        with counting_queries() as statements:
            perhaps_owed(NOW)
        counts.append(len(statements))
        for _ in range(20):
            InvitationFactory.make()
        db.session.commit()

    assert counts[0] == counts[1] <= 3


def test_answers_reach_whoever_can_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    invited(Party.LEADER, Party.OFFICER)

    organisers = [str(parsed(mail.calendar)[1]["ORGANIZER"]) for mail in mails()]

    # An officer's own calendar would take an entry of theirs for their own and ask nothing.
    assert organisers == [f"mailto:{PRIYA}", "mailto:no-reply@threefold.example"]
    assert [mail.reply_to for mail in mails()] == [PRIYA, "no-reply@threefold.example"]


def test_who_was_invited_is_forgotten_a_year_later() -> None:
    old, _ = InvitationFactory.make(), InvitationFactory.make()
    old.starts_at, old.ends_at = (each - timedelta(days=365) for each in (old.starts_at, old.ends_at))
    old.comment = "Sorry"
    db.session.commit()

    assert [forget_old(NOW + timedelta(days=30)) for _ in range(2)] == [1, 0]
    db.session.commit()

    forgotten, kept = stored(Invitation)
    assert (forgotten.name, forgotten.address, forgotten.comment) == ("", "", None)
    assert kept.address == "jo@alder.example"


def test_somebody_s_own_words_on_how_they_objected_may_be_long() -> None:
    talk = invited()
    jo = db.session.get_one(Contact, talk.leader_id)
    jo.objected_on, jo.objected_how = NOW.date(), "by phone " * 28
    change(talk, leader_id=None)

    settled()

    assert len(the_invitation().untold_reason or "") == 255


def test_merging_employers_mails_nobody() -> None:
    talk = invited(*EVERYBODY)
    survivor = EmployerFactory.make(name="Alder Joinery Ltd", owner=talk.employer.owner)
    ContactFactory.make(employer=survivor, name="J. Hall", email=JO)
    manager = UserFactory.make(role=Role.MANAGER)
    db.session.commit()

    merge(survivor.id, talk.employer_id, by=manager)
    db.session.commit()
    settled()

    assert len(mails()) == 3
    assert db.session.get_one(Opportunity, talk.id).employer_id == survivor.id


def test_the_meetings_that_follow_are_invited_to_where_that_can_be() -> None:
    talk = a_talk()
    off, without, last = (
        OpportunityFactory.make(
            employer=talk.employer,
            leader_id=talk.leader_id,
            starts_at=talk.starts_at + timedelta(days=days),
            ends_at=talk.ends_at + timedelta(days=days),
        )
        for days in (7, 14, 21)
    )
    before = OpportunityFactory.make(employer=talk.employer, leader_id=talk.leader_id)
    series = SeriesFactory.make(employer=talk.employer)
    for number, each in enumerate((before, talk, off, without, last), start=1):
        each.series_id, each.series_number = series.id, number
    off.status, off.cancelled_side, off.cancelled_reason = OpportunityStatus.CANCELLED, Side.EMPLOYER, "Ill"
    without.leader_id = None
    db.session.commit()

    assert invite_to_following(talk, [Party.LEADER], by=UserFactory.make(), now=NOW) == 1
    db.session.commit()

    assert the_invitation().opportunity_id == last.id
    assert invite_to_following(OpportunityFactory.make(), [Party.LEADER], by=UserFactory.make(), now=NOW) == 0


def test_what_went_out_so_long_ago_that_its_mail_is_forgotten_is_changed_properly() -> None:
    talk = invited()
    db.session.query(OutboxEmail).delete()
    change(talk, starts=time(9))

    settled()

    assert said() == [(JO, "REQUEST", 1)]


@pytest.mark.parametrize(
    ("party", "spoil", "refusal"),
    [
        (Party.LEADER, lambda talk: setattr(talk, "leader_id", None), "Nobody is named to lead it yet"),
        (Party.PROVIDER, lambda talk: setattr(talk, "provider_id", None), "open to any provider"),
        (Party.PROVIDER, lambda talk: _provider_is(archived_at=NOW), "Northgate School is archived"),
        (Party.PROVIDER, lambda talk: _provider_is(email=None), "Northgate School has no e-mail address"),
        (Party.OFFICER, lambda talk: setattr(talk.employer, "owner_id", None), "Nobody looks after this employer yet"),
        (Party.OFFICER, lambda talk: setattr(talk.employer.owner, "disabled_at", NOW), "cannot sign in any more"),
    ],
)
def test_who_cannot_be_invited_is_not_and_it_is_said_why(
    party: Party, spoil: Callable[[Opportunity], object], refusal: str
) -> None:
    talk = a_talk()
    spoil(talk)
    db.session.commit()

    with pytest.raises(Conflict, match=f"Nobody was invited. .*{refusal}"):
        invite(talk, [party], by=UserFactory.make(), now=NOW)


def _provider_is(**changes: object) -> None:
    for name, value in changes.items():
        setattr(db.session.query(Provider).one(), name, value)
    db.session.flush()


def test_answers_go_to_where_mails_come_from_if_the_mailbox_is_no_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "IMAP_URL", "imaps://threefold:x@mail.council.example/INBOX")

    invited()

    assert mails()[0].reply_to == "no-reply@threefold.example"
