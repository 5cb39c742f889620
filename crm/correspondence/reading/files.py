"""A file somebody dropped: an e-mail, a calendar file, or something that is refused with what to do instead."""

import re

from crm.correspondence.reading import calendars, messages
from crm.correspondence.reading.bodies import WINMAIL
from crm.correspondence.reading.letter import LARGEST_FILE, Letter, UnreadableMail

OUTLOOK = (
    "Outlook’s .msg files cannot be read. In the new Outlook, or Outlook on the web, choose Save as or Download to get "
    "an .eml file. In the classic Outlook, copy the text into “Log a contact”."
)
EMPTY = "This file is empty."
MAGIC_OF_OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC_OF_WINMAIL = b"\x78\x9f\x3e\x22"
APPLE = re.compile(rb"\A(\d{1,9})[ \t]*\r?\n")  # Apple Mail's own .emlx: the length, the e-mail, a property list


def read_file(content: bytes, name: str) -> Letter:
    """Raises UnreadableMail, and nothing else, whatever the bytes are."""
    if not content.strip():
        raise UnreadableMail(EMPTY)
    if len(content) > LARGEST_FILE:
        raise UnreadableMail(messages.TOO_LARGE)
    if content.startswith(MAGIC_OF_OUTLOOK) or name.lower().endswith(".msg"):
        raise UnreadableMail(OUTLOOK)
    if content.startswith(MAGIC_OF_WINMAIL):
        raise UnreadableMail(WINMAIL)
    if calendars.is_calendar(content):
        return calendars.read_meeting(content)
    if match := APPLE.match(content):
        content = content[match.end() :][: int(match[1])]
    return messages.read_message(content)
