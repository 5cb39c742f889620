"""Whole imports in tests, as the scheduler does them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import Base, db
from crm.core.spreadsheets.reading import SentFile, Sheet
from crm.imports import run_queries, running, services
from crm.imports.models import ImportRun
from crm.imports.planning import Setting, SheetPlan, circumstances
from crm.imports.previewing import preview_sheets

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
# What may differ after an import was undone: its own record, history, when rows were last saved, and the words that the
# search has met, which the night tidies.
NOT_COMPARED = frozenset({"change_record", "search_word", "submission", "sign_in"})


def a_run(sheets: Sequence[Sheet], *, by: User | None = None, name: str = "log.xlsx") -> ImportRun:
    """A run of some sheets, saved."""
    run = services.new_run(b"content", name, SentFile(tuple(sheets)), at=NOON)
    run.content = b"content"
    if by is not None:
        run.started_by_id, run.started_by_name = by.id, by.name
    db.session.add(run)
    db.session.commit()
    return run


def import_sheets(*sheets: Sheet, by: User | None = None, **settings: Any) -> tuple[int, list[SheetPlan]]:
    """Import sheets as they are recognised; `settings` are set on each of them. Returns the run's id too."""
    run = run_queries.get_run(a_run(sheets, by=by).id)
    for each in run.sheets:
        for name, value in settings.items():
            setattr(each, name, value)
    db.session.flush()
    run_id, pairs, by_id = run.id, services.pairs_of(run, SentFile(sheets)), by.id if by else 0
    db.session.commit()
    return run_id, running.carry_out(run_id, pairs, by=by_id)


def look_at(*sheets: Sheet, **settings: Any) -> list[SheetPlan]:
    """What importing sheets would do."""
    taken = services.new_run(b"", "log.xlsx", SentFile(sheets), at=NOON).sheets
    pairs = [(sheet, services.setting_of(each)) for sheet, each in zip(sheets, taken, strict=True)]
    changed = [(sheet, Setting(**{**setting.__dict__, **settings})) for sheet, setting in pairs]
    return preview_sheets(changed, circumstances("log.xlsx", [sheet.name for sheet in sheets]))


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the imports' own, as another process would see it."""
    db.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in NOT_COMPARED and not table.name.startswith("import_"):
            columns = [column for column in table.columns if column.name not in {"version", "updated_at"}]
            rows = db.session.execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    db.session.rollback()
    return found
