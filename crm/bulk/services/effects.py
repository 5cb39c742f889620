"""What each action does to one employer: whether it would, doing it, putting it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.bulk.models import BulkAction, BulkChange, ItemState
from crm.core import clock
from crm.employers.models import Employer
from crm.employers.services import archive_employer, mark_with, restore_employer
from crm.reference.models import Tag

Verdict = tuple[ItemState, str | None]
Before = dict[str, Any]
ARCHIVED: Verdict = (ItemState.CANNOT, "It is archived")
WILL: Verdict = (ItemState.WILL, None)


@dataclass(frozen=True, slots=True)
class Effect:
    """One action. Employers come with their owner and tags loaded; the last two get what `do` returned."""

    look: Callable[[Employer, BulkChange], Verdict]
    do: Callable[[Employer, BulkChange, Tag | None], Before]
    still_so: Callable[[Employer, BulkChange, Before], bool]  # what it changed; not the rest of the employer
    put_back: Callable[[Employer, Before, Callable[[int], Tag]], None]


def _would_assign(employer: Employer, change: BulkChange) -> Verdict:
    if employer.is_archived:
        return ARCHIVED
    if employer.owner_id == change.new_owner_id:
        return ItemState.ALREADY, None
    return ItemState.WILL, f"Now with {employer.owner.name}" if employer.owner else "Nobody’s yet"


def _assign(employer: Employer, change: BulkChange, _tag: Tag | None) -> Before:
    before = {"owner_id": employer.owner_id}
    employer.owner_id = change.new_owner_id
    return before


def _still_assigned(employer: Employer, change: BulkChange, _before: Before) -> bool:
    return employer.owner_id == change.new_owner_id


def _assign_back(employer: Employer, before: Before, _tag: Callable[[int], Tag]) -> None:
    employer.owner_id = before["owner_id"]


def _has_tag(employer: Employer, change: BulkChange) -> bool:
    wanted = (change.tag_name or "").lower()
    return any(tag.name.lower() == wanted for tag in employer.tags)


def _would_tag(employer: Employer, change: BulkChange) -> Verdict:
    if employer.is_archived:
        return ARCHIVED
    return (ItemState.ALREADY, None) if _has_tag(employer, change) else WILL


def _would_untag(employer: Employer, change: BulkChange) -> Verdict:
    if employer.is_archived:
        return ARCHIVED
    return WILL if _has_tag(employer, change) else (ItemState.ALREADY, None)


def _add_tag(employer: Employer, _change: BulkChange, tag: Tag | None) -> Before:
    assert tag is not None  # noqa: S101  # the schema says so
    mark_with(employer, [*employer.tags, tag])
    return {"without_tag": tag.id}


def _remove_tag(employer: Employer, _change: BulkChange, tag: Tag | None) -> Before:
    assert tag is not None  # noqa: S101  # the schema says so
    mark_with(employer, [each for each in employer.tags if each is not tag])
    return {"with_tag": tag.id}


def _still_tagged(employer: Employer, _change: BulkChange, before: Before) -> bool:
    tags = {each.id for each in employer.tags}
    return before["without_tag"] in tags if "without_tag" in before else before["with_tag"] not in tags


def _tags_back(employer: Employer, before: Before, tag: Callable[[int], Tag]) -> None:
    kept = [each for each in employer.tags if each.id != before.get("without_tag")]
    mark_with(employer, [*kept, tag(before["with_tag"])] if "with_tag" in before else kept)


def _would_archive(employer: Employer, _change: BulkChange) -> Verdict:
    return (ItemState.ALREADY, None) if employer.is_archived else WILL


def _archive(employer: Employer, change: BulkChange, _tag: Tag | None) -> Before:
    archive_employer(employer, reason=change.reason or "", at=clock.now())
    return {"archived_at": None, "archived_reason": None}


def _still_archived(employer: Employer, change: BulkChange, _before: Before) -> bool:
    # Restored and archived again for another reason is somebody's own decision; so is a merge, which archives too.
    return employer.is_archived and employer.archived_reason == change.reason and employer.merged_into_id is None


def _would_restore(employer: Employer, _change: BulkChange) -> Verdict:
    return WILL if employer.is_archived else (ItemState.ALREADY, None)  # one merged away is not asked


def _restore(employer: Employer, _change: BulkChange, _tag: Tag | None) -> Before:
    assert employer.archived_at is not None  # noqa: S101  # `_would_restore` said so, and nobody changed it since
    before = {"archived_at": employer.archived_at.isoformat(), "archived_reason": employer.archived_reason}
    restore_employer(employer)
    return before


def _still_restored(employer: Employer, _change: BulkChange, _before: Before) -> bool:
    return not employer.is_archived


def _archive_back(employer: Employer, before: Before, _tag: Callable[[int], Tag]) -> None:
    at = before["archived_at"]
    employer.archived_at = datetime.fromisoformat(at) if at else None
    employer.archived_reason = before["archived_reason"]


EFFECTS: dict[BulkAction, Effect] = {
    BulkAction.ASSIGN: Effect(_would_assign, _assign, _still_assigned, _assign_back),
    BulkAction.ADD_TAG: Effect(_would_tag, _add_tag, _still_tagged, _tags_back),
    BulkAction.REMOVE_TAG: Effect(_would_untag, _remove_tag, _still_tagged, _tags_back),
    BulkAction.ARCHIVE: Effect(_would_archive, _archive, _still_archived, _archive_back),
    BulkAction.RESTORE: Effect(_would_restore, _restore, _still_restored, _archive_back),
}
