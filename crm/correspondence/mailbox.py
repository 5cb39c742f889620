"""The mailbox that is read over IMAP, if IMAP_URL names one. Nothing in it is moved or deleted, only marked as seen."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app

from crm.correspondence.reading.letter import LARGEST_FILE
from crm.correspondence.reading.messages import TOO_LARGE
from crm.correspondence.services.mailboxes import Ours

TIMEOUT = 30  # seconds for each step of a conversation
PORTS = {"imaps": 993, "imap": 143}
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Unreachable(Exception):
    """The mailbox cannot be read now. The message says why, without a secret; it may pass by itself."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a mailbox is, and how to get in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    is_encrypted: bool

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"


def configured() -> Address | None:
    """The mailbox named by IMAP_URL, which `config` has checked; None if none is."""
    url = urlsplit(str(current_app.config["IMAP_URL"]))
    if not url.scheme:
        return None
    return Address(
        host=url.hostname or "",
        port=url.port or PORTS[url.scheme],
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        folder=unquote(url.path.strip("/")) or "INBOX",
        is_encrypted=url.scheme == "imaps",
    )


def what_is_ours() -> Ours:
    """The service's own addresses, and the host in the Message-IDs of the mails it sends."""
    user = unquote(urlsplit(str(current_app.config["IMAP_URL"])).username or "")
    own = (str(current_app.config["MAIL_FROM"]), user)
    host = urlsplit(str(current_app.config["PUBLIC_URL"])).hostname or ""
    return Ours(frozenset(each.lower() for each in own if "@" in each), host)


class Opened:
    """A conversation with a mailbox. Every method raises Unreachable if the line breaks."""

    def __init__(self, server: imaplib.IMAP4, uidvalidity: int) -> None:
        self._server = server
        self.uidvalidity = uidvalidity

    def uids(self) -> list[int]:
        """Of everything in it."""
        found = self._ask("SEARCH", "ALL")
        return [int(each) for each in b" ".join(each for each in found if isinstance(each, bytes)).split()]

    def fetch(self, uid: int) -> tuple[bytes, str] | None:
        """A message's bytes, and why only its headers if so; None if it is gone. It is not marked as seen by this."""
        sized = SIZE.search(b" ".join(_flat(self._ask("FETCH", str(uid), "(RFC822.SIZE)"))))
        if sized is None:
            return None
        too_large = int(sized[1]) > LARGEST_FILE
        part = "BODY.PEEK[HEADER]" if too_large else "BODY.PEEK[]"
        for each in self._ask("FETCH", str(uid), f"({part})"):
            if isinstance(each, tuple):
                return bytes(each[1]), TOO_LARGE if too_large else ""
        return None

    def mark_seen(self, uid: int) -> None:
        """A courtesy to people who look into the mailbox; what has been taken in is remembered elsewhere."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        with _told():
            answer, data = self._server.uid(command, *arguments)
        if answer != "OK":
            raise Unreachable(f"The mail server refused {command}.")
        return data


@contextmanager
def opened(address: Address) -> Iterator[Opened]:
    """Sign in and choose the folder. Raises Unreachable."""
    with _told():
        server: imaplib.IMAP4 = (
            imaplib.IMAP4_SSL(address.host, address.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
            if address.is_encrypted
            else imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT)
        )
    try:
        with _told("The mail server did not accept the user and password in IMAP_URL."):
            server.login(address.user, address.password)
        yield Opened(server, _chosen(server, address.folder))
    finally:
        _hang_up(server)


def _hang_up(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):  # the line is dead: the library would leave its socket open
        with suppress(OSError):
            server.shutdown()


def _chosen(server: imaplib.IMAP4, folder: str) -> int:
    """The UIDVALIDITY of the folder, chosen."""
    with _told():
        answer, _ = server.select(f'"{folder}"')
        _, validity = server.response("UIDVALIDITY")
    if answer != "OK":
        raise Unreachable(f"There is no folder {folder} in the mailbox.")
    if not validity or validity[0] is None:
        raise Unreachable("The mail server gives messages no lasting numbers (UIDVALIDITY), so it cannot be read.")
    return int(validity[0])


@contextmanager
def _told(refused: str = "") -> Iterator[None]:
    """Whatever goes wrong on the line, as Unreachable. What the server says may repeat a secret, so it is left out."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise Unreachable("The mail server broke off the conversation.") from error
    except imaplib.IMAP4.error as error:
        raise Unreachable(refused or "The mail server refused a command.") from error
    except (OSError, EOFError) as error:
        raise Unreachable(f"The mail server does not answer ({type(error).__name__}).") from error


def _flat(data: list[Any]) -> Iterator[bytes]:
    for each in data:
        yield from each if isinstance(each, tuple) else [each or b""]
