"""Choosing a password: with the present one, or with a mailed link. Hashes are made by the caller, beforehand."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import joinedload

from crm.accounts.models import LinkPurpose, PasswordLink, User
from crm.accounts.queries import user_by_email
from crm.accounts.services import sign_ins, throttling
from crm.accounts.services.throttling import Attempt
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.core.tokens import hash_token, minted
from crm.core.web import mailed_link, public_link
from crm.notifications.letters import Button, Letter
from crm.notifications.services import enqueue

LINK_LIVES = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=1)}
KEPT_FOR = timedelta(days=31)

NOT_EXPECTED = "If you did not expect this, you need not do anything."
NOT_YOU = "If it was not you, you need not do anything: your password stays as it is."


def mail_link(user: User, purpose: LinkPurpose, *, at: datetime) -> PasswordLink:
    """Mail a new link. Earlier ones stop working, so that only the newest mail counts."""
    void_links(user, at=at)
    token = minted()
    link = PasswordLink(
        token_hash=token.hash,
        user_id=user.id,
        purpose=purpose,
        created_at=at,
        expires_at=at + LINK_LIVES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    invited = purpose is LinkPurpose.INVITATION
    letter = (_invitation if invited else _reset)(user, mailed_link("accounts.choose_password", token))
    enqueue(
        key=f"password-link:{link.id}",
        recipient=user.email,
        subject="Your access to Threefold" if invited else "Choose a new password for Threefold",
        body=letter.text,
        html=letter.html,
    )
    return link


def ask_for_link(email: str, address: str | None, *, at: datetime) -> None:
    """Mail a link to whoever forgot their password, if there is such a user and not too many asked.

    Whatever it does, it says nothing: the answer must not tell who has an account.
    """
    network = throttling.network_of(address)
    if throttling.is_throttled(Attempt.FORGOTTEN, email, network, now=at):
        return
    throttling.count_attempt(Attempt.FORGOTTEN, email, network, at=at)
    user = user_by_email(email)
    if user is not None and user.is_active:
        mail_link(user, LinkPurpose.RESET, at=at)


def get_link(token: str, *, now: datetime) -> PasswordLink:
    """A link that still works, with its user.

    Raises NotFound, in the same words whether it never existed, was used, ran out or belongs to a disabled account.
    """
    link = db.session.scalars(
        select(PasswordLink)
        .join(PasswordLink.user)
        .where(
            PasswordLink.token_hash == hash_token(token),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
            User.disabled_at.is_(None),
        )
        .options(joinedload(PasswordLink.user))
    ).one_or_none()
    if link is None:
        raise NotFound("This link does not work any more.")
    return link


def choose_with_link(token: str, password_hash: str, *, at: datetime) -> User:
    """Set the password of a link's user and use the link up. Ends all their stays and forgives wrong guesses.

    Raises NotFound if the link does not work, or no more because the same link was used at this very moment.
    """
    link = get_link(token, now=at)
    user = link.user
    used = db.session.execute(
        update(PasswordLink).where(PasswordLink.id == link.id, PasswordLink.used_at.is_(None)).values(used_at=at)
    )
    if getattr(used, "rowcount", 0) != 1:
        raise NotFound("This link does not work any more.")
    _set_password(user, password_hash, at=at)
    sign_ins.end_all_sign_ins(user, at=at)
    throttling.forgive(user.email)
    return user


def change_password(user: User, password_hash: str, *, replacing: str | None, at: datetime) -> None:
    """Set another password and end all other stays.

    Args:
        user: whose it is; their own stay goes on.
        password_hash: of the new password.
        replacing: the hash that the present password was checked against.
        at: now.

    Raises Conflict if the password was changed elsewhere since it was checked.
    """
    if user.password_hash != replacing:
        raise Conflict("Your password was changed a moment ago. Sign in with the new one.")
    _set_password(user, password_hash, at=at)
    sign_ins.end_other_sign_ins(user, at=at)


def void_links(user: User, *, at: datetime) -> None:
    """Make every mailed link of a user worthless."""
    db.session.execute(
        update(PasswordLink).where(PasswordLink.user_id == user.id, PasswordLink.used_at.is_(None)).values(used_at=at)
    )


def forget_old(now: datetime) -> int:
    """Delete links that were used, or ran out, more than a month ago. Returns how many."""
    before = now - KEPT_FOR
    gone = db.session.execute(
        delete(PasswordLink).where(or_(PasswordLink.used_at < before, PasswordLink.expires_at < before))
    )
    return int(getattr(gone, "rowcount", 0))


def _set_password(user: User, password_hash: str, *, at: datetime) -> None:
    first = user.password_hash is None
    user.password_hash = password_hash
    void_links(user, at=at)
    db.session.flush()
    if not first:
        letter = _changed(user)
        enqueue(
            key=f"password-changed:{user.id}:{user.version}",
            recipient=user.email,
            subject="Your Threefold password was changed",
            body=letter.text,
            html=letter.html,
        )


def _invitation(user: User, address: str) -> Letter:
    return Letter(
        greeting=f"Hello {user.name},",
        parts=(
            "You have been given access to Threefold, where the council keeps its contacts with employers.",
            "Choose your password here within 7 days. The link works once.",
            Button("Choose a password", address),
            f"Then sign in with this e-mail address: {user.email}",
        ),
        small_print=(NOT_EXPECTED,),
    )


def _reset(user: User, address: str) -> Letter:
    return Letter(
        greeting=f"Hello {user.name},",
        parts=(
            "Somebody, probably you, asked to choose a new password for Threefold.",
            "Choose it here within one hour. The link works once.",
            Button("Choose a new password", address),
        ),
        small_print=(NOT_YOU,),
    )


def _changed(user: User) -> Letter:
    return Letter(
        greeting=f"Hello {user.name},",
        parts=(
            "The password of your Threefold account was changed just now, and you were signed out everywhere else.",
            "If it was not you, choose a new one at once and tell your administrator.",
            Button("Choose a new password", public_link("accounts.forgotten")),
        ),
    )
