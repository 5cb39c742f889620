"""What can be found of employers, and by whom."""

from datetime import UTC, datetime

import pytest

from crm.core.access import READERS, Role
from crm.core.errors import NotFound
from crm.core.normalise import name_key
from crm.employers import queries
from crm.employers.likely import Described, likely_employers
from crm.employers.models import Employer
from tests.conftest import counting_queries
from tests.factories import ContactFactory, EmployerFactory, SectorFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.usefixtures("database")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("role", Role)
def test_readers_find_an_employer_and_a_provider_cannot_tell_that_it_exists(role: Role) -> None:
    viewer = UserFactory.make(role=role)
    site = SiteFactory.make()

    if role in READERS:
        assert queries.get_employer(site.employer_id, viewer=viewer).id == site.employer_id
        assert queries.get_site(site.id, viewer=viewer).employer.id == site.employer_id
    else:
        for find in (
            lambda: queries.get_employer(site.employer_id, viewer=viewer),
            lambda: queries.get_site(site.id, viewer=viewer),
        ):
            with pytest.raises(NotFound):
                find()


def test_only_staff_know_the_people_at_an_employer() -> None:
    contact = ContactFactory.make()

    assert queries.get_contact(contact.id, viewer=UserFactory.make()).employer.id == contact.employer_id
    with pytest.raises(NotFound):
        queries.get_contact(contact.id, viewer=UserFactory.make(role=Role.PARTNER))


def test_an_employer_comes_with_what_its_page_shows_in_one_statement() -> None:
    sector = SectorFactory.make()
    owner = UserFactory.make()
    employer = EmployerFactory.make(owner_id=owner.id, sectors=[sector])

    with counting_queries() as statements:
        found = queries.get_employer(employer.id, viewer=owner)

    assert (found.owner and found.owner.name, found.sectors, found.area) == (owner.name, [sector], None)
    assert len(statements) == 1


def test_contacts_are_listed_signatories_first_and_those_who_left_last() -> None:
    employer = EmployerFactory.make()
    for name, given in (("Ann", {"left_at": LONG_AGO}), ("bob", {}), ("Cat", {"signs_pledges": True}), ("Abe", {})):
        ContactFactory.make(employer=employer, name=name, **given)

    assert [contact.name for contact in queries.contacts_of(employer.id)] == ["Cat", "Abe", "bob", "Ann"]


def test_options_offer_names_that_begin_so_before_names_that_only_contain_it() -> None:
    for name in ("New Alder House", "Alder Joinery", "Alderley Foods", "Beech"):
        _employer(name)
    _employer("Alder Old", archived_at=LONG_AGO, archived_reason="Closed")

    found = [option.name for option in queries.employer_options("alder")]

    assert found == ["Alder Joinery", "Alderley Foods", "New Alder House"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("THE KILN & Co. ltd", ["Kiln and Co"]),
        ("st1 4", ["Kiln and Co"]),
        ("potbank", ["Kiln and Co"]),
        ("%", []),
        ("k", []),
        ("", []),
        ("nobody", []),
    ],
)
def test_options_are_found_by_any_spelling_by_trading_name_and_by_postcode(typed: str, found: list[str]) -> None:
    _employer("Kiln and Co", trading_name="Potbank", postcode="ST1 4HT")
    _employer("Beech")

    assert [option.name for option in queries.employer_options(typed)] == found


def test_there_are_never_more_than_ten_options_and_good_ones_take_two_statements() -> None:
    for number in range(15):
        _employer(f"Alder {number:02}")

    with counting_queries() as statements:
        found = queries.employer_options("alder")

    assert [option.name for option in found] == [f"Alder {number:02}" for number in range(10)]
    assert len(statements) == 2


def test_an_exact_name_means_that_employer_whatever_else_begins_so() -> None:
    exact = _employer("Alder", postcode="ST1 4HT")
    _employer("Alder Joinery")

    assert queries.employers_named("alder ltd") == [(exact.id, "Alder, ST1 4HT")]
    assert len(queries.employers_named("ald")) == 2
    assert queries.employers_named("  ") == []


@pytest.mark.parametrize(
    ("postcode", "number", "hinted"),
    [
        ("ST1 4HT", None, ["Alder Joinery Ltd", "Alder Joinery"]),  # the same place, and one whose place is not known
        ("ST9 9ZZ", None, ["Alder Joinery"]),
        (None, None, ["Alder Joinery", "Alder Joinery Ltd"]),
        ("ST9 9ZZ", "01234567", ["Beech", "Alder Joinery"]),
    ],
)
def test_possible_duplicates_share_a_number_or_a_name_without_being_elsewhere(
    postcode: str | None, number: str | None, hinted: list[str]
) -> None:
    _employer("Alder Joinery")
    _employer("Alder Joinery Ltd", postcode="ST1 4HT")
    _employer("Beech", company_number="01234567", archived_at=LONG_AGO, archived_reason="Closed")

    found = likely_employers(Described(name="The ALDER joinery Limited", postcode=postcode, company_number=number))

    assert [each.name for each in found] == hinted


def test_an_employers_owner_stays_on_the_form_after_leaving() -> None:
    left = UserFactory.make(name="Zoe", disabled_at=LONG_AGO)
    here = UserFactory.make(name="Abe")
    UserFactory.make(role=Role.PARTNER)

    assert queries.possible_owners() == [(here.id, "Abe")]
    assert queries.possible_owners(besides=left.id) == [(here.id, "Abe"), (left.id, "Zoe")]


def _employer(name: str, **given: object) -> Employer:
    return EmployerFactory.make(name=name, name_key=name_key(name), **given)
