"""Writing CSV as a stream, so that a long list never stands in memory as one text."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice

from crm.core.spreadsheets.cells import Column, RowT, csv_cell

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads the accents wrongly
ROWS_AT_A_TIME = 500


def csv_lines(columns: Sequence[Column[RowT]], rows: Iterable[RowT]) -> Iterator[str]:
    """A CSV file in pieces, to be encoded as UTF-8: a heading line, then the rows."""
    readers = [column.value for column in columns]
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow([csv_cell(column.heading) for column in columns])
    remaining = iter(rows)
    while True:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        piece = list(islice(remaining, ROWS_AT_A_TIME))
        if not piece:
            return
        writer.writerows([csv_cell(read(row)) for read in readers] for row in piece)
