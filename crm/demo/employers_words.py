"""What employers said on their own pages: of what took place, of next year, and that they would be forgotten."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.demo.organisations import Known
from crm.demo.sending import date_back
from crm.hub.services.asking import send_link
from crm.hub.services.saying import ask_to_be_forgotten
from crm.links.services import mark_opened
from crm.opportunities.employer_word.services import Word, say
from crm.opportunities.models import CAME, Opportunity, OpportunityStatus, Place
from crm.pledges.appetites import AppetiteDetails, record_appetite
from crm.pledges.models import Attitude
from crm.reference.academic_years import AcademicYear

DAY = timedelta(days=1)
SAID = (  # how many fewer came than we recorded, None where they do not say; how it went; two texts
    (1, 4, "They asked good questions, and one of them wants to come back.", "Tell us a week before who is coming."),
    (0, 5, "Everybody was on time, and our apprentices liked to explain what they do.", ""),
    (None, 2, "", "The group came half an hour late. Please send them by tram, not by coach."),
)


def say_how_it_went(everybody: Sequence[Known], today: date) -> None:
    """Words about the latest of three employers: a number that is not ours, one that is, and none.

    The first of them has a link to its page, opened yesterday, and says that it would host again.
    """
    by_employer = {known.employer.id: known for known in everybody}
    latest: dict[int, tuple[Opportunity, int]] = {}
    for opportunity, came in _took_place(by_employer):
        latest.setdefault(opportunity.employer_id, (opportunity, came))
    said = list(zip(latest.items(), SAID, strict=False))
    for (employer_id, (opportunity, came)), (fewer, rating, went_well, to_change) in said:
        _speak_for(by_employer[employer_id])
        word = Word(
            came=None if fewer is None else came - fewer, rating=rating, went_well=went_well, to_change=to_change
        )
        written = say(opportunity, by_employer[employer_id].contacts[0], word)
        written.said_at = min(opportunity.ends_at + DAY, clock.now())
    first, _, last = (by_employer[employer_id] for (employer_id, _), _ in said)
    _is_given_its_page(first, today)
    _speak_for(last)
    ask_to_be_forgotten(last.contacts[-1], last.officer.id)


def _took_place(by_employer: dict[int, Known]) -> Sequence[tuple[Opportunity, int]]:
    """What is over and had more than one young person, with how many came; latest first."""
    came = func.sum(Place.came)
    statement = (
        select(Opportunity, came)
        .join(Place, Place.opportunity_id == Opportunity.id)
        .where(
            Opportunity.employer_id.in_(by_employer),
            Opportunity.status == OpportunityStatus.DELIVERED,
            Opportunity.ends_at <= clock.now(),
            Place.status.in_(CAME),
        )
        .group_by(Opportunity.id)
        .having(came > 1)
        .order_by(Opportunity.ends_at.desc(), Opportunity.id.desc())
    )
    return [(opportunity, number or 0) for opportunity, number in db.session.execute(statement)]


def _is_given_its_page(known: Known, today: date) -> None:
    set_actor(known.officer.name)
    contact = known.contacts[0]
    contact.employer = known.employer
    link = send_link(contact, by=known.officer, key="hub-link:demo").link
    date_back(link, 2 * DAY)
    mark_opened(link, at=clock.now() - DAY)
    _speak_for(known)
    attitude = AppetiteDetails(Attitude.ACTIVELY_LOOKING)
    record_appetite(known.employer, AcademicYear.of(today).next, attitude, by=None, on=today)


def _speak_for(known: Known) -> None:
    set_actor(f"{known.contacts[0].name} of {known.employer.name}")
