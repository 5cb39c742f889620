"""Employers that somebody wrote down twice: one pair to look at, one that has been merged already."""

from collections.abc import Sequence
from datetime import date

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.demo.organisations import Known
from crm.employers.models import Employer
from crm.employers.services import ContactDetails, EmployerDetails, add_contact, add_employer
from crm.interactions.models import Channel
from crm.interactions.services import InteractionDetails, log_interaction
from crm.merging.pairing import likely_pairs
from crm.merging.queries.pairs import all_features
from crm.merging.services.merging import Choices, merge_employers
from crm.merging.services.pairs import BY_NIGHT, ask_for_search, keep_pairs, note_progress

ALIKE = "Alder and Finch Joiners"
ONCE_CALLED = "Bumble Wick Bakery"


def write_twice(everybody: Sequence[Known], today: date) -> None:
    """Add the twins, merge one of them, and look for likely pairs as the worker does every night."""
    known = {each.employer.name: each for each in everybody}
    _twin_of(known["Alder & Finch Joinery Ltd"], ALIKE, today)
    bakery = known["Bumblewick Bakery"]
    twin = _twin_of(bakery, ONCE_CALLED, today)
    _merge(bakery.employer, twin, bakery.officer)
    _look_for_pairs()


def _twin_of(known: Known, name: str, today: date) -> Employer:
    """As a colleague wrote it down after a call, without looking first."""
    set_actor(known.officer.name)
    details = EmployerDetails(
        name=name,
        postcode=known.employer.postcode,
        phone=known.employer.phone,
        email=f"office@{known.employer.domain}",
    )
    twin = add_employer(details)
    person = known.contacts[0]
    add_contact(twin, ContactDetails(name=person.name, email=person.email, phone=person.phone))
    said = InteractionDetails(Channel.CALL, today, "Rang about placements; they would like to hear more.")
    log_interaction(twin, said, by=known.officer, today=today)
    return twin


def _merge(survivor: Employer, loser: Employer, by: User) -> None:
    choices = Choices(
        survivor_id=survivor.id,
        loser_id=loser.id,
        survivor_version=survivor.version,
        loser_version=loser.version,
    )
    merge_employers(choices, by=by, at=clock.now())


def _look_for_pairs() -> None:
    search, employers = ask_for_search(by=BY_NIGHT, at=clock.now()), all_features()
    note_progress(search.id, done=len(employers), total=len(employers), at=clock.now())
    keep_pairs(search.id, likely_pairs(employers, lambda _share: None), at=clock.now())
