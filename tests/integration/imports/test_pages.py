"""Importing in the browser."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from crm.core.access import Role
from crm.core.db import db
from crm.core.spreadsheets.limits import UnreadableFile
from crm.employers.models import Employer
from crm.imports.jobs import run_queued_imports
from crm.imports.models import ImportMapping, ImportRun, ImportSheet, ImportUndo, RunStatus, UndoStatus
from crm.imports.services import as_pasted
from crm.interactions.models import Channel
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory
from tests.support import messy

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LOG = "Employer;Tel;Firm;Notes\nFenhill Café;01632 960001;Fen;x\nTOTAL;;;\n".encode("cp1252")


@pytest.fixture
def officer(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make(name="Priya Shah", role=Role.OFFICER))
    return client


def upload(client: CarefulClient, content: bytes, name: str = "log.csv", key: str = "upload-key") -> str:
    """Upload a file and say where that led."""
    form = {"file": (BytesIO(content), name), "submission_key": key}
    response = client.post("/imports/", data=form, content_type="multipart/form-data")
    assert response.status_code == 302, response.text
    return str(response.location)


def test_a_file_is_uploaded_looked_at_imported_and_reported(officer: CarefulClient) -> None:
    address = upload(officer, LOG)

    preview = officer.get(address).text
    assert "Nothing has been imported yet" in preview
    assert "Fenhill Café" in preview
    assert "Read as Windows-1252, cells separated by semicolons." in preview
    assert "This is a total, not an employer" in preview
    assert "Column “Notes” is not imported: 1 filled cell." in preview
    assert stored(Employer) == []

    assert officer.post(f"{address}/start", data={"submission_key": "start-key"}).location == address
    waiting = officer.get(address)
    assert "Waiting to begin" in waiting.text
    assert waiting.headers["Refresh"] == "2"

    run_queued_imports(NOON)
    report = officer.get(address)
    assert "employers created" in report.text
    assert "Refresh" not in report.headers
    assert [employer.name for employer in stored(Employer)] == ["Fenhill Café"]
    assert "log.csv" in officer.get("/imports/").text


def sheet_of(address: str) -> str:
    """Where the form of an upload's only sheet is sent."""
    return f"{address}/sheets/{stored(ImportSheet)[0].id}"


SHOWN = {"s0-submission_key": "k", "s0-kind": "employers", "s0-shown_kind": "employers", "s0-channel": "call"}
ROW_1 = {**SHOWN, "s0-header_row": "1", "s0-shown_row": "1"}


def test_columns_can_be_corrected_before_importing(officer: CarefulClient) -> None:
    address = upload(officer, LOG)
    columns = {"s0-columns-0": "trading_name", "s0-columns-1": "phone", "s0-columns-2": "name", "s0-columns-3": ""}

    assert officer.post(sheet_of(address), data={**ROW_1, **columns}).location == f"{address}#sheet-0"
    officer.get(address)
    officer.post(f"{address}/start", data={"submission_key": "start-key"})
    run_queued_imports(NOON)

    (employer,) = stored(Employer)
    assert (employer.name, employer.trading_name) == ("Fen", "Fenhill Café")


def test_two_columns_for_one_field_are_refused(officer: CarefulClient) -> None:
    address = upload(officer, LOG)
    answers = {**ROW_1, "s0-columns-0": "name", "s0-columns-1": "name", "s0-columns-2": "", "s0-columns-3": ""}

    page = officer.post(sheet_of(address), data=answers)

    assert page.status_code == 200
    assert "Two columns are chosen for “Employer name”" in page.text


