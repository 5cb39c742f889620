"""What is found, by whom, and why."""

from datetime import date

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.normalise import name_key
from crm.employers.models import Contact, Employer
from crm.finding.sources import Kind
from crm.search.hits import Hit
from crm.search.queries import MOST, search
from tests.conftest import counting_queries
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InteractionFactory,
    ProviderFactory,
    ProviderMemberFactory,
    UserFactory,
    YoungPersonFactory,
)

pytestmark = pytest.mark.usefixtures("database")

HOSTILE = (
    '"',
    "'",
    '""""',
    "*",
    "-",
    "^",
    "(",
    "NEAR(",
    "NEAR(a b, 2)",
    "a OR b",
    "NOT",
    "text : a",
    "{text} : x",
    "%",
    "_",
    "\\",
    "50%_off",
    "' OR 1=1 --",
    "'; DROP TABLE employer; --",
    "a & | ! <-> b:*",
    "name@",
    "@",
    "@@ @",
    "😀😀😀",
    "na\0me",
    "\0",
    "\ufeff",
    "Иван Иванов",
    "中文",
    "word " * 2_000,
    "x" * 10_000,
    "\n\t ",
    "٣٤٥٦٧٨",
    "--------",
    "00000000",
)


def employer(name: str, **details: object) -> Employer:
    return EmployerFactory.make(name=name, name_key=name_key(name), **details)


@pytest.fixture
def officer() -> User:
    return UserFactory.make()


@pytest.fixture
def moorcroft() -> Employer:
    employer("Timothy & Sons Limited")
    employer("Limber Yoga")
    employer("Moorland Laundry")
    return employer(
        "Moorcroft Lane Timber Frame Ltd",
        trading_name="Café Frames",
        company_number="01234567",
        postcode="ST1 4HT",
        email="info@moorcroft.example",
        phone="+441632960961",
    )


def hits(text: str, viewer: User, kind: Kind = Kind.EMPLOYER) -> list[Hit]:
    groups = search(text, viewer=viewer, limit=50)
    return next((list(group.hits) for group in groups if group.kind is kind), [])


def titles(text: str, viewer: User, kind: Kind = Kind.EMPLOYER) -> list[str]:
    return [hit.text for hit in hits(text, viewer, kind)]


@pytest.mark.parametrize(
    "typed",
    [
        "moorcroft timbr",
        "timbr moorcroft",
        "Mooorcroft",
        "moorcroft limber",
        "moorcrft",
        "moorcorft",
        "tibmer frame lane",
        "MOORCROFT LANE",
        "croft timber",
        "moorcroft lane timber frame limited",
        "The Moorcroft Lane Timber Frame LTD.",
        "Moorcroft & Timber",
        "cafe",
        "CAFÉ frames",
        "01234567",
        "1234567",
        "st14ht",
        "ST1 4HT",
        "moorcroft st1",
        "info@moorcroft.example",
        "moorcroft.example",
        "01632 960961",
        "+44 1632 960 961",
        "960961",
        "moorcroft banana",
    ],
)
def test_an_employer_is_found_by_what_people_type(typed: str, officer: User, moorcroft: Employer) -> None:
    assert titles(typed, officer)[0] == moorcroft.name


@pytest.mark.parametrize("typed", ["banana", "zzzz", "banana split", "9999999"])
def test_what_is_too_far_from_everything_finds_nothing(typed: str, officer: User, moorcroft: Employer) -> None:
    assert titles(typed, officer) == []


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_can_be_typed_is_an_error(typed: str, officer: User, moorcroft: Employer) -> None:
    InteractionFactory.make(employer=moorcroft, summary=typed.replace("\0", "").strip() or "x")

    search(typed, viewer=officer)

    assert db.session.get(Employer, moorcroft.id) is not None


def test_the_name_itself_comes_before_names_that_begin_so_and_archived_ones_come_last_and_say_so(officer: User) -> None:
    employer("New Jubilee")
    employer("Jubilee Care")
    employer("Jubilee")
    employer("Jubilee", archived_at=clock.now(), archived_reason="closed", postcode="ST1 1AA")

    found = hits("jubilee", officer)

    assert [hit.text for hit in found] == ["Jubilee", "Jubilee Care", "New Jubilee", "Jubilee"]
    assert [hit.note for hit in found] == ["", "", "", "Archived"]


