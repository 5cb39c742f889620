"""Which promises and opportunities could meet a request, best first, and why. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.formatting import counted, long_date, short_date
from crm.providers.models import YearGroup
from crm.reference.kinds import OpportunityKind

# What counts more, counts first: enough for everybody before the sector, the sector before where it is.
ENOUGH, SECTOR, ARRANGED_FOR_THEM, AREA, SCHEDULED, ONLINE, YEAR_GROUP = 40, 30, 20, 15, 12, 10, 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request still needs. Its first day is today's, if it would take any."""

    request_id: int
    provider_id: int
    provider: str
    kind: OpportunityKind
    young_people: int
    found: int
    first_day: date
    last_day: date
    sectors: frozenset[str] = frozenset()
    year_groups: frozenset[YearGroup] = frozenset()
    area: str | None = None

    @property
    def still_wanted(self) -> int:
        return max(0, self.young_people - self.found)


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of a live promise with what remains of it, or an open opportunity with its free places."""

    employer_id: int
    employer: str
    kind: OpportunityKind
    first_day: date
    last_day: date
    left: int  # promised and neither booked nor attended; or free and meant for nobody
    of: int  # promised; or the capacity
    sectors: frozenset[str] = frozenset()
    year_groups: frozenset[YearGroup] = frozenset()
    area: str | None = None
    is_online: bool = False
    opportunity_id: int | None = None
    title: str = ""  # of the opportunity
    provider_id: int | None = None  # whose the opportunity is
    pledge_id: int | None = None
    free: int = 0  # of an opportunity: what nobody has taken, meant for somebody or not
    scheduled: int = 0  # such places of the employer's opportunities that the same promise may already be kept with
    quiet_until: date | None = None

    @property
    def key(self) -> tuple[str, int, int, date]:
        return self.employer.casefold(), self.employer_id, self.opportunity_id or 0, self.first_day


@dataclass(frozen=True, slots=True)
class Fit:
    """An offer that could meet a request: why, and what speaks against it."""

    offer: Offer
    score: int
    places: int  # that it could give
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


def best_fits(asked: Asked, offers: Iterable[Offer]) -> Sequence[Fit]:
    """What could meet a request, best first; of equals by employer and day."""
    fits = [found for offer in offers if (found := fit(asked, offer)) is not None]
    return sorted(fits, key=lambda each: (-each.score, each.offer.key))


def fit(asked: Asked, offer: Offer) -> Fit | None:
    """How well an offer meets a request; None if it cannot.

    It must be of the kind, have something left, take place within the days asked for, and be for a year group asked
    for where it is for some only. Everything else makes it better or worse.
    """
    if not _could(asked, offer):
        return None
    places = min(offer.left, asked.still_wanted)
    said = [_enough(asked, offer, places), _when(asked, offer), _sector(asked, offer), _where(asked, offer)]
    said += [_year_groups(asked, offer)]
    reasons = [words for points, words in said if words and points >= 0]
    cautions = [words for points, words in said if words and points < 0]
    if offer.opportunity_id is None and offer.scheduled:
        cautions.append(f"{counted(offer.scheduled, 'place')} of theirs already scheduled and not taken yet")
    if offer.quiet_until is not None:
        cautions.append(f"not to be contacted before {long_date(offer.quiet_until)}")
    score = sum(max(0, points) for points, _ in said)
    return Fit(offer, score, places, tuple(reasons), tuple(cautions))


def _could(asked: Asked, offer: Offer) -> bool:
    within = offer.first_day <= asked.last_day and offer.last_day >= asked.first_day
    if offer.opportunity_id is not None:
        within = asked.first_day <= offer.first_day and offer.last_day <= asked.last_day
    apart = bool(asked.year_groups and offer.year_groups and not asked.year_groups & offer.year_groups)
    elsewhere = offer.provider_id not in (None, asked.provider_id)
    return offer.kind is asked.kind and offer.left > 0 and asked.still_wanted > 0 and within and not apart | elsewhere


def _enough(asked: Asked, offer: Offer, places: int) -> tuple[int, str]:
    left = f"{offer.left} of {counted(offer.of, 'place')} left"
    if places == asked.still_wanted:
        return ENOUGH, f"enough for {'the one' if places == 1 else f'all {places}'} still wanted: {left}"
    return ENOUGH * places // asked.still_wanted, f"for {places} of the {asked.still_wanted} still wanted: {left}"


def _when(asked: Asked, offer: Offer) -> tuple[int, str]:
    if offer.opportunity_id is None:
        first, last = max(asked.first_day, offer.first_day), min(asked.last_day, offer.last_day)
        return 0, f"promised for {short_date(first)} to {short_date(last)}"
    day = f"on {long_date(offer.first_day)}"
    if offer.last_day != offer.first_day:
        day = f"from {long_date(offer.first_day)} to {long_date(offer.last_day)}"
    if offer.provider_id == asked.provider_id:
        return SCHEDULED + ARRANGED_FOR_THEM, f"arranged for {asked.provider} {day}"
    return SCHEDULED, f"scheduled {day}"


def _sector(asked: Asked, offer: Offer) -> tuple[int, str]:
    if not asked.sectors:
        return 0, ""
    both = sorted(asked.sectors & offer.sectors)
    if both:
        return SECTOR, f"in {' and '.join(both)}, as asked"
    return -1, f"another sector: {', '.join(sorted(offer.sectors))}" if offer.sectors else "sector not known"


def _where(asked: Asked, offer: Offer) -> tuple[int, str]:
    if offer.is_online:
        return ONLINE, "online, so nobody travels"
    if asked.area is None or offer.area is None:
        return 0, ""
    return (
        (AREA, f"in {offer.area}, where they are") if offer.area == asked.area else (-1, f"another area: {offer.area}")
    )


def _year_groups(asked: Asked, offer: Offer) -> tuple[int, str]:
    both = sorted(asked.year_groups & offer.year_groups, key=lambda each: each.position)
    if not both:
        return 0, ""
    return YEAR_GROUP, f"for {', '.join(each.label for each in both)}"
