"""The statement of the pledge and its versions. Callers open the unit of work; nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.pledges.models import PledgeStatement
from crm.pledges.plain_text import Block, ComparedLine, compared, text_blocks

PARTS = {"wording": "The pledge", "what_counts": "What counts", "data_protection": "Data protection"}


@dataclass(frozen=True, slots=True)
class StatementTexts:
    """The three parts of a statement, each plain text (`plain_text.text_blocks`)."""

    wording: str
    what_counts: str
    data_protection: str


def statement_in_force() -> PledgeStatement:
    """The latest version, with who published it. There always is one: a migration wrote the first. One statement."""
    latest = select(PledgeStatement).order_by(PledgeStatement.number.desc()).limit(1)
    return db.session.scalars(latest.options(joinedload(PledgeStatement.published_by))).one()


def in_parts(statement: PledgeStatement | StatementTexts) -> list[tuple[str, list[Block]]]:
    """What a version says, or would say: each part's heading and its text."""
    return [(heading, text_blocks(getattr(statement, name))) for name, heading in PARTS.items()]


def compared_parts(before: StatementTexts, after: StatementTexts) -> list[tuple[str, Sequence[ComparedLine]]]:
    """Heading and lines of the parts that differ, in the order of the page."""
    return [
        (heading, compared(getattr(before, name), getattr(after, name)))
        for name, heading in PARTS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def is_statement(statement_id: int) -> bool:
    """Whether there is a version with this id. One statement."""
    return db.session.get(PledgeStatement, statement_id) is not None


def all_statements() -> Sequence[PledgeStatement]:
    """Every version, latest first, with who published it. One statement."""
    versions = select(PledgeStatement).order_by(PledgeStatement.number.desc())
    return db.session.scalars(versions.options(joinedload(PledgeStatement.published_by))).all()


def get_statement(number: int) -> PledgeStatement:
    """A version, with who published it. Raises NotFound if there is none of this number."""
    statement = select(PledgeStatement).where(PledgeStatement.number == number)
    found = db.session.scalars(statement.options(joinedload(PledgeStatement.published_by))).one_or_none()
    if found is None:
        raise NotFound("There is no such version of the statement.")
    return found


def publish_statement(texts: StatementTexts, note: str, *, seen: int | None, by: User, at: datetime) -> PledgeStatement:
    """Make the next version; from now on employers see it. Earlier answers keep the version they were given on.

    Args:
        texts: the three parts.
        note: what changed, for those who read the versions later.
        seen: the number of the version that was in force when writing began.
        by: the administrator.
        at: the moment.

    Raises:
        EditedMeanwhile: somebody else published a version since.
        Conflict: nothing differs from the version in force.
    """
    current = statement_in_force()
    if current.number != seen:
        raise EditedMeanwhile("Somebody else published a version while you were writing yours.")
    if texts == texts_of(current):
        raise Conflict("Nothing has changed. Change the text, then publish it.")
    following = PledgeStatement(
        number=current.number + 1,
        wording=texts.wording,
        what_counts=texts.what_counts,
        data_protection=texts.data_protection,
        note=note,
        published_at=at,
        published_by_id=by.id,
    )
    db.session.add(following)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EditedMeanwhile("Somebody else published a version while you were writing yours.") from error
    return following


def texts_of(statement: PledgeStatement) -> StatementTexts:
    return StatementTexts(statement.wording, statement.what_counts, statement.data_protection)
