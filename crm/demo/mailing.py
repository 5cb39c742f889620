"""E-mails: two that are filed, one dropped by an officer and one blind-copied to the mailbox; two in the tray."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.correspondence import services
from crm.correspondence.models import Mailbox, Source
from crm.correspondence.reading.messages import read_message
from crm.correspondence.services import Arrival, Filing
from crm.correspondence.services.arriving import our_addresses
from crm.correspondence.services.mailboxes import Found, Ours
from crm.demo.organisations import Known

MAILBOX = "contact-log@northmoor.example"
OURS = Ours(frozenset({MAILBOX}), "")
ASKS = """Dear {officer},

thank you for ringing. We can take two young people in the second week after half term, Monday to Thursday, 9 to 3.
They will need stout shoes; we have the rest.

Kind regards
{contact}
"""
SENDS = """Dear {contact},

as promised, here is what a placement with you could look like: five days, two young people, one person who looks after
them. The school brings the forms. Would Tuesday suit you for a word about the dates?

{officer}
"""
WONDERS = """Hello,

a colleague says you look for people who talk to small groups about their work. I build timber frames and would like to.
Whom do I speak to?

Robin Ashdown
Ashdown Frames
"""
FORWARDS = """Met her at the roundtable, does anybody know the firm?

From: Petra Lind <petra@lind-lifts.example.com>
Sent: {day} 16:05
To: {officer} <{address}>
Subject: Good to meet you

Hello, we mend lifts and could show six people round the workshop.
Petra
"""


def file_mails(everybody: Sequence[Known], today: date) -> None:
    asked, written = everybody[3], everybody[5]
    _drop(asked, today - timedelta(days=4))
    box = Mailbox(name=f"{MAILBOX}/INBOX", read_at=clock.now())
    db.session.add(box)
    db.session.flush()
    set_actor(None)
    officer = f"{written.officer.name} <{written.officer.email}>"
    contact, yesterday = written.contacts[0], today - timedelta(days=1)
    sent = SENDS.format(contact=contact.name, officer=written.officer.name)
    forwarded = FORWARDS.format(
        day=f"{yesterday.day} {yesterday:%B %Y}", officer=written.officer.name, address=written.officer.email
    )
    letters = (
        _letter(officer, f"{contact.name} <{contact.email}>", "What a placement looks like", sent, yesterday),
        _letter("Robin Ashdown <robin@ashdown-frames.example.com>", officer, "Talking about my work", WONDERS, today),
        _letter(officer, officer, "FW: Good to meet you", forwarded, today),
    )
    for uid, content in enumerate(letters, start=1):
        services.take_in(Found(box.id, 1, uid, content), OURS, now=clock.now())


def _drop(known: Known, day: date) -> None:
    """What an officer dropped on the employer's page, and filed."""
    officer, contact = known.officer, known.contacts[0]
    set_actor(officer.name)
    content = _letter(
        f"{contact.name} <{contact.email}>",
        f"{officer.name} <{officer.email}>",
        "Re: Two young people in spring",
        ASKS.format(officer=officer.name.partition(" ")[0], contact=contact.name),
        day,
    )
    now = clock.now()
    arrival = Arrival(Source.UPLOAD, now, officer, our_addresses(OURS.addresses))
    mail = services.stage(read_message(content), known.employer, arrival)
    services.file_mail(mail, known.employer, Filing(officer, now, clock.today()))


def _letter(sender: str, to: str, subject: str, text: str, day: date) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    at: datetime = min(clock.local_instant(day, time(9, 20)), clock.now())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{subject.casefold().replace(' ', '-').replace(':', '')}@northmoor.example>"
    message.set_content(text)
    return message.as_bytes()
