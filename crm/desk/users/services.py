"""Users together with the provider they act for. Callers open the unit of work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.services import users
from crm.accounts.services.users import UserDetails
from crm.core.access import Role
from crm.core.db import db
from crm.providers.models import ProviderMember
from crm.providers.queries import get_provider, provider_of
from crm.providers.services import let_act_for


@dataclass(frozen=True, slots=True)
class Access:
    """A user's details, and for a provider's coordinator the provider."""

    user: UserDetails
    provider_id: int | None = None


def invite(access: Access, *, by: User, at: datetime) -> User:
    """Add a user and mail them a link. Raises Conflict if the e-mail address is taken."""
    user = users.invite_user(access.user, at=at)
    _act_for(user, access, by=by)
    return user


def edit(user: User, access: Access, *, by: User, seen: int | None, at: datetime) -> None:
    """Change a user and whom they act for. Raises what `accounts.services.users.edit_user` raises."""
    users.edit_user(user, access.user, by=by, seen=seen, at=at)
    _act_for(user, access, by=by)


def access_of(user: User) -> Access:
    """What is stored now."""
    provider = provider_of(user)
    return Access(UserDetails(user.name, user.email, user.role), provider.id if provider else None)


def _act_for(user: User, access: Access, *, by: User) -> None:
    if access.user.role is Role.PROVIDER and access.provider_id is not None:
        let_act_for(user, get_provider(access.provider_id, viewer=by))
        return
    member = db.session.scalars(select(ProviderMember).where(ProviderMember.user_id == user.id)).one_or_none()
    if member is not None:
        db.session.delete(member)
        db.session.flush()
