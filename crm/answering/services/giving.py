"""An employer answers by its link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.answering.models import AnswerKind, Insured, PledgeAnswer
from crm.answering.services.telling import tell_of_answer
from crm.answering.services.writing import stop_asking
from crm.audit.recording import because
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.links import services as links
from crm.links.models import EmployerLink
from crm.pledges import services as pledges
from crm.pledges.lines import LineDetails
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.offers import offer_instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it was given on the employer's page."""

    kind: AnswerKind
    typed_name: str
    job_title: str | None = None
    reason: str | None = None  # of a no: as the list says it
    detail: str = ""
    lines: Sequence[LineDetails] = ()  # of something different
    may_be_named: bool | None = None
    insured: Insured | None = None
    insured_until: date | None = None
    statement_id: int | None = None  # the version of the statement that was read
    network: str | None = None
    browser: str | None = None


def give_answer(link: EmployerLink, pledge: Pledge, given: Given) -> PledgeAnswer | None:
    """Decide a pledge as the employer says, and owe both sides a receipt.

    The first of many answers counts; whoever comes later, or after the pledge was taken back or the link ran out,
    gets None, and nothing has happened.

    Args:
        link: to answer by, with contact, employer (and its owner) and who sent it loaded.
        pledge: the link's, its lines loaded.
        given: what was answered.

    Raises:
        Conflict: what they offer cannot be; they are told why, and may answer again.
    """
    now = clock.now()
    pledges.lock(pledge)
    if pledge.status is not PledgeStatus.SENT or not links.use(link, at=now):
        return None
    links.mark_opened(link, at=now)
    answer = PledgeAnswer(
        pledge_id=pledge.id,
        link_id=link.id,
        contact_id=link.contact_id,
        kind=given.kind,
        reason=given.reason,
        detail=given.detail,
        typed_name=given.typed_name,
        job_title=given.job_title,
        may_be_named=given.may_be_named,
        insured=given.insured,
        insured_until=given.insured_until,
        statement_id=given.statement_id,
        answered_at=now,
        network=given.network,
        browser=given.browser,
    )
    with because("Answered by the link that was e-mailed", actor=f"{given.typed_name} of {link.employer.name}"):
        _decide(pledge, given, answer, clock.local_date(now))
    db.session.add(answer)
    db.session.flush()
    stop_asking(pledge.id)
    tell_of_answer(answer, link, pledge)
    return answer


def _decide(pledge: Pledge, given: Given, answer: PledgeAnswer, today: date) -> None:
    if given.kind is AnswerKind.CONFIRM:
        former = pledges.versions(pledge.employer_id, pledge.academic_year, PledgeStatus.CONFIRMED)
        answer.superseded_pledge_id = former[0].id if former else None
        pledges.confirm(pledge, today)
    elif given.kind is AnswerKind.DIFFER:
        answer.offered_pledge_id = offer_instead(pledge, given.lines, on=today).id
    else:
        if not given.reason:
            raise Conflict("Select why it is not possible this year.")
        pledges.decline(pledge, reason=": ".join(filter(None, (given.reason, given.detail))), on=today)
