"""The versions of the list, and which skills a form offers."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.db import db
from crm.core.errors import NotFound
from crm.skills.models import Skill, SkillsList, SkillsListEntry
from crm.skills.wording import SkillLine


def list_in_force() -> SkillsList | None:
    """The latest version in full; None while nothing was agreed. Two statements."""
    return db.session.scalars(_in_full().order_by(SkillsList.number.desc()).limit(1)).one_or_none()


def all_lists() -> Sequence[SkillsList]:
    """Every version in full, the latest first. Two statements."""
    return db.session.scalars(_in_full().order_by(SkillsList.number.desc())).all()


def get_list(number: int) -> SkillsList:
    """A version in full. Raises NotFound."""
    found = db.session.scalars(_in_full().where(SkillsList.number == number)).one_or_none()
    if found is None:
        raise NotFound("There is no such version of the skills list.")
    return found


def _in_full() -> Select[SkillsList]:
    return select(SkillsList).options(joinedload(SkillsList.published_by), selectinload(SkillsList.entries))


def lines_of(version: SkillsList | None) -> Sequence[SkillLine]:
    """What a version says, in its order."""
    return [SkillLine(entry.wording, entry.meaning) for entry in version.entries] if version else []


def offered_skills(*, besides: Collection[int] = ()) -> Sequence[tuple[int, str]]:
    """Id and name of the skills a form offers: those in force in their order, then others that were ticked before.

    One statement.
    """
    latest = select(func.max(SkillsList.number)).scalar_subquery()
    in_force = (
        select(SkillsListEntry.skill_id, SkillsListEntry.position)
        .join(SkillsList, SkillsList.id == SkillsListEntry.list_id)
        .where(SkillsList.number == latest)
        .subquery()
    )
    statement = (
        select(Skill.id, Skill.name)
        .outerjoin(in_force, in_force.c.skill_id == Skill.id)
        .where(or_(in_force.c.skill_id.is_not(None), Skill.id.in_(besides)))
        .order_by(in_force.c.position.is_(None), in_force.c.position, Skill.name, Skill.id)
    )
    return [(skill_id, name) for skill_id, name in db.session.execute(statement)]
