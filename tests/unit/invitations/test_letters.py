"""What the mails about invitations say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crm.accounts.models import User
from crm.invitations import letters
from crm.invitations.deciding import ANOTHER_ADDRESS, CANCELLED, MOVED_TO_THE_PAST, NOBODY, SOMEBODY_ELSE, Entry
from crm.invitations.letters import Mailing
from crm.invitations.models import Party
from crm.invitations.ourselves import Ourselves
from crm.reference.kinds import OpportunityKind

ENTRY = Entry(
    name="Jo Hall",
    address="jo@alder.example",
    title="Timber and you",
    starts_at=datetime(2026, 11, 12, 10, 0, tzinfo=UTC),
    ends_at=datetime(2026, 11, 12, 11, 0, tzinfo=UTC),
    location="",
)
MAILING = Mailing(
    party=Party.LEADER,
    kind=OpportunityKind.MOCK_INTERVIEW,
    employer="Alder Joinery",
    employer_id=1,
    officer=User(name="Priya Shah", email="priya@council.example"),
    council=Ourselves("Northmoor Council", "threefold.example", "no-reply@threefold.example", ""),
)


@pytest.mark.parametrize(
    ("party", "words"),
    [
        (Party.LEADER, "This is the mock interview that we agreed with you."),
        (Party.PROVIDER, "This mock interview with Alder Joinery is arranged for your young people."),
        (Party.OFFICER, "You look after Alder Joinery, and this mock interview with them is arranged."),
    ],
)
def test_everybody_is_told_why_they_are_invited_and_to_what(party: Party, words: str) -> None:
    letter = letters.invitation(replace(MAILING, party=party), ENTRY)

    assert words in letter.text
    assert "- What: Timber and you\n- When: Thursday 12 November 2026, 10am to 11am" in letter.text
    assert "- Where: We will tell you as soon as it is settled" in letter.text
    assert "Questions? Priya Shah, Northmoor Council, priya@council.example" in letter.text


def test_a_letter_says_where_answers_go_if_they_go_to_the_officer() -> None:
    council = replace(MAILING.council, mailbox="threefold@council.example")

    assert "An answer from your calendar goes to them, too." in letters.invitation(MAILING, ENTRY).text
    assert "goes to them" not in letters.invitation(replace(MAILING, council=council), ENTRY).text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (CANCELLED, "it was cancelled and will not take place."),
        (MOVED_TO_THE_PAST, "it will not take place on that day."),
        (SOMEBODY_ELSE, "somebody else takes your part in it, so we do not expect you."),
        (ANOTHER_ADDRESS, "you get a new invitation at the other address we know you by."),
        (NOBODY, "we do not expect you there any more."),
    ],
)
def test_who_is_not_expected_is_told_why(reason: str, words: str) -> None:
    text = letters.called_off(MAILING, ENTRY, reason).text

    assert f"About the mock interview with Alder Joinery on Thursday 12 November 2026, 10am to 11am: {words}" in text


def test_who_has_no_name_is_greeted_without() -> None:
    assert letters.invitation(MAILING, replace(ENTRY, name="")).text.startswith("Hello,\n")


def test_several_days_are_said_as_days_with_the_times_of_each() -> None:
    week = replace(
        ENTRY, starts_at=datetime(2026, 11, 9, 9, 30, tzinfo=UTC), ends_at=datetime(2026, 11, 13, 15, 0, tzinfo=UTC)
    )

    assert letters.when(week) == "9 to 13 November 2026, 9:30am to 3pm each day"


@pytest.mark.parametrize(
    ("council", "address", "organiser"),
    [
        (MAILING.council, "jo@alder.example", "priya@council.example"),
        # Their own calendar would take an entry of theirs for one they made, and ask them nothing.
        (MAILING.council, "priya@council.example", "no-reply@threefold.example"),
        (replace(MAILING.council, mailbox="box@council.example"), "jo@alder.example", "box@council.example"),
        (replace(MAILING.council, mailbox="box@council.example"), "priya@council.example", "box@council.example"),
    ],
)
def test_answers_go_where_they_are_read(council: Ourselves, address: str, organiser: str) -> None:
    assert council.organiser_for(address, MAILING.officer) == organiser
