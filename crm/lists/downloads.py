"""A list as a file: every page of exactly what is shown, in its order, with its columns."""

import tempfile
from collections.abc import Iterable, Sequence

from flask import Response, send_file, stream_with_context

from crm.core import clock
from crm.core.formatting import date_time
from crm.core.pagination import address_at
from crm.core.spreadsheets.cells import Column, RowT
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.core.spreadsheets.writing import add_sheet, new_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Links = list[tuple[str, str]]


def download_links(csv_path: str, xlsx_path: str) -> Links:
    """What components/list_toolbar.html offers: both files of what the page is asked for."""
    wanted = {"per_page": None}
    return [("Excel", address_at(xlsx_path, **wanted)), ("CSV", address_at(csv_path, **wanted))]


def as_csv(name: str, columns: Sequence[Column[RowT]], rows: Iterable[RowT]) -> Response:
    """Written while it is read. `name` is the list's, in a file name: the day is added."""
    return Response(
        stream_with_context(csv_lines(columns, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{clock.today().isoformat()}.csv"'},
    )


def as_workbook(
    name: str, title: str, columns: Sequence[Column[RowT]], rows: Iterable[RowT], *, narrowed_to: Sequence[str] = ()
) -> Response:
    """One sheet with a real table, in a temporary file: a failure is a page and not half a file.

    Args:
        name: the list's, in a file name: the day is added.
        title: in A1.
        columns: the table's.
        rows: read once, in order.
        narrowed_to: the filters in words, for a line above the table.
    """
    workbook = new_workbook(title=title, author="Threefold")
    filters = "; ".join(narrowed_to) or "none"
    notes = [f"Made on {date_time(clock.now())}. Filters: {filters}."]
    add_sheet(workbook, title, columns, rows, notes=notes)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed, and so gone, when it has been sent
    workbook.save(file)
    file.seek(0)
    return send_file(
        file, mimetype=XLSX, as_attachment=True, download_name=f"{name}-{clock.today().isoformat()}.xlsx", max_age=0
    )
