"""Settings, read once from the environment. A wrong or missing setting stops the program, not a request."""

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parent
SHORTEST_SECRET_KEY = 32  # characters
LARGEST_UPLOAD = 10 * 1024 * 1024  # bytes
MAIL_SCHEMES = ("smtp", "smtps", "folder", "console")
MOST_PROXIES = 9
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
KEY_BYTES = 32
DEMO_NAMES_KEY = urlsafe_b64encode(b"names of invented young people!!").decode()  # in a demonstration nothing is secret


class UnsafeSetting(Exception):
    """A setting is missing or unsafe. The message names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that differs between installations. Upper-case names are Flask's and its extensions' own."""

    SECRET_KEY: str
    SQLALCHEMY_DATABASE_URI: str
    PUBLIC_URL: str  # no slash at the end; every link in an e-mail starts with it
    TRUSTED_HOSTS: tuple[str, ...]
    MAIL_URL: str  # smtp://user:password@host:587 · smtps://… · folder:path · console:
    MAIL_FROM: str  # the address e-mails come from
    NAMES_KEY: str = ""  # seals names of young people; of several the first, and the others only open
    IMAP_URL: str = ""  # imaps://user:password@host/folder, or nothing: no mailbox is read
    PROXIES: int = 0  # how many reverse proxies of ours stand in front and say where a request came from
    DEMO: bool = False
    TESTING: bool = False
    WTF_CSRF_ENABLED: bool = True
    WTF_CSRF_TIME_LIMIT: int | None = None  # the sign-in's own expiry ends a form's life
    WTF_CSRF_SSL_STRICT: bool = False  # it asks for a Referer, which pages behind a mailed link must not send
    MAX_CONTENT_LENGTH: int = LARGEST_UPLOAD
    MAX_FORM_MEMORY_SIZE: int = 2 * 1024 * 1024
    INSTANCE: Path = ROOT / "instance"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read and check the settings.

        Raises UnsafeSetting, naming the setting, outside demo mode if one is missing or unsafe.
        """
        demo = environment.get("THREEFOLD_DEMO") == "1"
        public_url = environment.get("PUBLIC_URL", "http://localhost:5000" if demo else "").rstrip("/")
        host = urlsplit(public_url).hostname or ""
        named = tuple(name.strip() for name in environment.get("TRUSTED_HOSTS", host).split(",") if name.strip())
        config = cls(
            # A demonstration may forget who was signed in whenever it starts.
            SECRET_KEY=environment.get("SECRET_KEY", token_urlsafe(SHORTEST_SECRET_KEY) if demo else ""),
            SQLALCHEMY_DATABASE_URI=database_url(
                environment.get("DATABASE_URL", f"sqlite:///{ROOT}/instance/{'demo' if demo else 'threefold'}.db")
            ),
            PUBLIC_URL=public_url,
            TRUSTED_HOSTS=(*named, *(LOCAL_HOSTS if demo else ())),
            MAIL_URL=mail_url(environment.get("MAIL_URL", "console:" if demo else "")),
            MAIL_FROM=environment.get("MAIL_FROM", f"no-reply@{host}"),
            NAMES_KEY=names_key(environment.get("NAMES_KEY", DEMO_NAMES_KEY if demo else "")),
            IMAP_URL=imap_url(environment.get("IMAP_URL", "")),
            PROXIES=number_of_proxies(environment.get("PROXIES", "0")),
            DEMO=demo,
        )
        config.refuse_if_unsafe()
        return config

    @classmethod
    def for_tests(cls, database: str, **changes: Any) -> "Config":
        settings: dict[str, Any] = {
            "SECRET_KEY": "tests",
            "SQLALCHEMY_DATABASE_URI": database,
            "PUBLIC_URL": "http://localhost",
            "TRUSTED_HOSTS": ("localhost",),
            "MAIL_URL": "console:",
            "MAIL_FROM": "no-reply@threefold.example",
            "NAMES_KEY": DEMO_NAMES_KEY,
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
        }
        return cls(**(settings | changes))

    def refuse_if_unsafe(self) -> None:
        if len(self.SECRET_KEY) < SHORTEST_SECRET_KEY:
            raise UnsafeSetting(
                f"SECRET_KEY must be a random text of at least {SHORTEST_SECRET_KEY} characters, for example from: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        parts = urlsplit(self.PUBLIC_URL)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise UnsafeSetting("PUBLIC_URL must be the address people use, like https://threefold.example.gov.uk")
        if parts.scheme == "http" and not self.DEMO:
            raise UnsafeSetting("PUBLIC_URL must start with https:// outside demo mode")
        if parts.hostname not in self.TRUSTED_HOSTS:
            raise UnsafeSetting(f"TRUSTED_HOSTS must include {parts.hostname}, the host of PUBLIC_URL")
        if any("*" in host or host.startswith(".") for host in self.TRUSTED_HOSTS):
            raise UnsafeSetting("TRUSTED_HOSTS must name each host in full, separated by commas")
        self._refuse_mail_that_leads_nowhere()

    def _refuse_mail_that_leads_nowhere(self) -> None:
        if self.MAIL_URL.partition(":")[0] not in MAIL_SCHEMES:
            raise UnsafeSetting(
                "MAIL_URL must say where mail goes: smtp://user:password@host:587, a folder, or the word console"
            )
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", self.MAIL_FROM):
            raise UnsafeSetting("MAIL_FROM must be the address e-mails come from, like threefold@example.gov.uk")

    @property
    def SQLALCHEMY_ENGINE_OPTIONS(self) -> dict[str, Any]:  # noqa: N802  # Flask-SQLAlchemy's name
        if self.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
            return {"connect_args": {"timeout": 10}}
        limits = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
        return {"pool_pre_ping": True, "connect_args": {"options": f"{limits} -c timezone=UTC"}}

    @property
    def SESSION_COOKIE_SECURE(self) -> bool:  # noqa: N802
        return self.PUBLIC_URL.startswith("https://")

    @property
    def SESSION_COOKIE_NAME(self) -> str:  # noqa: N802
        return "__Host-threefold" if self.SESSION_COOKIE_SECURE else "threefold"

    @property
    def SESSION_COOKIE_SAMESITE(self) -> str:  # noqa: N802
        return "Lax"


def number_of_proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_PROXIES:
        raise UnsafeSetting("PROXIES must be the number of your own reverse proxies in front of Threefold, such as 1")
    return int(text)


def database_url(text: str) -> str:
    """The address with our PostgreSQL driver named. `postgres://` is what hosting services hand out."""
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise UnsafeSetting("DATABASE_URL must start with postgresql:// or sqlite:///")
    return text


def names_key(text: str) -> str:
    """Keys as Fernet takes them, separated by commas."""
    for key in filter(None, text.split(",")):
        try:
            right = len(urlsafe_b64decode(key.strip())) == KEY_BYTES
        except ValueError:
            right = False
        if not right:
            raise UnsafeSetting(
                "NAMES_KEY must be made by: "
                'python3 -c "import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"'
            )
    return text


def imap_url(text: str) -> str:
    """The mailbox that is read. Its password goes over an encrypted line, or not at all."""
    if not text:
        return ""
    example = "imaps://user:password@host/folder, with %40 for an @ in the user’s name"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UnsafeSetting(f"IMAP_URL must be {example}") from None
    folder = unquote(parts.path.strip("/"))
    odd = parts.query or parts.fragment or port == 0 or not folder.isascii() or re.search(r'["\\\r\n]', folder)
    if parts.scheme not in {"imaps", "imap"} or not (parts.hostname and parts.username and parts.password) or odd:
        raise UnsafeSetting(f"IMAP_URL must be {example}")
    if parts.scheme == "imap" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise UnsafeSetting("IMAP_URL must start with imaps://, so that nobody on the way reads the password")
    return text


def mail_url(text: str) -> str:
    """A bare word or path is a convenience: `console`, `instance/mail`."""
    if text == "console":
        return "console:"
    if text and "://" not in text and not text.startswith(("folder:", "console:")):
        return f"folder:{text}"
    return text
