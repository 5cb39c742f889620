"""A council, an employer, and letters that came: what these tests begin with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from crm.accounts.models import User
from crm.core.db import db
from crm.correspondence import services
from crm.correspondence.models import Mail, Source
from crm.correspondence.reading.files import read_file
from crm.correspondence.services import Arrival, Filing
from crm.correspondence.services.arriving import our_addresses
from crm.correspondence.services.mailboxes import Found, Ours
from crm.employers.models import Contact, Employer
from tests.factories import ContactFactory, EmployerFactory, MailboxFactory, UserFactory
from tests.unit.correspondence.reading import content_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
OURS = Ours(frozenset({"crm@northmoor.example"}), "threefold.example")


@dataclass
class Cast:
    """Who is in the letters."""

    priya: User
    lee: User
    moorcroft: Employer
    jo: Contact


def cast() -> Cast:
    moorcroft = EmployerFactory.make(name="Moorcroft Timber Ltd")
    return Cast(
        priya=UserFactory.make(name="Priya Patel", email="priya.patel@northmoor.example"),
        lee=UserFactory.make(name="Lee Okafor", email="lee.okafor@northmoor.example"),
        moorcroft=moorcroft,
        jo=ContactFactory.make(
            employer=moorcroft, name="Jo Fairclough", email="jo.fairclough@moorcroft-timber.example"
        ),
    )


def staged(name: str, employer: Employer, by: User, content: bytes | None = None) -> Mail:
    """An uploaded letter that waits to be checked."""
    arrival = Arrival(Source.UPLOAD, NOW, by, our_addresses(OURS.addresses))
    mail = services.stage(read_file(content or content_of(name), name), employer, arrival)
    db.session.commit()
    return mail


def filing(by: User, **changes: object) -> Filing:
    return Filing(**{"by": by, "at": NOW, "today": TODAY, **changes})  # type: ignore[arg-type]  # spelled out by tests


_numbers = iter(range(1, 10**6))


def found(content: bytes, *, mailbox_id: int | None = None, uid: int | None = None, refusal: str = "") -> Found:
    """A message in a mailbox."""
    box = mailbox_id or MailboxFactory.make().id
    return Found(box, 4_140_972_563, uid or next(_numbers), content, refusal)


def mailed(sender: str, *, to: str = "crm@northmoor.example", subject: str = "Hello", more: str = "") -> bytes:
    """A plain letter, with its own Message-ID."""
    number = next(_numbers)
    return (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: Thu, 19 Nov 2026 10:00:00 +0000\n"
        f"Message-ID: <m{number}@mail.example>\n{more}\nLetter {number} of {sender} about {subject}.\n"
    ).encode()
