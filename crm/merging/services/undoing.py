"""Making two employers again of one that was merged. Callers open the unit of work; nothing here commits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Table, delete, or_, select, update

from crm.accounts.models import User
from crm.audit.recording import because, write_down
from crm.core.db import Base, db
from crm.core.errors import Conflict, NotAllowed
from crm.merging import policies
from crm.merging.ledger import Change, as_stored, kept, lock_rows, pieces, tell_histories, told_of_employers
from crm.merging.models import EmployerMerge, MergedRow
from crm.merging.queries.merges import get_merge, later_merge_of_either, who_has_number
from crm.merging.queries.undoing import changed_since, left_alone
from crm.merging.services.merging import giving_way, keep_domains, lock_both, raise_versions
from crm.opportunities.models import Opportunity, Place
from crm.pledges.models import Pledge, PledgeLine


@dataclass
class _Undone:
    rows: list[tuple[str, int, Change]] = field(default_factory=list)  # what was put back
    left: list[str] = field(default_factory=list)  # what was not, in sentences


def undo_merge(merge_id: int, *, by: User, at: datetime) -> EmployerMerge:
    """Make two of one again: every row goes back and every value, but for what was changed since.

    Things added since stay with the survivor.

    Raises:
        NotAllowed: it is for whoever merged them, or a manager.
        Conflict: it is too old or undone already, another merge stands on it, or a number has been given away since.
        Busy: somebody is saving something of theirs at this moment.
    """
    merge = get_merge(merge_id)
    if not policies.may_undo(by, merge):
        raise NotAllowed("Whoever merged these employers can undo it, or a manager.")
    with giving_way():
        survivor, loser = lock_both(merge.survivor_id, merge.loser_id)
        merge = get_merge(merge_id)  # as it is now that nobody else can undo it
        if reason := why_not_now(merge, at):
            raise Conflict(reason)
        with because(f"Undid the merge of {merge.loser_name} into {merge.survivor_name}"):
            undone = _put_back(merge)
            undone.left += _part_promises(survivor.id, loser.id)
            tell_histories(undone.rows)
            write_down("employer", told_of_employers(undone.rows, survivor.id, loser.id).items())
        keep_domains(survivor.id, loser.id)
        raise_versions(survivor, loser)
        merge.undone_at, merge.undone_by_name, merge.left_as_it_is = at, by.name, undone.left
        db.session.flush()
    db.session.expire_all()
    return merge


def forget_what_cannot_be_undone(now: datetime) -> int:
    """Forget what rows held before merges that were undone or are past undoing. Returns how many rows."""
    past = or_(EmployerMerge.undone_at.is_not(None), EmployerMerge.merged_at < now - policies.UNDONE_WITHIN)
    gone = delete(MergedRow).where(MergedRow.merge_id.in_(select(EmployerMerge.id).where(past)))
    return int(getattr(db.session.execute(gone, execution_options={"synchronize_session": False}), "rowcount", 0))


def why_not_now(merge: EmployerMerge, at: datetime) -> str | None:
    """Why a merge cannot be undone at this moment, in a sentence."""
    if reason := policies.why_not_undo(merge, now=at):
        return reason
    if later := later_merge_of_either(merge):
        return f"{later.loser_name} was merged into {later.survivor_name} after that. Undo that merge first."
    for row in merge.rows:
        number = row.changes.get("company_number", [None])[0] if row.table_name == "employer" else None
        if number and (other := who_has_number(number, besides=(merge.survivor_id, merge.loser_id))):
            return f"{other} has the company number {number} now, so it cannot be given back. Change it there first."
    return None


def _put_back(merge: EmployerMerge) -> _Undone:
    """From the last change to the first, so that each step leads where the merge came from."""
    undone = _Undone()
    for (name, changes), group in _alike(reversed(merge.rows)):
        table = Base.metadata.tables[name]
        for some in pieces(sorted(row.row_id for row in group)):
            _restore(undone, table, some, changes)
    return undone


def _alike(rows: Iterator[MergedRow]) -> Iterator[tuple[tuple[str, Change], list[MergedRow]]]:
    """Neighbours that changed alike, as rows that moved did, can be put back together."""
    for _, group in groupby(rows, key=lambda row: (row.table_name, repr(row.changes))):
        alike = list(group)
        yield (alike[0].table_name, alike[0].changes), alike


def _restore(undone: _Undone, table: Table, ids: Sequence[int], changes: Change) -> None:
    now = {row["id"]: row for row in lock_rows(table, ids, changes)}
    whole = [each for each, row in now.items() if not changed_since(table.name, row, changes)]
    _write(undone, table, whole, changes)
    for each in (each for each in ids if each not in whole):
        if each not in now:
            continue  # removed since: there is nothing to put back
        since = changed_since(table.name, now[each], changes)
        rest = {name: pair for name, pair in changes.items() if name not in since}
        _write(undone, table, [each], rest)
        undone.left += left_alone(table.name, each, since)


def _write(undone: _Undone, table: Table, ids: Sequence[int], changes: Change) -> None:
    if not ids or not changes:
        return
    values: Mapping[str, Any] = {name: as_stored(table.c[name], before) for name, (before, _) in changes.items()}
    handed = all(name.endswith("_id") for name in changes)
    statement = update(table).where(table.c.id.in_(ids)).values(**values, **kept(table, seen=not handed))
    db.session.execute(statement)
    undone.rows += [
        (table.name, each, {name: [after, before] for name, (before, after) in changes.items()}) for each in ids
    ]


def _part_promises(survivor_id: int, loser_id: int) -> list[str]:
    """A place counts towards a promise of its own employer only: undo what was linked across since."""
    both = (survivor_id, loser_id)
    statement = (
        select(Place)
        .join(Opportunity, Opportunity.id == Place.opportunity_id)
        .join(PledgeLine, PledgeLine.id == Place.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(Opportunity.employer_id.in_(both), Pledge.employer_id.in_(both))
        .where(Opportunity.employer_id != Pledge.employer_id)
        .order_by(Place.id)
        .with_for_update(of=Place)
        .execution_options(populate_existing=True)
    )
    places = db.session.scalars(statement).all()
    for place in places:
        place.pledge_line_id = None
    db.session.flush()
    if not places:
        return []
    return [f"Places linked to a promise of the other employer since: {len(places)}. They are no longer linked."]
