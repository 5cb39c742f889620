"""What somebody at an employer changes about themselves on their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import MANAGERS, Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact, Employer, Site
from crm.employers.services.emailing import EmailingDetails, Said, lift_objection, record_emailing
from crm.hub.models import ErasureRequest
from crm.interactions.services.follow_ups import NextStep, add_follow_up
from crm.pledges.appetites import AppetiteDetails, appetite_for, record_appetite
from crm.reference.academic_years import AcademicYear

BY_THE_PAGE = "on their page"
A_MONTH = timedelta(days=30)  # UK GDPR, Article 12(3): within one month
FORGET = "{name} asked to be forgotten: delete what is theirs, and tell them"

LONGEST_NAME = 150  # so that it fits a next step


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What somebody says of themselves. Texts are normalised already; None is not known."""

    job_title: str | None
    phone: str | None
    mobile: str | None
    address: str | None = None  # of their only site


def change_details(contact: Contact, details: Details, site: Site | None = None) -> None:
    """Their own, and the address of the site, if the employer has one only. An empty address leaves what is known."""
    if site is not None and details.address:
        site.address = details.address
    contact.job_title, contact.phone, contact.mobile = details.job_title, details.phone, details.mobile
    db.session.flush()


def say_of_next_year(employer: Employer, said: AppetiteDetails | None) -> None:
    """Whether they would host young people again moves to where they stand to the next academic year.

    Nothing said, or the same as before, changes nothing: what an officer wrote beside it stays.

    Raises Conflict if why not is none of the list's reasons, or two wrote at once.
    """
    if said is None:
        return
    today = clock.today()
    year = AcademicYear.of(today).next
    before = appetite_for(employer.id, year)
    if before is None or (before.attitude, before.reason_id) != (said.attitude, said.reason_id):
        record_appetite(employer, year, said, by=None, on=today)


def stop_mails(contact: Contact) -> None:
    """Their employer must be loaded. Saying so twice says it once."""
    if contact.objected_on is None:
        today = clock.today()
        details = EmailingDetails(said=Said.OBJECTED, on=today, how=BY_THE_PAGE)
        record_emailing(contact, details, seen=contact.version, today=today)


def allow_mails(contact: Contact) -> None:
    """They thought again."""
    if contact.objected_on is not None:
        lift_objection(contact, reason="They asked for our mails again on their page")


def ask_to_be_forgotten(contact: Contact, officer_id: int | None) -> bool:
    """Remember the wish, and make it the officer's next step, due within a month. Returns False if it was known."""
    if open_request_of(contact.id) is not None:
        return False
    now = clock.now()
    db.session.add(ErasureRequest(contact_id=contact.id, asked_at=now))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("You asked for this just now. We are on it.") from error
    officer_id = officer_id or _longest_serving_manager()
    if officer_id is not None:
        step = NextStep(FORGET.format(name=contact.name[:LONGEST_NAME]), clock.local_date(now) + A_MONTH, officer_id)
        add_follow_up(contact.employer, step)
    return True


def _longest_serving_manager() -> int | None:
    """Who sees to it where an employer has no officer of its own."""
    statement = (
        select(User.id)
        .where(User.role.in_(sorted(MANAGERS)), User.disabled_at.is_(None))
        .order_by(case((User.role == Role.MANAGER, 0), else_=1), User.id)
        .limit(1)
    )
    return db.session.scalar(statement)


def open_requests_at(employer_id: int) -> Sequence[ErasureRequest]:
    """Who at an employer waits to be forgotten, longest first, with the person. One statement."""
    statement = (
        select(ErasureRequest)
        .join(ErasureRequest.contact)
        .where(Contact.employer_id == employer_id, ErasureRequest.settled_at.is_(None))
        .order_by(ErasureRequest.asked_at, ErasureRequest.id)
        .options(contains_eager(ErasureRequest.contact))
    )
    return db.session.scalars(statement).all()


def settle(request_id: int, employer_id: int, *, by: User) -> None:
    """Note that an officer has seen to a wish to be forgotten.

    Raises Conflict if nobody at the employer waits for that any more.
    """
    statement = (
        select(ErasureRequest)
        .join(ErasureRequest.contact)
        .where(ErasureRequest.id == request_id, Contact.employer_id == employer_id, ErasureRequest.settled_at.is_(None))
        .with_for_update(of=ErasureRequest)
    )
    request = db.session.scalars(statement).one_or_none()
    if request is None:
        raise Conflict("A colleague has seen to this already.")
    request.settled_at, request.settled_by_id = clock.now(), by.id
    db.session.flush()


def open_request_of(contact_id: int) -> ErasureRequest | None:
    statement = select(ErasureRequest).where(
        ErasureRequest.contact_id == contact_id, ErasureRequest.settled_at.is_(None)
    )
    return db.session.scalars(statement).one_or_none()
