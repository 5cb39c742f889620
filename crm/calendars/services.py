"""Making and revoking feeds. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, update

from crm.accounts.models import User
from crm.calendars.models import CalendarFeed, FeedPurpose
from crm.calendars.queries.feeds import feed_of_contact, feeds_of
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.tokens import hash_token, new_token
from crm.employers.models import Contact, Employer
from crm.providers.models import Provider

MOST = 10  # of one owner at a time


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose calendar a feed is."""

    purpose: FeedPurpose
    id: int
    name: str
    is_archived: bool = False

    @classmethod
    def of(cls, owner: User | Provider | Employer) -> "Owner":
        if isinstance(owner, User):
            return cls(FeedPurpose.PERSON, owner.id, owner.name)
        purpose = FeedPurpose.PROVIDER if isinstance(owner, Provider) else FeedPurpose.EMPLOYER
        return cls(purpose, owner.id, owner.name, owner.archived_at is not None)


def make_feed(owner: Owner, label: str, *, by: User) -> str:
    """A new feed. Returns its token, which is known here and now and never again.

    Raises:
        Conflict: the employer or provider is archived, or there are as many feeds as anybody can keep an eye on.
    """
    if owner.is_archived:
        raise Conflict(f"{owner.name} is archived, so its calendar cannot be read.")
    if len(feeds_of(owner.purpose, owner.id)) >= MOST:
        raise Conflict(f"There are {MOST} calendar addresses already. Revoke one that nobody uses, then make another.")
    return _new(owner, label, made_by_id=by.id)


def make_feed_of_contact(contact: Contact) -> str:
    """A new feed of the employer somebody works for, made on its own page; one they made before opens nothing more."""
    revoke_of_contact(contact)
    return _new(Owner.of(contact.employer), "", contact_id=contact.id)


def revoke(feed: CalendarFeed, *, by: User | None) -> bool:
    """Let a feed open nothing any more, for ever. Returns whether it did until now."""
    db.session.refresh(feed, ["revoked_at"], with_for_update=True)
    if feed.revoked_at is not None:
        return False
    feed.revoked_at = clock.now()
    feed.revoked_by_id = by.id if by else None
    db.session.flush()
    return True


def revoke_of_contact(contact: Contact) -> None:
    """Revoke what somebody made on their employer's own page, if there is such a feed."""
    while feed := feed_of_contact(contact.id):
        revoke(feed, by=None)


def note_use(feed_id: int, day: date) -> None:
    """Write down that a calendar read a feed on a day."""
    db.session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.id == feed_id, or_(CalendarFeed.last_used_on.is_(None), CalendarFeed.last_used_on < day))
        .values(last_used_on=day)
        .execution_options(synchronize_session=False)
    )


def _new(owner: Owner, label: str, *, made_by_id: int | None = None, contact_id: int | None = None) -> str:
    token = new_token()
    feed = CalendarFeed(
        purpose=owner.purpose,
        label=label,
        token_hash=hash_token(token),
        made_by_id=made_by_id,
        contact_id=contact_id,
    )
    setattr(feed, {"person": "user_id"}.get(owner.purpose, f"{owner.purpose}_id"), owner.id)
    db.session.add(feed)
    db.session.flush()
    return token
