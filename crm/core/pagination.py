"""One page of a list, its sortable headings, and the addresses of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import Flask, request

T = TypeVar("T")

PER_PAGE = 25
PER_PAGE_CHOICES = (25, 50, 100)
MOST_COUNTED = 100_000  # rows: counting more would take longer than showing a page
AROUND = 1  # pages shown on either side of the current one


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page was asked for, and how many rows it should have."""

    number: int = 1
    per_page: int = PER_PAGE

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.number - 1) * self.per_page

    def part_of(self, rows: Sequence[T]) -> "Page[T]":
        """The page, cut from a whole list."""
        return self.of(rows[self.offset : self.offset + self.per_page], len(rows))

    def of(self, rows: Sequence[T], total: int) -> "Page[T]":
        """The page with its rows, of a list as long as was counted: no further than one past `MOST_COUNTED`."""
        return Page(rows, self.number, min(total, MOST_COUNTED), self.per_page, counted=total <= MOST_COUNTED)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a longer list. `number` counts from one; `total` is the length of the whole list.

    A list too long to be counted has `counted` false: there are more than `total` rows, and we do not know how many.
    """

    rows: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE
    counted: bool = True

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, even of nothing."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1 if self.rows else 0

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages or (not self.counted and len(self.rows) == self.per_page)

    @property
    def is_long(self) -> bool:
        """Whether the reader may want more rows on a page, or has chosen to see more."""
        return self.total > PER_PAGE_CHOICES[0] or self.per_page != PER_PAGE

    @property
    def shortened(self) -> list[int | None]:
        """The numbers to link to: the ends and the neighbours, with None where some are left out."""
        near = range(self.number - AROUND, self.number + AROUND + 1)
        shown = sorted({1, self.pages, *(number for number in near if 1 <= number <= self.pages)})
        numbers: list[int | None] = []
        for number in shown:
            before = numbers[-1] if numbers else None
            if before is not None and number - before == 2:  # noqa: PLR2004  # one missing number is shorter than dots
                numbers.append(before + 1)
            elif before is not None and number - before > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


@dataclass(frozen=True)
class Heading:
    """A heading of a table. With `href` it is a link that sorts; `sorted` is "ascending", "descending" or ""."""

    text: str
    numeric: bool = False
    href: str = ""
    sorted: str = ""


def asked() -> Asked:
    """The page asked for in the address; the first one of 25 rows for anything odd."""
    number, per_page = _whole("page"), _whole("per_page")
    return Asked(max(1, number), per_page if per_page in PER_PAGE_CHOICES else PER_PAGE)


def page_number() -> int:
    """The number alone, for a list whose pages have one length."""
    return asked().number


def offset_of(number: int, per_page: int = PER_PAGE) -> int:
    """How many rows come before a page."""
    return Asked(number, per_page).offset


def _whole(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0  # noqa: PLR2004


def sort_asked(allowed: Sequence[str], otherwise: str) -> str:
    """The ?sort= of the address if it is one of the allowed keys ("name", or "-name" for descending)."""
    asked = request.args.get("sort", "")
    return asked if asked.removeprefix("-") in allowed else otherwise


def sortable(text: str, key: str, current: str, *, numeric: bool = False) -> Heading:
    """A heading that sorts by `key`, and the other way round when it already does."""
    if current == key:
        return Heading(text, numeric, address_with(sort=f"-{key}"), "ascending")
    if current == f"-{key}":
        return Heading(text, numeric, address_with(sort=key), "descending")
    return Heading(text, numeric, address_with(sort=key))


def address_with(**changes: str | int | Sequence[str] | None) -> str:
    """The address of this page with some query arguments changed; None or "" drops one. Others stay as they are.

    Changing anything but the page leads to the first page.
    """
    return address_at(f"{request.script_root}{request.path}", **changes)


def address_at(path: str, **changes: str | int | Sequence[str] | None) -> str:
    """Another page that is asked for the same; for downloads of what is shown."""
    wanted: dict[str, Sequence[str]] = {name: request.args.getlist(name) for name in request.args}
    if "page" not in changes:
        wanted.pop("page", None)
    for name, value in changes.items():
        wanted[name] = _texts(value)
    pairs = [(name, text) for name, texts in wanted.items() for text in texts if text]
    return f"{path}{'?' if pairs else ''}{urlencode(pairs)}"


def _texts(value: str | int | Sequence[str] | None) -> Sequence[str]:
    if value is None:
        return []
    return [str(value)] if isinstance(value, (str, int)) else value


def without(arguments: Mapping[str, Sequence[str]], name: str, value: str) -> list[str]:
    """The values of one argument except one: what remains when a filter's chip is removed."""
    return [each for each in arguments.get(name, []) if each != value]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(address_with=address_with, per_page_choices=PER_PAGE_CHOICES)
