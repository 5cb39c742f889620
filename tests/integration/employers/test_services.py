"""What changing employers, contacts and sites does and refuses."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crm.audit.queries import history_of
from crm.core.db import committing, db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.employers import queries, services
from crm.employers.models import Contact, Employer, LegalForm, SicVersion, Site
from crm.employers.queries import get_employer
from crm.employers.services import ContactDetails, EmployerDetails, SiteDetails, contacts, sites
from crm.reference.models import Sector
from tests.conftest import stored
from tests.factories import AreaFactory, ContactFactory, EmployerFactory, SectorFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.usefixtures("database")
AN_INSTANT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def test_an_employer_keeps_everything_that_is_known_about_it() -> None:
    sectors = [SectorFactory.make(name="Robots"), SectorFactory.make(name="Kilns")]
    details = EmployerDetails(
        name="The Alder Joinery Ltd",
        trading_name="Alder",
        company_number="01234567",
        legal_form=LegalForm.COMPANY,
        local_headcount=12,
        sector_ids=frozenset(sector.id for sector in sectors),
        sic_code="16230",
        sic_version=SicVersion.SIC_2007,
        address="1 Mill Lane",
        postcode="ST1 4HT",
        area_id=AreaFactory.make().id,
        website="https://alder.example",
        phone="+441632960961",
        email="office@alder.example",
        owner_id=UserFactory.make().id,
    )

    employer_id = services.add_employer(details).id

    db.session.expire_all()
    employer = get_employer(employer_id, viewer=UserFactory.make())
    for name in services.PLAIN:
        assert getattr(employer, name) == getattr(details, name)
    assert [sector.name for sector in employer.sectors] == ["Robots", "Kilns"]
    assert employer.name_key == "alder joinery"


def test_a_company_number_belongs_to_one_employer_and_the_refusal_says_which() -> None:
    EmployerFactory.make(name="Alder Joinery", company_number="01234567")

    with pytest.raises(Conflict, match="Alder Joinery"):
        services.add_employer(EmployerDetails(name="Beech Ltd", company_number="01234567"))


def test_the_refusal_of_a_company_number_says_that_its_employer_is_archived() -> None:
    EmployerFactory.make(company_number="01234567", archived_at=AN_INSTANT, archived_reason="Closed")

    with pytest.raises(Conflict, match="archived"):
        services.add_employer(EmployerDetails(name="Beech Ltd", company_number="01234567"))


def test_a_number_taken_between_looking_and_saving_is_refused_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    EmployerFactory.make(company_number="01234567")
    db.session.commit()
    monkeypatch.setattr(queries, "find_by_company_number", lambda _number: None)

    with pytest.raises(Conflict, match="a moment ago"), committing():
        services.add_employer(EmployerDetails(name="Beech Ltd", company_number="01234567"))

    assert len(stored(Employer)) == 1


def test_an_employer_may_keep_its_company_number_when_it_changes() -> None:
    employer = _loaded(EmployerFactory.make(company_number="01234567"))

    services.change_employer(
        employer, EmployerDetails(name="Alder & Sons", company_number="01234567"), version=employer.version
    )

    assert (employer.name, employer.name_key) == ("Alder & Sons", "alder and sons")


def test_a_field_left_out_of_a_change_is_emptied() -> None:
    employer = _loaded(EmployerFactory.make(postcode="ST1 4HT"))

    services.change_employer(employer, EmployerDetails(name=employer.name), version=employer.version)

    assert employer.postcode is None


def test_a_change_of_sectors_alone_is_a_new_version_and_in_the_history() -> None:
    sector = SectorFactory.make(name="Robots")
    employer = _loaded(EmployerFactory.make())
    before = employer.version

    services.change_employer(
        employer, EmployerDetails(name=employer.name, sector_ids=frozenset({sector.id})), version=before
    )

    assert employer.version == before + 1
    assert history_of("employer", employer.id)[0].changes["sectors"] == [None, "Robots"]


def test_a_change_without_a_difference_is_no_new_version() -> None:
    employer = _loaded(EmployerFactory.make(name="Alder", name_key="alder"))
    before = employer.version

    services.change_employer(employer, EmployerDetails(name="Alder"), version=before)

    assert employer.version == before


def test_the_second_of_two_overlapping_edits_is_refused() -> None:
    employer = _loaded(EmployerFactory.make())
    seen = employer.version
    services.change_employer(employer, EmployerDetails(name="First"), version=seen)

    with pytest.raises(EditedMeanwhile):
        services.change_employer(employer, EmployerDetails(name="Second"), version=seen)

    assert employer.name == "First"


def test_an_archived_employer_says_why_and_changes_no_more_until_it_is_restored() -> None:
    employer = _loaded(EmployerFactory.make())

    services.archive_employer(employer, reason="Ceased trading", at=AN_INSTANT)

    assert (employer.archived_at, employer.archived_reason) == (AN_INSTANT, "Ceased trading")
    for change in (
        lambda: services.change_employer(employer, EmployerDetails(name="New"), version=employer.version),
        lambda: services.add_contact(employer, ContactDetails(name="Dawn Alder")),
        lambda: services.add_site(employer, SiteDetails(name="Yard")),
        lambda: services.archive_employer(employer, reason="Again", at=AN_INSTANT),
    ):
        with pytest.raises(Conflict, match="archived"):
            change()

    services.restore_employer(employer)

    assert not employer.is_archived
    with pytest.raises(Conflict, match="not archived"):
        services.restore_employer(employer)


def test_a_contact_keeps_their_roles_and_shows_in_the_employers_history() -> None:
    employer = EmployerFactory.make()

    contact = services.add_contact(employer, ContactDetails(name="Dawn Alder", is_speaker=True, mobile="+447700900982"))

    assert (contact.is_speaker, contact.is_mentor, contact.mobile) == (True, False, "+447700900982")
    assert history_of("employer", employer.id)[0].entity == "contact"


def test_two_contacts_of_an_employer_cannot_share_an_e_mail_address() -> None:
    employer = EmployerFactory.make()
    services.add_contact(employer, ContactDetails(name="Dawn Alder", email="dawn@alder.example"))
    other = services.add_contact(employer, ContactDetails(name="Samir Beech"))

    with pytest.raises(Conflict, match="Dawn Alder already has"):
        services.add_contact(employer, ContactDetails(name="Jo", email="dawn@alder.example"))
    with pytest.raises(Conflict, match="Dawn Alder already has"):
        services.change_contact(other, ContactDetails(name="Samir", email="dawn@alder.example"), version=other.version)


def test_the_same_address_may_stand_at_two_employers() -> None:
    for employer in (EmployerFactory.make(), EmployerFactory.make()):
        services.add_contact(employer, ContactDetails(name="Dawn Alder", email="dawn@alder.example"))

    assert len(db.session.scalars(select(Contact)).all()) == 2


def test_a_contact_changes_and_the_second_of_two_edits_is_refused() -> None:
    contact = ContactFactory.make(email="dawn@alder.example")
    seen = contact.version

    services.change_contact(contact, ContactDetails(name="Dawn Ash", email="dawn@alder.example"), version=seen)

    assert contact.name == "Dawn Ash"
    with pytest.raises(EditedMeanwhile):
        services.change_contact(contact, ContactDetails(name="Dawn Elm"), version=seen)


def test_somebody_who_left_stays_gone_since_the_first_time_it_was_said() -> None:
    contact = ContactFactory.make()

    services.mark_left(contact, at=AN_INSTANT)
    services.mark_left(contact, at=datetime(2027, 1, 1, tzinfo=UTC))

    assert contact.left_at == AN_INSTANT
    services.mark_back(contact)
    assert contact.left_at is None


def test_the_sites_of_an_employer_have_names_of_their_own() -> None:
    employer = EmployerFactory.make()
    services.add_site(employer, SiteDetails(name="Yard", postcode="ST1 4HT"))
    other = services.add_site(employer, SiteDetails(name="Mill"))

    with pytest.raises(Conflict, match="already has a site called Yard"):
        services.add_site(employer, SiteDetails(name="Yard"))
    with pytest.raises(Conflict, match="already has a site called Yard"):
        services.change_site(other, SiteDetails(name="Yard"), version=other.version)


def test_a_site_changes_and_the_second_of_two_edits_is_refused() -> None:
    site = SiteFactory.make()
    seen = site.version

    services.change_site(site, SiteDetails(name=site.name, address="1 Mill Lane"), version=seen)

    assert [each.address for each in db.session.scalars(select(Site))] == ["1 Mill Lane"]
    with pytest.raises(EditedMeanwhile):
        services.change_site(site, SiteDetails(name="Elsewhere"), version=seen)


def test_a_contact_or_site_saved_a_moment_before_is_refused_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    employer = EmployerFactory.make()
    ContactFactory.make(employer=employer, email="dawn@alder.example")
    SiteFactory.make(employer=employer, name="Yard")
    db.session.commit()
    monkeypatch.setattr(contacts, "_refuse_taken_email", lambda *_, **__: None)
    monkeypatch.setattr(sites, "_refuse_taken_site_name", lambda *_, **__: None)

    with pytest.raises(Conflict, match="Another contact"), committing():
        services.add_contact(employer, ContactDetails(name="Twin", email="dawn@alder.example"))
    with pytest.raises(Conflict, match="this name already"), committing():
        services.add_site(employer, SiteDetails(name="Yard"))


def test_a_sector_that_does_not_exist_is_not_invented() -> None:
    services.add_employer(EmployerDetails(name="Alder", sector_ids=frozenset({9_999_999})))

    assert all(sector.name for sector in db.session.scalars(select(Sector)))


def _loaded(employer: Employer) -> Employer:
    return get_employer(employer.id, viewer=UserFactory.make())
