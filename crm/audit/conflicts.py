"""What a form shows when somebody else saved the same record first (components/edit_conflict.html)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from crm.audit.queries import last_change_of
from crm.core.forms import Difference, EditForm


class EditConflict(NamedTuple):
    """Who saved it meanwhile, when (UTC; None if it is gone), and what differs, in the order of the page."""

    who: str
    at: datetime | None
    rows: list[Difference]


def edit_conflict(
    form: EditForm, stored: Any, rows: Iterable[Difference], *, parts: Collection[str] = ()
) -> EditConflict:
    """Both versions, for after EditedMeanwhile. The next save of `form` overwrites `stored` knowingly.

    `stored` is the versioned row as it is now, or None if it was taken back meanwhile; `parts` are the tables of
    what is saved with it on the same form.
    """
    form.move_to(stored.version if stored else 0)
    last = last_change_of(type(stored).__tablename__, stored.id, parts=parts) if stored else None
    return EditConflict(
        who=last.actor if last else "Somebody",
        at=last.at if last else stored.updated_at if stored else None,
        rows=list(rows),
    )
