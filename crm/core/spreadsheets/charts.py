"""Native Excel charts, each drawn from the table on its own sheet."""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList

from crm.core.spreadsheets.cells import clean_text
from crm.core.spreadsheets.writing import WrittenSheet

WIDTH_CM = 24
ROW_CM = 0.9
# Light to dark, so that the order is seen without telling colours apart, and in print without colour.
SHADES = ("E6ECEC", "A9CCCF", "4F959B", "0F5C63")
OUTLINE = "0F5C63"


def add_bar_chart(
    sheet: WrittenSheet, *, title: str, labels: int, values: tuple[int, int], axis: str, stacked: bool = False
) -> None:
    """Draw bars below the table: one group for each row, one bar for each column of values.

    Args:
        sheet: just written; its table has the numbers.
        title: above the chart.
        labels: the column with the names of the groups, 1 for the first.
        values: the first and last column of numbers.
        axis: what the numbers count.
        stacked: one bar for each row, all of one length, divided in proportion to the row's numbers.
    """
    chart = BarChart()
    chart.type = "bar"
    chart.style = 10
    chart.title = clean_text(title)
    chart.y_axis.title = clean_text(axis)
    chart.y_axis.number_format = "0%" if stacked else "0"
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    chart.y_axis.crosses = "max"  # and the numbers still at the bottom
    # Excel hides both axes of a chart made here unless told otherwise.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend.position = "b"
    if stacked:
        chart.grouping, chart.overlap, chart.gapWidth = "percentStacked", 100, 40
    else:
        # Each has to be refused by name, or LibreOffice shows them all.
        chart.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
        )
    first, last = values
    numbers = Reference(sheet.worksheet, min_col=first, max_col=last, min_row=sheet.heading_row, max_row=sheet.last_row)
    names = Reference(sheet.worksheet, min_col=labels, min_row=sheet.heading_row + 1, max_row=sheet.last_row)
    chart.add_data(numbers, titles_from_data=True)
    chart.set_categories(names)
    _shade(chart)
    chart.width = WIDTH_CM
    groups = sheet.last_row - sheet.heading_row
    chart.height = max(7.5, 3 + ROW_CM * groups * (1 if stacked else last - first + 1))
    sheet.worksheet.add_chart(chart, f"A{sheet.last_row + 2}")


def _shade(chart: BarChart) -> None:
    for series, shade in zip(chart.series, SHADES[-len(chart.series) :], strict=False):
        series.graphicalProperties.solidFill = shade
        series.graphicalProperties.line.solidFill = OUTLINE
