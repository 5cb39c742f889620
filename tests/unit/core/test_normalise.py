"""One spelling for what people write in many."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import normalise


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("st92aa", "ST9 2AA"),
        (" SW1 H0TL", "SW1H 0TL"),
        ("HP 21 8AL", "HP21 8AL"),
        ("W4   5YG", "W4 5YG"),
        ("WS2 9PS.", "WS2 9PS"),
        ("CM2 OLS", "CM2 0LS"),
        ("SW1A 2 HB", "SW1A 2HB"),
        ("EC4R1AG", "EC4R 1AG"),
        ("ＳＴ１\u00a04HT", "ST1 4HT"),
        ("gir 0aa", "GIR 0AA"),
        ("zz7 5fq", "ZZ7 5FQ"),  # invented, as in the demonstration
    ],
)
def test_a_postcode_is_stored_as_royal_mail_writes_it(written: str, stored: str) -> None:
    assert normalise.postcode(written) == stored


@pytest.mark.parametrize("written", ["ST4", "8001", "HM 11", "DT1 2J", "S023 9NA", "", "tbc", "ST1 4HTT"])
def test_half_a_postcode_or_a_foreign_one_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="Enter a full postcode, like ST1 4HT"):
        normalise.postcode(written)


def test_the_first_half_of_a_postcode_is_recognised() -> None:
    assert normalise.is_part_of_a_postcode("st4")
    assert not normalise.is_part_of_a_postcode("ST4 1AA")
    assert not normalise.is_part_of_a_postcode("tbc")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+44 (0)1632 960961", "+441632960961"),
        ("01632960949", "+441632960949"),
        ("1632960038", "+441632960038"),
        (1632960038, "+441632960038"),
        (1632960038.0, "+441632960038"),
        ("1632960038.0", "+441632960038"),
        ("01632 960667 x21", "+441632960667 x21"),
        ("01632 960667 ext. 21", "+441632960667 x21"),
        ("Tel: (01632) 960-667", "+441632960667"),
        ("0044 1632 960667", "+441632960667"),
        ("01632\u00a0960\u200b667", "+441632960667"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_a_phone_number_is_stored_in_one_spelling(written: str | float, stored: str) -> None:
    assert normalise.phone(written) == stored


@pytest.mark.parametrize("written", ["tbc", "", "12", "01632 960961 ask for Sue", "0163296096111", "ST4", "+", "1e9"])
def test_what_is_not_a_phone_number_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="Enter a phone number, like"):
        normalise.phone(written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("ruth.machin@westport.example;", "ruth.machin@westport.example"),
        ("GEORGE.BAILEY@KILNSIDE.EXAMPLE", "george.bailey@kilnside.example"),
        ("LIAM@BRAMBLECAFÉLTD.EXAMPLE", "liam@bramblecaféltd.example"),
        ("mailto:José@west.example", "josé@west.example"),
        (" jo@example.com, ", "jo@example.com"),
    ],
)
def test_an_email_address_is_stored_in_one_spelling(written: str, stored: str) -> None:
    assert normalise.email(written) == stored


@pytest.mark.parametrize("written", ["zoe at x.example", "n/a", "", "jo@", "a@b@c.example", "jo@localhost", "a\nb@c"])
def test_what_is_not_an_email_address_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="Enter an e-mail address in full"):
        normalise.email(written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" 25418022", "25418022"),
        (1208776, "01208776"),
        (452083.0, "00452083"),
        ("452083.0", "00452083"),
        ("SC 272838", "SC272838"),
        ("sc2728", "SC002728"),
        ("NI018800", "NI018800"),
        ("IP28985R", "IP28985R"),
        ("IP030776", "IP030776"),
        ("SP1728RS", "SP1728RS"),
        ("MUT0148B", "MUT0148B"),
        ("MUT00002", "MUT00002"),
        ("BPAH7TQL", "BPAH7TQL"),
        ("581R2276", "581R2276"),
        ("SE000103", "SE000103"),
    ],
)
def test_a_company_number_has_eight_characters(written: str | float, stored: str) -> None:
    assert normalise.company_number(written) == stored


@pytest.mark.parametrize("written", ["123456789", "tbc", "", "EMPLOYER", "QQ123", "00000000", "0", "-", "12345.67"])
def test_what_is_no_company_number_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="like 01234567 or SC123456"):
        normalise.company_number(written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("www.example.com", "https://www.example.com"),
        ("EXAMPLE.com/Jobs?a=1", "https://example.com/Jobs?a=1"),
        ("http://example.com", "http://example.com"),
        ("example.com:8080/x", "https://example.com:8080/x"),
    ],
)
def test_a_website_gets_a_scheme(written: str, stored: str) -> None:
    assert normalise.website(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "ftp://example.com",
        "mailto:jo@example.com",
        "none",
        "",
        "https://a b.example",
        "https://user@example.com",
        "https://[::1",
        "https://example.com:99999",
        "www.a.example www.b.example",
        "www.example.com/" + "a" * 255,
    ],
)
def test_what_is_not_a_plain_web_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Enter a website address"):
        normalise.website(written)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Kilnside Solar LTD.", "kilnside  solar Limited"),
        ("The Jubilee Care Home LTD.", "Jubilee Care Home"),
        ("Bramble Café & Sons", "BRAMBLE CAFE and Sons Ltd "),
        ("Stewart’s Melville", "Stewarts Melville"),
        ("A.B. Tools P.L.C.", "AB Tools plc"),
        ("Łukasz Ødegård", "Lukasz Odegard"),
        ("Straße", "STRASSE"),
        ("Fenhill-Software", "Fenhill Software"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, another: str) -> None:
    assert normalise.name_key(one) == normalise.name_key(another)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Copper Solar plc", "Copper Solar Ltd"),
        ("Copper Solar CIC", "Copper Solar LLP"),
        ("Kilnside Logistics (Stoke) Ltd", "Kilnside Logistics Ltd"),
        ("Living + Limited", "Living Limited"),
        ("Limited Editions", "Editions"),
    ],
)
def test_different_employers_keep_different_keys(one: str, another: str) -> None:
    assert normalise.name_key(one) != normalise.name_key(another)


@pytest.mark.parametrize("name", ["", " ", "---", "???"])
def test_punctuation_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="Enter the employer’s name"):
        normalise.name_key(name)


def test_a_name_that_is_only_an_ending_is_kept() -> None:
    assert normalise.name_key("Limited") == "limited"
    assert normalise.name_key("The The") == "the"


EVERY = [
    normalise.postcode,
    normalise.phone,
    normalise.email,
    normalise.company_number,
    normalise.website,
    normalise.name_key,
]


@pytest.mark.parametrize("function", EVERY)
@given(text=st.text(max_size=60))
def test_any_text_is_either_normalised_or_refused_and_normalising_again_changes_nothing(
    function: Callable[[str], str], text: str
) -> None:
    try:
        once = function(text)
    except ValueError:
        return
    assert function(once) == once
