"""The three: how many young people have had 0, 1, 2, 3, and what is still needed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from crm.core.db import db
from crm.fulfilment.counting import CountingPolicy, attended_by, counts, in_year
from crm.opportunities.models import Opportunity, Place
from crm.providers.models import Cohort, Provider, YearGroup, YoungPerson

Group = tuple[int, YearGroup]  # provider id, year group


@dataclass(frozen=True, slots=True)
class ThreeRow:
    """One provider's year group. The denominator is the cohort, never the number of records."""

    provider_id: int
    provider_name: str
    year_group: YearGroup
    cohort: int | None  # young people; None where nobody has counted this academic year
    target: int
    with_some: tuple[int, ...]  # young people with exactly 1, 2, … and with the target or more

    @property
    def recorded(self) -> int:
        """Young people with at least one counted place."""
        return sum(self.with_some)

    @property
    def with_none(self) -> int | None:
        """Cohort less those with at least one; never negative, not known without a cohort."""
        return None if self.cohort is None else max(0, self.cohort - self.recorded)

    @property
    def with_all(self) -> int:
        """Young people who have had the target or more ("of three" uses min(count, 3))."""
        return self.with_some[-1]

    @property
    def had(self) -> int:
        """Counted places that young people have had towards the target: the sum of min(count, target)."""
        return sum(number * people for number, people in enumerate(self.with_some, start=1))

    @property
    def still_needed(self) -> int | None:
        """Places until everyone in the cohort has the target."""
        return None if self.cohort is None else max(0, self.target * max(self.cohort, self.recorded) - self.had)

    @property
    def share_with_all(self) -> float | None:
        """Share of the cohort with the target, from 0 to 1."""
        return self.with_all / self.cohort if self.cohort else None


@dataclass(frozen=True, slots=True)
class ThreeTotal:
    """The rows added up. Rows without a cohort add their people but no denominator."""

    cohort: int
    distribution: tuple[int, ...]  # young people with 0, 1, 2, … and with the target or more
    still_needed: int
    rows_without_cohort: int

    @property
    def share_with_all(self) -> float | None:
        return self.distribution[-1] / self.cohort if self.cohort else None


def three_opportunities(policy: CountingPolicy, as_at: date) -> Sequence[ThreeRow]:
    """How many young people have had how many of the three, by provider and year group.

    Definition: for each provider's year group, the young people of its cohort by the number of counted places they
    attended in the policy's academic year by the end of the as-at date, at most the target. Places of headcounts that
    are not linked to a person count nowhere here. Ordered by provider's name, then age. Three statements.
    """
    cohorts = _cohorts(policy, as_at)
    people = _people(policy, as_at)
    groups = cohorts.keys() | people.keys()
    chosen = select(Provider.id, Provider.name).where(Provider.id.in_({provider_id for provider_id, _ in groups}))
    names = {provider.id: provider.name for provider in db.session.execute(chosen)}
    nobody = (0,) * policy.target
    rows = (
        ThreeRow(
            provider_id, names[provider_id], year_group, cohorts.get(group), policy.target, people.get(group, nobody)
        )
        for group in groups
        for provider_id, year_group in [group]
    )
    return sorted(rows, key=lambda row: (row.provider_name.casefold(), row.provider_id, row.year_group.position))


def add_up(rows: Iterable[ThreeRow], target: int) -> ThreeTotal:
    """Every row together."""
    rows = list(rows)
    some = [sum(row.with_some[index] for row in rows) for index in range(target)]
    return ThreeTotal(
        cohort=sum(row.cohort or 0 for row in rows),
        distribution=(sum(row.with_none or 0 for row in rows), *some),
        still_needed=sum(row.still_needed or 0 for row in rows),
        rows_without_cohort=sum(row.cohort is None for row in rows),
    )


def _cohorts(policy: CountingPolicy, as_at: date) -> Mapping[Group, int]:
    """The latest count of each year group in the academic year, on or before the day."""
    window = and_(Cohort.counted_on >= policy.academic_year.first_day, Cohort.counted_on <= as_at)
    latest = (
        select(Cohort.provider_id, Cohort.year_group, func.max(Cohort.counted_on).label("counted_on"))
        .where(window)
        .group_by(Cohort.provider_id, Cohort.year_group)
        .subquery()
    )
    statement = select(Cohort.provider_id, Cohort.year_group, Cohort.size).join(
        latest,
        and_(
            Cohort.provider_id == latest.c.provider_id,
            Cohort.year_group == latest.c.year_group,
            Cohort.counted_on == latest.c.counted_on,
        ),
    )
    return {(provider_id, year_group): size for provider_id, year_group, size in db.session.execute(statement)}


def _people(policy: CountingPolicy, as_at: date) -> Mapping[Group, tuple[int, ...]]:
    """Young people with exactly 1, 2, … and with the target or more, by provider and year group."""
    each = _places_of_each(policy, as_at).subquery()
    towards = case((each.c.had > policy.target, policy.target), else_=each.c.had)
    if policy.different_employers > 1:
        short = and_(each.c.employers < policy.different_employers, each.c.had >= policy.target)
        towards = case((short, policy.target - 1), else_=towards)
    statement = select(
        each.c.provider_id, each.c.year_group, *(_how_many(towards == number) for number in _numbers(policy))
    ).group_by(each.c.provider_id, each.c.year_group)
    return {(row[0], row[1]): tuple(row[2:]) for row in db.session.execute(statement)}


def _numbers(policy: CountingPolicy) -> range:
    return range(1, policy.target + 1)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _places_of_each(policy: CountingPolicy, as_at: date) -> Select[int, YearGroup, int, int]:
    """Counted places of each young person who has had any, and from how many employers."""
    return (
        select(
            YoungPerson.provider_id,
            YoungPerson.year_group,
            func.count(Place.id).label("had"),
            func.count(Opportunity.employer_id.distinct()).label("employers"),
        )
        .join(Place.opportunity)
        .join(Place.young_person)
        .where(attended_by(as_at), counts(policy), in_year(policy))
        .group_by(YoungPerson.id, YoungPerson.provider_id, YoungPerson.year_group)
    )
