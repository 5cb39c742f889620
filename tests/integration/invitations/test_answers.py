"""What calendar programs answer is written down; what cannot be believed is read by people, and does no harm."""

import pytest

from crm.core import clock
from crm.core.db import db
from crm.correspondence.models import Mail, MailStatus, Why
from crm.interactions.models import FollowUp
from crm.interactions.services import complete_follow_up
from crm.invitations.models import Answer, Invitee, Party
from crm.invitations.services import stop_inviting
from tests.conftest import stored
from tests.factories import MailboxFactory
from tests.integration.invitations.answering import answer_to, arrives
from tests.integration.invitations.inviting import NOW, change, invited, settled, the_invitation

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def outcome(content: bytes) -> tuple[MailStatus, Why | None]:
    mail = arrives(content)
    assert mail
    return mail.status, mail.why


@pytest.mark.parametrize(
    ("says", "answer"),
    [("ACCEPTED", Answer.ACCEPTED), ("TENTATIVE", Answer.TENTATIVE), ("DECLINED", Answer.DECLINED)],
)
def test_an_answer_is_written_down_and_nobody_has_to_read_the_mail(says: str, answer: Answer) -> None:
    invited()

    assert outcome(answer_to(the_invitation(), says, comment="See you there")) == (MailStatus.ASIDE, Why.ANSWER)

    invitation = the_invitation()
    assert (invitation.answer, invitation.answered_at, invitation.comment) == (answer, NOW, "See you there")
    assert invitation.answered_sequence == 0


def test_who_declines_leaves_a_next_step_for_the_officer_once() -> None:
    talk = invited()

    for minute in range(5):
        arrives(answer_to(the_invitation(), "DECLINED", stamp=f"20261102T08{minute:02}00Z"))

    (step,) = stored(FollowUp)
    assert step.what == "Jo Hall declined “Timber and you” on 12 November 2026. Ring them."
    assert (step.owner_id, step.employer_id, step.due_on) == (talk.employer.owner_id, talk.employer_id, NOW.date())
    assert the_invitation().follow_up_id == step.id


def test_who_declines_again_after_the_step_was_done_leaves_another() -> None:
    talk = invited()
    arrives(answer_to(the_invitation(), "DECLINED"))
    assert talk.employer.owner is not None
    complete_follow_up(stored(FollowUp)[0], by=talk.employer.owner, at=NOW)
    db.session.commit()

    arrives(answer_to(the_invitation(), "DECLINED", stamp="20261102T084500Z"))

    assert len(stored(FollowUp)) == 2


def test_who_proposes_another_time_leaves_a_next_step_that_says_which() -> None:
    invited()

    mail = arrives(answer_to(the_invitation(), "TENTATIVE", method="COUNTER", starts="20261119T140000"))

    assert mail
    assert mail.why is Why.ANSWER
    assert the_invitation().comment == "Proposes Thursday 19 November 2026 at 2pm"
    (step,) = stored(FollowUp)
    assert step.what == (
        "Jo Hall proposes Thursday 19 November 2026 at 2pm for “Timber and you” on 12 November 2026. Ring them."
    )


def test_a_long_title_leaves_a_next_step_of_the_length_it_may_have() -> None:
    invited(title="Timber " * 35)

    arrives(answer_to(the_invitation(), "DECLINED"))

    (step,) = stored(FollowUp)
    assert step.what.endswith("…” on 12 November 2026. Ring them.")


def test_an_officer_who_has_left_is_given_no_next_step() -> None:
    talk = invited(Party.LEADER)
    assert talk.employer.owner is not None
    talk.employer.owner.disabled_at = NOW  # it was they who invited, too
    db.session.commit()

    arrives(answer_to(the_invitation(), "DECLINED"))

    assert the_invitation().answer is Answer.DECLINED
    assert stored(FollowUp) == []


def test_an_answer_to_what_was_told_before_the_last_change_says_so() -> None:
    talk = invited()
    before = answer_to(the_invitation())
    change(talk, title="Wood and you")
    settled()

    assert outcome(before) == (MailStatus.ASIDE, Why.ANSWER)

    invitation = the_invitation()
    assert (invitation.answer, invitation.answered_sequence, invitation.sequence) == (Answer.ACCEPTED, 0, 1)


def test_an_older_answer_that_arrives_late_changes_nothing() -> None:
    invited()
    arrives(answer_to(the_invitation(), "DECLINED", stamp="20261102T085000Z"))

    assert outcome(answer_to(the_invitation(), "ACCEPTED", stamp="20261102T080000Z")) == (MailStatus.ASIDE, Why.ANSWER)

    assert the_invitation().answer is Answer.DECLINED


def test_a_clock_that_runs_ahead_does_not_silence_what_is_said_later() -> None:
    invited()
    arrives(answer_to(the_invitation(), "ACCEPTED", stamp="20990101T000000Z"))

    arrives(answer_to(the_invitation(), "DECLINED", stamp="20261102T090000Z"))

    assert the_invitation().answer is Answer.DECLINED


def test_an_answer_about_what_is_called_off_is_written_down_and_leaves_no_next_step() -> None:
    invited()
    stop_inviting(stored(Invitee)[0], now=NOW)
    db.session.commit()

    assert outcome(answer_to(the_invitation(), "DECLINED")) == (MailStatus.ASIDE, Why.ANSWER)

    assert stored(FollowUp) == []


def test_the_same_mail_twice_is_one_answer() -> None:
    invited()
    content = answer_to(the_invitation(), "DECLINED")

    mailbox = MailboxFactory.make().id

    first, second = arrives(content, mailbox), arrives(content, mailbox)

    assert first
    assert second is None
    assert (len(stored(Mail)), len(stored(FollowUp))) == (1, 1)


def test_an_answering_program_s_answer_is_one_too() -> None:
    invited()

    assert outcome(answer_to(the_invitation(), headers={"Auto-Submitted": "auto-generated"})) == (
        MailStatus.ASIDE,
        Why.ANSWER,
    )


@pytest.mark.parametrize(
    "lie",
    [
        {"uid": "0123456789abcdef0123456789abcdef@threefold.example"},
        {"uid": ""},
        {"attendee": "kim@alder.example"},
        {"attendee": "kim@alder.example", "sender": "Kim Rowe <kim@alder.example>"},
        {"sender": "Somebody <somebody@elsewhere.example>"},
        {"sequence": 7},
        {"sequence": -1},
        {"sequence": "many"},
        {"says": "DELEGATED"},
        {"says": "NEEDS-ACTION"},
        {"says": ""},
        {"method": "REFRESH"},
        {"headers": {"Authentication-Results": "mx.council.example; dmarc=fail"}},
    ],
)
def test_what_cannot_be_believed_waits_in_the_tray(lie: dict[str, object]) -> None:
    invited()
    given = {"says": "DECLINED"} | lie

    status, _ = outcome(answer_to(the_invitation(), **given))  # type: ignore[arg-type]

    assert status is MailStatus.WAITING
    assert (the_invitation().answer, stored(FollowUp)) == (Answer.NONE, [])


def test_what_is_said_cannot_be_longer_than_we_keep() -> None:
    invited()

    arrives(answer_to(the_invitation(), comment="sorry " * 500))

    assert len(the_invitation().comment or "") == 500


def test_a_reply_of_one_of_us_to_their_own_invitation_is_recorded() -> None:
    invited(Party.OFFICER)
    content = answer_to(the_invitation(), attendee="priya@council.example", sender="Priya Shah <priya@council.example>")

    assert outcome(content) == (MailStatus.ASIDE, Why.ANSWER)
    assert the_invitation().answer is Answer.ACCEPTED
