"""What tests of answers have in common: an employer that was sent a pledge, and its link."""

from datetime import date, timedelta

from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.answering.models import AnswerKind
from crm.answering.services import Given
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import Issued, issue
from crm.pledges.models import Pledge, PledgeStatus
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory

SENT_ON = date(2026, 9, 20)
YES = Given(kind=AnswerKind.CONFIRM, typed_name="Dana Price")
NO = Given(kind=AnswerKind.DECLINE, typed_name="Dana Price", reason="No capacity this year")


def a_contact(employer: Employer | None = None, **given: object) -> Contact:
    employer = employer or EmployerFactory.make(name="Alder Joinery", owner=UserFactory.make(name="Priya Shah"))
    return ContactFactory.make(**{"employer": employer, "name": "Dana Price", "email": "dana@alder.example", **given})


def a_sent_pledge(contact: Contact, **given: object) -> Pledge:
    """10 × 3 placements, waiting for an answer."""
    return PledgeFactory.make(
        **{
            "employer": contact.employer,
            "status": PledgeStatus.SENT,
            "confirmed_on": None,
            "sent_on": SENT_ON,
            "signatory_id": contact.id,
            "lines": [PledgeLineFactory.build(young_people=10, each=3)],
            **given,
        }
    )


def a_link(contact: Contact, pledge: Pledge, by: User | None = None) -> Issued:
    issued = issue(LinkPurpose.ANSWER, contact, pledge=pledge, lasts=timedelta(days=28), by=by, mail_key="test")
    db.session.commit()
    return issued


def with_lines(pledge_id: int | None) -> Pledge:
    return db.session.get_one(Pledge, pledge_id, options=[selectinload(Pledge.lines)], populate_existing=True)


def link_and_pledge(link_id: int) -> tuple[EmployerLink, Pledge]:
    """As a page has them: a link with everything loaded, and its pledge with its lines."""
    link = db.session.get_one(
        EmployerLink,
        link_id,
        options=[
            selectinload(EmployerLink.contact),
            selectinload(EmployerLink.employer).selectinload(Employer.owner),
            selectinload(EmployerLink.sent_by),
        ],
        populate_existing=True,
    )
    return link, with_lines(link.pledge_id)
