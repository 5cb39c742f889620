"""Answers, and whom they concern."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.answering.models import PledgeAnswer
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.links.models import EmployerLink, LinkPurpose


def answer_that_offered(pledge_id: int) -> PledgeAnswer | None:
    """The answer by which an employer offered this version, unless it was taken back."""
    statement = select(PledgeAnswer).where(
        PledgeAnswer.offered_pledge_id == pledge_id, PledgeAnswer.undone_at.is_(None)
    )
    return db.session.scalars(statement).one_or_none()


def answers_about(pledge_id: int) -> Sequence[PledgeAnswer]:
    """Every answer to a version, or that offered it, latest first. One statement.

    The contact, the version of the statement and who undid it are loaded.
    """
    statement = (
        select(PledgeAnswer)
        .where(or_(PledgeAnswer.pledge_id == pledge_id, PledgeAnswer.offered_pledge_id == pledge_id))
        .order_by(PledgeAnswer.id.desc())
        .options(
            joinedload(PledgeAnswer.contact), joinedload(PledgeAnswer.undone_by), joinedload(PledgeAnswer.statement)
        )
    )
    return db.session.scalars(statement).all()


def insurance_said(employer_id: int) -> PledgeAnswer | None:
    """The latest answer in which an employer said whether it is insured, unless it was taken back. One statement."""
    statement = (
        select(PledgeAnswer)
        .join(PledgeAnswer.contact)
        .where(Contact.employer_id == employer_id, PledgeAnswer.insured.is_not(None), PledgeAnswer.undone_at.is_(None))
        .order_by(PledgeAnswer.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def answer_about(pledge_id: int) -> PledgeAnswer | None:
    """The answer that stands to a version, or by which it was offered, with what was offered. One statement."""
    statement = (
        select(PledgeAnswer)
        .where(
            or_(PledgeAnswer.pledge_id == pledge_id, PledgeAnswer.offered_pledge_id == pledge_id),
            PledgeAnswer.undone_at.is_(None),
        )
        .options(joinedload(PledgeAnswer.offered_pledge))
    )
    return db.session.scalars(statement).one_or_none()


def receipt_of(answer: PledgeAnswer) -> EmployerLink:
    """The link to the receipt that was owed with an answer."""
    statement = (
        select(EmployerLink)
        .where(
            EmployerLink.pledge_id == answer.pledge_id,
            EmployerLink.contact_id == answer.contact_id,
            EmployerLink.purpose == LinkPurpose.RECEIPT,
        )
        .order_by(EmployerLink.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one()


def get_answer(answer_id: int) -> PledgeAnswer | None:
    return db.session.get(PledgeAnswer, answer_id)


def person_of(answer: PledgeAnswer) -> Contact:
    """Who answered, with the employer and its owner loaded."""
    return db.session.scalars(
        select(Contact).where(Contact.id == answer.contact_id).options(joinedload(Contact.employer))
    ).one()


def officer_of(answer: PledgeAnswer) -> User | None:
    """Who asked the employer and hears of its answer: who sent the link, or else who looks after the employer."""
    return officer_behind(db.session.get_one(EmployerLink, answer.link_id))


def officer_behind(link: EmployerLink) -> User | None:
    """Who sent a link, or else who looks after the employer; nobody if neither works here."""
    employer = db.session.get_one(Employer, link.employer_id)
    for user_id in (link.sent_by_id, employer.owner_id):
        user = db.session.get(User, user_id) if user_id else None
        if user is not None and user.is_active:
            return user
    return None
