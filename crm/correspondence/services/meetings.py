"""Meetings still to come: planned when an invitation is filed, moved and called off by the letters that follow it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.core.clock import LONDON
from crm.core.db import db
from crm.correspondence import wording
from crm.correspondence.models import Mail, MailStatus
from crm.correspondence.reading.letter import LetterKind
from crm.correspondence.services.deciding import Filing
from crm.employers.models import Employer
from crm.interactions.models import Channel, PlannedInteraction, PlanStatus
from crm.interactions.services import InteractionDetails, PlanDetails, cancel_plan, change_plan, plan_interaction

CALLED_OFF = "Called off by e-mail"


def is_to_come(mail: Mail, on: date, today: date) -> bool:
    """Whether a letter is about a meeting that has not been."""
    return mail.kind is not LetterKind.EMAIL and on > today


def plan_meeting(mail: Mail, employer: Employer, logged: InteractionDetails, filing: Filing) -> None:
    """Plan the meeting of an invitation with the people of its entry; or move it, if an earlier one planned it."""
    details = PlanDetails(
        channel=Channel.MEETING,
        planned_on=mail.happened_on,
        about=wording.title_of(mail),
        starts_at=mail.begins_at.astimezone(LONDON).time() if mail.begins_at else None,
        contact_ids=logged.contact_ids,
        officer_ids=logged.officer_ids,
    )
    plan = _open_plan(mail, employer)
    if plan is None:
        plan = plan_interaction(employer, details, by=filing.by, today=filing.today)
    else:
        change_plan(plan, details, seen=plan.version, today=filing.today)
    mail.planned_id = plan.id


def call_off_meeting(mail: Mail, employer: Employer) -> None:
    """Cancel what the invitation to a meeting planned. Nothing if nobody filed it, or it has been logged."""
    plan = _open_plan(mail, employer)
    if plan is not None:
        cancel_plan(plan, reason=CALLED_OFF)
        mail.planned_id = plan.id


def take_back_plan(mail: Mail, *, reason: str) -> None:
    """Cancel what a mail planned that was filed by mistake."""
    if mail.kind is LetterKind.MEETING and mail.planned_id is not None:
        plan = db.session.get_one(PlannedInteraction, mail.planned_id)
        if plan.is_open:
            cancel_plan(plan, reason=reason)
    mail.planned_id = None


def _open_plan(mail: Mail, employer: Employer) -> PlannedInteraction | None:
    """What an earlier letter about the same meeting planned here, with who takes part."""
    meeting_id = mail.message_id.removesuffix("#cancelled").rpartition("#")[0]
    if not meeting_id:
        return None
    earlier = select(Mail.planned_id).where(
        Mail.status == MailStatus.FILED,
        Mail.employer_id == employer.id,
        Mail.message_id.startswith(f"{meeting_id}#", autoescape=True),
    )
    statement = (
        select(PlannedInteraction)
        .where(
            PlannedInteraction.id.in_(earlier),
            PlannedInteraction.employer_id == employer.id,
            PlannedInteraction.status == PlanStatus.PLANNED,
        )
        .options(selectinload(PlannedInteraction.contacts), selectinload(PlannedInteraction.officers))
        .order_by(PlannedInteraction.id)
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()
