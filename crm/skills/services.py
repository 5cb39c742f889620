"""Publishing the next version of the list. Callers open the unit of work; nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.skills.models import Skill, SkillsList, SkillsListEntry
from crm.skills.queries import lines_of, list_in_force
from crm.skills.wording import SkillLine, changes_between

MEANWHILE = "Somebody else published a version while you were writing yours."


@dataclass(frozen=True, slots=True)
class ListDetails:
    """What a meeting agreed."""

    lines: Sequence[SkillLine]  # in their order, each name once
    agreed_on: date  # in London
    meeting: str
    note: str = ""


def publish_list(details: ListDetails, *, seen: int, by: User, at: datetime) -> SkillsList:
    """Make the next version; forms offer it from now on. What was ticked before stays ticked.

    Args:
        details: what was agreed.
        seen: the number of the version in force when writing began; 0 if there was none.
        by: the administrator.
        at: the moment.

    Raises:
        EditedMeanwhile: somebody else published a version since.
        Conflict: nothing differs from the version in force.
    """
    current = list_in_force()
    number = current.number if current else 0
    if number != seen:
        raise EditedMeanwhile(MEANWHILE)
    if current and not changes_between(lines_of(current), details.lines):
        raise Conflict("Nothing has changed. Change the list, then publish it.")
    skills = _skills_called([line.name for line in details.lines])
    version = SkillsList(
        number=number + 1,
        agreed_on=details.agreed_on,
        meeting=details.meeting,
        note=details.note,
        published_at=at,
        published_by_id=by.id,
    )
    version.entries = [
        SkillsListEntry(skill=skill, position=position, wording=line.name, meaning=line.meaning)
        for position, (skill, line) in enumerate(zip(skills, details.lines, strict=True), start=1)
    ]
    db.session.add(version)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EditedMeanwhile(MEANWHILE) from error
    return version


def _skills_called(names: Sequence[str]) -> Sequence[Skill]:
    """The skills of these names, as they are written now, in their order; new ones are made."""
    known = {skill.name.casefold(): skill for skill in db.session.scalars(select(Skill))}
    skills = [known.get(name.casefold()) or Skill(name=name) for name in names]
    for skill, name in zip(skills, names, strict=True):
        skill.name = name
    return skills
