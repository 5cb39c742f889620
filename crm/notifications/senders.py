"""Where mail goes: a server, a folder of .eml files, or the terminal; MAIL_URL says which. Not inside a transaction."""

import hashlib
import smtplib
import ssl
import sys
from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from crm.core import clock, tokens
from crm.notifications.services import Claimed

Send = Callable[[EmailMessage], None]

TIMEOUT = 30  # seconds for each step of a conversation
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PERMANENT = range(500, 600)
SERVICE = "Threefold"
ATTACHED = "invite.ics"
KEY_CHANGED = "SECRET_KEY was changed since it was written, so its link would not work. Send it anew."


class Whole(UnstructuredHeader, BaseHeader):
    """A header of one long address. Folding would tear it into encoded pieces that nobody puts together again."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    for name in ("list-unsubscribe", "message-id"):
        headers.map_to_type(name, Whole)
    return SMTP.clone(header_factory=headers)


POLICY = _policy()


class RefusedForGood(Exception):
    """This very mail will never be taken: trying again would only annoy. Any other exception may pass by itself."""


def message_id(key: str) -> str:
    """The same for the same reason, always: a mail that was sent twice is recognised by it."""
    host = urlsplit(str(current_app.config["PUBLIC_URL"])).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"


def compose(mail: Claimed) -> EmailMessage:
    """The mail as it goes out, with its tokens.

    Raises RefusedForGood for what cannot be a mail (two lines in a subject, half an address), and for links that would
    not work.
    """
    message = EmailMessage(policy=POLICY)
    try:
        _address(message, mail)
        _write(message, mail)
    except (ValueError, IndexError, MessageError) as error:
        raise RefusedForGood(f"It cannot be written as an e-mail: {error}") from error
    except tokens.KeyChanged as error:
        raise RefusedForGood(KEY_CHANGED) from error
    return message


def _address(message: EmailMessage, mail: Claimed) -> None:
    """The headers. Python refuses line ends in them."""
    name = mail.sender_name or SERVICE
    message["From"] = Address(name, addr_spec=str(current_app.config["MAIL_FROM"]))
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{tokens.with_tokens(mail.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Date"] = clock.now()
    message["Message-ID"] = message_id(mail.key)
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it


def _write(message: EmailMessage, mail: Claimed) -> None:
    message.set_content(tokens.with_tokens(mail.body), cte="quoted-printable")
    if mail.html:
        message.add_alternative(tokens.with_tokens(mail.html), subtype="html", cte="quoted-printable")
    if mail.calendar and mail.calendar_method:
        _add_calendar(message, mail.calendar, mail.calendar_method.upper())


def _add_calendar(message: EmailMessage, calendar: str, method: str) -> None:
    """As RFC 6047 has it: the last of the alternatives. Once more as a file for programs that know no invitations.

    In base64, because its line ends are part of it. The file's own header names no method, or Outlook would take it
    for a second invitation.
    """
    message.add_alternative(calendar, subtype="calendar", charset="utf-8", cte="base64", params={"method": method})
    message.add_attachment(calendar.encode(), maintype="application", subtype="ics", filename=ATTACHED)


def configured() -> Send:
    """What sends here, chosen by MAIL_URL."""
    url = urlsplit(str(current_app.config["MAIL_URL"]))
    if url.scheme in PORTS:
        return lambda message: to_server(message, url)
    if url.scheme == "folder":
        folder = Path(str(current_app.config["MAIL_URL"]).removeprefix("folder:"))
        return lambda message: to_folder(message, folder)
    return to_terminal


def to_server(message: EmailMessage, url: SplitResult) -> None:
    """Hand a mail over. A wrong password or sender is our own mistake and may be put right, so it is no refusal."""
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        if url.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT)
    ) as server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.scheme == "smtp" and url.username and host not in LOOPBACK:
            raise smtplib.SMTPException("The server offers no encryption, so the password was not sent to it.")
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            for code, said in error.recipients.values():
                _stop_if_permanent(code, said)
            raise
        except smtplib.SMTPDataError as error:
            _stop_if_permanent(error.smtp_code, error.smtp_error)
            raise


def to_folder(message: EmailMessage, folder: Path) -> None:
    """A file per mail, named by its Message-ID, so that the same mail is the same file. Never half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    draft = folder / f".{name}.draft"
    draft.write_bytes(message.as_bytes())
    draft.replace(folder / f"{name}.eml")


def to_terminal(message: EmailMessage) -> None:
    sys.stdout.write(f"\n{message.as_string()}\n")
    sys.stdout.flush()


def _stop_if_permanent(code: int, said: bytes | str) -> None:
    if code in PERMANENT:
        raise RefusedForGood(f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}")
