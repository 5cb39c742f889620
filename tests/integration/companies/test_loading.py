"""Loading what Companies House says, seeing it, taking it back."""

import io
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from crm.audit.models import ChangeRecord
from crm.companies import queries, services
from crm.companies.models import CompanyLoad, LoadStatus
from crm.companies.reading import opened, read
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.companies import Company, CompanyStatus
from crm.employers.models import Employer, LegalForm, SicVersion
from tests.conftest import CarefulClient, stored
from tests.factories import EmployerFactory, UserFactory
from tests.support.companies_house import company_file
from tests.support.forms import post

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
NAME = "BasicCompanyDataAsOneFile-2026-11-01.csv"


def employer(
    number: str | None = "01234567", name: str = "Moorcroft Lane Timber Frame Ltd", **more: object
) -> Employer:
    return EmployerFactory.make(name=name, company_number=number, **more)


def staged(*companies: dict[str, str], is_whole: bool = False, as_at: date = date(2026, 11, 1)) -> CompanyLoad:
    db.session.flush()
    with opened(io.BytesIO(company_file(*companies))) as lines:
        found = read(lines, queries.looked_for())
    load = services.new_load(found, file_name=NAME, as_at=as_at, is_whole=is_whole, at=NOW)
    return services.stage(load, UserFactory.make())


def test_what_is_empty_is_filled_and_status_and_address_are_noted_with_history() -> None:
    moorcroft = employer()

    load = services.apply(staged({}), at=NOW)

    (company,) = stored_now(Company)
    assert (moorcroft.legal_form, moorcroft.sic_code, moorcroft.sic_version) == (
        LegalForm.COMPANY,
        "16230",
        SicVersion.SIC_2007,
    )
    assert (company.status, company.as_at) == (CompanyStatus.ACTIVE, date(2026, 11, 1))
    assert company.address == "1 LONG LANE\nSTOKE-ON-TRENT\nST1 4HT"
    assert load.counts == {"matched": 1, "filled": 1, "differing": 0, "warnings": 0, "not_found": 0}
    reasons = db.session.scalars(select(ChangeRecord.reason).where(ChangeRecord.reason.is_not(None))).all()
    assert reasons == [f"Companies House, file {NAME}"]


def stored_now(model: type[Company]) -> list[Company]:
    return list(db.session.scalars(select(model).order_by(model.number)))


def test_what_an_officer_typed_is_kept_and_said_to_differ_unless_theirs_is_taken() -> None:
    moorcroft = employer(legal_form=LegalForm.SOLE_TRADER, sic_code="43320", sic_version=SicVersion.SIC_2007)

    kept = services.apply(staged({}), at=NOW)
    assert (moorcroft.legal_form, moorcroft.sic_code) == (LegalForm.SOLE_TRADER, "43320")
    assert kept.counts is not None
    assert kept.counts["differing"] == 2

    services.apply(staged({}), take=["legal_form"], at=NOW)
    assert (moorcroft.legal_form, moorcroft.sic_code) == (LegalForm.COMPANY, "43320")


def test_a_code_of_the_coming_classification_is_not_compared() -> None:
    employer(sic_code="43320", sic_version=SicVersion.SIC_2026, legal_form=LegalForm.COMPANY)

    found = queries.findings(staged({}))

    assert (found.fills, found.differences) == ([], [])


def test_of_the_whole_register_a_missing_number_is_no_longer_on_it_and_keeps_what_was_known() -> None:
    employer()
    services.apply(staged({}), at=NOW)

    services.apply(staged({"CompanyNumber": "07654321"}, is_whole=True, as_at=date(2026, 12, 1)), at=NOW)

    (company,) = stored_now(Company)
    assert company.status is CompanyStatus.NOT_ON_REGISTER
    assert company.as_at == date(2026, 12, 1)
    assert company.address == "1 LONG LANE\nSTOKE-ON-TRENT\nST1 4HT"


def test_of_an_extract_a_missing_number_says_nothing() -> None:
    employer()

    load = staged({"CompanyNumber": "07654321", "CompanyName": "MOORCROFT LANE TIMBER FRAMES LIMITED"})

    (missing,) = queries.findings(load).not_found
    assert missing.likely is not None
    assert missing.likely.number == "07654321"
    services.apply(load, at=NOW)
    assert stored_now(Company) == []


def test_findings_name_what_needs_a_look() -> None:
    employer(name="Beech Foods")
    employer(number=None, name="Alder Joinery")

    found = queries.findings(
        staged(
            {"CompanyStatus": "Liquidation", "CompanyName": "ZENITH HOLDINGS PLC"},
            {"CompanyNumber": "07654323", "CompanyName": "ALDER JOINERY LIMITED"},
        )
    )

    assert [each.name for each in found.renamed] == ["Beech Foods"]
    assert [(each.name, status) for each, status in found.warnings] == [("Beech Foods", CompanyStatus.LIQUIDATION)]
    assert [each.name for each in found.without_number] == ["Alder Joinery"]


