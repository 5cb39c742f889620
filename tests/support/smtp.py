"""A real mail server on loopback that does as it is told."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Server:
    """Takes mail, or answers what `answer_recipient` and `answer_data` say instead."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answer_recipient: str | None = None
        self.answer_data: str | None = None
        self.before_data: Callable[[], None] = lambda: None
        self.dawdle: Callable[[], float] = lambda: 0  # seconds it takes before, and again after, it has a mail
        self.port = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answer_recipient:
            return self.answer_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.before_data()
        if self.answer_data == "drop":
            server.transport.abort()
            return ""
        if self.answer_data:
            return self.answer_data
        await asyncio.sleep(self.dawdle())
        self.taken.append(message_from_bytes(envelope.content))
        await asyncio.sleep(self.dawdle())
        return "250 taken"


@contextmanager
def smtp_server() -> Iterator[Server]:
    server = Server()
    server.port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
