"""Importing employers: what is written, what is left alone, what happens when something goes wrong."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.audit.models import ChangeRecord
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.normalise import name_key
from crm.core.spreadsheets.reading import Sheet
from crm.employers.models import Contact, Employer
from crm.imports import jobs, planning, run_queries, running, services
from crm.imports.findings import Counts, Report
from crm.imports.models import ImportProblem, ImportRun, RunStatus
from crm.imports.planning import SheetPlan
from crm.imports.reports import reports_of
from crm.imports.targets import SheetKind
from crm.reference.models import Sector
from tests.conftest import counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.support.importing import NOON, import_sheets, look_at

pytestmark = pytest.mark.usefixtures("database")

HEADINGS = ("Employer", "Co. No.", "Post code", "Sector", "No. of employees", "Contact(s)", "Tel", "E-mail", "Officer")
Row = tuple[str | int | None, ...]


def sheet_of(*rows: Row) -> Sheet:
    return Sheet("Employers", (HEADINGS, *rows))


def bring_in(*rows: Row) -> Report:
    """A whole import, as the command line and the scheduler do it."""
    _, (plan,) = import_sheets(sheet_of(*rows))
    return plan.report


def counts(report: Report) -> tuple[int, int, int, int]:
    found = report.counts
    return found.created, found.updated, found.unchanged, found.rejected


FENHILL: Row = (
    "Fenhill Ltd",
    37057486,
    "st92aa",
    "MMC",
    "<10",
    "Jo Wood / Sam Lane",
    1632960960,
    "JO@fenhill.example",
    "P Shah",
)
KILNSIDE: Row = ("Kilnside", None, "ST4", None, None, None, "01632 960001", None, None)


def test_an_import_into_an_empty_database_creates_employers_contacts_and_history() -> None:
    officer = UserFactory.make(name="Priya Shah")

    report = bring_in(FENHILL, KILNSIDE)

    assert counts(report) == (2, 0, 0, 0)
    fenhill, kilnside = stored(Employer)
    assert (fenhill.name, fenhill.name_key, fenhill.company_number) == ("Fenhill Ltd", "fenhill", "37057486")
    assert (fenhill.postcode, fenhill.owner_id, kilnside.phone) == ("ST9 2AA", officer.id, "+441632960001")
    assert [(each.name, each.phone, each.email) for each in stored(Contact)] == [
        ("Jo Wood", "+441632960960", "jo@fenhill.example"),
        ("Sam Lane", None, None),
    ]
    history = [each for each in stored(ChangeRecord) if each.entity == "employer"]
    assert [(each.reason, each.actor) for each in history] == [("import of log.xlsx", "The command line")] * 2
    assert history[0].changes["sectors"] == [None, "Modern methods of construction"]


def test_an_imported_contact_whose_address_objected_elsewhere_has_objected() -> None:
    ContactFactory.make(email="jo@fenhill.example", objected_on=date(2026, 9, 1), objected_how="by letter")
    db.session.commit()

    bring_in(FENHILL)

    elsewhere, jo, sam = stored(Contact)
    assert (jo.name, jo.objected_on, jo.objected_how) == ("Jo Wood", elsewhere.objected_on, "by letter")
    assert sam.objected_on is None


def test_the_same_file_again_changes_nothing() -> None:
    UserFactory.make(name="Priya Shah")
    bring_in(FENHILL, KILNSIDE)
    before = len(stored(ChangeRecord))

    report = bring_in(FENHILL, KILNSIDE)

    assert counts(report) == (0, 0, 2, 0)
    assert len(stored(ChangeRecord)) == before


def test_a_filled_field_is_changed_but_never_emptied_and_lists_only_grow() -> None:
    UserFactory.make(name="Priya Shah")
    bring_in(FENHILL)

    report = bring_in(("FENHILL LIMITED", 37057486, None, "Digital", 260, "Kim Hall, jo wood", None, None, None))

    assert counts(report) == (0, 1, 0, 0)
    (fenhill,) = db.session.scalars(select(Employer).options(joinedload(Employer.sectors))).unique()
    assert (fenhill.name, fenhill.postcode) == ("Fenhill Ltd", "ST9 2AA")
    assert [sector.name for sector in fenhill.sectors] == ["Digital", "Modern methods of construction"]
    assert [each.name for each in stored(Contact)] == ["Jo Wood", "Sam Lane", "Kim Hall"]
    assert (report.counts.contacts_added, report.counts.contacts_updated) == (1, 0)
    (change,) = [each for each in stored(ChangeRecord) if each.entity == "employer" and each.action == "changed"]
    assert set(change.changes) == {"size_band_id", "sectors"}


def test_a_company_number_under_a_new_name_renames_the_employer_with_a_warning() -> None:
    EmployerFactory.make(name="Old Name", name_key="old name", company_number="37057486")

    report = bring_in(FENHILL)

    assert stored(Employer)[0].name_key == name_key("Fenhill Ltd")
    assert "This company number belongs to another name: check" in [each.reason for each in report.findings]


def test_a_contact_gets_what_was_missing_and_never_another_ones_address() -> None:
    employer = EmployerFactory.make(name="Fenhill", name_key="fenhill", company_number="37057486")
    ContactFactory.make(employer=employer, name="JO WOOD", job_title="Head")
    ContactFactory.make(employer=employer, name="Reception", email="jo@fenhill.example")

    for _ in range(2):
        report = bring_in(FENHILL)

    jo, reception, sam = stored(Contact)
    assert (jo.name, jo.phone, jo.email, jo.job_title) == ("JO WOOD", "+441632960960", None, "Head")
    assert (reception.email, sam.name) == ("jo@fenhill.example", "Sam Lane")
    assert counts(report) == (0, 0, 1, 0)


def test_a_dry_run_counts_the_same_and_changes_nothing() -> None:
    EmployerFactory.make(name="Fenhill", name_key="fenhill", company_number="37057486")
    db.session.commit()
    (plan,) = look_at(sheet_of(FENHILL, KILNSIDE, ("TOTAL", 2), (None,)))

    report = plan.report

    assert counts(report) == (1, 1, 0, 1)
    assert report.counts.add_up
    assert (report.counts.contacts_added, len(stored(Employer)), stored(Contact)) == (2, 1, [])


def test_every_row_is_accounted_for_and_every_remark_kept() -> None:
    report = bring_in(FENHILL, FENHILL, ("TOTAL", 7), (None,), KILNSIDE)

    assert report.counts.add_up
    assert report.counts == Counts(rows=5, blank=1, rejected=1, repeated=1, created=2, contacts_added=2)
    (run,) = stored(ImportRun)
    assert (run.status, run.rows_done, run.rows_total, run.content) == (RunStatus.DONE, 6, 6, None)
    assert len(stored(ImportProblem)) == len(report.findings)
    ((_, again),) = reports_of(run_queries.get_run(run.id))
    assert (again.counts, again.joined, sorted(map(str, again.findings))) == (
        report.counts,
        report.joined,
        sorted(map(str, report.findings)),
    )


@pytest.mark.parametrize(
    ("rows", "settings", "reason"),
    [
        ((("a", "b"),), {}, "No row with headings"),
        (
            (("Tel", "E-mail"), ("1", "2")),
            {},
            "No column with the employer’s name was found. The headings in row 1 are: Tel, E-mail.",
        ),
        ((("Tel", "E-mail"), ("1", "2")), {"header_row": 0}, "was found. The columns are: Column A, Column B."),
        ((("Employer", "Notes"), ("A", "2")), {"kind": SheetKind.LOG}, "No column with the date of each contact"),
        ((HEADINGS,), {"header_row": 9}, "There is no row 9"),
    ],
)
def test_a_sheet_that_lacks_what_is_needed_says_what(
    rows: tuple[Row, ...], settings: dict[str, Any], reason: str
) -> None:
    (plan,) = look_at(Sheet("", rows), **settings)

    assert reason in plan.trouble
    assert plan.report.counts == Counts()


def test_what_somebody_else_adds_meanwhile_costs_one_row_and_not_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_sheet = planning.plan_sheet

    def and_meanwhile(*given: Any) -> SheetPlan:
        plan = plan_sheet(*given)
        EmployerFactory.make(company_number="37057486")
        db.session.commit()
        return plan

    monkeypatch.setattr(running, "plan_sheet", and_meanwhile)
    report = bring_in(FENHILL, KILNSIDE)

    assert counts(report) == (1, 0, 0, 1)
    assert "at the same moment" in report.findings[-1].reason
    assert report.counts.add_up


def test_statements_do_not_grow_with_the_employers_that_are_known() -> None:
    def rows(count: int) -> Sequence[Row]:
        return [(f"Employer {number}", f"{number:08}", None, "Digital", "<10") for number in range(1, count + 1)]

    used = []
    for count in (5, 40):
        bring_in(*rows(count))
        with counting_queries() as statements:
            assert counts(bring_in(*rows(count))) == (0, 0, count, 0)
        used.append(len(statements))

    assert used[0] == used[1]


def uploaded(content: bytes) -> ImportRun:
    run = services.stage(
        content, "../evil/../Log (May).csv", services.read(content), UserFactory.make(name="Priya Shah")
    )
    db.session.commit()
    return run


def test_an_upload_is_imported_by_the_scheduler_in_its_senders_name() -> None:
    run = uploaded(b"Employer,Tel\nFenhill,01632 960001\n")
    services.queue(run, at=NOON)
    db.session.commit()

    assert jobs.run_queued_imports(NOON).done == 1
    assert jobs.run_queued_imports(NOON).done == 0

    (run,) = stored(ImportRun)
    assert (run.status, run.file_name, run.share_done) == (RunStatus.DONE, "Log (May).csv", 100)
    assert [(each.actor, each.reason) for each in stored(ChangeRecord) if each.entity == "employer"] == [
        ("Priya Shah", "import of Log (May).csv")
    ]


def test_an_import_whose_runner_died_is_taken_up_again_but_no_other() -> None:
    run = uploaded(b"Employer\nFenhill\n")
    services.queue(run, at=NOON)
    assert services.claim(run.id, at=NOON)
    db.session.commit()

    assert jobs.run_queued_imports(NOON + timedelta(minutes=1)).done == 0
    assert jobs.run_queued_imports(NOON + timedelta(minutes=4)).done == 1
    assert stored(ImportRun)[0].status is RunStatus.DONE


def test_an_import_that_cannot_be_done_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (b"Employer\nFenhill\n", b"Employer\nFenhill\n"):
        run = uploaded(content)
        services.queue(run, at=NOON)
        db.session.commit()
    stored(ImportRun)[0].content = b"%PDF"
    db.session.commit()

    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(running, "carry_out", fail)
    jobs.run_queued_imports(NOON)

    unreadable, bug = stored(ImportRun)
    assert (unreadable.status, bug.status) == (RunStatus.FAILED, RunStatus.FAILED)
    assert "This is a PDF" in unreadable.trouble
    assert "Tell your administrator" in bug.trouble


def test_uploads_nobody_imports_are_deleted_after_two_days() -> None:
    run = uploaded(b"Employer\nFenhill\n")
    run.uploaded_at = NOON
    db.session.commit()

    assert services.discard_old(NOON + timedelta(days=1)) == 0
    assert services.discard_old(NOON + timedelta(days=3)) == 1
    db.session.commit()

    (run,) = stored(ImportRun)
    assert (run.status, run.content) == (RunStatus.DISCARDED, None)
    with pytest.raises(NotFound):
        run_queries.get_run(run.id)


def test_the_command_line_shows_first_and_imports_when_told(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("LOG\nEmployer;Tel;Notes\nFenhill;01632 960001;x\nTOTAL;;\n\nKilnside;tbc;\nFenhill Ltd;;\n")
    runner = app.test_cli_runner()

    dry = runner.invoke(args=["import-employers", str(path)])
    assert dry.exit_code == 0, dry.output
    assert "Headings found in row 2:" in dry.output
    assert "row 4, Employer: This is a total, not an employer: “TOTAL”" in dry.output
    assert "Notes: 1 filled cell" in dry.output
    assert "Rows joined with an earlier row of the same: 7 (with 3)" in dry.output
    assert "2 created, 0 updated, 0 unchanged, 1 rejected" in dry.output
    assert "This was a dry run" in dry.output
    assert stored(Employer) == []

    assert "2 created, 0 updated, 0 unchanged" in runner.invoke(args=["import-employers", str(path), "--commit"]).output
    assert "0 created, 0 updated, 2 unchanged" in runner.invoke(args=["import-employers", str(path), "--commit"]).output
    assert len(stored(Employer)) == 2


def test_the_command_line_refuses_in_words(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    path.write_bytes(b"<html>")

    result = app.test_cli_runner().invoke(args=["import-employers", str(path)])

    assert result.exit_code == 1
    assert "This file is a web page" in result.output


def test_sectors_the_council_has_renamed_are_found_by_their_new_words() -> None:
    sector = db.session.scalars(select(Sector).where(Sector.name == "Digital")).one()
    sector.also_known_as = "Gaming"
    db.session.commit()

    report = bring_in(("Fenhill", None, None, "gaming"), ("Kilnside", None, None, "Software"))

    assert [each.value for each in report.findings] == ["Software"]
