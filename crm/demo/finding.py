"""What was found for the requests of Northmoor's providers: all of one, a part of another."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.demo.organisations import Known
from crm.opportunities.for_requests.services import find_for
from crm.opportunities.services import OpportunityDetails, schedule_opportunity
from crm.pledges.kinds import Mode
from crm.pledges.kinds import OpportunityKind as Kind
from crm.providers.requests.models import Request, RequestStatus

SOON = timedelta(days=15)
ONLINE = "https://meet.example.com/northmoor"
FIRST = 10  # of the employers that find something
WORKED_ON = (RequestStatus.TAKEN, RequestStatus.MET)


def find_what_was_asked_for(everybody: Sequence[Known], today: date) -> None:
    """One opportunity for each request that an officer took: as many places as asked for, but of placements fewer."""
    taken = select(Request, User).join(Request.taken_by).where(Request.status.in_(WORKED_ON)).order_by(Request.id)
    for place, (request, officer) in enumerate(db.session.execute(taken).all()):
        known = everybody[FIRST + place]
        set_actor(officer.name)
        details = OpportunityDetails(
            kind=request.kind,
            title="A day beside somebody at work",
            first_day=today + SOON + timedelta(days=place),
            starts=time(9, 30),
            ends=time(15),
            capacity=2 if request.kind is Kind.PLACEMENT else request.young_people,
            mode=Mode.ONLINE if request.kind is Kind.PLACEMENT else Mode.IN_PERSON,
            provider_id=request.provider_id,
            place_or_link=ONLINE if request.kind is Kind.PLACEMENT else known.sites[0].name,
        )
        opportunity = schedule_opportunity(known.employer, details, scheduled_by=known.officer)
        find_for(request, opportunity, by=officer, at=clock.now())
