"""The counting policy in force: what the council decided, or what the service came with."""

from datetime import date

from crm.counting.models import CountingPolicyVersion
from crm.counting.queries import latest_for
from crm.fulfilment.counting import CountingPolicy
from crm.reference.academic_years import AcademicYear


def policy_on(day: date) -> CountingPolicy:
    """The policy of the academic year of a day, as it was decided last. At most two statements."""
    return policy_for(AcademicYear.of(day))


def policy_for(year: AcademicYear) -> CountingPolicy:
    """The policy of a year: its latest version, or else the latest of the years before it."""
    version = latest_for(year)
    return CountingPolicy(year) if version is None else as_policy(version, year)


def as_policy(version: CountingPolicyVersion, year: AcademicYear) -> CountingPolicy:
    """A version as the figures take it. A year without one of its own counts by an earlier one's, as its version 1."""
    own = version.academic_year == year
    return CountingPolicy(
        year,
        version=version.number if own else 1,
        kinds=frozenset(each.kind for each in version.kinds),
        minimum_hours=version.minimum_hours,
        target=version.target,
        different_employers=version.different_employers,
    )
