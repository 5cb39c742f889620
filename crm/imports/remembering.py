"""What files of a shape were last taken for, so that nobody has to say it twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from crm.core.clock import local_date
from crm.core.db import db
from crm.core.formatting import long_date
from crm.core.spreadsheets.reading import ReadValue, Sheet
from crm.imports import run_queries
from crm.imports.columns import HEADINGS_WITHIN, Layout, find_layout, is_ignored, layout_of, shape_of, squeezed
from crm.imports.models import ImportMapping
from crm.imports.planning import Setting
from crm.imports.targets import SheetKind, Target

FEWEST_HEADINGS = 2


def recall(sheet: Sheet, setting: Setting) -> tuple[Setting, str | None]:
    """What a sheet was taken for last time, and by whom and when; as found out now if its shape is new."""
    layouts = _possible_layouts(sheet.rows)
    known = run_queries.mappings_of(list(layouts))
    for shape, layout in layouts.items():
        if shape in known:
            mapping = known[shape]
            columns = _columns_by_index(mapping.columns, layout)
            recalled = replace(
                setting,
                kind=mapping.kind,
                header_row=layout.header + 1,
                columns=columns,
                channel=mapping.channel,
                creates_employers=mapping.creates_employers,
            )
            return recalled, f"by {mapping.used_by_name} on {long_date(local_date(mapping.used_at))}"
    return setting, None


def remember(sheet: Sheet, setting: Setting, layout: Layout | None, *, by: str, at: datetime) -> None:
    """Keep what a sheet was taken for. A sheet that was left out is remembered as that."""
    layout = layout or find_layout(sheet.rows) or find_layout(sheet.rows, SheetKind.LOG)
    if layout is None or layout.header < 0 or len(_headings(layout)) < FEWEST_HEADINGS:
        return
    kept = {
        "kind": setting.kind,
        "columns": _columns_by_heading(layout) if setting.kind is not SheetKind.LEFT_OUT else {},
        "channel": setting.channel,
        "creates_employers": setting.creates_employers,
        "used_by_name": by,
        "used_at": at,
    }
    shape = shape_of(layout.headings)
    if _replace(shape, kept):
        return
    try:
        with db.session.begin_nested():
            db.session.add(ImportMapping(shape=shape, **kept))
    except IntegrityError:  # somebody else's import of the same shape ended at the same moment
        _replace(shape, kept)


def forget(sheet: Sheet) -> None:
    """Recognise files of this shape by their headings again."""
    shapes = list(_possible_layouts(sheet.rows))
    db.session.execute(delete(ImportMapping).where(ImportMapping.shape.in_(shapes)))


def _replace(shape: str, kept: Mapping[str, object]) -> bool:
    done = db.session.execute(update(ImportMapping).where(ImportMapping.shape == shape).values(**kept))
    return bool(getattr(done, "rowcount", 0))


def _possible_layouts(rows: Sequence[Sequence[ReadValue]]) -> dict[str, Layout]:
    """Every row that could hold the headings, by the shape a file with these headings has; likelier ones first."""
    likely = [find_layout(rows, kind) for kind in (SheetKind.EMPLOYERS, SheetKind.LOG)]
    others = (
        layout_of(rows, index)
        for index, row in enumerate(rows[:HEADINGS_WITHIN])
        if sum(isinstance(cell, str) for cell in row) >= FEWEST_HEADINGS
    )
    found: dict[str, Layout] = {}
    for layout in (*filter(None, likely), *others):
        found.setdefault(shape_of(layout.headings), layout)
    return found


def _headings(layout: Layout) -> dict[int, str]:
    """The squeezed headings by column; the second of two alike has its number after it."""
    seen: Counter[str] = Counter()
    found = {}
    for column, heading in enumerate(layout.headings):
        if not is_ignored(heading):
            word = squeezed(heading)
            seen[word] += 1
            found[column] = word if seen[word] == 1 else f"{word} {seen[word]}"
    return found


def _columns_by_heading(layout: Layout) -> dict[str, str]:
    headings = _headings(layout)
    return {headings[column]: target.value for column, target in layout.targets.items() if column in headings}


def _columns_by_index(columns: Mapping[str, str], layout: Layout) -> dict[str, str]:
    return {
        str(column): columns[heading]
        for column, heading in _headings(layout).items()
        if heading in columns and columns[heading] in set(Target)
    }