def test_another_row_of_headings_is_recognised_anew(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer,Tel\nCompany,Mobile\nFenhill,07700 900209\n")
    answers = {**ROW_1, "s0-header_row": "2", "s0-columns-0": "name", "s0-columns-1": "phone"}

    officer.post(sheet_of(address), data=answers)

    assert stored(ImportSheet)[0].columns is None
    assert "Mobile (of the contact)" in officer.get(address).text
    wrong = officer.post(sheet_of(address), data={**answers, "s0-submission_key": "l", "s0-header_row": "99"})
    assert "There is no row 99 in this file" in officer.get(wrong.location).text


def test_a_file_without_names_can_be_put_right(officer: CarefulClient) -> None:
    address = upload(officer, b"Who,Tel\nFenhill,01632 960001\n")

    page = officer.get(address).text
    assert "No column with the employer’s name was found" in page
    assert "say below what its sheets and columns are" in page
    officer.post(sheet_of(address), data={**ROW_1, "s0-columns-0": "name", "s0-columns-1": "phone"})

    assert "say below what its sheets and columns are" not in officer.get(address).text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html>", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_spreadsheet_is_refused_on_the_form(officer: CarefulClient, content: bytes) -> None:
    form = {"file": (BytesIO(content), "log.xlsx"), "submission_key": "upload-key"}

    page = officer.post("/imports/", data=form, content_type="multipart/form-data")

    assert page.status_code == 200
    assert "There is a problem" in page.text
    assert stored(ImportRun) == []


def test_no_file_is_refused_on_the_form(officer: CarefulClient) -> None:
    assert "Choose a file" in officer.post("/imports/", data={"submission_key": "k"}).text


def test_an_upload_can_be_given_up_and_is_then_gone(officer: CarefulClient) -> None:
    address = upload(officer, LOG)

    assert officer.post(f"{address}/discard", data={"submission_key": "k"}).location == "/imports/"

    assert officer.get(address).status_code == 404
    assert stored(ImportRun)[0].content is None


def test_an_import_is_started_once(officer: CarefulClient) -> None:
    address = upload(officer, LOG)

    officer.post(f"{address}/start", data={"submission_key": "one"})
    assert officer.post(f"{address}/start", data={"submission_key": "one"}).status_code == 303
    assert officer.post(f"{address}/start", data={"submission_key": "two"}).status_code == 409
    assert officer.post(f"{address}/discard", data={"submission_key": "three"}).status_code == 409

    assert stored(ImportRun)[0].status is RunStatus.QUEUED


def test_remarks_can_be_downloaded_before_and_after(officer: CarefulClient) -> None:
    address = upload(officer, LOG)
    before = officer.get(f"{address}/remarks.csv")
    officer.post(f"{address}/start", data={"submission_key": "k"})
    run_queued_imports(NOON)
    after = officer.get(f"{address}/remarks.csv")

    rows = list(csv.reader(StringIO(before.text.lstrip("\ufeff"))))
    assert rows[1] == ["", "3", "Rejected rows", "Employer", "TOTAL", "This is a total, not an employer"]
    assert (before.text, after.mimetype) == (after.text, "text/csv")


def test_a_failed_import_says_why(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer\nFenhill\n")
    officer.post(f"{address}/start", data={"submission_key": "k"})
    stored(ImportRun)[0].content = b"%PDF"
    db.session.commit()
    run_queued_imports(NOON)

    assert "This is a PDF" in officer.get(address).text


def workbook(client: CarefulClient) -> str:
    return upload(client, messy.city(), "log.xlsx")


def imported(client: CarefulClient, address: str) -> str:
    client.post(f"{address}/start", data={"submission_key": f"start {address}"})
    run_queued_imports(NOON)
    return client.get(address).text


def test_each_sheet_shows_what_it_is_taken_for_and_hidden_ones_are_named(officer: CarefulClient) -> None:
    page = officer.get(workbook(officer)).text

    assert "Employers 25-26</a>: employers and their contacts" in page
    assert "Talks &amp; mentoring</a>: contact log" in page
    assert "old 22-23: hidden, so it is not imported" in page
    assert "9.06.26 → 9 June 2026" in page
    assert "next steps to plan" in page


def test_a_sheet_can_be_taken_for_something_else(officer: CarefulClient) -> None:
    address = workbook(officer)
    _, talks = stored(ImportSheet)
    form = {"s1-submission_key": "a", "s1-shown_kind": "log", "s1-header_row": "1", "s1-shown_row": "1"}

    officer.post(f"{address}/sheets/{talks.id}", data={**form, "s1-kind": "left_out", "s1-channel": "call"})
    left_out = officer.get(address).text
    officer.post(
        f"{address}/sheets/{talks.id}",
        data={
            "s1-submission_key": "b",
            "s1-shown_kind": "left_out",
            "s1-kind": "log",
            "s1-channel": "event",
            "s1-creates_employers": "y",
        },
    )

    assert "Talks &amp; mentoring</a>: leave out" in left_out
    assert "Talks &amp; mentoring</a>: contact log" in officer.get(address).text
    _, talks = stored(ImportSheet)
    assert (talks.channel, talks.creates_employers, talks.columns) == (Channel.EVENT, True, None)


def test_an_answer_that_is_no_row_is_refused_and_kept(officer: CarefulClient) -> None:
    address = upload(officer, LOG)

    page = officer.post(sheet_of(address), data={**ROW_1, "s0-header_row": "99999"})

    assert "Enter a row of the file, or 0 if there are no headings" in page.text
    assert 'value="99999"' in page.text


def test_another_sheet_of_another_run_is_not_found(officer: CarefulClient) -> None:
    first, second = upload(officer, LOG), upload(officer, LOG, "other.csv", key="other")
    stranger = stored(ImportSheet)[1].id

    assert first != second
    assert officer.post(f"{first}/sheets/{stranger}", data=ROW_1).status_code == 404


def test_columns_are_remembered_for_files_of_the_shape_until_forgotten(officer: CarefulClient) -> None:
    address = upload(officer, b"Who,Tel\nFenhill,01632 960001\n")
    officer.post(sheet_of(address), data={**ROW_1, "s0-columns-0": "name", "s0-columns-1": "phone"})
    imported(officer, address)

    other_order = b"A title\nTel,WHO \n01632 960002,Kilnside\n"
    again = upload(officer, other_order, "next.csv", key="again")
    page = officer.get(again).text
    assert "Sheet and columns are taken as last time, by Priya Shah on" in page
    assert "employers to create" in page
    sheet_id = stored(ImportSheet)[1].id
    officer.post(f"{again}/sheets/{sheet_id}/forget", data={"submission_key": "forget"})

    page = officer.get(again).text
    assert "as last time" not in page
    assert "No column with the employer’s name was found" in page
    assert stored(ImportMapping) == []


def test_pasted_rows_are_imported_like_a_file(officer: CarefulClient) -> None:
    rows = '\tEmployer\tTel\tNotes\n1\tFenhill\t01632 960001\t"two\nlines, one cell"\n2\tKilnside\t\t\n'
    response = officer.post("/imports/paste", data={"submission_key": "p", "rows": rows})

    preview = officer.get(response.location).text
    assert "Pasted rows" in preview
    assert "<strong>2</strong>" in preview
    imported(officer, response.location)
    assert [each.name for each in stored(Employer)] == ["Fenhill", "Kilnside"]


def test_pasted_rows_need_no_headings(officer: CarefulClient) -> None:
    response = officer.post("/imports/paste", data={"submission_key": "p", "rows": "Fenhill\t01632 960001\nKiln\t\n"})
    address = response.location
    assert "No row with headings was found" in officer.get(address).text
    none = {**SHOWN, "s0-header_row": "0", "s0-shown_row": ""}
    officer.post(sheet_of(address), data=none)
    assert "The columns are: Column A, Column B" in officer.get(address).text

    answers = {**none, "s0-submission_key": "l", "s0-shown_row": "0"}
    officer.post(sheet_of(address), data={**answers, "s0-columns-0": "name", "s0-columns-1": "phone"})
    imported(officer, address)

    assert [(each.name, each.phone) for each in stored(Employer)] == [("Fenhill", "+441632960001"), ("Kiln", None)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("", "Paste the rows you have copied"),
        (" \n", "Paste the rows you have copied"),
        ("x\x00y\t\n", "not a spreadsheet"),
    ],
)
def test_what_cannot_be_pasted_is_refused_on_the_form(officer: CarefulClient, rows: str, reason: str) -> None:
    page = officer.post("/imports/paste", data={"submission_key": "p", "rows": rows})

    assert page.status_code == 200
    assert reason in page.text


def test_too_much_to_paste_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="too much to paste"):
        as_pasted("x" * 3_000_000)


