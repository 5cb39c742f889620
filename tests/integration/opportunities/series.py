"""Dull series for these tests, made by the service, and the day on which they look at it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import Opportunity, Place
from crm.opportunities.series.models import Series
from crm.opportunities.series.rule import Rule
from crm.opportunities.series.services import Made, SeriesDetails, make_series
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider
from tests.factories import EmployerFactory, ProviderFactory, UserFactory, YoungPersonFactory

NOW = datetime(2026, 11, 11, 12, tzinfo=UTC)  # a Wednesday: two meetings are past, two to come
DAYS = [date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, 17), date(2026, 11, 24)]
RULE = Rule(every_weeks=1, weekday=1, first_on=DAYS[0], starts=time(15, 30), ends=time(16, 30), times=4)


def details(**given: Any) -> SeriesDetails:
    """Mentoring on four Tuesdays at half past three, with places for two."""
    dull = SeriesDetails(kind=OpportunityKind.MENTORING, rule=RULE, capacity=2, title="Mentoring")
    return replace(dull, **given)


def school_with(*references: str) -> Provider:
    school = ProviderFactory.make()
    for each in references:
        YoungPersonFactory.make(provider=school, reference=each)
    return school


def made(*, employer: Employer | None = None, days: Sequence[date] = DAYS, references: str = "", **given: Any) -> Made:
    return make_series(
        employer or EmployerFactory.make(), details(**given), days, references=references, made_by=UserFactory.make()
    )


def mentoring(*references: str, **given: Any) -> Series:
    """A programme with these mentees of one school."""
    school = school_with(*references)
    return made(provider_id=school.id, references="\n".join(references), **given).series


def meetings(series: Series) -> Sequence[Opportunity]:
    return db.session.scalars(
        select(Opportunity).where(Opportunity.series_id == series.id).order_by(Opportunity.series_number)
    ).all()


def places(series: Series) -> Sequence[Place]:
    ids = [each.id for each in meetings(series)]
    return db.session.scalars(select(Place).where(Place.opportunity_id.in_(ids)).order_by(Place.id)).all()
