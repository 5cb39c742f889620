"""What undoing a merge would leave as it is, and in which words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import aliased

from crm.audit.recording import plain
from crm.core.db import Base, db
from crm.employers.models import Contact, Employer
from crm.interactions.models import Interaction, InteractionContact
from crm.merging.ledger import Change, pieces
from crm.merging.models import EmployerMerge
from crm.merging.rules import QUESTIONS
from crm.pledges.models import Pledge, PledgeStatus

CALLED = {column: question.label for question in QUESTIONS for column in question.columns}
UNTOLD = frozenset({"name_key", "sic_version", "quiet_reason", "ended_on", "ended_reason"})  # go with another column


@dataclass(frozen=True, slots=True)
class Crossing:
    """An entry of one employer's contact log that names somebody of the other's."""

    interaction_id: int
    happened_on: date
    logged_at: str  # the employer's name
    contact_id: int
    contact: str


def crossings(merge: EmployerMerge) -> Sequence[Crossing]:
    """The entries that name somebody of the other employer, now that the merge is undone or once it would be.

    They were logged, or corrected, while the two were one. The latest first. One statement.
    """
    statement = (
        select(Interaction.id, Interaction.happened_on, Employer.name, Contact.id, Contact.name)
        .join(InteractionContact, InteractionContact.interaction_id == Interaction.id)
        .join(Contact, Contact.id == InteractionContact.contact_id)
        .join(Employer, Employer.id == Interaction.employer_id)
        .order_by(Interaction.happened_on.desc(), Interaction.id.desc(), Contact.name, Contact.id)
    )
    if merge.undone_at is not None:
        both = (merge.survivor_id, merge.loser_id)
        apart = Contact.employer_id != Interaction.employer_id
        found = statement.where(Interaction.employer_id.in_(both), Contact.employer_id.in_(both), apart)
        return [Crossing(*row) for row in db.session.execute(found)]
    found = statement.where(Interaction.employer_id == merge.survivor_id)
    people, entries = _going_back(merge, "contact"), _going_back(merge, "interaction")
    named = [Crossing(*row) for row in db.session.execute(found)]
    return [each for each in named if (each.contact_id in people) != (each.interaction_id in entries)]


def _going_back(merge: EmployerMerge, table: str) -> Collection[int]:
    return {row.row_id for row in merge.rows if row.table_name == table and "employer_id" in row.changes}


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


def in_force_beside(pledge_id: int, *, besides: Collection[int]) -> bool:
    """Whether the employer of a pledge has another one in force for the same academic year."""
    this, other = aliased(Pledge), aliased(Pledge)
    statement = (
        select(other.id)
        .join(this, (this.employer_id == other.employer_id) & (this.academic_year_name == other.academic_year_name))
        .where(this.id == pledge_id, other.id.not_in({pledge_id, *besides}), other.status == PledgeStatus.CONFIRMED)
        .limit(1)
    )
    return db.session.scalar(statement) is not None


def preview(merge: EmployerMerge) -> list[str]:
    """What undoing a merge would leave as it is, as far as can be said beforehand."""
    left: list[str] = []
    going_back = _going_back(merge, "pledge")
    for (table, names), group in groupby(merge.rows, key=lambda row: (row.table_name, tuple(row.changes))):
        rows = {row.row_id: row.changes for row in group}
        stored = Base.metadata.tables[table]
        for some in pieces(sorted(rows)):
            statement = select(stored.c.id, *(stored.c[name] for name in names)).where(stored.c.id.in_(some))
            for now in db.session.execute(statement.order_by(stored.c.id)).mappings():
                if since := changed_since(table, now, rows[now["id"]], going_back):
                    left += left_alone(table, now["id"], since)
    return left


def changed_since(table: str, row: RowMapping, changes: Change, going_back: Collection[int] = ()) -> list[str]:
    """The columns that are no longer as the merge left them, or cannot be as they were before it.

    `going_back` names the pledges that leave with the loser, when they have not left yet.
    """
    since = [name for name, (_, after) in changes.items() if plain(row[name]) != after]
    if table == "pledge" and changes.get("status", [""])[0] == "confirmed" and row["id"] not in going_back:
        since = [*changes] if in_force_beside(row["id"], besides=going_back) else since
    return since
