"""The columns of a list: one definition for page, CSV and workbook, and what the address chooses of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from flask import request

from crm.core.pagination import Heading, address_with, sortable
from crm.core.spreadsheets.cells import CellValue, Column, RowT


@dataclass(frozen=True)
class ListColumn(Generic[RowT]):
    """A column that can be shown.

    Args:
        key: its name in the address.
        heading: on the page and, unless `file` says otherwise, in downloads.
        value: what it shows of a row.
        look: how the page draws it; each list's template knows its looks.
        sort: its ?sort= key; none if it can't be sorted by.
        file: what becomes of it in a download, where one cell of the page says several things.
    """

    key: str
    heading: str
    value: Callable[[RowT], CellValue]
    look: str = "text"
    sort: str = ""
    numeric: bool = False
    is_default: bool = False
    for_staff: bool = False
    width: int = 16
    file: tuple[Column[RowT], ...] = ()

    @property
    def file_columns(self) -> tuple[Column[RowT], ...]:
        return self.file or (Column(self.heading, self.value, width=self.width),)


@dataclass(frozen=True)
class ColumnChoice:
    """A line of the chooser."""

    key: str
    heading: str
    is_chosen: bool
    earlier: str = ""  # the address with this column one place to the left


@dataclass(frozen=True)
class Layout(Generic[RowT]):
    """The columns in the order they are shown, and those that could be. The first is always there, and first."""

    chosen: Sequence[ListColumn[RowT]]
    others: Sequence[ListColumn[RowT]]
    is_default: bool

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(column.key for column in self.chosen)

    @property
    def file_columns(self) -> list[Column[RowT]]:
        """What a download has: no heading twice, where two columns of the page say the same."""
        found = {column.heading: column for shown in reversed(self.chosen) for column in reversed(shown.file_columns)}
        return list(reversed(found.values()))

    def headings(self, sort: str) -> list[Heading]:
        return [
            sortable(column.heading, column.sort, sort, numeric=column.numeric)
            if column.sort
            else Heading(column.heading, column.numeric)
            for column in self.chosen
        ]

    @property
    def choices(self) -> Iterator[ColumnChoice]:
        """All but the first, as the chooser offers them: in their order, then the others."""
        keys = [column.key for column in self.chosen]
        for place, column in enumerate(self.chosen):
            if place == 0:
                continue
            swapped = [*keys[: place - 1], keys[place], keys[place - 1], *keys[place + 1 :]]
            earlier = _address_of(swapped) if place > 1 else ""
            yield ColumnChoice(column.key, column.heading, is_chosen=True, earlier=earlier)
        for column in self.others:
            yield ColumnChoice(column.key, column.heading, is_chosen=False)


def _address_of(keys: Sequence[str]) -> str:
    return address_with(columns=",".join(keys))


def layout_asked(columns: Sequence[ListColumn[RowT]], *, staff: bool) -> Layout[RowT]:
    """What ?columns= asks for, once each; the usual ones if it names none. Nobody is offered what they may not see."""
    offered = {column.key: column for column in columns if staff or not column.for_staff}
    usual = [key for key, column in offered.items() if column.is_default]
    asked = [key for text in request.args.getlist("columns") for key in text.split(",") if key in offered]
    first = next(iter(offered))
    keys = list(dict.fromkeys([first, *asked])) if asked else usual
    return Layout(
        [offered[key] for key in keys],
        [column for key, column in offered.items() if key not in keys],
        is_default=keys == usual,
    )
