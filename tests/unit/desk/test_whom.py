"""Whom at an employer to ask for a check."""

from datetime import UTC, date, datetime

import pytest

from crm.desk.checks_due.whom import GENERAL, whom_to_ask
from crm.employers.models import Contact

LEFT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SAID = {"objected_on": date(2026, 11, 2), "objected_how": "by phone"}


def contact(number: int, **given: object) -> Contact:
    facts: dict[str, object] = {
        "id": number,
        "name": f"Contact {number}",
        "email": f"c{number}@alder.example",
        "signs_pledges": False,
        "is_supervisor": False,
    }
    return Contact(**(facts | given))


@pytest.mark.parametrize(
    ("contacts", "name"),
    [
        ([contact(1), contact(2, is_supervisor=True), contact(3, signs_pledges=True)], "Contact 3"),
        ([contact(1), contact(2, is_supervisor=True)], "Contact 2"),
        ([contact(2), contact(1)], "Contact 1"),
        ([contact(1, signs_pledges=True, left_at=LEFT), contact(2)], "Contact 2"),
        ([contact(1, signs_pledges=True, email=None), contact(2)], "Contact 2"),
        ([contact(1, signs_pledges=True, **SAID), contact(2)], "Contact 2"),
        ([contact(1, **SAID)], GENERAL),
        ([], GENERAL),
    ],
)
def test_who_signs_is_asked_before_who_supervises_and_nobody_who_left_or_objected(
    contacts: list[Contact], name: str
) -> None:
    whom = whom_to_ask(contacts, "office@alder.example")

    assert whom.recipient is not None
    assert whom.recipient.name == name


@pytest.mark.parametrize(
    ("contacts", "general", "reason"),
    [
        ([], None, "There is no e-mail address."),
        ([contact(1, email=None)], None, "There is no e-mail address."),
        ([contact(1, **SAID)], None, "Contact 1 objected to e-mail"),
        ([contact(1, email="office@alder.example", **SAID)], "office@alder.example", "Contact 1 objected to e-mail"),
    ],
)
def test_where_nobody_can_be_asked_the_reason_is_said(
    contacts: list[Contact], general: str | None, reason: str
) -> None:
    whom = whom_to_ask(contacts, general)

    assert whom.recipient is None
    assert whom.reason.startswith(reason)
