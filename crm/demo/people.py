"""Who signs in to the demonstration."""

from collections.abc import Mapping

from crm.accounts.models import User
from crm.accounts.passwords import hash_password
from crm.accounts.services.users import UserDetails, add_user
from crm.demo.city import PEOPLE


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, e-mail address and password of everybody in the demonstration. They exist nowhere else."""
    return [(person.role.value, person.email, person.password) for person in PEOPLE]


def password_hashes() -> Mapping[str, str]:
    """By e-mail address. Slow on purpose, so make them before the unit of work begins."""
    once = {password: hash_password(password) for password in {person.password for person in PEOPLE}}
    return {person.email: once[person.password] for person in PEOPLE}


def add_people(hashes: Mapping[str, str]) -> list[User]:
    """Everybody, in the order of `city.PEOPLE`."""
    return [
        add_user(UserDetails(person.name, person.email, person.role), password_hash=hashes[person.email])
        for person in PEOPLE
    ]
