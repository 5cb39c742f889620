"""Two providers with everything a provider can have. What is the other's is marked, and so known wherever it shows.

References, titles and words of the other provider contain SECRET; its counts are numbers that stand nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Table, or_, select

from crm.accounts.models import SignIn, User
from crm.accounts.services.sign_ins import begin_sign_in
from crm.calendars.models import CalendarFeed
from crm.calendars.services import Owner, make_feed
from crm.core import clock
from crm.core.db import Base, db
from crm.library.models import Format
from crm.library.services import ItemDetails, add_item
from crm.names.services import keep_names, write_name
from crm.opportunities.for_requests.services import find_places
from crm.opportunities.models import Opportunity
from crm.opportunities.provider_word.services import Feedback, say_for_provider
from crm.opportunities.services import add_headcount, add_place_for
from crm.pledges.kinds import OpportunityKind
from crm.providers.closed_days.services import Closure, close
from crm.providers.models import Provider
from crm.skills.services import ListDetails, publish_list
from crm.skills.wording import read_lines
from tests.factories import (
    CohortFactory,
    ProviderFactory,
    ProviderMemberFactory,
    RequestFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged
from tests.integration.opportunities.series import made

MARK = "SECRET"
HEADCOUNT, COHORT, ASKED, CAPACITY, FOUND, LARGE = 7391, 8273, 6199, 9177, 1483, 9811
TAKEN = HEADCOUNT + 3  # of the shared opportunity: by both, each with a person and a headcount, the own of one
# Also what could be worked out: how many of theirs take part, how many of everybody, and how many could still.
COUNTS = (HEADCOUNT, COHORT, ASKED, CAPACITY, FOUND, HEADCOUNT + 1, TAKEN, LARGE - TAKEN)
PEOPLE = 3  # of each provider


@dataclass(frozen=True)
class TwoProviders:
    """Ids by the name an argument of an address or a field of a form has for them."""

    coordinator: User
    own: Mapping[str, int]
    own_besides: Mapping[str, int]
    theirs: Mapping[str, int]
    their_people: tuple[int, ...]
    tokens: tuple[str, ...]  # of the calendar feeds that the coordinator reads

    def their_rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table that is the other provider's, as it is stored."""
        db.session.rollback()
        found = {}
        for table in Base.metadata.sorted_tables:
            conditions = [table.c[column].in_(ids) for column, ids in self._keys(table).items() if column in table.c]
            if conditions:
                rows = db.session.execute(select(table).where(or_(*conditions)).order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in rows]
        return found

    def _keys(self, table: Table) -> dict[str, list[int]]:
        keys = {name: [each] for name, each in self.theirs.items()} | {"young_person_id": list(self.their_people)}
        return keys | {"id": keys[f"{table.name}_id"]} if f"{table.name}_id" in keys else keys


@dataclass(frozen=True)
class Side:
    """One of the two."""

    coordinator: User
    ids: dict[str, int]
    people: tuple[int, ...]
    tokens: tuple[str, ...]


def two_providers() -> TwoProviders:
    """Both have people, a request, a headcount and a person in a shared opportunity, and something of their own."""
    schools = ProviderFactory.make(name="Own School"), ProviderFactory.make(name="Other Academy")
    officer, today = UserFactory.make(), clock.today()
    shared = arranged(first_day=today, title="Shared visit", capacity=LARGE)
    publish_list(ListDetails(read_lines("Listening"), today, "Roundtable"), seen=0, by=officer, at=clock.now())
    film = ItemDetails(
        title="A day on site",
        role="Site manager",
        url="https://video.example.com",
        minutes=4,
        format=Format.VIDEO,
        skill_ids=frozenset(),
    )
    item = add_item(film, by=officer)
    alike = {"item_id": item.id, "number": 1}
    sides = [_side(school, shared, officer, mark) for school, mark in zip(schools, ("OWN", MARK), strict=True)]
    own, theirs = sides
    waiting = RequestFactory.make(provider=schools[0], asked_by=own.coordinator)
    db.session.commit()
    return TwoProviders(
        coordinator=own.coordinator,
        own=alike | own.ids | {"opportunity_id": shared.id, "request_id": waiting.id},
        own_besides=alike | own.ids,
        theirs=theirs.ids,
        their_people=theirs.people,
        tokens=own.tokens,
    )


def _side(school: Provider, shared: Opportunity, officer: User, mark: str) -> "Side":
    today, secret = clock.today(), mark == MARK
    member: User = ProviderMemberFactory.make(provider=school).user
    people = [YoungPersonFactory.make(provider=school, reference=f"{mark}-REF-{number}") for number in range(PEOPLE)]
    place = add_place_for(shared, people[0])
    add_headcount(shared, school, HEADCOUNT if secret else 1)
    CohortFactory.make(provider=school, size=COHORT if secret else 20)
    visit = arranged(first_day=today, title=f"{mark}-TITLE", provider_id=school.id, capacity=CAPACITY if secret else 5)
    add_place_for(visit, people[1])
    later = arranged(first_day=today + timedelta(days=9), title=f"{mark}-LATER", provider_id=school.id)
    request = RequestFactory.make(
        provider=school, asked_by=member, words=f"{mark}-WORDS", young_people=ASKED if secret else 4
    )
    find_places(request, later, 1, by=officer, at=clock.now())
    find_places(request, shared, FOUND if secret else 2, by=officer, at=clock.now())
    series = made(
        provider_id=school.id, references=people[2].reference, kind=OpportunityKind.MENTORING, title=f"{mark}-SERIES"
    ).series
    closed = close(school, Closure(today + timedelta(days=5), today + timedelta(days=5), f"{mark}-CLOSED"))
    keep_names(school, by=member, at=clock.now())
    write_name(people[0], f"{mark}-NAME", at=clock.now())
    say_for_provider(shared, school, Feedback(rating=2, went_well=f"{mark}-SAID"), by=member, seen=None)
    begin_sign_in(member, at=clock.now())
    sign_in = db.session.scalars(select(SignIn).where(SignIn.user_id == member.id)).one()
    tokens = tuple(make_feed(Owner.of(owner), f"{mark}-FEED", by=member) for owner in (school, member))
    feed_id = db.session.scalars(select(CalendarFeed.id).where(CalendarFeed.provider_id == school.id)).one()
    ids = {
        "provider_id": school.id,
        "young_person_id": people[0].id,
        "opportunity_id": visit.id,
        "request_id": request.id,
        "series_id": series.id,
        "closed_day_id": closed.id,
        "place_id": place.id,
        "sign_in_id": sign_in.id,
        "feed_id": feed_id,
        "user_id": member.id,
    }
    return Side(member, ids, tuple(person.id for person in people), tokens)
