"""Uploading a file, and saying what its columns are."""

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, SelectField
from wtforms.validators import NumberRange

from crm.core.forms import Form, WholeNumberField
from crm.core.spreadsheets.reading import Sheet
from crm.imports.columns import LABELS, Layout

NOT_IMPORTED = ""
CHOICES = [(NOT_IMPORTED, "Not imported"), *((target.value, label) for target, label in LABELS.items())]


class UploadForm(Form):
    file = FileField(
        "Choose a CSV file or an Excel workbook (.xlsx)",
        description="At most 10 MB, 20,000 rows and 50 columns. Nothing is imported before you have seen what it does.",
        validators=[FileRequired("Choose a file")],
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class ColumnsForm(Form):
    """Which sheet, which row has the headings, and what each column is."""

    sheet = SelectField("Sheet", validate_choice=False)
    header_row = WholeNumberField(
        "Row with the headings", validators=[NumberRange(1, 20_000, "Enter a row of the file")]
    )
    columns = FieldList(SelectField("Column", choices=CHOICES), max_entries=60)

    def show(self, sheet: Sheet, layout: Layout | None) -> None:
        """Offer the sheets of the file, and fill the form with what the layout says."""
        self.sheet.choices = [(name, name) for name in (sheet.name, *sheet.others)]
        self.sheet.data = sheet.name
        if layout is None:
            return
        self.header_row.data = layout.header + 1
        for column in range(len(layout.headings)):
            target = layout.targets.get(column)
            self.columns.append_entry(target.value if target else NOT_IMPORTED)

    def chosen(self) -> dict[str, str]:
        """Column indexes, as text, and what each is imported as."""
        return {str(index): entry.data for index, entry in enumerate(self.columns) if entry.data}

    def refuse_doubles(self) -> bool:
        """Whether the answers are possible: no two columns for one field. Adds what is wrong."""
        seen: set[str] = set()
        for target in self.chosen().values():
            if target in seen:
                label = dict(CHOICES)[target]
                self.refuse(f"Two columns are chosen for “{label}”. Choose one of them.")
                return False
            seen.add(target)
        return True


def examples(sheet: Sheet, layout: Layout, most: int = 3) -> list[str]:
    """For each column, a few different values below the headings."""
    return [_some(sheet.rows[layout.header + 1 :], column, most) for column in range(len(layout.headings))]


def _some(rows: Sequence[Sequence[object]], column: int, most: int) -> str:
    found: dict[str, None] = {}
    for row in rows:
        if column < len(row) and row[column] is not None:
            found.setdefault(" ".join(str(row[column]).split())[:60])
        if len(found) == most:
            break
    return " · ".join(found)
