"""Every file is answered politely and soon: read, or refused with what to do. Never an error of ours."""

import time
from collections.abc import Callable
from io import BytesIO

import pytest

from crm.core.access import Role
from crm.employers.models import Employer
from crm.imports.models import ImportRun
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory
from tests.support import hostile

AT_MOST = 5.0  # seconds


@pytest.fixture
def officer(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make(role=Role.OFFICER))
    return client


def cases(files: dict[str, Callable[[], bytes]]) -> list[object]:
    return [pytest.param(make, id=name) for name, make in files.items()]


def test_there_are_enough_of_them() -> None:
    assert len(hostile.REFUSED) >= 40
    assert len(hostile.READ) >= 15


@pytest.mark.parametrize("make", cases(hostile.REFUSED))
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(officer: CarefulClient, make: Callable[[], bytes]) -> None:
    content = make()
    began = time.monotonic()

    page = officer.post(
        "/imports/",
        data={"file": (BytesIO(content), "log.xlsx"), "submission_key": "k"},
        content_type="multipart/form-data",
    )

    assert time.monotonic() - began < AT_MOST
    assert page.status_code == 200
    assert "There is a problem" in page.text
    assert stored(ImportRun) == []


@pytest.mark.parametrize("make", cases(hostile.READ))
def test_an_odd_file_is_read_and_shown(officer: CarefulClient, make: Callable[[], bytes]) -> None:
    began = time.monotonic()

    sent = officer.post(
        "/imports/",
        data={"file": (BytesIO(make()), "log"), "submission_key": "k"},
        content_type="multipart/form-data",
    )
    page = officer.get(sent.location)

    assert time.monotonic() - began < AT_MOST
    assert page.status_code == 200
    assert "Nothing has been imported yet" in page.text
    assert "<script>alert" not in page.text
    assert stored(Employer) == []


def test_one_sheet_that_cannot_be_read_does_not_take_the_others_along(officer: CarefulClient) -> None:
    def wide(sheet: object) -> None:
        book = sheet.parent  # type: ignore[attr-defined]  # a worksheet
        other = book.create_sheet("Wide")
        other.append([f"h{n}" for n in range(60)])

    sent = officer.post(
        "/imports/",
        data={"file": (BytesIO(hostile.book(wide)), "log.xlsx"), "submission_key": "k"},
        content_type="multipart/form-data",
    )
    page = officer.get(sent.location).text

    assert "This sheet has 60 columns" in page
    assert "employers to create" in page
    assert ">Import<" in page or "Import<span" in page
