"""The workbook a manager takes to the meeting, opened again and read."""

from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from crm.core.errors import Conflict
from crm.opportunities.models import PlaceStatus
from crm.reports.releases import Release
from crm.reports.workbooks import CONTENTS, Order, write_workbook
from tests.conftest import counting_queries
from tests.factories import (
    CohortFactory,
    EmployerFactory,
    InteractionFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    YoungPersonFactory,
)

ORDER = Order(as_at=date(2026, 11, 30), made_by="A manager", made_at=datetime(2026, 11, 30, 21, tzinfo=UTC))
NASTY = '=HYPERLINK("http://evil.example")'


def pledge_kept_in_part(name: str = "Harbour Foods") -> None:
    """Six places promised, one attended."""
    line = PledgeLineFactory.build(young_people=2, each=3)
    pledge = PledgeFactory.make(employer=EmployerFactory.make(name=name), lines=[line])
    opportunity = OpportunityFactory.make(employer=pledge.employer)
    PlaceFactory.make(opportunity=opportunity, pledge_line_id=line.id, status=PlaceStatus.ATTENDED, came=1)


def written(folder: Path) -> Path:
    path = folder / ORDER.file_name
    write_workbook(ORDER, path)
    return path


def opened(folder: Path) -> Workbook:
    return load_workbook(written(folder))


def rows(workbook: Workbook, sheet: str) -> list[dict[str, object]]:
    """The table of a sheet, as dictionaries by heading."""
    worksheet = workbook[sheet]
    [table] = worksheet.tables.values()
    headings, *values = ([cell.value for cell in row] for row in worksheet[table.ref])
    return [dict(zip(map(str, headings), row, strict=True)) for row in values]


def test_every_sheet_of_the_contents_is_there_with_one_table_of_a_unique_name(database: None, tmp_path: Path) -> None:
    workbook = opened(tmp_path)

    assert workbook.sheetnames == [row.sheet for row in CONTENTS]
    names = [table for sheet in workbook for table in sheet.tables]
    assert len(set(names)) == len(names) == len(workbook.sheetnames)
    assert not any(sheet.merged_cells.ranges for sheet in workbook)


def test_what_people_typed_never_becomes_a_formula(database: None, tmp_path: Path) -> None:
    pledge_kept_in_part(NASTY)
    path = written(tmp_path)

    workbook = load_workbook(path)
    assert not [cell.coordinate for sheet in workbook for row in sheet for cell in row if cell.data_type == "f"]
    assert rows(workbook, "Pledges by employer")[0]["Employer"] == NASTY
    with ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_a_pledge_shows_what_was_promised_and_what_became_of_it(database: None, tmp_path: Path) -> None:
    pledge_kept_in_part()

    [row] = rows(opened(tmp_path), "Pledges by employer")

    assert (row["Employer"], row["Promised"], row["Attended"], row["Remaining"]) == ("Harbour Foods", 6, 1, 5)


def test_headlines_and_the_three_agree(database: None, tmp_path: Path) -> None:
    school = ProviderFactory.make(name="Riverside Academy")
    CohortFactory.make(provider=school, size=10)
    place = PlaceFactory.make(
        young_person=YoungPersonFactory.make(provider=school), status=PlaceStatus.ATTENDED, came=1
    )

    workbook = opened(tmp_path)

    assert place.id
    by_name = {row["Figure"]: row["Number"] for row in rows(workbook, "Headlines")}
    group, everyone = rows(workbook, "Three opportunities")
    assert (group["Had 0"], group["Had 1"], group["Still needed"]) == (9, 1, 29)
    assert by_name["Still needed for 3 each"] == everyone["Still needed"] == 29
    assert by_name["Counted places attended"] == sum(int(str(row["Counted"])) for row in rows(workbook, "Data")) == 1


def test_dates_are_dates_and_the_contact_log_is_counted_by_month(database: None, tmp_path: Path) -> None:
    InteractionFactory.make(happened_on=date(2026, 10, 6))
    InteractionFactory.make(happened_on=date(2026, 10, 7))

    [row] = rows(opened(tmp_path), "Contact log summary")

    assert row["Month"] == datetime(2026, 10, 1)  # noqa: DTZ001  # Excel knows no zones
    assert (row["Calls"], row["All contacts"], row["Employers contacted"]) == (2, 2, 2)


def test_the_three_has_a_native_chart_beside_its_table(database: None, tmp_path: Path) -> None:
    CohortFactory.make()

    with ZipFile(written(tmp_path)) as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()


def test_the_same_figures_cost_the_same_statements_however_many_pledges(
    app: Flask, database: None, tmp_path: Path
) -> None:
    def statements() -> int:
        with counting_queries() as seen:
            written(tmp_path)
        return len(seen)

    pledge_kept_in_part("One")
    few = statements()
    for number in range(20):
        pledge_kept_in_part(f"Employer {number}")

    assert statements() == few


@pytest.mark.parametrize("level", [Release.PARTNERSHIP, Release.PUBLIC])
def test_a_level_that_needs_suppression_is_refused(database: None, tmp_path: Path, level: Release) -> None:
    order = Order(as_at=ORDER.as_at, made_by="A manager", made_at=ORDER.made_at, release=level)

    with pytest.raises(Conflict, match="suppressed"):
        write_workbook(order, tmp_path / "x.xlsx")
