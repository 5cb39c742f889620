"""How much two employers look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.employers.domains import own_domain
from crm.employers.likeness import LIKELY, Features, likeness, names_alike

ALDER = Features(name_key="alder joinery", postcode="ST1 4HT", domain="alder.example", phone="+441632960001")


@pytest.mark.parametrize(
    ("other", "score", "reasons"),
    [
        (Features(name_key="alder joinery"), 60, ("the same name",)),
        (Features(name_key="alder joinery", postcode="ST1 4HT"), 80, ("the same name", "same postcode")),
        (Features(name_key="alder joinery", postcode="ST9 9ZZ"), 45, ("the same name", "different postcodes")),
        (Features(name_key="joinery alder plc"), 60, ("the same name",)),
        (Features(name_key="alder jonery", postcode="ST1 4HT"), 72, ("names 96 % alike", "same postcode")),
        (Features(name_key="beech works"), 0, ()),
        (
            Features(name_key="beech works", domain="alder.example", phone="+441632960001", postcode="ST1 4HT"),
            65,
            ("same web or e-mail domain", "same postcode", "same phone number"),
        ),
        (Features(name_key="aj holdings", trading_key="alder joinery"), 60, ("the same name",)),
    ],
)
def test_a_score_has_its_reasons(other: Features, score: int, reasons: tuple[str, ...]) -> None:
    found = likeness(ALDER, other)

    assert (found.score, found.reasons) == (score, reasons)


def test_the_same_company_number_is_certain_whatever_the_name() -> None:
    one, other = (Features(name_key=name, company_number="01234567") for name in ("alder", "beech"))

    assert likeness(one, other).score == 100


def test_different_company_numbers_weigh_more_than_name_place_and_domain() -> None:
    one, other = (
        Features(name_key="alder", company_number=number, postcode="ST1 4HT", phone="+441632960001")
        for number in ("01234567", "07654321")
    )

    found = likeness(one, other)

    assert found.score < LIKELY
    assert "different company numbers" in found.reasons


def test_only_the_same_name_is_wholly_alike() -> None:
    long = "northmoor and district association of independent timber frame builders and joiners"
    found = likeness(Features(name_key=long), Features(name_key=long.replace("joiners", "joinerz")))

    assert found.reasons == ("names 98 % alike",)


def test_words_that_say_nothing_count_where_there_are_no_others() -> None:
    assert names_alike(Features(name_key="the company"), Features(name_key="the company")) == 100
    assert names_alike(Features(name_key="the company"), Features(name_key="uk co")) < 100


features = st.builds(
    Features,
    name_key=st.text("abc ", min_size=1, max_size=12).filter(str.strip),
    trading_key=st.none() | st.text("abc", min_size=1, max_size=6),
    company_number=st.none() | st.sampled_from(["01234567", "07654321"]),
    postcode=st.none() | st.sampled_from(["ST1 4HT", "ST9 9ZZ"]),
    domain=st.none() | st.just("alder.example"),
    phone=st.none() | st.just("+441632960001"),
)


@given(features, features)
def test_the_order_makes_no_difference_and_the_score_stays_in_range(one: Features, other: Features) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other).score <= 100


@pytest.mark.parametrize(
    ("website", "email", "domain"),
    [
        ("https://www.alder.example/contact", None, "alder.example"),
        ("https://ALDER.example:8080", "jo@beech.example", "alder.example"),
        (None, "jo@alder.example", "alder.example"),
        (None, "jo@gmail.com", None),
        ("https://www.facebook.com/alder", "jo@alder.example", "alder.example"),
        ("http://[broken", None, None),
        (None, None, None),
    ],
)
def test_a_domain_is_their_own_or_none(website: str | None, email: str | None, domain: str | None) -> None:
    assert own_domain(website, email) == domain