def test_a_misspelt_name_is_put_in_order_by_what_was_meant(officer: User) -> None:
    for name in ("New Jubilee", "Jubilee Care", "Jubilee"):
        employer(name)

    assert titles("jubillee", officer) == ["Jubilee", "Jubilee Care", "New Jubilee"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("moorcroft", ""),
        ("cafe", "Trading name Café Frames"),
        ("1234567", "Company number 01234567"),
        ("st14ht", "Postcode ST1 4HT"),
        ("info@moorcroft.example", "E-mail address info@moorcroft.example"),
        ("960961", "Phone 01632 960961"),
        ("moorcroft st1", "Postcode ST1 4HT"),
        ("okafor", "Contact Dawn Okafor works here"),
    ],
)
def test_a_hit_says_why_unless_its_name_does(typed: str, why: str, officer: User, moorcroft: Employer) -> None:
    ContactFactory.make(employer=moorcroft, name="Dawn Okafor")

    assert hits(typed, officer)[0].reason == why


def test_the_words_that_were_looked_for_are_marked_misspelt_or_not(officer: User, moorcroft: Employer) -> None:
    (hit,) = hits("timbr mooorcroft", officer)

    assert [part.text for part in hit.title if part.is_match] == ["Moorcroft", "Timber"]


def test_a_contact_is_found_by_name_with_the_employer_by_number_and_by_address(
    officer: User, moorcroft: Employer
) -> None:
    ContactFactory.make(
        employer=moorcroft, name="Dawn O’Kafor", job_title="Director", mobile="+447700900982", email="dawn@home.example"
    )
    ContactFactory.make(employer=moorcroft, name="Kofi Birch")

    for typed in ("okafor", "okafro", "dawn moorcroft", "07700 900982", "dawn@home.example"):
        (hit,) = hits(typed, officer, Kind.CONTACT)
        assert hit.text == "Dawn O’Kafor"
        assert hit.hint == "Director, Moorcroft Lane Timber Frame Ltd"
        assert hit.employer_id == moorcroft.id


def test_everybody_at_an_employer_is_no_answer_to_its_name(officer: User, moorcroft: Employer) -> None:
    ContactFactory.make(employer=moorcroft, name="Dawn Okafor", email="dawn@moorcroft.example")

    assert titles("moorcroft", officer, Kind.CONTACT) == []
    assert titles("dawn@moorcroft.example", officer, Kind.CONTACT) == ["Dawn Okafor"]


def test_the_log_is_found_by_its_words_and_shows_where_they_stand(officer: User, moorcroft: Employer) -> None:
    said = (
        "Rang about summer. " * 20 + "They would <b>love</b> two apprentices in the yard. " + "Will ring again. " * 20
    )
    InteractionFactory.make(employer=moorcroft, summary=said, happened_on=date(2026, 11, 3))

    (hit,) = hits("yard apprentices", officer, Kind.INTERACTION)

    assert hit.text == moorcroft.name
    assert "3 Nov 2026" in hit.hint
    assert "two apprentices in the yard" in hit.reason
    assert hit.reason.startswith("…")
    assert len(hit.reason) < 300
    assert [part.text for part in hit.why if part.is_match] == ["apprentices", "yard"]


def test_the_newest_entries_of_the_log_come_first(officer: User) -> None:
    days = (date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 4))
    old, new, between = (InteractionFactory.make(summary="about placements", happened_on=day) for day in days)

    assert [hit.id for hit in hits("placement", officer, Kind.INTERACTION)] == [new.id, between.id, old.id]


def test_of_very_many_entries_of_the_log_the_newest_are_shown(officer: User) -> None:
    said = [InteractionFactory.make(summary="about placements").id for _ in range(MOST + 5)]
    InteractionFactory.make(summary="about the weather")

    (group,) = search("placement", viewer=officer, limit=MOST)

    assert [hit.id for hit in group.hits] == said[:4:-1]


@pytest.mark.parametrize(("entries", "guesses"), [(9, ["Weldings Ltd"]), (10, [])])
def test_what_many_entries_of_the_log_say_is_spelt_right(officer: User, entries: int, guesses: list[str]) -> None:
    EmployerFactory.make(name="Weldings Ltd")
    for _ in range(entries):
        InteractionFactory.make(summary="They teach wellding")

    assert titles("wellding", officer, Kind.EMPLOYER) == guesses
    assert len(hits("wellding", officer, Kind.INTERACTION)) > 0


