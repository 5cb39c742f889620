"""Feeds: calendars of ours that other calendars read, by an address that is secret."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Base, Timestamped
from crm.employers.models import Contact, Employer
from crm.providers.models import Provider


class FeedPurpose(StrEnum):
    """Whose calendar it is."""

    PERSON = "person"  # somebody who signs in here
    PROVIDER = "provider"
    EMPLOYER = "employer"


class CalendarFeed(Timestamped, Base):
    """What whoever has the token may read, and nothing else. Whether they still may is `queries.feeds.live`."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("(purpose = 'person') = (user_id IS NOT NULL)", name="of_a_person_where_it_must_be"),
        CheckConstraint("(purpose = 'provider') = (provider_id IS NOT NULL)", name="of_a_provider_where_it_must_be"),
        CheckConstraint("(purpose = 'employer') = (employer_id IS NOT NULL)", name="of_an_employer_where_it_must_be"),
        CheckConstraint("(made_by_id IS NULL) <> (contact_id IS NULL)", name="made_by_somebody"),
        CheckConstraint("contact_id IS NULL OR purpose = 'employer'", name="contacts_make_their_employers"),
        CheckConstraint("revoked_by_id IS NULL OR revoked_at IS NOT NULL", name="revoked_at_a_time"),
        CheckConstraint("length(token_hash) = 64", name="is_a_hash"),
    )

    purpose: Mapped[FeedPurpose]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    label: Mapped[str]  # where it is read: "My phone"; may be empty
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    # Who made it on their employer's own page, without signing in.
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    last_used_on: Mapped[date | None]  # in London; a day is enough to see that nobody uses it
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    user: Mapped[User | None] = relationship(foreign_keys=[user_id], lazy="raise_on_sql")
    provider: Mapped[Provider | None] = relationship(lazy="raise_on_sql")
    employer: Mapped[Employer | None] = relationship(lazy="raise_on_sql")
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id], lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
