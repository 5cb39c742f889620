"""The same mail, filed by several at the same moment."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from crm.core.db import db
from crm.core.errors import Conflict
from crm.correspondence import services
from crm.correspondence.models import Mail, Mailbox, MailStatus
from crm.employers.models import Employer
from crm.interactions.models import Interaction
from tests.conftest import stored
from tests.integration.correspondence.arranging import NOW, cast, filing, staged
from tests.support.racing import DONE, saved_at_once


@pytest.mark.parametrize("same_words", [True, False])
def test_of_several_who_file_copies_of_a_mail_at_once_one_does_and_the_others_are_told(
    app: Flask, database: None, same_words: bool
) -> None:
    people = cast()
    copies = [staged("outlook-reply.eml", people.moorcroft, people.lee) for _ in range(6)]
    for number, copy in enumerate(copies):
        if same_words:
            copy.message_key = f"{number:064}"
        else:
            copy.content_key = f"{number:064}"
    ids, employer_id, officer_id = [each.id for each in copies], people.moorcroft.id, people.lee.id
    db.session.commit()

    def file(mail_id: int) -> None:
        officer = db.session.get_one(type(people.lee), officer_id)
        services.file_mail(
            db.session.get_one(Mail, mail_id), db.session.get_one(Employer, employer_id), filing(officer)
        )

    outcomes = Counter(saved_at_once(app, *(partial(file, each) for each in ids)))

    refused = {text: times for text, times in outcomes.items() if text != DONE}
    assert outcomes[DONE] == 1
    assert sum(refused.values()) == 5
    assert all("already" in text or "a moment ago" in text for text in refused)
    assert len(stored(Interaction)) == 1
    assert [each.status for each in stored(Mail)].count(MailStatus.FILED) == 1


def test_the_constraint_has_the_last_word(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a copy was filed after we looked and before we wrote."""
    people = cast()
    copies = [staged("outlook-reply.eml", people.moorcroft, people.lee) for _ in range(2)]
    services.file_mail(copies[0], people.moorcroft, filing(people.lee))
    db.session.commit()
    monkeypatch.setattr("crm.correspondence.services.filing.filed_before", lambda *_, **__: None)

    with pytest.raises(Conflict, match="a moment ago"):
        services.file_mail(copies[1], people.moorcroft, filing(people.lee))

    assert len(stored(Interaction)) == 1


def test_of_two_who_read_a_new_mailbox_for_the_first_time_one_is_told_to_wait(database: None) -> None:
    def comes_first(session: Session, *_: object) -> None:
        session.connection().execute(insert(Mailbox).values(name="crm@x.example/INBOX"))

    event.listen(db.session(), "before_flush", comes_first, once=True)

    assert services.claim_mailbox("crm@x.example/INBOX", "second", now=NOW) is None
