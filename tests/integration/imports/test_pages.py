"""Importing in the browser."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest

from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Employer
from crm.imports.jobs import run_queued_imports
from crm.imports.models import ImportRun, ImportSheet, RunStatus
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LOG = "Employer;Tel;Firm;Notes\nFenhill Café;01632 960001;Fen;x\nTOTAL;;;\n".encode("cp1252")


@pytest.fixture
def officer(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make(name="Priya Shah", role=Role.OFFICER))
    return client


def upload(client: CarefulClient, content: bytes, name: str = "log.csv") -> str:
    """Upload a file and say where that led."""
    form = {"file": (BytesIO(content), name), "submission_key": "upload-key"}
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
