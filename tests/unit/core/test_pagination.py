"""Pages of a list and the addresses of the others."""

from collections.abc import Sequence

import pytest
from flask import Flask

from crm.core.pagination import MOST_COUNTED, Asked, Page, address_at, address_with, asked, sort_asked, sortable

APP = Flask(__name__)


def test_a_page_says_which_rows_it_shows() -> None:
    page = Page(rows=list(range(21)), number=10, total=246)

    assert (page.pages, page.first_row, page.last_row) == (10, 226, 246)
    assert page.has_previous
    assert not page.has_next


def test_a_page_of_nothing_is_the_first_of_one() -> None:
    page: Page[str] = Page(rows=[], number=1, total=0)

    assert (page.pages, page.first_row, page.last_row) == (1, 0, 0)
    assert not page.has_previous
    assert not page.has_next


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 10, [1, 2, None, 10]),
        (4, 10, [1, 2, 3, 4, 5, None, 10]),
        (5, 10, [1, None, 4, 5, 6, None, 10]),
        (10, 10, [1, None, 9, 10]),
    ],
)
def test_links_go_to_the_ends_and_the_neighbours(number: int, pages: int, shown: Sequence[int | None]) -> None:
    assert Page(rows=[0], number=number, total=pages * 25).shortened == shown


@pytest.mark.parametrize(
    ("query", "number"), [("", 1), ("page=3", 3), ("page=0", 1), ("page=-1", 1), ("page=x", 1), ("page=99999999", 1)]
)
def test_an_odd_page_number_means_the_first_page(query: str, number: int) -> None:
    with APP.test_request_context(f"/employers?{query}"):
        assert asked() == Asked(number)
        assert asked().offset == (number - 1) * 25


@pytest.mark.parametrize(
    ("query", "per_page"), [("50", 50), ("100", 100), ("25", 25), ("1000", 25), ("-50", 25), ("", 25)]
)
def test_a_page_has_25_50_or_100_rows(query: str, per_page: int) -> None:
    with APP.test_request_context(f"/employers?per_page={query}&page=3"):
        assert asked() == Asked(3, per_page)
        assert asked().offset == 2 * per_page


def test_a_page_can_be_cut_from_a_whole_list() -> None:
    page = Asked(2, 50).part_of(list(range(120)))

    assert (page.rows[0], page.rows[-1], page.first_row, page.last_row, page.total) == (50, 99, 51, 100, 120)


def test_a_list_too_long_to_count_says_so_and_goes_on() -> None:
    whole, longer = (Asked(4000).of([0] * 25, total) for total in (MOST_COUNTED, MOST_COUNTED + 1))

    assert (whole.total, whole.counted, whole.has_next) == (100_000, True, False)
    assert (longer.total, longer.counted, longer.has_next) == (100_000, False, True)
    assert not Asked(4001).of([0] * 24, MOST_COUNTED + 1).has_next


def test_an_address_changes_only_what_it_is_asked_to() -> None:
    with APP.test_request_context("/employers?q=a+%26+b&sector=1&sector=2&page=4"):
        assert address_with(page=5) == "/employers?q=a+%26+b&sector=1&sector=2&page=5"
        assert address_with(sector=["2"]) == "/employers?q=a+%26+b&sector=2"
        assert address_with(q=None, sector=[]) == "/employers"


def test_a_heading_sorts_by_its_key_and_then_the_other_way_round() -> None:
    with APP.test_request_context("/employers?page=2"):
        assert sortable("Name", "name", "last").href == "/employers?sort=name"
        assert sortable("Name", "name", "name").href == "/employers?sort=-name"
        assert sortable("Name", "name", "name").sorted == "ascending"
        assert sortable("Name", "name", "-name").href == "/employers?sort=name"
        assert sortable("Name", "name", "-name").sorted == "descending"


@pytest.mark.parametrize(
    ("query", "key"), [("sort=-name", "-name"), ("sort=name", "name"), ("sort=password", "last"), ("", "last")]
)
def test_only_offered_columns_can_be_sorted_by(query: str, key: str) -> None:
    with APP.test_request_context(f"/employers?{query}"):
        assert sort_asked(["name", "last"], "last") == key


def test_a_download_is_asked_for_what_is_shown() -> None:
    with APP.test_request_context("/employers?q=a&page=2&sort=-name"):
        assert address_at("/employers.csv") == "/employers.csv?q=a&sort=-name"
