"""How the checks of Northmoor's sites stand: every state, most of them in order."""

from collections.abc import Sequence
from datetime import date, timedelta

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.checks.models import CheckKind, SiteCheck
from crm.checks.services import Acceptance, Checked, Refusal, Seen, accept, exempt, not_accept, record_request
from crm.core import clock
from crm.demo.organisations import Known
from crm.employers.models import LegalForm, Site
from crm.employers.queries import get_site
from crm.employers.services import close_site

INSURANCE, HEALTH = CheckKind.INSURANCE, CheckKind.HEALTH_AND_SAFETY
INSURERS = ("Lanternlight Insurance", "Moorgate Mutual", "Tidewell Underwriting")
YEAR = timedelta(days=365)
# In turn: in how many days the insurance runs out; None for a site where nothing is accepted yet.
INSURED_FOR = (210, 320, -20, 140, 31, 275, None, 95, 12, None, 180, -64)
SAFE_FOR = (400, 690, 510, 45, 620, None, None, 330, 560, None, -9, 700)
NOT_SAFE = "Young people are not considered in their risk assessment yet. They are writing it."
EXEMPT = "A public body that need not insure. Their letter says so."
MOVED = "They moved out of this building in the summer."
ASKED_DAYS_AGO = 6


def check_sites(everybody: Sequence[Known], manager: User, today: date) -> None:
    """Every site's checks, in a pattern that has each state in it; one second site is closed."""
    sites = [(known, get_site(site.id, viewer=known.officer)) for known in everybody for site in known.sites]
    for place, (known, site) in enumerate(sites):
        set_actor(known.officer.name)
        if known.firm.form is LegalForm.PUBLIC_BODY:
            set_actor(manager.name)
            refusal = Refusal(checked=Checked(on=today - YEAR / 2, by_id=manager.id), reason=EXEMPT)
            exempt(site, INSURANCE, refusal, seen=Seen(), at=clock.now())
        else:
            _insure(known, site, place, today)
        _visit(known, site, place, today)
    closed = next(site for known, site in sites if site is not known.sites[0])
    close_site(closed, reason=MOVED, at=clock.now(), version=closed.version)


def _insure(known: Known, site: Site, place: int, today: date) -> None:
    """Some renewed already, some asked to renew."""
    days = INSURED_FOR[place % len(INSURED_FOR)]
    if days is None:
        if place % 2:
            record_request(site, INSURANCE, of=known.contacts[0].name, on=today - timedelta(days=ASKED_DAYS_AGO))
        return
    until = today + timedelta(days=days)
    check = _insured(known, site, place, until - YEAR if place % 3 == 0 else until, None)
    if place % 3 == 0:
        _insured(known, site, place, until, check)
    elif days < 0:
        record_request(site, INSURANCE, of=known.contacts[0].name, on=today - timedelta(days=ASKED_DAYS_AGO))


def _insured(known: Known, site: Site, place: int, until: date, before: SiteCheck | None) -> SiteCheck:
    begins = until - YEAR + timedelta(days=1)
    details = Acceptance(
        checked=Checked(on=begins, by_id=known.officer.id),
        valid_from=begins,
        valid_to=until,
        insurer=INSURERS[place % len(INSURERS)],
        policy_number=f"EL-{2000 + place * 7}",
        note="Saw the certificate on screen",
    )
    seen = Seen(before.id, before.version) if before else Seen()
    return accept(site, INSURANCE, details, seen=seen, at=clock.now())


def _visit(known: Known, site: Site, place: int, today: date) -> None:
    days = SAFE_FOR[place % len(SAFE_FOR)]
    checked = Checked(on=today - timedelta(days=40 + place), by_id=known.officer.id)
    if days is not None:
        until = today + timedelta(days=days)
        accept(site, HEALTH, Acceptance(checked=checked, valid_to=until), seen=Seen(), at=clock.now())
    elif place % len(SAFE_FOR) == SAFE_FOR.index(None):  # the first of them; at the others nobody looked yet
        not_accept(site, HEALTH, Refusal(checked=checked, reason=NOT_SAFE), seen=Seen(), at=clock.now())
