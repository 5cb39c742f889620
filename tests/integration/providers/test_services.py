"""Providers, cohorts and young people."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import Role
from crm.core.db import Base, db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.providers import services
from crm.providers.models import Cohort, ProviderMember, ProviderType, YearGroup, YoungPerson
from crm.providers.queries import cohort_sizes, get_cohort, get_provider, get_young_person, provider_of, provider_rows
from crm.providers.services import CohortDetails, ProviderDetails
from tests.factories import (
    CohortFactory,
    ProviderFactory,
    ProviderMemberFactory,
    SectorFactory,
    UserFactory,
    YoungPersonFactory,
)

pytestmark = pytest.mark.usefixtures("database")


def rows(model: type[Base]) -> list[Any]:
    return list(db.session.query(model).order_by(model.id))


def test_no_two_providers_share_a_name() -> None:
    services.add_provider(ProviderDetails("Écluse School", ProviderType.SCHOOL))
    other = services.add_provider(ProviderDetails("Other", ProviderType.SCHOOL))

    for name in ("Écluse School", "Écluse SCHOOL"):
        with pytest.raises(Conflict, match="already a provider called"):
            services.add_provider(ProviderDetails(name, ProviderType.COLLEGE))
    with pytest.raises(Conflict, match="already a provider called"):
        services.edit_provider(other, ProviderDetails("Écluse School", ProviderType.SCHOOL), seen_version=other.version)


def test_an_edit_keeps_clear_of_other_peoples_edits() -> None:
    provider = ProviderFactory.make(name="School")

    with pytest.raises(EditedMeanwhile):
        services.edit_provider(provider, ProviderDetails("X", ProviderType.SCHOOL), seen_version=provider.version + 1)
    services.edit_provider(provider, ProviderDetails("School", ProviderType.COLLEGE), seen_version=provider.version)

    assert provider.type is ProviderType.COLLEGE


def test_an_archived_provider_comes_back() -> None:
    provider = ProviderFactory.make()

    services.archive_provider(provider)
    first = provider.archived_at
    services.archive_provider(provider)
    assert provider.archived_at == first
    assert provider_rows(clock.today()) == []
    assert [row.is_archived for row in provider_rows(clock.today(), archived=True)] == [True]
    services.restore_provider(provider)

    assert len(provider_rows(clock.today())) == 1


def test_the_same_day_again_corrects_a_count() -> None:
    provider = ProviderFactory.make()
    for size in (180, 182):
        services.count_cohort(provider, CohortDetails(YearGroup.YEAR_10, size, date(2026, 10, 1)))

    assert [count.size for count in rows(Cohort)] == [182]


def test_a_cohort_is_counted_not_forecast() -> None:
    with pytest.raises(Conflict, match="not in the future"):
        services.count_cohort(
            ProviderFactory.make(), CohortDetails(YearGroup.YEAR_10, 1, clock.today() + timedelta(days=1))
        )


def test_the_cohort_of_a_day_is_the_latest_count_of_its_academic_year() -> None:
    provider = ProviderFactory.make()
    counts = {date(2026, 6, 1): 90, date(2026, 9, 10): 100, date(2026, 11, 1): 104, date(2027, 2, 1): 99}
    for day, size in counts.items():
        CohortFactory.make(provider=provider, size=size, counted_on=day)

    assert cohort_sizes(provider.id, date(2026, 12, 1)) == {YearGroup.YEAR_10: 104}
    assert [row.cohort for row in provider_rows(date(2026, 12, 1))] == [104]
    assert cohort_sizes(provider.id, date(2026, 9, 1)) == {}
    assert [row.cohort for row in provider_rows(date(2026, 9, 1))] == [None]


def test_a_count_entered_by_mistake_is_removed() -> None:
    services.remove_count(CohortFactory.make())

    assert rows(Cohort) == []


def test_a_reference_is_recorded_once_whatever_its_capitals() -> None:
    provider = ProviderFactory.make(name="Alder School")
    services.add_young_person(provider, " ab-1 ", YearGroup.YEAR_9)

    with pytest.raises(Conflict, match="Alder School already has a young person with the reference AB-1"):
        services.add_young_person(provider, "AB-1", YearGroup.YEAR_9)
    services.add_young_person(ProviderFactory.make(), "AB-1", YearGroup.YEAR_9)

    assert len(rows(YoungPerson)) == 2


def test_pasted_references_are_added_and_nothing_is_lost() -> None:
    provider = ProviderFactory.make()
    YoungPersonFactory.make(provider=provider, reference="Known", year_group=YearGroup.YEAR_7)

    result = services.add_young_people(provider, "A-1\nknown\nA-2\na-1\nA-2\n\nx@y.example", YearGroup.YEAR_8)

    assert [person.reference for person in result.added] == ["A-1", "A-2"]
    assert [person.reference for person in result.known] == ["Known"]
    assert sorted(result.repeated) == ["A-2", "a-1"]
    assert [each.text for each in result.refused] == ["x@y.example"]
    assert {each.reference: each.year_group for each in rows(YoungPerson)} == {
        "Known": YearGroup.YEAR_7,
        "A-1": YearGroup.YEAR_8,
        "A-2": YearGroup.YEAR_8,
    }


def test_a_reference_is_corrected_unless_somebody_else_has_it() -> None:
    person = YoungPersonFactory.make(reference="A-1")
    YoungPersonFactory.make(provider=person.provider, reference="A-2")

    services.edit_young_person(person, "a-1", YearGroup.YEAR_11, seen_version=person.version)
    with pytest.raises(Conflict, match="already has"):
        services.edit_young_person(person, "A-2", YearGroup.YEAR_11, seen_version=person.version)
    with pytest.raises(EditedMeanwhile):
        services.edit_young_person(person, "A-3", YearGroup.YEAR_11, seen_version=0)

    assert (person.reference, person.year_group) == ("a-1", YearGroup.YEAR_11)


def test_somebody_who_left_may_come_back() -> None:
    person = YoungPersonFactory.make()

    services.mark_left(person)
    left = person.left_at
    services.mark_left(person)
    assert person.left_at == left is not None
    services.mark_returned(person)

    assert person.left_at is None


def test_a_coordinator_acts_for_one_provider_at_a_time() -> None:
    user, first, second = UserFactory.make(role=Role.PROVIDER), ProviderFactory.make(), ProviderFactory.make()

    services.let_act_for(user, first)
    assert provider_of(user) is first
    services.let_act_for(user, second)

    assert provider_of(user) is second
    assert len(rows(ProviderMember)) == 1


def test_only_coordinators_act_for_a_provider() -> None:
    officer = UserFactory.make()

    with pytest.raises(Conflict, match="not a provider’s coordinator"):
        services.let_act_for(officer, ProviderFactory.make())
    assert provider_of(officer) is None


def test_a_stranger_cannot_tell_what_other_providers_have() -> None:
    member = ProviderMemberFactory.make()
    own, other = YoungPersonFactory.make(provider=member.provider), YoungPersonFactory.make()
    count = CohortFactory.make()
    db.session.flush()

    assert get_young_person(own.id, viewer=member.user) is own
    assert get_provider(own.provider_id, viewer=member.user) is member.provider
    for get in (
        lambda: get_young_person(other.id, viewer=member.user),
        lambda: get_provider(other.provider_id, viewer=member.user),
        lambda: get_cohort(count.id, viewer=member.user),
    ):
        with pytest.raises(NotFound):
            get()


def test_interests_are_saved_as_a_change_that_history_tells() -> None:
    person = YoungPersonFactory.make()
    one, two = SectorFactory.make(name="Gardens", position=90), SectorFactory.make(name="Games", position=91)
    before = person.version

    services.set_interests(person, [two.id, one.id])
    services.set_interests(person, [one.id, two.id])

    assert [each.name for each in person.sectors] == ["Gardens", "Games"]
    assert person.version == before + 1
    assert history_of("young_person", person.id)[0].changes["sectors"] == [None, "Games, Gardens"]
