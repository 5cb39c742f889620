"""One form, one save, however often and however simultaneously it arrives."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import AlreadySubmitted, Conflict
from crm.core.submissions import KEPT_FOR, Submission, forget_old, submitting, was_saved
from tests.conftest import stored

pytestmark = pytest.mark.usefixtures("database")

ARRIVALS = 50


class SentForm:
    """As much of a form as is needed."""

    def __init__(self, key: str | None) -> None:
        self.submission_key: Any = SimpleNamespace(data=key)


def save(key: str | None, name: str = "Priya", leads_to: str = "/users/1") -> str:
    with submitting(SentForm(key)) as submission:
        db.session.add(User(name=name, email=f"{name}-{key}@council.example".lower(), role="officer"))
        db.session.flush()
        submission.leads_to = leads_to
    return submission.leads_to


def test_fifty_arrivals_of_one_form_at_once_save_one_row_and_all_lead_there(app: Flask) -> None:
    together = Barrier(ARRIVALS)

    def arrive(number: int) -> tuple[str, str]:
        with app.app_context():
            together.wait()
            try:
                return "saved", save("one-key", name=f"Priya {number}", leads_to=f"/users/{number}")
            except AlreadySubmitted as repeat:
                return "repeat", repeat.leads_to

    with ThreadPoolExecutor(ARRIVALS) as threads:
        answers = list(threads.map(arrive, range(ARRIVALS)))

    assert [what for what, _ in answers].count("saved") == 1
    assert len({where for _, where in answers}) == 1
    assert len(stored(User)) == len(stored(Submission)) == 1


def test_two_forms_are_two_saves() -> None:
    save("one")
    save("two")

    assert len(stored(User)) == 2


def test_a_save_that_failed_may_be_tried_again_with_the_same_form() -> None:
    with pytest.raises(Conflict), submitting(SentForm("one")):
        raise Conflict("Not like this.")

    assert save("one") == "/users/1"


def test_a_form_without_a_key_is_refused() -> None:
    with pytest.raises(Conflict, match="out of date"):
        save(None)


def test_a_save_must_say_where_it_leads() -> None:
    with pytest.raises(RuntimeError, match="where it leads"):
        save("one", leads_to="")

    assert stored(User) == stored(Submission) == []


def test_keys_are_kept_for_two_days() -> None:
    save("one")

    assert forget_old(clock.now() + KEPT_FOR) in {0, 1}
    db.session.rollback()
    assert forget_old(clock.now()) == 0


def test_a_browser_can_ask_whether_a_form_was_saved() -> None:
    save("a-key")

    assert was_saved("a-key")
    assert not was_saved("another-key")
