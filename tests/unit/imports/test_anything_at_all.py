"""Nothing crashes, nothing is silently dropped: whatever stands in the cells."""

from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.spreadsheets.reading import ReadValue
from crm.imports.columns import find_layout, kind_of, layout_of
from crm.imports.entries import Lists, LogReader, interpret_log
from crm.imports.findings import Report, grouped
from crm.imports.folding import Folding
from crm.imports.interpreting import interpret
from crm.imports.matching import match
from crm.imports.queries import Known
from crm.imports.scanning import Table
from crm.imports.targets import SheetKind, Target
from crm.imports.words import Band, Names
from crm.interactions.models import Channel
from crm.reference.academic_years import AcademicYear

USUAL = [
    "Fenhill", "Fenhill Ltd", "TOTAL", "SMEs below", "n/a", "37057486", "ST4", "st92aa", "ST1 4HT", "jo@a.example; x",
    "01632 960960 / tbc", "50+", "<10", "Jo / Sam", "1,\n84110", "---", " ", "=1+1", "Employer", "\u200b", "²", "①",
    "3/4/26", "3 April", "Apr 26", "tel", "cancelled",
    "as above", "Smith, Jane", "Jane (HR) & Bob", "07700 900123 (mob) 01632 960001", "w/c 3 April",
]  # fmt: skip
cells: st.SearchStrategy[ReadValue] = st.one_of(
    st.none(),
    st.sampled_from(USUAL),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
HEADINGS = (
    "Employer",
    "Company number",
    "Postcode",
    "Contact",
    "Tel",
    "E-mail",
    "Size",
    "Sector",
    "SIC",
    "Website",
    "Officer",
)
LISTS = Lists([Band(1, "1–9", "micro", 1, 9)], Names([(1, "Digital")]), Names([(1, "P Shah")]))
KNOWN = [Known(1, "Fenhill", "fenhill", None, None), Known(2, "Fenhill", "fenhill", "37057486", "ST9 2AA")]


@settings(max_examples=300)
@given(rows=st.lists(st.lists(cells, max_size=len(HEADINGS) + 1), max_size=8))
def test_every_row_of_any_sheet_is_accounted_for(rows: list[list[ReadValue]]) -> None:
    report = Report()
    table = [HEADINGS, *rows]

    incoming = interpret(Table(table, layout_of(table, 0)), LISTS, report)
    matches = match(Folding(report, {}).fold(incoming), KNOWN, report)

    counts = report.counts
    assert counts.rows == counts.blank + counts.rejected + counts.repeated + len(matches)
    assert len({each.employer_id for each in matches if each.employer_id}) == sum(
        bool(each.employer_id) for each in matches
    )
    assert all(group.rows for group in grouped(report.findings))


LOG_HEADINGS = (
    "Date",
    "Employer",
    "Spoke to",
    "How",
    "Outcome",
    "By",
    "Notes",
    "Tel",
    "E-mail",
    "Next step",
    "By when",
)


@settings(max_examples=300)
@given(rows=st.lists(st.lists(cells, max_size=len(LOG_HEADINGS) + 1), max_size=8))
def test_every_row_of_any_log_is_accounted_for(rows: list[list[ReadValue]]) -> None:
    report = Report()
    sheet = [LOG_HEADINGS, *rows]
    table = Table(sheet, layout_of(sheet, 0, kind=SheetKind.LOG), SheetKind.LOG)
    log = LogReader(table, LISTS, year=AcademicYear("2025/26"), today=date(2026, 11, 24), channel=Channel.CALL)

    entries = interpret_log(table, log, report)

    counts = report.counts
    assert counts.rows == counts.blank + counts.rejected + len(entries)
    assert len({entry.row for entry in entries}) == len(entries)
    assert all(entry.day is not None and entry.day <= date(2026, 11, 24) and entry.summary for entry in entries)
    assert all("\0" not in entry.summary for entry in entries)
    assert counts.rejected == len(report.rejected_rows)


@given(rows=st.lists(st.lists(cells, max_size=6), max_size=6))
def test_any_sheet_is_taken_for_something(rows: list[list[ReadValue]]) -> None:
    assert kind_of(rows) in SheetKind


@given(
    rows=st.lists(st.lists(cells, max_size=4), max_size=6),
    columns=st.dictionaries(st.integers(0, 5), st.sampled_from(Target)),
)
def test_any_sheet_has_a_layout_or_none(rows: list[list[ReadValue]], columns: dict[int, Target]) -> None:
    find_layout(rows)
    for header in range(len(rows)):
        assert set(layout_of(rows, header, corrected=columns).targets.values()) <= set(Target)


def test_the_odd_types_a_workbook_can_hold_are_read() -> None:
    for cell in (date(2026, 1, 9), datetime(2026, 1, 9), time(9), True, 1e300, float("inf")):  # noqa: DTZ001
        table = [HEADINGS, *([[cell] * len(HEADINGS)] * 2)]
        report = Report()
        assert len(Folding(report, {}).fold(interpret(Table(table, layout_of(table, 0)), LISTS, report))) == 1
