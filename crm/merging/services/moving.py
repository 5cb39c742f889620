"""Carrying out the rules of a merge: every row that names the loser comes to name the survivor.

Everything here happens while both employers are locked and the loser is not yet marked as merged away.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, select, update

from crm.core.db import db
from crm.employers.models import Contact, Employer, Site
from crm.groups.models import Membership
from crm.merging.ledger import Ledger
from crm.merging.queries.parts import Part, column_of, open_twins, parts, table_of, twins
from crm.merging.rules import CONTACT_KEYS, PERSON_EITHER, PERSON_LACKS, How
from crm.pledges.models import Pledge, PledgeStatus

LONGEST_NAME = 255
T = TypeVar("T")
Outcome = list[list[object]]  # [what it is called, how many moved, how many stayed], for those that have a name


def move_everything(ledger: Ledger, survivor: Employer, loser: Employer, years: Collection[str], on: date) -> Outcome:
    """Move all that the rules move. `years`: those in which the loser's promise stays in force, not the survivor's."""
    outcome: Outcome = []
    for part in parts(survivor.id, loser.id):
        if part.rule.how is How.CONTACTS:
            _unite_contacts(ledger, part.twins)
        elif part.rule.how is How.SITES:
            _tell_sites_apart(ledger, part, survivor, loser)
        elif part.rule.how is How.SEATS:
            _end_second_seats(ledger, survivor, loser, on)
        elif part.rule.how is How.PLEDGES:
            _put_pledges_in_order(ledger, survivor, loser, years, on)
        ledger.change(part.table.name, part.moving, {part.column: survivor.id})
        if part.rule.one and part.ids:
            moved = len(part.moving)
            outcome.append([part.rule.one if moved == 1 else part.rule.many, moved, len(part.staying)])
    return outcome


def _unite_contacts(ledger: Ledger, same: Mapping[int, int]) -> None:
    """The loser's rows of people the survivor has stay behind; what names them comes to name the survivor's."""
    table = table_of("contact.id")
    both = select(Contact).where(Contact.id.in_({*same, *same.values()})).order_by(Contact.id)
    people = {each.id: each for each in db.session.scalars(_locked(both))}
    for theirs, ours in same.items():
        for key, rule in CONTACT_KEYS.items():
            if rule.how is not How.STAYS:
                _name_instead(ledger, key, theirs, ours)
        ledger.change("contact", [ours], _what_is_lacking(people[ours], people[theirs]))
        newest = 1 + max(people[ours].version, people[theirs].version)
        # A form that is open on either contact is led to the survivor's, so both versions must be news to it.
        db.session.execute(update(table).where(table.c.id.in_([ours, theirs])).values(version=newest))


def _name_instead(ledger: Ledger, key: str, theirs: int, ours: int) -> None:
    table, column = table_of(key), column_of(key)
    clashing = twins(key, ours, theirs) | open_twins(key, ours, theirs)
    ids = db.session.scalars(select(table.c.id).where(table.c[column] == theirs).order_by(table.c.id)).all()
    ledger.change(table.name, [each for each in ids if each not in clashing], {column: ours})


def _what_is_lacking(ours: Contact, theirs: Contact) -> dict[str, object]:
    """What the survivor's row of a person takes from the loser's."""
    values: dict[str, object] = {
        name: getattr(theirs, name) for names in PERSON_LACKS if getattr(ours, names[0]) is None for name in names
    }
    values |= {name: getattr(ours, name) or getattr(theirs, name) for name in PERSON_EITHER}
    if theirs.left_at is None:
        values["left_at"] = None  # one of the two says that they work there
    return {name: value for name, value in values.items() if value != getattr(ours, name)}


def _tell_sites_apart(ledger: Ledger, part: Part, survivor: Employer, loser: Employer) -> None:
    """Two sites of one name stay two: each has checks of its own."""
    taken = set(db.session.scalars(select(Site.name).where(Site.employer_id.in_([survivor.id, loser.id]))))
    for site in db.session.scalars(_locked(select(Site).where(Site.id.in_(part.twins)).order_by(Site.id))):
        name, number = _with(site.name, loser.name), 2
        while name in taken:
            name, number = _with(site.name, f"{loser.name} {number}"), number + 1
        taken.add(name)
        ledger.change("site", [site.id], {"name": name}, seen=True)


def _end_second_seats(ledger: Ledger, survivor: Employer, loser: Employer, on: date) -> None:
    """An employer sits in a group once: where both do, the loser's seat ends, at the earliest when it began."""
    both = select(Membership).where(Membership.employer_id.in_([survivor.id, loser.id]), Membership.left_on.is_(None))
    seats = db.session.scalars(_locked(both.order_by(Membership.id))).all()
    ours = {each.group_id for each in seats if each.employer_id == survivor.id}
    for seat in seats:
        if seat.employer_id == loser.id and seat.group_id in ours:
            ledger.change("membership", [seat.id], {"left_on": max(on, seat.joined_on)}, seen=True)


def _with(name: str, addition: str) -> str:
    ending = f" ({addition})"[:LONGEST_NAME]
    return f"{name[: LONGEST_NAME - len(ending)]}{ending}"


def _put_pledges_in_order(
    ledger: Ledger, survivor: Employer, loser: Employer, years: Collection[str], on: date
) -> None:
    """One promise in force a year; the loser's versions are numbered on after the survivor's."""
    both = select(Pledge).where(Pledge.employer_id.in_([survivor.id, loser.id])).order_by(Pledge.id)
    pledges = db.session.scalars(_locked(both)).all()
    ours = [each for each in pledges if each.employer_id == survivor.id]
    theirs = [each for each in pledges if each.employer_id == loser.id]
    for year in sorted({each.academic_year_name for each in theirs} & {each.academic_year_name for each in ours}):
        in_force = [each for each in (*ours, *theirs) if _is_in_force(each, year)]
        if len(in_force) == 2:  # noqa: PLR2004  # one of each employer
            ended = in_force[0] if year in years else in_force[1]
            why = f"Merged with {(loser if year in years else survivor).name}, whose pledge stays in force"
            values = {"status": PledgeStatus.SUPERSEDED, "ended_on": on, "ended_reason": why}
            ledger.change("pledge", [ended.id], values, seen=True)
        highest = max(each.number for each in ours if each.academic_year_name == year)
        for pledge in sorted(theirs, key=lambda each: -each.number):  # from the top, so that none is in another's way
            if pledge.academic_year_name == year:
                ledger.change("pledge", [pledge.id], {"number": highest + pledge.number}, seen=True)


def _locked(statement: Select[T]) -> Select[T]:
    """Rows as they are now, whatever this session saw of them before."""
    return statement.with_for_update().execution_options(populate_existing=True)


def _is_in_force(pledge: Pledge, year: str) -> bool:
    return pledge.academic_year_name == year and pledge.status is PledgeStatus.CONFIRMED
