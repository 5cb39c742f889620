"""From draft to open: the checks of the site, exemptions, Years 7 to 9, and what a change does to them."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm.checks.models import CheckKind
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, NotAllowed
from crm.employers.models import Site
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.particulars import Venue
from crm.opportunities.queries import readiness_of
from crm.opportunities.services import (
    Lists,
    add_headcount,
    add_place_for,
    add_places_by_reference,
    allow_block,
    cancel_opportunity,
    edit_opportunity,
    exempt_from_checks,
    make_draft_again,
    mark_delivered,
    open_opportunity,
    take_back_exemption,
)
from crm.pledges.kinds import Mode, OpportunityKind
from crm.providers.models import YearGroup
from tests.conftest import counting_queries
from tests.factories import ProviderFactory, SiteCheckFactory, SiteFactory, UserFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import A_DAY, arranged, details

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
NEXT_WEEK = clock.today() + timedelta(days=7)
YOUNG = Lists(year_groups=frozenset({YearGroup.YEAR_9, YearGroup.YEAR_10}))
OLDER = Lists(year_groups=frozenset({YearGroup.YEAR_10}))
DRAFT, OPEN = OpportunityStatus.DRAFT, OpportunityStatus.OPEN


def checked_site(until: date = NEXT_WEEK + 30 * DAY) -> Site:
    site = SiteFactory.make()
    check(site, until)
    return site


def check(site: Site, until: date) -> None:
    insured = {"insurer": "Lanternlight", "policy_number": "EL-1", "valid_from": date(2026, 1, 1)}
    SiteCheckFactory.make(site=site, kind=CheckKind.HEALTH_AND_SAFETY, valid_to=until)
    SiteCheckFactory.make(site=site, kind=CheckKind.INSURANCE, valid_to=until, covered_from=date(2026, 1, 1), **insured)


def placement(site: Site | None = None, **given: Any) -> Opportunity:
    """Five days from next week on."""
    site = site or SiteFactory.make()
    dull = {
        "kind": OpportunityKind.PLACEMENT,
        "first_day": NEXT_WEEK,
        "last_day": NEXT_WEEK + 4 * DAY,
        "site_id": site.id,
    }
    return arranged(employer=site.employer, **dull | given)


def changed(opportunity: Opportunity, **given: Any) -> None:
    dull = {
        "kind": opportunity.kind,
        "first_day": NEXT_WEEK,
        "last_day": NEXT_WEEK + 4 * DAY,
        "site_id": opportunity.site_id,
    }
    edit_opportunity(opportunity, details(**dull | given), seen_version=opportunity.version)


@pytest.mark.parametrize(
    ("until", "status"), [(NEXT_WEEK + 4 * DAY, OPEN), (NEXT_WEEK + 3 * DAY, DRAFT), (clock.today() - DAY, DRAFT)]
)
def test_a_placement_is_open_at_once_only_if_the_checks_last_to_its_last_day(
    until: date, status: OpportunityStatus
) -> None:
    assert placement(checked_site(until)).status is status


@pytest.mark.parametrize(
    "given",
    [
        {"kind": OpportunityKind.WORKPLACE_VISIT},
        {"mode": Mode.ONLINE, "site_id": None},
        {"venue": Venue.PROVIDER, "site_id": None},
        {"first_day": A_DAY, "last_day": A_DAY + DAY},
    ],
)
def test_what_is_no_placement_at_an_employers_or_is_over_needs_no_checks(given: dict[str, Any]) -> None:
    assert placement(**given).status is OPEN


@pytest.mark.parametrize("given", [{"venue": Venue.SITE}, {"venue": Venue.ELSEWHERE}, {}])
def test_a_placement_without_a_site_waits_for_one(given: dict[str, Any]) -> None:
    assert placement(site_id=None, **given).status is DRAFT


def test_a_draft_opens_when_the_checks_are_in_order() -> None:
    waiting = placement()

    with pytest.raises(Conflict, match=r"It cannot open yet\. Employers’ liability insurance: not started"):
        open_opportunity(waiting)
    check(db.session.get_one(Site, waiting.site_id), NEXT_WEEK + 30 * DAY)
    open_opportunity(waiting)

    assert waiting.status is OPEN
    with pytest.raises(Conflict, match="is open already"):
        open_opportunity(waiting)


def test_what_is_asked_to_be_a_draft_is_one_and_takes_nobody() -> None:
    agreed_later = arranged(first_day=NEXT_WEEK, as_draft=True)

    assert agreed_later.status is DRAFT
    with pytest.raises(Conflict, match="is draft"):
        add_headcount(agreed_later, ProviderFactory.make(), 1)


def test_an_exempt_placement_opens_and_says_who_answers_for_it() -> None:
    waiting, officer = placement(), UserFactory.make()

    exempt_from_checks(waiting, reason=" Broker’s letter seen ", by=officer)
    open_opportunity(waiting)

    assert (waiting.exempt_reason, waiting.exempt_by_id) == ("Broker’s letter seen", officer.id)
    with pytest.raises(Conflict, match="exempt already"):
        exempt_from_checks(waiting, reason="Again", by=officer)


def test_an_exemption_needs_staff_a_reason_and_something_to_come() -> None:
    waiting = placement()

    with pytest.raises(NotAllowed, match="Only council staff"):
        exempt_from_checks(waiting, reason="Why not", by=UserFactory.make(role=Role.PROVIDER))
    with pytest.raises(Conflict, match="Enter why"):
        exempt_from_checks(waiting, reason=" ", by=UserFactory.make())
    cancel_opportunity(waiting, side=Side.COUNCIL, reason="No time")
    with pytest.raises(NotAllowed, match="before it is delivered"):
        exempt_from_checks(waiting, reason="Why not", by=UserFactory.make())


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": "Another title"}, OPEN),
        ({"last_day": NEXT_WEEK + 3 * DAY}, OPEN),
        ({"last_day": NEXT_WEEK + 5 * DAY}, DRAFT),
        ({"site_id": None}, DRAFT),
    ],
)
def test_an_exemption_holds_for_the_site_and_the_days_it_was_given_for(
    change: dict[str, Any], status: OpportunityStatus
) -> None:
    exempt = placement()
    exempt_from_checks(exempt, reason="Broker’s letter seen", by=UserFactory.make())
    open_opportunity(exempt)

    changed(exempt, **change)

    assert exempt.status is status
    assert (exempt.exempt_reason is None) == (status is DRAFT)


def test_a_manager_takes_an_exemption_back_and_it_waits_for_the_checks_again() -> None:
    exempt, manager = placement(), UserFactory.make(role=Role.MANAGER)
    exempt_from_checks(exempt, reason="Broker’s letter seen", by=UserFactory.make())
    open_opportunity(exempt)

    with pytest.raises(NotAllowed, match="Only a manager"):
        take_back_exemption(exempt, by=UserFactory.make())
    take_back_exemption(exempt, by=manager)

    assert (exempt.status, exempt.exempt_reason, exempt.exempt_by_id, exempt.exempt_at) == (DRAFT, None, None, None)
    with pytest.raises(Conflict, match="not exempt any more"):
        take_back_exemption(exempt, by=manager)


def test_with_places_taken_it_stays_open_and_says_what_to_see_to() -> None:
    running = placement(checked_site(NEXT_WEEK + 4 * DAY))
    add_headcount(running, ProviderFactory.make(), 2)

    changed(running, last_day=NEXT_WEEK + 5 * DAY)

    assert running.status is OPEN
    assert "Employers’ liability insurance: valid to" in readiness_of(running).problems[0]


def test_years_7_to_9_need_a_managers_reason_for_several_days() -> None:
    waiting, manager = placement(checked_site(), lists=YOUNG), UserFactory.make(role=Role.MANAGER)

    with pytest.raises(Conflict, match="Years 7 to 9"):
        open_opportunity(waiting)
    with pytest.raises(NotAllowed, match="Only a manager"):
        allow_block(waiting, reason="A pilot with their school", by=UserFactory.make())
    with pytest.raises(Conflict, match="Enter why Years 7 to 9"):
        allow_block(waiting, reason="", by=manager)
    allow_block(waiting, reason="A pilot with their school", by=manager)
    open_opportunity(waiting)

    assert (waiting.status, waiting.block_allowed_by_id) == (OPEN, manager.id)
    with pytest.raises(Conflict, match="allowed already"):
        allow_block(waiting, reason="Again", by=manager)


@pytest.mark.parametrize(
    "given",
    [
        {"last_day": None},
        {"kind": OpportunityKind.WORKPLACE_VISIT},
        {"lists": Lists(year_groups=frozenset({YearGroup.YEAR_10}))},
    ],
)
def test_one_day_another_kind_or_older_pupils_need_none(given: dict[str, Any]) -> None:
    assert placement(checked_site(), **{"lists": YOUNG} | given).status is OPEN


def test_years_7_to_9_cannot_be_added_once_places_are_taken() -> None:
    running = placement(checked_site())
    add_headcount(running, ProviderFactory.make(), 2)

    with pytest.raises(Conflict, match="Choose other year groups"):
        changed(running, lists=YOUNG)


def test_nobody_of_years_7_to_9_is_put_into_a_block_unless_it_was_allowed() -> None:
    young = YoungPersonFactory.make(year_group=YearGroup.YEAR_8, reference="LH-8")
    block = placement(checked_site())

    with pytest.raises(Conflict, match="LH-8 is in Year 8"):
        add_place_for(block, young)
    pasted = add_places_by_reference(block, young.provider, "LH-8")
    allow_block(block, reason="A pilot", by=UserFactory.make(role=Role.ADMIN))
    add_place_for(block, young)
    add_place_for(placement(first_day=A_DAY, last_day=A_DAY + DAY), young)  # what took place can be written down

    assert [(each.text, each.reason) for each in pasted.busy] == [("LH-8", "Year 8, and this lasts several days")]


def test_it_becomes_a_draft_again_only_while_nobody_has_a_place() -> None:
    empty, taken = arranged(first_day=NEXT_WEEK), arranged(first_day=NEXT_WEEK)
    add_headcount(taken, ProviderFactory.make(), 1)

    make_draft_again(empty)

    assert empty.status is DRAFT
    with pytest.raises(Conflict, match="is draft"):
        make_draft_again(empty)
    with pytest.raises(Conflict, match="Places are taken"):
        make_draft_again(taken)


def test_a_draft_is_opened_before_it_is_delivered() -> None:
    with pytest.raises(Conflict, match="Open it first"):
        mark_delivered(arranged(first_day=clock.today(), as_draft=True))


def test_readiness_asks_the_database_twice_at_most() -> None:
    block = placement(checked_site(), lists=YOUNG)
    db.session.expunge_all()
    again = db.session.get_one(Opportunity, block.id)

    with counting_queries() as queries:
        readiness_of(again)

    assert len(queries) == 2
