"""Uploading a file or pasting rows, and saying what the sheets and columns are."""

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import Form, WholeNumberField
from crm.core.spreadsheets.reading import Sheet
from crm.imports.columns import Layout, is_ignored
from crm.imports.planning import Setting
from crm.imports.services import Answer
from crm.imports.targets import LABELS, OFFERED, SheetKind
from crm.interactions.models import Channel

NOT_IMPORTED = ""


class UploadForm(Form):
    file = FileField(
        "Choose an Excel workbook (.xlsx) or a CSV file",
        description="At most 10 MB, 20,000 rows on a sheet and 50 columns. Nothing is imported before you have seen "
        "what it does.",
        validators=[FileRequired("Choose a file")],
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class PasteForm(Form):
    rows = TextAreaField(
        "Paste the rows here",
        description="Select them in your spreadsheet program, with their headings if there are any, and copy them.",
        validators=[InputRequired("Paste the rows you have copied")],
        render_kw={"rows": 12, "spellcheck": "false"},
    )

    @property
    def as_copied(self) -> str:
        """The rows with every tab: `rows.data` has lost those at its ends, which are empty cells."""
        return str(self.rows.raw_data[0]) if self.rows.raw_data else ""


class SheetForm(Form):
    """What a sheet is, which row has the headings, and what each column is."""

    kind = SelectField("What the rows are", choices=[(kind.value, kind.label) for kind in SheetKind])
    header_row = WholeNumberField(
        "Row with the headings",
        description="0 if there are none",
        validators=[Optional(), NumberRange(0, 20_000, "Enter a row of the file, or 0 if there are no headings")],
    )
    channel = SelectField("If a row does not say how", choices=[(channel.value, channel.label) for channel in Channel])
    creates_employers = BooleanField("Create employers that are not known, from their name alone")
    columns = FieldList(SelectField("Column", validate_choice=False), max_entries=60)
    shown_kind = HiddenField()
    shown_row = HiddenField()

    @staticmethod
    def prefix_of(position: int) -> str:
        return f"s{position}"

    def show(self, setting: Setting, layout: Layout | None) -> None:
        """Fill the form with what a sheet is taken for."""
        self.kind.data = self.shown_kind.data = setting.kind.value
        self.channel.data, self.creates_employers.data = setting.channel.value, setting.creates_employers
        self.header_row.data = setting.header_row
        if layout is not None:
            self.header_row.data = layout.header + 1
            for column in range(len(layout.headings)):
                target = layout.targets.get(column)
                self.columns.append_entry(target.value if target else NOT_IMPORTED)
        self.shown_row.data = "" if self.header_row.data is None else str(self.header_row.data)
        self.offer()

    def offer(self) -> None:
        """What columns can be imported as, for the kind of sheet that is shown."""
        kind = SheetKind(self.shown_kind.data or SheetKind.EMPLOYERS)
        targets = OFFERED.get(kind, ())
        choices = [(NOT_IMPORTED, "Not imported"), *((target.value, LABELS[target]) for target in targets)]
        for entry in self.columns:
            entry.choices = choices

    def answer(self) -> Answer:
        """The validated answers. Another kind or another row of headings is recognised anew."""
        kind = SheetKind(self.kind.data)
        row = self.header_row.data
        moved = kind.value != self.shown_kind.data or ("" if row is None else str(row)) != self.shown_row.data
        recognised_anew = kind.value != self.shown_kind.data
        return Answer(
            kind=kind,
            header_row=None if recognised_anew else row,
            columns=None if moved or kind is SheetKind.LEFT_OUT else self._chosen(kind),
            channel=Channel(self.channel.data),
            creates_employers=bool(self.creates_employers.data),
        )

    def _chosen(self, kind: SheetKind) -> dict[str, str]:
        """Column indexes, as text, and what each is imported as."""
        offered = set(OFFERED[kind])
        return {str(index): entry.data for index, entry in enumerate(self.columns) if entry.data in offered}

    def refuse_doubles(self) -> bool:
        """Whether the answers are possible: no two columns for one field. Adds what is wrong."""
        seen: set[str] = set()
        for target in (entry.data for entry in self.columns if entry.data):
            if target in seen and target in set(LABELS) and not _may_repeat(target):
                self.refuse(f"Two columns are chosen for “{_label(target)}”. Choose one of them.")
                self.offer()
                return False
            seen.add(target)
        return True

    def is_ours(self, heading: str) -> bool:
        """Whether a column is the one of reasons, from a file of rejected rows."""
        return is_ignored(heading)


def _may_repeat(value: str) -> bool:
    return any(target.value == value and target.may_repeat for target in LABELS)


def _label(value: str) -> str:
    return next(label for target, label in LABELS.items() if target.value == value)


def examples(sheet: Sheet, layout: Layout, most: int = 3) -> list[str]:
    """For each column, a few different values below the headings."""
    return [_some(sheet.rows[layout.first_row :], column, most) for column in range(len(layout.headings))]


def _some(rows: Sequence[Sequence[object]], column: int, most: int) -> str:
    found: dict[str, None] = {}
    for row in rows:
        if column < len(row) and row[column] is not None:
            found.setdefault(" ".join(str(row[column]).split())[:60])
        if len(found) == most:
            break
    return " · ".join(found)
