"""What a cell says in the text of an entry."""

from datetime import time

import pytest

from crm.core.spreadsheets.reading import ReadValue
from crm.imports.row import told


@pytest.mark.parametrize(
    ("heading", "cell", "text"),
    [
        ("Time", 0.5833, "Time: 14:00"),
        ("Start", time(9, 30), "Start: 09:30"),
        ("Time", "P5", "Time: P5"),
        ("Share", 0.5, "Share: 0.5"),
        ("Pupils", 12, "Pupils: 12"),
    ],
)
def test_a_cell_is_told_with_its_heading_and_times_as_times(heading: str, cell: ReadValue, text: str) -> None:
    assert told(heading, cell) == text
