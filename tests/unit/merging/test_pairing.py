"""Finding pairs among many without comparing each with each."""

from crm.employers.likeness import Features
from crm.merging.pairing import likely_pairs


def pairs(*employers: Features) -> list[tuple[int, int]]:
    found = likely_pairs(list(enumerate(employers)), lambda _share: None)
    return [(each.first_id, each.second_id) for each in found]


def test_each_pair_is_found_once_and_the_best_comes_first() -> None:
    found = pairs(
        Features(name_key="alder joinery", postcode="ST1 4HT"),
        Features(name_key="beech works"),
        Features(name_key="beech works"),
        Features(name_key="alder joinery", postcode="ST1 4HT"),
    )

    assert found == [(0, 3), (1, 2)]


def test_what_looks_like_nothing_else_is_no_pair() -> None:
    assert pairs(Features(name_key="alder"), Features(name_key="beech"), Features(name_key="cedar")) == []
    assert pairs() == []


def test_a_wrong_letter_at_the_beginning_or_another_order_of_words_hides_no_pair() -> None:
    crowd = [Features(name_key=f"firm {chr(97 + number // 26)}{chr(97 + number % 26)} works") for number in range(99)]

    found = pairs(
        Features(name_key="moorcroft lane timber frame"),
        *crowd,
        Features(name_key="noorcroft lane timber frame"),
        Features(name_key="timber frame moorcroft lane"),
    )

    assert {(0, 100), (0, 101)} <= set(found)


def test_one_that_is_called_as_the_other_trades_is_found() -> None:
    crowd = [Features(name_key=f"k{number:02}") for number in range(50)]

    assert (0, 51) in pairs(Features(name_key="zed holdings", trading_key="alder"), *crowd, Features(name_key="alder"))


def test_those_who_share_a_place_a_domain_or_a_phone_are_compared() -> None:
    shared = {"domain": "alder.example", "phone": "+441632960001", "postcode": "ST1 4HT"}
    crowd = [Features(name_key=f"m{number:02}") for number in range(50)]

    assert pairs(Features(name_key="alder", **shared), *crowd, Features(name_key="zenith", **shared)) == [(0, 51)]


def test_progress_is_told_up_to_the_end() -> None:
    told: list[int] = []

    likely_pairs([], told.append)

    assert told[-1] == 100
    assert told == sorted(told)
