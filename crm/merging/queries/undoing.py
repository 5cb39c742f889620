"""What undoing a merge would leave as it is, and in which words."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from crm.core.db import Base, db
from crm.merging.rules import QUESTIONS
from crm.pledges.models import Pledge, PledgeStatus

CALLED = {column: question.label for question in QUESTIONS for column in question.columns}
UNTOLD = frozenset({"name_key", "sic_version", "quiet_reason", "ended_on", "ended_reason"})  # go with another column


def left_alone(table: str, row_id: int, columns: Sequence[str]) -> list[str]:
    """A sentence for each column that was changed since the merge and so stays as it is."""
    rows = Base.metadata.tables[table]
    name = db.session.scalar(select(rows.c.name).where(rows.c.id == row_id)) if "name" in rows.c else None
    whose = f" of {name}" if name else ""
    kind = "" if table == "employer" else f" ({table.replace('_', ' ')})"
    return [
        f"{CALLED.get(column, column.removesuffix('_id').replace('_', ' ').capitalize())}{whose}{kind}: "
        "changed since the merge, so it stays as it is."
        for column in columns
        if column not in UNTOLD
    ]


def in_force_beside(pledge_id: int) -> bool:
    """Whether the employer of a pledge has another one in force for the same academic year."""
    this, other = aliased(Pledge), aliased(Pledge)
    statement = (
        select(other.id)
        .join(this, (this.employer_id == other.employer_id) & (this.academic_year_name == other.academic_year_name))
        .where(this.id == pledge_id, other.id != pledge_id, other.status == PledgeStatus.CONFIRMED)
        .limit(1)
    )
    return db.session.scalar(statement) is not None
