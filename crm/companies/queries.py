"""What the register says of our employers, and what a file would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import load_only

from crm.companies.models import CompanyLoad, LoadStatus
from crm.companies.reading import Likely, Wanted, is_called_alike, wanted
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.companies import Company, CompanyStatus
from crm.employers.models import Employer, LegalForm, SicVersion

MOST_LOADS = 20
COLUMNS = ("legal_form", "sic_code")  # of an employer that a file fills


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an officer typed something else than the register has."""

    employer_id: int
    employer: str
    column: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Named:
    """An employer in a list of findings."""

    id: int
    name: str
    number: str | None
    detail: str = ""
    likely: Likely | None = None


@dataclass
class Findings:
    """What loading a file would do, without doing it."""

    matched: int = 0
    fills: list[tuple[int, str, str]] = field(default_factory=list)  # employer, column, value
    differences: list[Difference] = field(default_factory=list)
    renamed: list[Named] = field(default_factory=list)  # called something quite different there
    warnings: list[tuple[Named, CompanyStatus]] = field(default_factory=list)
    not_found: list[Named] = field(default_factory=list)  # have a number that the file has not
    without_number: list[Named] = field(default_factory=list)  # have none, and the file has one of that name

    @property
    def employers_filled(self) -> int:
        return len({employer_id for employer_id, *_ in self.fills})


def looked_for() -> Wanted:
    """What of a file concerns us. One statement."""
    statement = select(Employer.id, Employer.name, Employer.company_number).where(Employer.merged_into_id.is_(None))
    return wanted([(row[0], row[1], row[2]) for row in db.session.execute(statement)])


def numbers_warned_of() -> Select[str]:
    """The numbers of companies that are dissolved, in liquidation and the like, to narrow a list of employers by."""
    return select(Company.number).where(Company.status.in_([each for each in CompanyStatus if each.is_worth_a_warning]))


def recent_loads() -> Sequence[CompanyLoad]:
    """The latest first, without what they keep for an undo."""
    shown = (
        *(CompanyLoad.file_name, CompanyLoad.as_at, CompanyLoad.is_whole, CompanyLoad.status, CompanyLoad.rows_read),
        *(CompanyLoad.counts, CompanyLoad.started_by_name, CompanyLoad.read_at),
    )
    statement = select(CompanyLoad).where(CompanyLoad.status != LoadStatus.DISCARDED)
    return db.session.scalars(
        statement.options(load_only(*shown)).order_by(CompanyLoad.id.desc()).limit(MOST_LOADS)
    ).all()


def get_load(load_id: int) -> CompanyLoad:
    """Raises NotFound."""
    load = db.session.scalars(select(CompanyLoad).where(CompanyLoad.id == load_id)).one_or_none()
    if load is None:
        raise NotFound("We could not find that file.")
    return load


def last_done_id() -> int | None:
    """The load that can be undone: the last one that was."""
    done = select(CompanyLoad.id).where(CompanyLoad.status == LoadStatus.DONE)
    return db.session.scalar(done.order_by(CompanyLoad.id.desc()).limit(1))


def findings(load: CompanyLoad) -> Findings:
    """What loading would do to the employers as they are now. One statement."""
    entries = {entry["number"]: entry for entry in load.entries or ()}
    likely = {each["employer_id"]: Likely(**each) for each in load.likely}
    result = Findings()
    for employer in _employers():
        entry = entries.get(employer.company_number or "")
        named = Named(employer.id, employer.name, employer.company_number, likely=likely.get(employer.id))
        if entry is not None:
            result.matched += 1
            _compare(result, employer, entry)
        elif employer.company_number is not None:
            result.not_found.append(named)
        elif named.likely is not None:
            result.without_number.append(named)
    return result


def _employers() -> Sequence[Employer]:
    columns = (Employer.name, Employer.company_number, Employer.legal_form, Employer.sic_code, Employer.sic_version)
    statement = select(Employer).where(Employer.merged_into_id.is_(None)).options(load_only(*columns, raiseload=True))
    return db.session.scalars(statement.order_by(Employer.name_key, Employer.id)).all()


def _compare(result: Findings, employer: Employer, entry: Mapping[str, Any]) -> None:
    for column, ours, theirs in pairs(employer, entry):
        if ours is None:
            result.fills.append((employer.id, column, theirs))
        elif ours != theirs:
            result.differences.append(Difference(employer.id, employer.name, column, ours, theirs))
    if not is_called_alike(employer.name, entry["name"]):
        result.renamed.append(Named(employer.id, employer.name, employer.company_number, entry["name"]))
    status = CompanyStatus(entry["status"])
    if status.is_worth_a_warning:
        result.warnings.append((Named(employer.id, employer.name, employer.company_number), status))


def pairs(employer: Employer, entry: Mapping[str, Any]) -> Sequence[tuple[str, str | None, str]]:
    """Column, what we have, what the register has: where it has something that can be compared.

    A code of the classification that is to come can be compared with none of the present one.
    """
    found: list[tuple[str, str | None, str]] = []
    if entry["legal_form"]:
        ours = employer.legal_form.value if employer.legal_form else None
        found.append(("legal_form", ours, LegalForm(entry["legal_form"]).value))
    if entry["sic_code"] and employer.sic_version in (None, SicVersion.SIC_2007):
        found.append(("sic_code", employer.sic_code, entry["sic_code"]))
    return found
