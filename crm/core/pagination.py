"""One page of a list, its sortable headings, and the addresses of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import Flask, request

T = TypeVar("T")

PER_PAGE = 25
AROUND = 1  # pages shown on either side of the current one


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a longer list. `number` counts from one; `total` is the length of the whole list."""

    rows: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

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
        return self.number < self.pages

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


def page_number() -> int:
    """The page asked for in the address; the first one for anything odd."""
    asked = request.args.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1  # noqa: PLR2004


def offset_of(number: int, per_page: int = PER_PAGE) -> int:
    """How many rows come before a page."""
    return (number - 1) * per_page


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
    wanted: dict[str, Sequence[str]] = {name: request.args.getlist(name) for name in request.args}
    if "page" not in changes:
        wanted.pop("page", None)
    for name, value in changes.items():
        wanted[name] = _texts(value)
    pairs = [(name, text) for name, texts in wanted.items() for text in texts if text]
    return f"{request.script_root}{request.path}{'?' if pairs else ''}{urlencode(pairs)}"


def _texts(value: str | int | Sequence[str] | None) -> Sequence[str]:
    if value is None:
        return []
    return [str(value)] if isinstance(value, (str, int)) else value


def without(arguments: Mapping[str, Sequence[str]], name: str, value: str) -> list[str]:
    """The values of one argument except one: what remains when a filter's chip is removed."""
    return [each for each in arguments.get(name, []) if each != value]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(address_with=address_with)
