"""Native Excel charts, each drawn from the table on its own sheet."""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList

from crm.core.spreadsheets.cells import clean_text
from crm.core.spreadsheets.writing import WrittenSheet

WIDTH_CM = 22
ROW_CM = 0.9


def add_bar_chart(sheet: WrittenSheet, *, title: str, labels: int, values: tuple[int, int], axis: str) -> None:
    """Draw bars below the table: one group for each row, one bar for each column of values.

    Args:
        sheet: just written; its table has the numbers.
        title: above the chart.
        labels: the column with the names of the groups, 1 for the first.
        values: the first and last column of numbers.
        axis: what the numbers count.
    """
    chart = BarChart()
    chart.type = "bar"
    chart.style = 10
    chart.title = clean_text(title)
    chart.y_axis.title = clean_text(axis)
    chart.y_axis.number_format = "0"
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    chart.y_axis.crosses = "max"  # and the numbers still at the bottom
    # Excel hides both axes of a chart made here unless told otherwise.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend.position = "b"
    # Each has to be refused by name, or LibreOffice shows them all.
    chart.dataLabels = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    first, last = values
    numbers = Reference(sheet.worksheet, min_col=first, max_col=last, min_row=sheet.heading_row, max_row=sheet.last_row)
    names = Reference(sheet.worksheet, min_col=labels, min_row=sheet.heading_row + 1, max_row=sheet.last_row)
    chart.add_data(numbers, titles_from_data=True)
    chart.set_categories(names)
    chart.width = WIDTH_CM
    groups = sheet.last_row - sheet.heading_row
    chart.height = max(7.5, 3 + ROW_CM * groups * (last - first + 1))
    sheet.worksheet.add_chart(chart, f"A{sheet.last_row + 2}")
