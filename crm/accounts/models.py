"""Users of the service, their sign-ins, and what is counted against guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.access import MANAGERS, STAFF, Role
from crm.core.db import Audited, Base, Timestamped, Versioned


class User(Audited, Timestamped, Versioned, Base):
    """Someone who signs in: council staff, a partner who reads, or a provider's coordinator."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)
    __history_hides__ = frozenset({"password_hash"})

    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    role: Mapped[Role]
    password_hash: Mapped[str | None]  # argon2id; empty until the person has chosen one
    disabled_at: Mapped[datetime | None]
    digest_off_at: Mapped[datetime | None]  # when they asked for no daily digest; None: they get it

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_manager(self) -> bool:
        return self.role in MANAGERS

    # What Flask-Login asks of a user. `get_id` is the sign-in's token, not the user's id: see `signing_in`.
    is_authenticated = True
    is_anonymous = False
    sign_in_token = ""

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return self.sign_in_token


class SignIn(Base):
    """One browser's stay. The cookie holds a random token, this row its SHA-256: ending the row ends the stay."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SignInFailure(Base):
    """A wrong guess, counted per account name and per network for a while, whether the account exists or not."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_email", "email_hash", "at"),
        Index("ix_sign_in_failure_network", "network", "at"),
    )

    email_hash: Mapped[str]  # SHA-256: what was typed may be a password
    network: Mapped[str]  # the address it came from
    at: Mapped[datetime]


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class PasswordLink(Base):
    """A mailed link that lets one user choose a password, once. Only its hash is kept."""

    __tablename__ = "password_link"

    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    purpose: Mapped[LinkPurpose]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql")
