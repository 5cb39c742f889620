"""A provider that chose to keep names: those of a few of its young people, and one look at one."""

from collections.abc import Sequence

from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.names.services import keep_names, read_name, write_name
from crm.providers.models import Provider, ProviderMember, YoungPerson

NAMES = ("Alma Quickfall", "Bertil Osk", "Cleo Marchbanks", "Dov Inglenook", "Esi Tamworthy", "Fitz Larkham")


def keep_some_names(users: Sequence[User]) -> None:
    """Of the provider whose coordinator signs in."""
    coordinator = next(user for user in users if user.role is Role.PROVIDER)
    set_actor(coordinator.name)
    mine = select(Provider).join(ProviderMember).where(ProviderMember.user_id == coordinator.id)
    provider = db.session.scalars(mine).one()
    keep_names(provider, by=coordinator, at=clock.now())
    people = db.session.scalars(
        select(YoungPerson)
        .where(YoungPerson.provider_id == provider.id, YoungPerson.left_at.is_(None))
        .order_by(YoungPerson.id)
        .limit(len(NAMES))
    ).all()
    for person, name in zip(people, NAMES, strict=False):
        write_name(person, name, at=clock.now())
    read_name(people[0], by=coordinator, at=clock.now())
