"""A confirmed version never changes: the database says so, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm.core.db import db
from crm.pledges.models import Pledge, PledgeStatus
from tests.factories import PledgeFactory, PledgeLineFactory

pytestmark = pytest.mark.usefixtures("database")
DECIDED = [PledgeStatus.CONFIRMED, PledgeStatus.DECLINED, PledgeStatus.SUPERSEDED, PledgeStatus.WITHDRAWN]


def a_pledge(status: PledgeStatus) -> Pledge:
    return PledgeFactory.make(status=status, ended_reason="Because", lines=[PledgeLineFactory.build()])


@pytest.mark.parametrize("status", DECIDED)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledge_line SET young_people = 9 WHERE pledge_id = :id",
        "DELETE FROM pledge_line WHERE pledge_id = :id",
        (
            "INSERT INTO pledge_line (pledge_id, kind, each, window_starts_on, window_ends_on) "
            "VALUES (:id, 'talk', 1, '2026-09-01', '2027-08-31')"
        ),
    ],
)
def test_the_database_keeps_the_lines_of_a_decided_pledge(status: PledgeStatus, statement: str) -> None:
    pledge = a_pledge(status)

    with pytest.raises(IntegrityError, match="lines of a decided pledge never change"):
        db.session.execute(text(statement), {"id": pledge.id})


def test_a_line_cannot_move_into_a_decided_pledge() -> None:
    draft, decided = a_pledge(PledgeStatus.DRAFT), a_pledge(PledgeStatus.CONFIRMED)

    with pytest.raises(IntegrityError, match="lines of a decided pledge never change"):
        db.session.execute(
            text("UPDATE pledge_line SET pledge_id = :to WHERE pledge_id = :of"), {"to": decided.id, "of": draft.id}
        )


@pytest.mark.parametrize("status", DECIDED)
def test_a_decided_pledge_is_never_open_again(status: PledgeStatus) -> None:
    pledge = a_pledge(status)

    with pytest.raises(IntegrityError, match="never open again"):
        db.session.execute(text("UPDATE pledge SET status = 'draft' WHERE id = :id"), {"id": pledge.id})


@pytest.mark.parametrize("status", [PledgeStatus.DRAFT, PledgeStatus.SENT])
def test_the_lines_of_an_open_pledge_change(status: PledgeStatus) -> None:
    pledge = a_pledge(status)

    db.session.execute(text("UPDATE pledge_line SET young_people = 9"))

    assert db.session.scalar(text("SELECT young_people FROM pledge_line WHERE pledge_id = :id"), {"id": pledge.id}) == 9
