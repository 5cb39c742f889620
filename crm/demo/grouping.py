"""The groups that Northmoor works with. Micro businesses are many and sit at one table only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.audit.recording import set_actor
from crm.demo import city
from crm.demo.organisations import Known
from crm.groups.models import EmployerGroup
from crm.groups.services import GroupDetails, MemberDetails, add_group, add_member, end_membership
from crm.reference.academic_years import AcademicYear


@dataclass(frozen=True, slots=True)
class Table:
    """A group, how many members of which sizes it has, and its seats."""

    name: str
    kind: str
    purpose: str
    seats: int | None
    sizes: tuple[tuple[str, int], ...]


TABLES = (
    Table(
        "14–25 Task and Finish group",
        "Task and finish group",
        "Steers the employer pledge: three opportunities for every young person. Meets every six weeks.",
        12,
        ((city.LARGE, 2), (city.MEDIUM, 5), (city.SMALL, 2)),
    ),
    Table(
        "Cornerstone employers",
        "Cornerstone employers",
        "Speak for the pledge to other employers, and open their doors first.",
        None,
        ((city.LARGE, 3), (city.MEDIUM, 3)),
    ),
    Table(
        "Employability skills roundtable",
        "Roundtable",
        "Agrees the list of employability skills, and looks at it again each year.",
        6,
        ((city.MEDIUM, 2), (city.SMALL, 4), (city.MICRO, 1)),
    ),
)


def seat_employers(everybody: Sequence[Known], today: date) -> None:
    """Each group with members who joined this academic year or the last, and one who has left."""
    begins = AcademicYear.of(today).previous.first_day
    for number, table in enumerate(TABLES):
        set_actor(everybody[number].officer.name)
        details = GroupDetails(
            name=table.name, kind=table.kind, purpose=table.purpose, seats=table.seats, begins_on=begins
        )
        _seat(add_group(details), table, everybody, number, begins)


def _seat(group: EmployerGroup, table: Table, everybody: Sequence[Known], number: int, begins: date) -> None:
    chosen = [
        known for size, many in table.sizes for known in [each for each in everybody if each.firm.size == size][:many]
    ]
    for place, known in enumerate(chosen):
        joined_on = begins + timedelta(days=30 + 7 * place)
        role = "Chair" if place == number else ""
        add_member(
            group, known.employer, MemberDetails(joined_on=joined_on, contact_id=known.contacts[0].id, role=role)
        )
    left = next(each for each in everybody if each.firm.size == city.SMALL and each not in chosen)
    gone = add_member(group, left.employer, MemberDetails(joined_on=begins))
    end_membership(gone, on=begins + timedelta(days=200), version=gone.version)
