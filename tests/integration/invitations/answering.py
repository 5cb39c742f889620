"""Answers to invitations as mail programs send them."""

from email.message import EmailMessage
from email.policy import SMTP

from crm.core.db import db
from crm.correspondence.models import Mail
from crm.correspondence.services import take_in
from crm.invitations.models import Invitation
from tests.integration.correspondence.arranging import OURS, found
from tests.integration.invitations.inviting import NOW

# As Exchange writes them: its own names of zones, the comment twice.
OUTLOOK = """BEGIN:VCALENDAR
METHOD:{method}
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={says};CN=Jo Hall:mailto:{attendee}
COMMENT;LANGUAGE=en-GB:{comment}
UID:{uid}
SUMMARY;LANGUAGE=en-GB:{says}: Timber and you
DTSTART;TZID=GMT Standard Time:{starts}
DTEND;TZID=GMT Standard Time:20261119T150000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{stamp}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
LOCATION;LANGUAGE=en-GB:Northgate School\\, Room 4
END:VEVENT
END:VCALENDAR
"""


def answer_to(invitation: Invitation, says: str = "ACCEPTED", **given: object) -> bytes:
    """What Jo's calendar program mails back. `given` is what is otherwise than it should be."""
    known: dict[str, object] = {
        "method": "REPLY",
        "says": says,
        "attendee": "JO@alder.example",
        "comment": "",
        "uid": invitation.uid,
        "starts": "20261112T100000",
        "stamp": "20261102T083000Z",
        "sequence": invitation.sequence,
        "sender": "Jo Hall <jo@alder.example>",
        "headers": {},
    }
    known |= given
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = str(known["sender"]), "no-reply@threefold.example"
    message["Subject"], message["Date"] = f"{says.capitalize()}: Timber and you", NOW
    message["Message-ID"] = f"<{says}-{known['sequence']}-{known['stamp']}-{known['method']}@alder.example>"
    headers = known["headers"]
    assert isinstance(headers, dict)
    for name, value in headers.items():
        message[name] = value
    message.set_content("\n")
    calendar = OUTLOOK.format(**known).replace("\n", "\r\n")
    message.add_alternative(calendar, subtype="calendar", params={"method": str(known["method"])}, cte="base64")
    return bytes(message)


def arrives(content: bytes, mailbox_id: int | None = None) -> Mail | None:
    """In a mailbox, where it is taken in."""
    mail = take_in(found(content, mailbox_id=mailbox_id), OURS, now=NOW)
    db.session.commit()
    return mail
