"""Pledges out for an answer: a link in every fate, sent and chased by the services, and then dated back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.answering import services
from crm.answering.models import AnswerKind, Insured
from crm.answering.services import Given
from crm.answering.services.chasing import chase
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.employers.emailing import may_email
from crm.employers.models import Employer
from crm.employers.queries import contacts_of
from crm.links.models import EmployerLink, EmployerLinkToken
from crm.links.services import mark_opened
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.notifications.services import forget_secrets
from crm.pledges.lines import LineDetails, details_of
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import lines_in_full
from crm.pledges.statements import statement_in_force
from crm.reference.academic_years import AcademicYear

DAY = timedelta(days=1)
NO_SUCH_MAILBOX = "550 5.1.1 No such mailbox"


def send_pledges(today: date) -> None:
    """What waits for an answer is out by e-mail: opened, chased, failed, ended, taken back and sent again, answered."""
    fates = (_opened, _chased, _failed, _ended, _sent_again, _answered_with_other_numbers, _confirmed)
    for pledge, become in zip(_waiting(today), fates, strict=False):
        officer = pledge.employer.owner
        people = [each for each in contacts_of(pledge.employer_id) if may_email(pledge.employer, each).allowed]
        if officer is None or not people:
            continue
        set_actor(officer.name)
        (link,) = services.send(pledge, people[:1], by=officer)
        become(link, pledge, officer)
    db.session.flush()


def _waiting(today: date) -> Sequence[Pledge]:
    statement = (
        select(Pledge)
        .where(Pledge.status == PledgeStatus.SENT, Pledge.sent_on <= today)
        .order_by(Pledge.id)
        .options(joinedload(Pledge.employer).joinedload(Employer.owner), *lines_in_full())
    )
    return db.session.scalars(statement).all()


def _opened(link: EmployerLink, _pledge: Pledge, _officer: User) -> None:
    date_back(link, 3 * DAY)
    mark_opened(link, at=clock.now() - DAY)


def _chased(link: EmployerLink, _pledge: Pledge, _officer: User) -> None:
    """Sent eight days ago: the first reminder went out by itself."""
    date_back(link, 8 * DAY)
    chase(link.id, now=clock.now())
    _delivered(link, clock.now())


def _failed(link: EmployerLink, _pledge: Pledge, _officer: User) -> None:
    date_back(link, 2 * DAY)
    db.session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.key.in_(_keys(link)))
        .values(status=EmailStatus.FAILED, sent_at=None, last_error=NO_SUCH_MAILBOX, attempts=1)
    )


def _ended(link: EmployerLink, _pledge: Pledge, _officer: User) -> None:
    date_back(link, 32 * DAY)


def _sent_again(link: EmployerLink, pledge: Pledge, officer: User) -> None:
    """Taken back from one, and on its way to another or the same."""
    date_back(link, 4 * DAY)
    services.revoke(link, by=officer)
    services.send(pledge, [link.contact], by=officer)


def _answered_with_other_numbers(link: EmployerLink, pledge: Pledge, _officer: User) -> None:
    date_back(link, 3 * DAY)
    first, *others = map(details_of, pledge.lines)
    fewer = replace(first, young_people=max(1, (first.young_people or 2) // 2), each=max(1, first.each - 1))
    _answer(link, pledge, AnswerKind.DIFFER, [fewer, *others])


def _confirmed(link: EmployerLink, pledge: Pledge, _officer: User) -> None:
    date_back(link, 5 * DAY)
    _answer(link, pledge, AnswerKind.CONFIRM, ())


def _answer(link: EmployerLink, pledge: Pledge, kind: AnswerKind, lines: Sequence[LineDetails]) -> None:
    db.session.refresh(link, ["contact", "employer"])
    given = Given(
        kind=kind,
        typed_name=link.contact.name,
        job_title=link.contact.job_title,
        lines=lines,
        may_be_named=True,
        insured=Insured.YES,
        insured_until=AcademicYear.of(clock.today()).last_day,
        statement_id=statement_in_force().id,
    )
    services.give_answer(link, pledge, given)


def date_back(link: EmployerLink, by: timedelta) -> None:
    """As if it had been sent some days ago: its mail has gone out."""
    at = clock.now() - by
    link.created_at, link.expires_at = at, link.expires_at - by
    db.session.execute(update(EmployerLinkToken).where(EmployerLinkToken.link_id == link.id).values(created_at=at))
    _delivered(link, at)


def _delivered(link: EmployerLink, at: datetime) -> None:
    db.session.flush()
    for mail in db.session.scalars(
        select(OutboxEmail).where(OutboxEmail.key.in_(_keys(link)), OutboxEmail.status == EmailStatus.QUEUED)
    ):
        mail.status, mail.sent_at, mail.attempts = EmailStatus.SENT, at, 1
        mail.created_at = min(mail.created_at, at)  # nobody sends what is not written yet
        forget_secrets(mail)
    db.session.flush()


def _keys(link: EmployerLink) -> Sequence[str]:
    keys = db.session.scalars(select(EmployerLinkToken.mail_key).where(EmployerLinkToken.link_id == link.id))
    return [key for key in keys if key]
