"""A real IMAP server on loopback, which can be killed and started again without losing what it holds."""

import imaplib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pysasl.hashing import BuiltinHash

from tests.support.smtp import free_port

USER, PASSWORD = "crm", "secret"  # of nobody
PROGRAM = "from pymap.main import main; main()"  # pymap brings a script, whose place differs between systems
SECONDS_TO_START = 20


class MailServer:
    """One mailbox, INBOX, of one user. Mail is delivered by the protocol, as by another program."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "pymap-etc-passwd").write_text(f"{USER}:x::::{USER}:\n")
        (folder / "pymap-etc-shadow").write_text(f"{USER}:{BuiltinHash(rounds=1).hash(PASSWORD)}:::::::\n")

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def start(self) -> None:
        """Nothing if it runs already."""
        if self._process is not None:
            return
        arguments = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "maildir", str(self.folder)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments], stdout=log, stderr=log, env=environment
            )
        give_up = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < give_up:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Break off whatever it was doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def renumber(self) -> None:
        """What a restored or moved mailbox does: every message gets a new number under a new UIDVALIDITY."""
        self.stop()
        (self.folder / USER / "dovecot-uidlist").unlink()
        self.start()

    def deliver(self, content: bytes) -> None:
        with self._signed_in() as client:
            answer, data = client.append("INBOX", "", "", content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            assert answer == "OK", data

    def empty(self) -> None:
        with self._signed_in() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()

    def unseen(self) -> int:
        with self._signed_in() as client:
            client.select("INBOX", readonly=True)
            return len(client.uid("SEARCH", "UNSEEN")[1][0].split())

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            client.login(USER, PASSWORD)
            yield client
        finally:
            client.logout()


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    server = MailServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
