"""The day of the newest contact stands beside the employer, whoever writes the contact log and however."""

from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import delete, update

from crm.core.db import Base, db
from crm.employers.models import Employer
from crm.interactions.models import Interaction
from tests.conftest import stored
from tests.factories import EmployerFactory, InteractionFactory, UserFactory
from tests.support.racing import DONE, saved_at_once

A_DAY = date(2026, 11, 2)
LOG, TOOK_PART = (Base.metadata.tables[name] for name in ("interaction", "interaction_officer"))
pytestmark = pytest.mark.usefixtures("database")


def days() -> list[date | None]:
    db.session.commit()
    return [employer.last_contact_on for employer in stored(Employer)]


def test_the_newest_entry_counts_and_an_older_one_added_later_does_not() -> None:
    employer = EmployerFactory.make()
    assert days() == [None]

    InteractionFactory.make(employer=employer, happened_on=A_DAY)
    assert days() == [A_DAY]
    InteractionFactory.make(employer=employer, happened_on=A_DAY + timedelta(days=9))
    InteractionFactory.make(employer=employer, happened_on=A_DAY - timedelta(days=9))

    assert days() == [A_DAY + timedelta(days=9)]


def test_it_follows_an_entry_that_is_changed_moved_or_deleted() -> None:
    first, second = EmployerFactory.make(), EmployerFactory.make()
    InteractionFactory.make(employer=first, happened_on=A_DAY - timedelta(days=9))
    entry = InteractionFactory.make(employer=first, happened_on=A_DAY)

    entry.happened_on = A_DAY - timedelta(days=1)
    assert days() == [A_DAY - timedelta(days=1), None]
    db.session.execute(update(LOG).where(LOG.c.id == entry.id).values(employer_id=second.id))
    assert days() == [A_DAY - timedelta(days=9), A_DAY - timedelta(days=1)]
    db.session.execute(delete(TOOK_PART).where(TOOK_PART.c.interaction_id == entry.id))
    db.session.execute(delete(LOG).where(LOG.c.id == entry.id))

    assert days() == [A_DAY - timedelta(days=9), None]


def test_it_disturbs_no_edit_that_is_open() -> None:
    employer = EmployerFactory.make()
    version, saved = employer.version, employer.updated_at

    InteractionFactory.make(employer=employer)
    db.session.commit()

    assert [(each.version, each.updated_at) for each in stored(Employer)] == [(version, saved)]


def test_of_many_who_log_at_once_the_newest_day_stays(app: Flask) -> None:
    employer_id, user_id = EmployerFactory.make().id, UserFactory.make().id
    db.session.commit()
    wanted = [A_DAY + timedelta(days=number) for number in (0, 7, 3, 9, 1, 8)]

    def log(day: date) -> None:
        entry = Interaction(
            employer_id=employer_id, logged_by_id=user_id, channel="call", happened_on=day, summary="Rang"
        )
        db.session.add(entry)

    assert set(saved_at_once(app, *(partial(log, day) for day in wanted))) == {DONE}
    assert days() == [A_DAY + timedelta(days=9)]
