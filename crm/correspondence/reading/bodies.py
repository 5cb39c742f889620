"""The parts of a message: its text, its enclosures, the letters and meetings inside it."""

import re
from dataclasses import dataclass, field
from email.message import Message

from crm.correspondence.reading.charsets import clean, decode
from crm.correspondence.reading.headers import decoded
from crm.correspondence.reading.html_text import text_of_html
from crm.correspondence.reading.letter import DEEPEST, LONGEST_TEXT, MOST_PARTS, Enclosure, UnreadableMail

TOO_DEEP = "This e-mail has too many parts within parts. Copy its text into “Log a contact” instead."
ENCRYPTED = (
    "This e-mail is encrypted, so only its recipients can read it. Open it in your mail program and copy its text into "
    "“Log a contact”, or ask the sender to send it unencrypted."
)
SEALED = (
    "This e-mail is signed in a way that hides its text (S/MIME). Open it in your mail program and copy its text into "
    "“Log a contact”."
)
WINMAIL = (
    "This e-mail came in Outlook’s own format (winmail.dat), which only Outlook can read. Ask the sender to choose "
    "HTML or plain text, or open it in Outlook and copy its text into “Log a contact”."
)
TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
UNIMPORTANT = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
LONGEST_BODY = 4 * LONGEST_TEXT  # bytes that are read of a text; HTML has more of them than words
PGP = "-----BEGIN PGP MESSAGE-----"


@dataclass
class Contents:
    """What the parts of a message come to."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    letters: list[Message] = field(default_factory=list)  # forwarded as attachments
    meetings: list[bytes] = field(default_factory=list)
    parts: int = 0
    unreadable: str = ""  # why there is no text, if a part explains it
    texts: list[str] = field(default_factory=list)  # in order, the better one of alternatives

    @property
    def text(self) -> str:
        return "\n\n".join(text for text in self.texts if text.strip())[:LONGEST_TEXT].strip()


def contents_of(message: Message) -> Contents:
    """Raises UnreadableMail for what is encrypted, or made of too many parts."""
    contents = Contents()
    _gather(message, contents, 0)
    text = contents.text
    if text.startswith(PGP):
        raise UnreadableMail(ENCRYPTED)
    if not text and contents.unreadable and not contents.letters and not contents.meetings:
        raise UnreadableMail(contents.unreadable)
    return contents


def _gather(part: Message, into: Contents, depth: int) -> None:
    into.parts += 1
    if depth > DEEPEST or into.parts > MOST_PARTS:
        raise UnreadableMail(TOO_DEEP)
    kind = part.get_content_type()
    if kind == "multipart/encrypted":
        raise UnreadableMail(ENCRYPTED)
    if kind == "message/rfc822":
        into.letters += [each for each in _children(part) if isinstance(each, Message)][:1]
    elif part.is_multipart():
        _gather_several(part, kind, into, depth)
    elif kind in PKCS7:
        into.unreadable = SEALED if "signed" in str(part.get_param("smime-type")) else ENCRYPTED
    elif kind not in SIGNATURES | UNIMPORTANT:
        _gather_one(part, kind, into)


def _gather_several(part: Message, kind: str, into: Contents, depth: int) -> None:
    children = _children(part)
    if kind == "multipart/alternative":
        _gather_alternatives(children, into, depth)
        return
    if kind == "multipart/signed":
        children = children[:1]
    for number, child in enumerate(children):
        if kind == "multipart/related" and number and child.get_content_maintype() == "image":
            continue  # drawn in the text: a logo, a signature
        _gather(child, into, depth + 1)


def _gather_alternatives(children: list[Message], into: Contents, depth: int) -> None:
    """Of several ways to say the same, take the plainest that says anything; files and meetings of all."""
    outside, best = into.texts, ""
    for child in children:
        into.texts = []
        _gather(child, into, depth + 1)
        said = "\n\n".join(text for text in into.texts if text.strip())
        best = best if best.strip() else said
    into.texts = [*outside, best]


def _gather_one(part: Message, kind: str, into: Contents) -> None:
    name = decoded(str(part.get_filename() or ""))[:200]
    if kind in TNEF or name.lower() == "winmail.dat":
        into.unreadable = WINMAIL
        into.enclosures.append(Enclosure(name or "winmail.dat", b""))
    elif kind == "text/calendar":
        into.meetings.append(_bytes_of(part))
    elif not name and part.get_content_disposition() != "attachment" and kind.startswith(("text/", "multipart/")):
        into.texts.append(_text_of(part, kind))
    elif not _is_drawn_in_the_text(part):
        into.enclosures.append(Enclosure(name or "a file without a name", _bytes_of(part)))


def _is_drawn_in_the_text(part: Message) -> bool:
    """A picture of a signature: it has an id to be drawn by, and does not call itself an attachment."""
    return (
        part.get_content_maintype() == "image"
        and part["content-id"] is not None
        and part.get_content_disposition() != "attachment"
    )


def _text_of(part: Message, kind: str) -> str:
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        charset = None
    text = decode(_bytes_of(part)[:LONGEST_BODY], charset)
    if kind == "text/html":
        return text_of_html(text)
    if str(part.get_param("format")).lower() == "flowed":
        text = unflowed(text[:LONGEST_TEXT], joined=str(part.get_param("delsp")).lower() == "yes")
    return re.sub(r"\n{4,}", "\n\n\n", clean(text[:LONGEST_TEXT]))


def unflowed(text: str, *, joined: bool) -> str:
    """Paragraphs as they were before the sender's program broke them into lines (RFC 3676)."""
    lines: list[str] = []
    depth_before, goes_on = -1, False
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        body = line[:-1] if soft and joined else line
        if goes_on and depth == depth_before and line != "-- ":
            lines[-1] += body
        else:
            lines.append(f"{'>' * depth} {body}" if depth else body)
        depth_before, goes_on = depth, soft
    return "\n".join(lines)


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
