"""Beginning a renewal run, and adding to it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.emailing import may_email
from crm.employers.models import Contact, Employer
from crm.fulfilment.progress import line_progress
from crm.fulfilment.standing import Progress
from crm.pledges.models import Pledge
from crm.reference.academic_years import AcademicYear
from crm.renewals import queries
from crm.renewals.models import RenewalLine, RenewalProposal, RenewalRun
from crm.renewals.proposing import caution, proposed

NOBODY = "We know nobody there whom we may e-mail."


def begin(year: AcademicYear, *, by: User) -> RenewalRun:
    """The renewal for a year, with a proposal for every employer whose pledge is in force the year before.

    Raises Conflict if there is one: it can be added to.
    """
    run = RenewalRun(academic_year_name=year.name, begun_by_id=by.id)
    db.session.add(run)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(f"The renewal for {year} was begun already. Open it and bring it up to date.") from error
    bring_up_to_date(run)
    return run


def bring_up_to_date(run: RenewalRun) -> int:
    """Propose for employers whose pledge came into force since. Returns how many proposals were added."""
    db.session.scalar(select(RenewalRun.id).where(RenewalRun.id == run.id).with_for_update())
    pledges = queries.to_renew(run.academic_year, run.id)
    kept = line_progress([line for pledge in pledges for line in pledge.lines], clock.today())
    people = queries.people_of([pledge.employer_id for pledge in pledges])
    for pledge in pledges:
        db.session.add(_proposal(run, pledge, kept, people[pledge.employer_id]))
    db.session.flush()
    return len(pledges)


def _proposal(
    run: RenewalRun, pledge: Pledge, kept: Mapping[int, Progress], people: Sequence[Contact]
) -> RenewalProposal:
    contact = whom_to_ask(pledge, people)
    numbers = [proposed(line, kept[line.id]) for line in pledge.lines]
    cautions = [caution([kept[line.id] for line in pledge.lines]), "" if contact else NOBODY]
    return RenewalProposal(
        run_id=run.id,
        employer_id=pledge.employer_id,
        former_id=pledge.id,
        contact_id=contact.id if contact else None,
        why=" ".join(filter(None, cautions)) or None,
        lines=[
            RenewalLine(former_line_id=each.line.id, young_people=each.young_people, each=each.each) for each in numbers
        ],
    )


def whom_to_ask(former: Pledge, people: Sequence[Contact]) -> Contact | None:
    """Who signed last year, if they still work there; else the first who signs pledges. Only whom we may e-mail."""
    in_order = sorted(people, key=lambda each: each.id != former.signatory_id)
    return next((each for each in in_order if may_email(former.employer, each).allowed), None)


def may_ask(employer: Employer, contact: Contact) -> str:
    """Why a contact cannot be asked; nothing if they can."""
    if contact.employer_id != employer.id:
        return "They do not work for this employer."
    answer = may_email(employer, contact)
    return "" if answer.allowed else answer.reason
