"""What some young people are interested in, and a matching that is ready to be decided about."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.fulfilment.policies import policy_on
from crm.matching.asking import answer_in_child
from crm.matching.gathering import gather
from crm.matching.scope import Scope
from crm.matching.services import ask, keep_proposal
from crm.providers.models import YoungPerson
from crm.providers.services import set_interests
from crm.reference.models import Sector

EVERY = 3  # so many young people, one said what they are interested in
SECONDS = 10


def propose_places(users: Sequence[User], today: date) -> None:
    officer = next(user for user in users if user.role is Role.OFFICER)
    set_actor(officer.name)
    _say_what_interests()
    policy = policy_on(today)
    scope = Scope(today, policy.academic_year.last_day, different_employers=2)
    matching = ask(scope, policy, by=officer, at=clock.now())
    gathered = gather(scope, policy)
    answer = answer_in_child(gathered.question, heard=lambda _: None, seconds=SECONDS)
    keep_proposal(matching, gathered, answer, at=clock.now())


def _say_what_interests() -> None:
    sectors = db.session.scalars(select(Sector.id).order_by(Sector.position, Sector.id)).all()
    people = db.session.scalars(
        select(YoungPerson).options(selectinload(YoungPerson.sectors)).order_by(YoungPerson.id)
    ).all()
    for place, person in enumerate(people[::EVERY]):
        set_interests(person, {sectors[place % len(sectors)], sectors[(place * place) % len(sectors)]})