def test_rejected_rows_can_be_downloaded_once_imported(officer: CarefulClient) -> None:
    address = workbook(officer)
    report = imported(officer, address)
    assert "Download the rejected rows (Excel)" in report

    book = load_workbook(BytesIO(officer.get(f"{address}/rejected.xlsx").data))
    assert book.sheetnames == ["Employers 25-26", "Talks & mentoring"]
    assert [cell.value for cell in book["Employers 25-26"][2]][:1] == ["SMEs below"]
    talks = stored(ImportSheet)[1].id
    rows = list(csv.reader(StringIO(officer.get(f"{address}/sheets/{talks}/rejected.csv").text.lstrip("\ufeff"))))
    assert rows[0][-1] == "Why it was not imported"
    assert rows[1][0] == "28.09.25"
    assert len(rows) == 5


def test_a_sheet_without_rejected_rows_has_none_to_download(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer\nFenhill\n")
    assert "Download the rejected rows" not in imported(officer, address)

    assert officer.get(f"{sheet_of(address)}/rejected.csv").status_code == 404
    assert officer.get(f"{address}/rejected.xlsx").status_code == 200


def test_an_import_is_undone_from_its_report(officer: CarefulClient) -> None:
    address = workbook(officer)
    assert "Undo this import" in imported(officer, address)
    kept = next(each for each in stored(Employer) if each.name == "Redhill Ceramics plc")
    kept.website = "https://redhill.example"
    db.session.commit()

    foreseen = officer.get(f"{address}/undo").text
    assert "2 employers will be deleted" in foreseen
    assert "Employer: Redhill Ceramics plc" in foreseen
    assert officer.post(f"{address}/undo", data={"submission_key": "undo"}).location == address
    assert "Undoing the import" in officer.get(address).text
    assert "Being undone" in officer.get("/imports/").text
    run_queued_imports(NOON)

    page = officer.get(address).text
    assert "Undone by Priya Shah" in page
    assert "It has been edited or moved since" in page
    assert "Undo this import" not in page
    assert "Undone" in officer.get("/imports/").text
    assert [each.name for each in stored(Employer)] == ["Redhill Ceramics plc"]


def test_a_colleague_cannot_undo_what_another_one_imported_but_a_manager_can(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer\nFenhill\n")
    imported(officer, address)

    officer.sign_in(UserFactory.make(role=Role.OFFICER))
    assert "Undo this import" not in officer.get(address).text
    assert officer.get(f"{address}/undo").status_code == 403
    officer.sign_in(UserFactory.make(role=Role.MANAGER))
    assert "1 employer will be deleted" in officer.get(f"{address}/undo").text


def test_an_import_that_has_not_ended_has_nothing_to_undo(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer\nFenhill\n")

    assert officer.get(f"{address}/undo").status_code == 409


def test_an_undo_that_stopped_half_way_says_so(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer\nFenhill\n")
    imported(officer, address)
    officer.post(f"{address}/undo", data={"submission_key": "undo"})
    stored(ImportUndo)[0].status = UndoStatus.FAILED
    db.session.commit()

    assert "stopped half-way" in officer.get(address).text


def test_the_page_of_progress_says_what_is_being_done(officer: CarefulClient) -> None:
    address = upload(officer, b"Employer\nFenhill\n")
    officer.post(f"{address}/start", data={"submission_key": "start"})
    run = stored(ImportRun)[0]
    run.status, run.phase, run.rows_total, run.rows_done = RunStatus.RUNNING, "Employers of “List”", 40, 10
    db.session.commit()

    page = officer.get(address)

    assert "Employers of “List”: 10 of 40 rows" in page.text
    assert 'value="25"' in page.text
    assert page.headers["Refresh"] == "2"


@pytest.mark.parametrize("path", ["start", "discard", "sheets/1/forget"])
def test_a_button_of_a_page_that_is_out_of_date_changes_nothing(officer: CarefulClient, path: str) -> None:
    address = upload(officer, b"Employer\nFenhill\n")

    assert officer.post(f"{address}/{path}", data={"submission_key": "x" * 200}).status_code == 409
    assert stored(ImportRun)[0].status is RunStatus.CHECKING
