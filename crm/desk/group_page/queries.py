"""What the page of a group puts together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.accounts.models import User
from crm.fulfilment.engaged import Voice, missing, voices
from crm.groups.models import EmployerGroup, Membership
from crm.groups.queries import get_group, members_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """A group, its members on a day and those who were members before or will be, and the sizes beside each other."""

    group: EmployerGroup
    members: Sequence[Membership]
    others: Sequence[Membership]  # past ones, the latest first, and those who join later
    voices: Sequence[Voice]

    @property
    def missing(self) -> Sequence[Voice]:
        return missing(self.voices) if self.members else []

    @property
    def archived(self) -> Sequence[Membership]:
        """Seats that nobody may fill any more: archiving an employer knows nothing of groups."""
        return [turn for turn in self.members if turn.employer.is_archived]

    @property
    def too_many(self) -> bool:
        return self.group.seats is not None and len(self.members) > self.group.seats


def group_page(group_id: int, *, viewer: User, today: date) -> GroupPage:
    """The page of a group. Four statements. Raises NotFound."""
    group = get_group(group_id, viewer=viewer)
    turns = members_of(group_id)
    present = [turn for turn in turns if _is_member(turn, today)]
    return GroupPage(
        group=group,
        members=present,
        others=[turn for turn in turns if not _is_member(turn, today)],
        voices=voices(today, group_id=group_id),
    )


def _is_member(turn: Membership, day: date) -> bool:
    """As `crm.groups.queries.member_on` has it in SQL."""
    return turn.joined_on <= day and (turn.left_on is None or turn.left_on > day)
