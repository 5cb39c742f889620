"""Recording what came of a check: each decision is a turn, and the one it replaced is kept."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from crm.audit.models import ChangeRecord
from crm.checks import queries, services
from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.checks.services import Acceptance, Checked, Refusal, Seen
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.employers.models import Site
from crm.employers.queries import get_site
from crm.employers.services import close_site, open_site_again
from tests.conftest import counting_queries, stored
from tests.factories import AreaFactory, EmployerFactory, SiteCheckFactory, SiteFactory, UserFactory

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)
DAY = timedelta(days=1)
BY_JO = Checked(on=TODAY, by_name="Jo Safe")
UNTIL = date(2027, 3, 31)
INSURED = Acceptance(checked=BY_JO, valid_to=UNTIL, insurer="Oak Mutual", policy_number="OM-1")
INSURANCE, HEALTH = CheckKind.INSURANCE, CheckKind.HEALTH_AND_SAFETY

pytestmark = pytest.mark.usefixtures("database")


def seen(check: SiteCheck | None) -> Seen:
    return Seen(check.id, check.version) if check else Seen()


def accepted(site: Site, details: Acceptance = INSURED, *, after: SiteCheck | None = None) -> SiteCheck:
    return services.accept(site, INSURANCE, details, seen=seen(after), at=NOW)


def test_the_first_acceptance_is_current_and_says_who_saw_what() -> None:
    officer = UserFactory.make()
    details = Acceptance(
        checked=Checked(on=TODAY, by_id=officer.id), valid_to=UNTIL, insurer="Oak Mutual", note="Certificate by e-mail"
    )

    site = SiteFactory.make()
    accepted(site, details)
    db.session.commit()

    (check,) = queries.turns_of(site.id)
    assert (check.status, check.valid_to, check.insurer) == (CheckStatus.ACCEPTED, UNTIL, "Oak Mutual")
    assert (check.checked_by, check.checked_on, check.note) == (officer, TODAY, "Certificate by e-mail")
    assert check.is_current


def test_a_renewal_is_a_new_turn_and_keeps_the_earlier_one() -> None:
    site = SiteFactory.make()
    first = accepted(site)
    first_id = first.id
    renewal = accepted(
        site,
        Acceptance(checked=BY_JO, valid_from=UNTIL + DAY, valid_to=UNTIL + 365 * DAY, insurer="Oak Mutual"),
        after=first,
    )
    db.session.commit()

    turns = queries.turns_of(site.id)

    assert [turn.id for turn in turns] == [renewal.id, first_id]
    assert [turn.replaced_at for turn in turns] == [None, NOW]
    assert queries.current_check(site.id, INSURANCE) is renewal
    assert queries.turn_before(renewal) is first


@pytest.mark.parametrize(
    ("valid_from", "covered_from"),
    [
        (UNTIL - 5 * DAY, None),  # overlaps
        (UNTIL + DAY, None),  # the day after
        (UNTIL + 2 * DAY, UNTIL + 2 * DAY),  # a day without
        (None, None),
    ],
)
def test_cover_without_a_gap_goes_on_from_the_turn_before(valid_from: date | None, covered_from: date | None) -> None:
    site = SiteFactory.make()
    first = accepted(site)

    renewal = accepted(
        site,
        Acceptance(checked=BY_JO, valid_from=valid_from, valid_to=UNTIL + 365 * DAY, insurer="Oak Mutual"),
        after=first,
    )

    assert renewal.covered_from == covered_from
    problems = queries.site_ready_for(site.id, UNTIL + 30 * DAY, first_day=UNTIL).problems
    assert any("insurance" in problem for problem in problems) is (covered_from is not None)


def test_cover_goes_on_from_where_the_turn_before_began() -> None:
    site = SiteFactory.make()
    begins = date(2026, 4, 1)
    first = accepted(site, Acceptance(checked=BY_JO, valid_from=begins, valid_to=UNTIL, insurer="Oak Mutual"))

    renewal = accepted(
        site,
        Acceptance(checked=BY_JO, valid_from=UNTIL + DAY, valid_to=UNTIL + 365 * DAY, insurer="Elm Mutual"),
        after=first,
    )

    assert (first.covered_from, renewal.covered_from) == (begins, begins)


def test_a_request_starts_a_check_and_an_answer_replaces_it() -> None:
    site = SiteFactory.make()

    asked = services.record_request(site, INSURANCE, of="Dawn Alder", on=TODAY)
    check = accepted(site, after=asked)

    assert (asked.status, asked.requested_of, asked.replaced_at) == (CheckStatus.REQUESTED, "Dawn Alder", NOW)
    assert (check.status, check.requested_on) == (CheckStatus.ACCEPTED, None)


def test_asking_for_a_renewal_takes_nothing_away_from_what_is_valid() -> None:
    site = SiteFactory.make()
    check = accepted(site)

    services.record_request(site, INSURANCE, of="Dawn Alder", on=TODAY)
    services.record_request(site, INSURANCE, of="Sam Alder", on=TODAY + DAY)

    assert queries.current_check(site.id, INSURANCE) is check
    assert (check.status, check.requested_on, check.requested_of) == (
        CheckStatus.ACCEPTED,
        TODAY + DAY,
        "Sam Alder",
    )


def test_not_accepted_and_not_needed_keep_their_reasons() -> None:
    site = SiteFactory.make()

    services.not_accept(
        site, INSURANCE, Refusal(checked=BY_JO, reason=" No cover under 18 ", note="Rang them"), seen=Seen(), at=NOW
    )
    services.exempt(site, HEALTH, Refusal(checked=BY_JO, reason="Talks only"), seen=Seen(), at=NOW)

    (site_with_checks,) = queries.sites_with_checks(site.employer_id)
    insurance, health = site_with_checks.checks[INSURANCE], site_with_checks.checks[HEALTH]
    assert (insurance.status, insurance.reason, insurance.note) == (
        CheckStatus.NOT_ACCEPTED,
        "No cover under 18",
        "Rang them",
    )
    assert (health.status, health.reason) == (CheckStatus.NOT_NEEDED, "Talks only")


def test_a_correction_is_no_new_turn() -> None:
    site = SiteFactory.make()
    first = accepted(site, Acceptance(checked=BY_JO, valid_from=TODAY, valid_to=UNTIL, insurer="Oak Mutual"))
    check = accepted(
        site, Acceptance(checked=BY_JO, valid_from=UNTIL + 9 * DAY, valid_to=UNTIL + 90 * DAY, insurer="X"), after=first
    )
    officer = UserFactory.make()
    details = Acceptance(
        checked=Checked(on=TODAY, by_id=officer.id),
        valid_from=UNTIL + DAY,
        valid_to=UNTIL + 90 * DAY,
        insurer="Elm Mutual",
        policy_number="E-9",
    )

    services.correct(queries.get_check(check.id, viewer=officer), details, version=check.version)

    assert (check.insurer, check.policy_number, check.checked_by_id, check.checked_by_name) == (
        "Elm Mutual",
        "E-9",
        officer.id,
        None,
    )
    assert check.covered_from == TODAY  # the gap was a slip of the pen
    assert len(queries.turns_of(site.id)) == 2


def test_undoing_makes_what_it_replaced_current_again_and_history_keeps_what_was_undone() -> None:
    site = SiteFactory.make()
    first = accepted(site)
    renewal = accepted(site, after=first)
    gone = renewal.id

    services.undo(renewal, version=renewal.version)
    db.session.commit()

    assert queries.current_check(site.id, INSURANCE) is first
    actions = [(row.action.value, row.entity_id) for row in stored(ChangeRecord) if row.parent_entity == "site"]
    assert ("removed", gone) in actions


def test_undoing_the_first_decision_leaves_a_check_not_started() -> None:
    site = SiteFactory.make()
    check = accepted(site)

    services.undo(check, version=check.version)

    assert queries.current_check(site.id, INSURANCE) is None


def _accept_unseen(site: Site) -> object:
    return accepted(site)


def _accept_stale(site: Site) -> object:
    check = queries.current_check(site.id, INSURANCE)
    assert check is not None
    return services.accept(site, INSURANCE, INSURED, seen=Seen(check.id, check.version - 1), at=NOW)


def _undo_stale(site: Site) -> object:
    check = queries.current_check(site.id, INSURANCE)
    assert check is not None
    services.undo(check, version=check.version + 1)
    return check


def _correct_stale(site: Site) -> object:
    check = queries.current_check(site.id, INSURANCE)
    assert check is not None
    services.correct(check, INSURED, version=None)
    return check


@pytest.mark.parametrize("act", [_accept_unseen, _accept_stale, _undo_stale, _correct_stale])
def test_whoever_did_not_see_the_current_row_changes_nothing(act: Callable[[Site], object]) -> None:
    site = SiteFactory.make()
    check = accepted(site)
    services.record_request(site, INSURANCE, of="Dawn Alder", on=TODAY)  # a second version

    with pytest.raises(EditedMeanwhile):
        act(site)

    assert queries.current_check(site.id, INSURANCE) is check


def test_whoever_saves_between_our_reading_and_our_writing_is_noticed_by_the_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = SiteFactory.make()
    accepted(site)
    db.session.commit()
    site = get_site(site.id, viewer=UserFactory.make())  # with its employer, whatever else has been forgotten
    monkeypatch.setattr(services, "current_check", lambda *_: None)  # as it was when we looked

    with pytest.raises(EditedMeanwhile):
        accepted(site)


@pytest.mark.parametrize(
    ("kind", "details", "refusal"),
    [
        (INSURANCE, Acceptance(checked=BY_JO, valid_to=UNTIL), "Enter the insurer."),
        (
            HEALTH,
            Acceptance(checked=BY_JO, valid_from=UNTIL + DAY, valid_to=UNTIL),
            "The last day must not be before the first.",
        ),
        (HEALTH, Acceptance(checked=Checked(on=TODAY), valid_to=UNTIL), services.UNNAMED),
        (HEALTH, Acceptance(checked=Checked(on=TODAY, by_id=1, by_name="Jo"), valid_to=UNTIL), services.UNNAMED),
    ],
)
def test_an_acceptance_that_cannot_be_is_refused(kind: CheckKind, details: Acceptance, refusal: str) -> None:
    with pytest.raises(Conflict, match=refusal):
        services.accept(SiteFactory.make(), kind, details, seen=Seen(), at=NOW)


@pytest.mark.parametrize("refuse", [services.not_accept, services.exempt])
def test_no_refusal_and_no_exemption_without_a_reason(refuse: Callable[..., object]) -> None:
    with pytest.raises(Conflict, match="Enter the reason"):
        refuse(SiteFactory.make(), HEALTH, Refusal(checked=BY_JO, reason="  "), seen=Seen(), at=NOW)


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_nothing_is_recorded_at_a_closed_site_or_an_archived_employer(state: str) -> None:
    site = SiteFactory.make()
    check = accepted(site)
    if state == "closed":
        close_site(site, reason="Sold", at=NOW, version=site.version)
    else:
        site.employer.archived_at, site.employer.archived_reason = NOW, "Closed down"
    changes: list[Callable[[], object]] = [
        lambda: accepted(site, after=check),
        lambda: services.record_request(site, HEALTH, of="Dawn", on=TODAY),
        lambda: services.undo(check, version=check.version),
        lambda: services.correct(check, INSURED, version=check.version),
    ]

    for change in changes:
        with pytest.raises(Conflict, match="closed" if state == "closed" else "archived"):
            change()


def test_what_is_not_needed_is_not_asked_for_and_nobody_is_asked_namelessly() -> None:
    site = SiteFactory.make()
    services.exempt(site, HEALTH, Refusal(checked=BY_JO, reason="Talks only"), seen=Seen(), at=NOW)

    with pytest.raises(Conflict, match="not needed"):
        services.record_request(site, HEALTH, of="Dawn", on=TODAY)
    with pytest.raises(Conflict, match="Enter whom we asked"):
        services.record_request(site, INSURANCE, of=" ", on=TODAY)


def test_only_the_current_acceptance_is_corrected_and_only_a_decision_undone() -> None:
    site = SiteFactory.make()
    asked = services.record_request(site, INSURANCE, of="Dawn", on=TODAY)
    with pytest.raises(Conflict, match="latest decision"):
        services.undo(asked, version=asked.version)
    with pytest.raises(Conflict, match="acceptance that is current"):
        services.correct(asked, INSURED, version=asked.version)
    first = accepted(site, after=asked)
    accepted(site, after=first)

    with pytest.raises(Conflict, match="latest decision"):
        services.undo(first, version=first.version)
    with pytest.raises(Conflict, match="acceptance that is current"):
        services.correct(first, INSURED, version=first.version)


@pytest.mark.parametrize(
    "impossible",
    [
        {"valid_to": None},
        {"status": CheckStatus.NOT_ACCEPTED, "valid_to": None, "reason": None},
        {"status": CheckStatus.NOT_NEEDED, "valid_to": None, "reason": None},
        {"status": CheckStatus.REQUESTED, "valid_to": None, "checked_on": None, "checked_by_name": None},
        {"valid_from": date(2028, 1, 1)},
        {"requested_on": TODAY},
        {"checked_on": None},
        {"checked_by_name": None},
        {"reason": "Accepted, with a reason"},
        {"kind": INSURANCE},
        {"insurer": "Oak Mutual"},
        {"covered_from": TODAY},
    ],
)
def test_the_database_refuses_what_no_check_can_be(impossible: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        SiteCheckFactory.make(**impossible)


def test_the_database_refuses_a_second_current_row() -> None:
    site = SiteFactory.make()
    SiteCheckFactory.make(site=site)
    SiteCheckFactory.make(site=site, replaced_at=NOW)

    with pytest.raises(IntegrityError):
        SiteCheckFactory.make(site=site)


def test_sites_come_with_their_checks_in_one_statement_closed_ones_last() -> None:
    employer = EmployerFactory.make()
    for name in ("Yard", "Depot", "Attic"):
        site = SiteFactory.make(employer=employer, name=name, area=AreaFactory.make())
        SiteCheckFactory.make(site=site)
        SiteCheckFactory.make(site=site, replaced_at=NOW)
        if name == "Attic":
            close_site(site, reason="Sold", at=NOW, version=site.version)
    employer_id = employer.id
    db.session.flush()

    with counting_queries() as statements:
        found = queries.sites_with_checks(employer_id)

    assert len(statements) == 1
    assert [each.site.name for each in found] == ["Depot", "Yard", "Attic"]
    assert all(list(each.checks) == [HEALTH] for each in found)


def test_a_closed_site_is_ready_for_nobody() -> None:
    site = SiteFactory.make()
    for kind, insurer in ((INSURANCE, "Oak Mutual"), (HEALTH, None)):
        SiteCheckFactory.make(site=site, kind=kind, insurer=insurer)
    assert queries.site_ready_for(site.id, TODAY).is_ready

    close_site(site, reason="Sold", at=NOW, version=site.version)

    assert queries.site_ready_for(site.id, TODAY).problems == ("This site closed on 2 November 2026.",)
    open_site_again(site)
    assert queries.site_ready_for(site.id, TODAY).is_ready


def test_a_check_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.get_check(1, viewer=UserFactory.make())