def test_an_undone_load_leaves_everything_as_it_was_but_what_was_changed_since() -> None:
    moorcroft, other = employer(), employer(number="07654321", name="Other")
    services.apply(staged({}), at=NOW)
    second = services.apply(
        staged({"CompanyStatus": "Liquidation"}, {"CompanyNumber": "07654321"}, as_at=date(2026, 12, 1)), at=NOW
    )
    other.sic_code = "10710"

    kept = services.undo(second, at=NOW)

    (company,) = stored_now(Company)
    assert (company.number, company.status, company.as_at) == ("01234567", CompanyStatus.ACTIVE, date(2026, 11, 1))
    assert (other.legal_form, other.sic_code, kept) == (None, "10710", 1)
    assert moorcroft.legal_form is LegalForm.COMPANY
    assert second.status is LoadStatus.UNDONE


def test_only_the_last_load_can_be_undone_and_an_older_file_is_not_loaded_after_a_newer_one() -> None:
    employer()
    first = services.apply(staged({}), at=NOW)
    services.apply(staged({}, as_at=date(2026, 12, 1)), at=NOW)

    with pytest.raises(Conflict, match="A later file"):
        services.undo(first, at=NOW)
    with pytest.raises(Conflict, match="A newer file"):
        services.apply(staged({}), at=NOW)


def test_a_load_is_done_discarded_and_undone_once() -> None:
    load = staged({})
    services.discard(load, at=NOW)

    with pytest.raises(Conflict, match="loaded or discarded"):
        services.apply(load, at=NOW)
    with pytest.raises(Conflict, match="loaded or discarded"):
        services.discard(load, at=NOW)
    with pytest.raises(Conflict, match="undone meanwhile"):
        services.undo(load, at=NOW)


def test_an_officer_uploads_an_extract_sees_what_it_does_loads_it_and_takes_it_back(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    moorcroft = employer(legal_form=LegalForm.SOLE_TRADER)
    content = company_file({"CompanyStatus": "Liquidation"})

    address = post(client, "/imports/companies-house", file=(io.BytesIO(content), NAME)).location
    preview = client.get(address).text
    assert "In liquidation" in preview
    assert "1 detail that differs and is kept" in preview

    post(client, address, take=["legal_form"])
    assert db.session.get_one(Employer, moorcroft.id).legal_form is LegalForm.COMPANY
    page = client.get(f"/employers/{moorcroft.id}").text
    assert "In liquidation according to Companies House, as at 1 November 2026" in page
    assert "1 LONG LANE" in page
    assert "Moorcroft" in client.get("/employers/?register=warned").text

    assert f'action="{address}/undo"' in client.get(address).text
    post(client, f"{address}/undo")
    assert "according to Companies House" not in client.get(f"/employers/{moorcroft.id}").text
    assert "Moorcroft" not in client.get("/employers/?register=warned").text
    assert "Undone" in client.get("/imports/companies-house").text


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("companies.csv", company_file({}), "Enter the day below"),
        (NAME, b"a,b\n1,2\n", "not the company data file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_advice(
    client: CarefulClient, name: str, content: bytes, refusal: str
) -> None:
    client.sign_in(UserFactory.make())

    assert refusal in post(client, "/imports/companies-house", file=(io.BytesIO(content), name)).text
    assert stored(CompanyLoad) == []


def test_a_discarded_file_is_gone_from_the_list(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    load = staged({})
    db.session.commit()

    post(client, f"/imports/companies-house/{load.id}/discard")

    assert NAME not in client.get("/imports/companies-house").text


def test_the_command_shows_first_and_loads_when_told(app: Flask, tmp_path: object) -> None:
    moorcroft = employer(legal_form=LegalForm.SOLE_TRADER)
    employer(number="07654321", name="Gone Ltd")
    db.session.commit()
    path = f"{tmp_path}/{NAME}"
    with open(path, "wb") as file:  # noqa: PTH123  # a plain name is enough here
        file.write(company_file({}))
    runner = app.test_cli_runner()

    shown = runner.invoke(args=["load-companies-house", path])
    assert "1 employers found by their number" in shown.output
    assert "Legal form sole_trader – company" in shown.output
    assert "Gone Ltd (07654321)" in shown.output
    assert "dry run" in shown.output
    assert stored(CompanyLoad) == []

    loaded = runner.invoke(args=["load-companies-house", path, "--commit", "--take", "legal-form"])
    assert "Loaded." in loaded.output
    assert db.session.get_one(Employer, moorcroft.id).legal_form is LegalForm.COMPANY
    assert [company.status for company in stored(Company)] == [CompanyStatus.ACTIVE, CompanyStatus.NOT_ON_REGISTER]


def test_the_command_asks_for_the_day_if_the_name_does_not_say_it(app: Flask, tmp_path: object) -> None:
    path = f"{tmp_path}/companies.csv"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(company_file({}))

    assert "--as-at" in app.test_cli_runner().invoke(args=["load-companies-house", path]).output
