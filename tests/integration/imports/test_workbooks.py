"""Whole untidy workbooks: every row is accounted for, twice is once, undone is as before, rejected rows come back."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.core.spreadsheets.reading import Sheet, read_sheets
from crm.core.spreadsheets.writing import as_bytes
from crm.employers.models import Contact, Employer
from crm.imports import jobs, planning, rejected, run_queries, running, services, undo_services
from crm.imports.findings import Counts, Severity
from crm.imports.planning import SheetPlan
from crm.imports.stored import counts_from
from crm.imports.targets import SheetKind
from crm.interactions.models import Channel, Direction, FollowUp, Interaction, Outcome
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.support import messy
from tests.support.importing import NOON, every_row, import_sheets, look_at

workbooks = pytest.mark.parametrize("content", [pytest.param(each, id=name) for name, each in messy.ALL.items()])


@pytest.fixture(autouse=True)
def priya(database: None) -> User:
    UserFactory.make(name="Tom Okafor")
    priya = UserFactory.make(name="Priya Shah")
    EmployerFactory.make(name="Fenhill Café", name_key="fenhill cafe")
    db.session.commit()
    return priya


def upload(content: bytes, by: User) -> int:
    run = services.stage(content, "log.xlsx", services.read(content), by)
    db.session.commit()
    return run.id


def previewed(run_id: int) -> Sequence[SheetPlan]:
    plans = services.preview(run_queries.get_run(run_id)).plans
    db.session.rollback()
    return plans


def imported(run_id: int) -> list[Counts]:
    services.queue(run_queries.get_run(run_id), at=NOON)
    db.session.commit()
    assert jobs.run_queued_imports(NOON).done == 1
    db.session.expire_all()
    run = run_queries.get_run(run_id)
    assert run.trouble is None
    return [counts_from((sheet.outcome or {}).get("counts", {})) for sheet in run.sheets]


def undone(run_id: int) -> list[tuple[str, str]]:
    undo_services.ask_for_undo(run_queries.get_run(run_id), by=None, at=NOON)
    db.session.commit()
    assert jobs.run_queued_imports(NOON).done == 1
    db.session.expire_all()
    return undo_services.kept_with_names(run_queries.get_run(run_id))


@workbooks
def test_every_row_has_exactly_one_fate(content: Callable[[], bytes], priya: User) -> None:
    for plan in previewed(upload(content(), priya)):
        report, layout = plan.report, plan.layout
        if layout is None:
            continue
        assert report.counts.add_up
        rejected_rows, joined = sorted(report.rejected_rows), [row for row, _ in report.joined]
        other = [*rejected_rows, *report.blank_rows, *joined]
        assert len(other) == len(set(other))
        below = set(range(layout.first_row + 1, len(plan.sheet.rows) + 1))
        assert set(other) <= below
        assert len(below - set(other)) == report.counts.used


@workbooks
def test_the_preview_says_what_the_import_does(content: Callable[[], bytes], priya: User) -> None:
    run_id = upload(content(), priya)

    foreseen = [plan.report.counts for plan in previewed(run_id)]

    assert imported(run_id) == foreseen
    assert sum(counts.created for counts in foreseen) > 0


@workbooks
def test_the_same_workbook_again_changes_nothing(content: Callable[[], bytes], priya: User) -> None:
    imported(upload(content(), priya))
    before = every_row()

    again = imported(upload(content(), priya))

    assert every_row() == before
    assert not any(each.created or each.updated or each.logged or each.contacts_added for each in again)
    assert all(each.add_up for each in again)


@workbooks
def test_undoing_leaves_every_row_as_it_was(content: Callable[[], bytes], priya: User) -> None:
    before = every_row()
    run_id = upload(content(), priya)
    imported(run_id)
    assert every_row() != before

    assert undone(run_id) == []

    assert every_row() == before


@workbooks
def test_rejected_rows_come_back_to_be_mended(content: Callable[[], bytes], priya: User, tmp_path: Path) -> None:
    run_id = upload(content(), priya)
    first = [plan for plan in previewed(run_id) if plan.report.counts.rejected]
    imported(run_id)
    path = tmp_path / "rejected.xlsx"
    path.write_bytes(as_bytes(rejected.workbook(run_queries.get_run(run_id), author="Priya")).getvalue())
    db.session.rollback()

    sheets = read_sheets(path).sheets if first else ()
    again = previewed(upload(path.read_bytes(), priya)) if first else []

    assert [sheet.rows[0][-1] for sheet in sheets] == ["Why it was not imported"] * len(first)
    for plan, was, sheet in zip(again, first, sheets, strict=True):
        assert plan.setting.kind is was.setting.kind
        reasons = was.report.rejected_rows
        assert [row[-1] for row in sheet.rows[1:]] == [reasons[row] for row in sorted(reasons)]
        assert "Why it was not imported" not in dict(plan.report.not_imported)
        for row, returned in zip(sorted(reasons), sheet.rows[1:], strict=True):
            assert_same_cells(was.sheet.rows[row - 1], returned[:-1])


def assert_same_cells(before: Sequence[object], after: Sequence[object]) -> None:
    for index, cell in enumerate(before):
        returned = after[index] if index < len(after) else None
        if isinstance(cell, date):
            assert str(returned)[:10] == str(cell)[:10]
        elif isinstance(cell, bool):
            assert returned == "Yes"
        else:
            assert returned == cell


def test_a_list_of_employers_that_says_when_each_was_contacted_fills_the_log(priya: User) -> None:
    imported(upload(messy.city(), priya))

    entries = db.session.scalars(
        select(Interaction)
        .options(selectinload(Interaction.contacts), selectinload(Interaction.officers))
        .order_by(Interaction.happened_on, Interaction.id)
    ).all()
    assert [(each.happened_on, each.channel, each.outcome) for each in entries] == [
        (date(2025, 11, 1), Channel.CALL, Outcome.LEFT_MESSAGE),
        (date(2025, 11, 25), Channel.CALL, Outcome.NOT_NOW),
        (date(2025, 12, 3), Channel.EVENT, None),
        (date(2026, 1, 14), Channel.EVENT, None),
        (date(2026, 5, 4), Channel.CALL, None),
    ]
    vague = entries[0]
    assert vague.summary == (
        "Rang, left msg\nOfficer in the spreadsheet: Nobody Here.\nNext step: ring back\n"
        "Date in the spreadsheet: November 25."
    )
    assert [user.name for user in vague.officers] == ["Priya Shah"]
    assert [contact.name for contact in entries[2].contacts] == ["Jo Pointon"]
    assert [(each.what, each.due_on, each.owner_id) for each in stored(FollowUp)] == [
        ("visit", date(2026, 6, 9), priya.id),
        ("ring back", date(2026, 3, 31), priya.id),
    ]
    contacts = {each.name: (each.email, each.phone, each.mobile) for each in stored(Contact)}
    assert contacts["Jo Pointon"] == ("jo@gladstone.example", "+441632960101", None)
    assert contacts["Sam Hulme"] == ("sam.hulme@gladstone.example", None, None)
    assert contacts["Una Iqbal"] == (None, "+441632960102", "+447700900102")


def test_who_of_ours_and_theirs_took_part_is_kept(priya: User) -> None:
    imported(upload(messy.borough(), priya))

    solar = db.session.scalars(
        select(Interaction)
        .join(Employer)
        .where(Employer.name == "Bramble Solar")
        .options(selectinload(Interaction.contacts), selectinload(Interaction.officers))
    ).one()
    assert [contact.name for contact in solar.contacts] == ["Ben Okafor", "Maya Wood"]
    assert [user.name for user in solar.officers] == ["Priya Shah", "Tom Okafor"]
    assert (solar.happened_on, solar.channel, solar.logged_by_id) == (date(2025, 4, 4), Channel.VISIT, priya.id)
    ruths = [each for each in stored(Contact) if each.name.startswith("Ruth")]
    assert [(each.name, each.phone) for each in ruths] == [("Ruth Machin", "+441632960001")]


def test_employers_only_a_log_names_are_created_when_that_is_wanted(priya: User) -> None:
    log = Sheet("Log", (("Date", "Employer", "Notes"), ("1 May 2026", "New Ltd", "Met"), ("2 May 2026", "new", "Rang")))

    _, (without,) = import_sheets(log, by=priya)
    run_id, (plan,) = import_sheets(log, by=priya, creates_employers=True)

    assert (without.report.counts.rejected, plan.report.counts.created) == (2, 2)
    assert plan.report.counts.bare_employers == 1
    (new,) = [each for each in stored(Employer) if each.name == "New Ltd"]
    assert {each.employer_id for each in stored(Interaction)} == {new.id}
    assert undone(run_id) == []
    assert stored(Interaction) == []


def test_a_name_that_is_only_near_is_suggested_and_never_taken(priya: User) -> None:
    log = Sheet("", (("Date", "Employer", "Notes"), ("1 May 2026", "Fenhil Cafe", "Met")))

    _, (plan,) = import_sheets(log, by=priya)

    (finding,) = [each for each in plan.report.findings if each.severity is Severity.REJECTED]
    assert finding.reason == (
        "No employer of this name is known. Perhaps “Fenhill Café” is meant: write the name as it is there"
    )
    assert stored(Interaction) == []


def test_an_employer_is_found_by_trading_name_number_and_former_name(priya: User) -> None:
    trades = EmployerFactory.make(name="Alder Holdings", name_key="alder holdings", trading_name="The Alder Shop")
    numbered = EmployerFactory.make(name="Kiln", name_key="kiln", company_number="01234567")
    EmployerFactory.make(
        name="Old Kiln", name_key="old kiln", merged_into_id=numbered.id, archived_at=NOON, archived_reason="Merged"
    )
    db.session.commit()
    rows = (
        ("Date", "Employer", "Co. No.", "Notes"),
        ("1 May 2026", "Alder Shop", None, "One"),
        ("1 May 2026", "Somebody Else", 1234567, "Two"),
        ("1 May 2026", "old kiln", None, "Three"),
    )

    import_sheets(Sheet("Log", rows), by=priya)

    assert [each.employer_id for each in stored(Interaction)] == [trades.id, numbered.id, numbered.id]


def test_a_row_for_an_employer_by_a_former_name_changes_neither_name_nor_number(priya: User) -> None:
    kiln = EmployerFactory.make(name="Kiln", name_key="kiln", company_number="01234567")
    EmployerFactory.make(
        name="Old Kiln", name_key="old kiln", merged_into_id=kiln.id, archived_at=NOON, archived_reason="Merged"
    )
    db.session.commit()

    _, (plan,) = import_sheets(Sheet("", (("Employer", "Post code"), ("Old Kiln", "ST4 1AA"))), by=priya)

    assert plan.report.counts.updated == 1
    (kiln,) = [each for each in stored(Employer) if each.company_number == "01234567"]
    assert (kiln.name, kiln.postcode) == ("Kiln", "ST4 1AA")
    assert "merged into another one" in plan.report.findings[0].reason


def test_two_employers_of_a_name_are_told_apart_or_the_row_is_rejected(priya: User) -> None:
    for number, name in (("11111111", "Twin Ltd"), ("22222222", "TWIN LIMITED")):
        EmployerFactory.make(name=name, name_key="twin", company_number=number)
    db.session.commit()
    rows = (("Date", "Employer", "Notes"), ("1 May 2026", "Twin Ltd", "One"), ("1 May 2026", "Twin", "Two"))

    _, (plan,) = import_sheets(Sheet("", rows), by=priya)

    twins = "“Twin Ltd” (11111111), “TWIN LIMITED” (22222222)"
    assert {each.reason for each in plan.report.findings if each.column == "Employer name"} == {
        "Other employers have nearly the same name; the one spelt the same way is taken",
        f"There are several employers of this name: {twins}. Add the company number",
    }
    assert [each.summary for each in stored(Interaction)] == ["One"]


def test_an_entry_that_was_typed_in_by_hand_is_known_again(priya: User) -> None:
    (cafe,) = stored(Employer)
    db.session.add(
        Interaction(
            employer_id=cafe.id,
            logged_by_id=priya.id,
            channel=Channel.CALL,
            direction=Direction.OUTGOING,
            happened_on=date(2026, 5, 1),
            summary="Rang,  LEFT msg",
            officers=[db.session.get_one(User, priya.id)],
        )
    )
    db.session.commit()
    rows = (("Date", "Employer", "Notes", "By"), ("1 May 2026", "Fenhill Café", "Rang, left msg", "P Shah"))

    _, (plan,) = import_sheets(Sheet("", rows), by=priya)

    assert (plan.report.counts.unchanged, plan.report.counts.created) == (1, 0)


def test_an_entry_is_known_again_after_it_was_reworded(priya: User) -> None:
    rows = (("Date", "Employer", "Notes"), ("1 May 2026", "Fenhill Café", "Rang"))
    import_sheets(Sheet("", rows), by=priya)
    stored(Interaction)[0].summary = "Rang and spoke to the owner"
    db.session.commit()

    _, (plan,) = import_sheets(Sheet("", rows), by=priya)

    assert (plan.report.counts.unchanged, len(stored(Interaction))) == (1, 1)


def test_hidden_sheets_are_left_out_and_said_so(priya: User) -> None:
    preview = services.preview(run_queries.get_run(upload(messy.borough(), priya)))

    assert preview.hidden == ("Lookups",)
    assert [(plan.setting.name, plan.setting.kind) for plan in preview.plans] == [
        ("Calls", SheetKind.LOG),
        ("Employers", SheetKind.EMPLOYERS),
        ("Read me", SheetKind.LEFT_OUT),
    ]
    assert preview.can_be_imported


def test_the_command_line_imports_a_workbook_and_undoes_it(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    path.write_bytes(messy.city())
    before = every_row()
    run = app.test_cli_runner().invoke

    dry = run(args=["import-workbook", str(path)])
    assert dry.exit_code == 0, dry.output
    assert "Sheet: Employers 25-26 – employers and their contacts" in dry.output
    assert "Sheet: old 22-23 – hidden, so not read" in dry.output
    assert "7 rows: 3 employers, 1 more rows of the same, 2 rejected, 1 blank" in dry.output
    assert "6 rows: 2 entries of the contact log, 0 more rows of the same, 4 rejected, 0 blank" in dry.output
    assert every_row() == before

    nobody = run(args=["import-workbook", str(path), "--commit", "--by", "nobody@council.example"])
    assert (nobody.exit_code, "No colleague signs in as" in nobody.output) == (1, True)
    officer = stored(User)[1].email
    done = run(args=["import-workbook", str(path), "--commit", "--by", officer])
    assert done.exit_code == 0, done.output
    assert "Contacts are logged by Priya Shah." in done.output
    run_id = done.output.partition("undo-import ")[2].split()[0]

    foreseen = run(args=["undo-import", run_id])
    assert "employer: 3" in foreseen.output
    assert "Would be kept: 0" in foreseen.output
    assert "is undone" in run(args=["undo-import", run_id, "--commit"]).output
    assert every_row() == before
    assert run(args=["undo-import", run_id, "--commit"]).exit_code == 1


def test_lists_of_two_years_in_one_workbook_are_one_list_of_employers(priya: User) -> None:
    headings = ("Employer", "Post code", "Sector", "Contact", "Tel")
    sheets = (
        Sheet(
            "Employers 24-25", (headings, ("Kiln", None, "Digital", "Jo Wood", None), ("Alder", None, None, None, None))
        ),
        Sheet(
            "Employers 25-26",
            (headings, ("KILN LTD", "ST4 1AA", "Green economy", "Jo Wood & Sam Lane", "01632 960001"), ("Alder",)),
        ),
        Sheet("Employers 26-27", (headings, ("Kiln", "ST4 1AA", "Digital", "Sam Lane", None))),
    )
    foreseen = [plan.report.counts for plan in look_at(*sheets)]

    _, plans = import_sheets(*sheets, by=priya)

    assert [plan.report.counts for plan in plans] == foreseen
    assert [(each.created, each.updated, each.unchanged, each.contacts_added) for each in foreseen] == [
        (2, 0, 0, 1),
        (0, 1, 1, 1),
        (0, 0, 1, 0),
    ]


def test_nobody_imports_a_log_where_there_is_nobody_to_log_it(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    path.write_bytes(messy.city())

    result = app.test_cli_runner().invoke(args=["import-workbook", str(path), "--commit"])

    assert result.exit_code == 1
    assert "There is nobody yet in whose name contacts could be logged" in result.output


@pytest.mark.parametrize("commit", [[], ["--commit"]])
def test_a_workbook_with_nothing_we_know_is_refused_in_words(app: Flask, tmp_path: Path, commit: list[str]) -> None:
    book = openpyxl.Workbook()
    messy.add(book, "Rota", ("Moon phase", "Tide"), ("full", "high"))
    path = tmp_path / "rota.xlsx"
    path.write_bytes(messy.content_of(book))
    UserFactory.make(role=Role.ADMIN)

    result = app.test_cli_runner().invoke(args=["import-workbook", str(path), *commit])

    assert result.exit_code == 1
    assert "No sheet has headings that employers or a contact log have" in result.output


def test_what_somebody_else_does_meanwhile_costs_one_row_of_a_log(priya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Sheet(
        "", (("Date", "Employer", "Notes"), ("1 May 2026", "Fenhill Café", "Met"), ("1 May 2026", "New", "Met"))
    )

    def and_meanwhile(*given: Any) -> Any:
        found = planning.locate(*given)
        db.session.rollback()
        survivor = EmployerFactory.make(name="Survivor")
        cafe = next(each for each in db.session.scalars(select(Employer)) if each.name == "Fenhill Café")
        cafe.archived_at, cafe.archived_reason, cafe.merged_into_id = NOON, "Merged", survivor.id
        db.session.commit()
        return found

    monkeypatch.setattr(running, "locate", and_meanwhile)
    _, (plan,) = import_sheets(log, by=priya, creates_employers=True)

    counts = plan.report.counts
    assert (counts.created, counts.rejected, counts.add_up) == (1, 1, True)
    assert "at the same moment" in plan.report.findings[-1].reason


def test_an_address_that_another_contact_has_stays_with_that_one(priya: User) -> None:
    cafe = stored(Employer)[0]
    ContactFactory.make(employer=cafe, name="Reception", email="office@cafe.example")
    db.session.commit()
    headings = ("Date", "Employer", "Spoke to", "E-mail", "Notes")
    rows = (headings, ("1 May 2026", "Fenhill Café", "Jo Wood, Sam Lane", "office@cafe.example", "Met"))

    import_sheets(Sheet("", rows), by=priya)

    assert [(each.name, each.email) for each in stored(Contact)] == [
        ("Reception", "office@cafe.example"), ("Jo Wood", None), ("Sam Lane", None),
    ]  # fmt: skip


def test_what_an_earlier_sheet_says_stays_and_the_contradiction_is_told(priya: User) -> None:
    headings = ("Employer", "Website", "Officer", "Contact", "Tel")
    first = Sheet("A", (headings, ("Kiln", "a.example", "Priya Shah", "Dr Jo Wood", "01632 960001")))
    second = Sheet("B", (headings, ("Kiln Ltd", "b.example", "Tom Okafor", "Jo Wood", "01632 960002")))
    EmployerFactory.make(name="Kiln", name_key="kiln")
    db.session.commit()

    for _ in range(2):
        _, plans = import_sheets(first, second, by=priya)

    assert [(plan.report.counts.updated, plan.report.counts.unchanged) for plan in plans] == [(0, 1), (0, 1)]
    (kiln,) = [each for each in stored(Employer) if each.name == "Kiln"]
    assert (kiln.website, kiln.owner_id) == ("https://a.example", priya.id)
    assert [(each.name, each.phone) for each in stored(Contact)] == [("Dr Jo Wood", "+441632960001")]
    assert [(each.column, each.value) for each in plans[1].report.findings] == [
        ("Website", "https://b.example (kept: https://a.example)"),
        ("Owner", "Kiln Ltd"),
        ("Contact’s phone", "Jo Wood: +441632960002 (kept: +441632960001)"),
    ]


def test_of_two_phones_that_rows_of_one_employer_give_one_person_the_second_is_told(priya: User) -> None:
    headings = ("Employer", "Contact", "Tel")
    _, (plan,) = import_sheets(
        Sheet("", (headings, ("Kiln", "Jo Wood", "01632 960001"), ("Kiln", "Jo Wood", "01632 960002"))), by=priya
    )

    assert [(each.row, each.column, each.value) for each in plan.report.findings] == [
        (3, "Contact’s phone", "Jo Wood: +441632960002 (kept: +441632960001)")
    ]