def everything(moorcroft: Employer) -> None:
    ContactFactory.make(employer=moorcroft, name="Moorcroft Senior", email="senior@example.com")
    InteractionFactory.make(employer=moorcroft, summary="Moorcroft was mentioned")
    YoungPersonFactory.make(reference="MOORCROFT1")


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.OFFICER, list(Kind)),
        (Role.MANAGER, list(Kind)),
        (Role.ADMIN, list(Kind)),
        (Role.PARTNER, [Kind.EMPLOYER]),
        (Role.PROVIDER, []),
    ],
)
def test_everybody_finds_what_they_may_know_about(role: Role, kinds: list[Kind], moorcroft: Employer) -> None:
    everything(moorcroft)

    found = search("moorcroft", viewer=UserFactory.make(role=role))

    assert sorted(group.kind for group in found) == sorted(kinds)


def test_a_partner_does_not_find_an_employer_by_its_people_or_notes(moorcroft: Employer) -> None:
    everything(moorcroft)
    partner = UserFactory.make(role=Role.PARTNER)

    assert search("senior", viewer=partner) == []
    assert search("senior@example.com", viewer=partner) == []
    assert search("mentioned", viewer=partner) == []
    assert search("moorcroft", viewer=partner, kinds=[Kind.CONTACT]) == []


def test_a_provider_finds_its_own_young_people_and_no_others() -> None:
    member = ProviderMemberFactory.make()
    own = YoungPersonFactory.make(provider=member.provider, reference="AB1234")
    YoungPersonFactory.make(provider=ProviderFactory.make(), reference="AB1235")

    assert [hit.id for hit in hits("ab123", member.user, Kind.YOUNG_PERSON)] == [own.id]
    assert search("ab1235", viewer=member.user) == []


def test_another_young_person_is_no_misspelling(officer: User) -> None:
    YoungPersonFactory.make(reference="kestrel")

    assert search("kestral", viewer=officer) == []


def test_nothing_typed_and_a_single_letter_ask_the_database_nothing(officer: User) -> None:
    with counting_queries() as statements:
        assert search("", viewer=officer) == []
        assert search("x", viewer=officer) == []

    assert statements == []


def test_searching_takes_as_many_statements_for_few_as_for_many(officer: User) -> None:
    def statements_for(number: int) -> int:
        for each in range(number):
            at = employer(f"Moorcroft {each:03}")
            ContactFactory.make(employer=at, name=f"Moorcroft Person {each}")
            InteractionFactory.make(employer=at, summary="moorcroft said so")
        db.session.commit()
        viewer = db.session.get_one(User, officer.id)
        assert viewer.is_staff
        with counting_queries() as statements:
            assert len(search("moorcroft", viewer=viewer, limit=25)) == 3
        return len(statements)

    assert statements_for(5) == statements_for(60) <= 8


def test_of_very_many_the_best_are_shown_and_it_is_said_that_there_are_more(officer: User) -> None:
    for number in range(MOST + 5):
        employer(f"Anvil Jubilee {number:03}")
    employer("Jubilee")

    (group,) = search("jubilee", viewer=officer)

    assert group.hits[0].text == "Jubilee"
    assert (group.total, group.is_cut) == (MOST, True)


def test_where_names_that_begin_so_fill_the_room_no_other_is_shown(officer: User) -> None:
    for number in range(MOST + 5):
        employer(f"Jubilee {number:03}")
        employer(f"Anvil Jubilee {number:03}")

    (group,) = search("jubilee", viewer=officer, limit=MOST)

    assert [hit.text for hit in group.hits] == [f"Jubilee {number:03}" for number in range(MOST)]


def test_somebody_who_left_comes_last_and_is_marked(officer: User) -> None:
    left: Contact = ContactFactory.make(name="Dawn Okafor", left_at=clock.now())
    there: Contact = ContactFactory.make(name="Dawn Okafor")

    found = hits("dawn", officer, Kind.CONTACT)

    assert [(hit.id, hit.note) for hit in found] == [(there.id, ""), (left.id, "Left")]


def test_an_employer_that_was_merged_away_leads_to_what_it_became_part_of(officer: User, moorcroft: Employer) -> None:
    old = employer("Frobisher Frames", archived_at=clock.now(), archived_reason="merged", merged_into_id=moorcroft.id)
    partner = UserFactory.make(role=Role.PARTNER)

    for viewer in (officer, partner):
        (hit,) = hits("frobisher", viewer)
        assert (hit.id, hit.text, hit.note) == (moorcroft.id, moorcroft.name, "")
        assert hit.reason == "Frobisher Frames was merged into it"
    (both,) = hits("frames", officer)
    assert both.reason == "Trading name Café Frames"

    old.merged_into_id = None
    assert [hit.id for hit in hits("frobisher", officer)] == [old.id]
