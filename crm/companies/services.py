"""Staging a file, loading what it says, taking that back. Nothing an officer typed is overwritten unasked."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.recording import NOBODY, because
from crm.companies import queries
from crm.companies.models import CompanyLoad, LoadStatus
from crm.companies.reading import Read
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.companies import Company, CompanyStatus
from crm.employers.models import Employer, LegalForm, SicVersion

AT_A_TIME = 500
STATED = ("name", "status", "category", "legal_form", "sic_code", "address")


def new_load(read: Read, *, file_name: str, as_at: date, is_whole: bool, at: datetime) -> CompanyLoad:
    """What was read, as a load that is not in the database yet."""
    return CompanyLoad(
        file_name=file_name[:255],
        as_at=as_at,
        is_whole=is_whole,
        status=LoadStatus.CHECKED,
        rows_read=read.rows,
        rows_unreadable=read.unreadable,
        entries=[entry.as_json() for entry in read.entries],
        likely=[asdict(each) for each in read.likely.values()],
        started_by_name=NOBODY,
        read_at=at,
    )


def stage(load: CompanyLoad, by: User | None) -> CompanyLoad:
    """Keep it until somebody has seen what it would do."""
    load.started_by_id = by.id if by else None
    load.started_by_name = by.name if by else NOBODY
    db.session.add(load)
    db.session.flush()
    return load


def discard(load: CompanyLoad, *, at: datetime) -> None:
    """Raises Conflict if it was loaded meanwhile."""
    _must_be(load, LoadStatus.CHECKED, "This file was loaded or discarded meanwhile.")
    load.status, load.entries, load.ended_at = LoadStatus.DISCARDED, None, at
    load.likely = []
    db.session.flush()


def apply(load: CompanyLoad, *, take: Sequence[str] = (), at: datetime) -> CompanyLoad:
    """Write what the file says: fill what is empty, replace in the columns of `take` what differs, note all entries.

    Raises Conflict if it was loaded or discarded meanwhile, or if a newer file has been loaded.
    """
    _must_be(load, LoadStatus.CHECKED, "This file was loaded or discarded meanwhile.")
    newest = db.session.scalar(
        select(CompanyLoad.as_at).where(CompanyLoad.status == LoadStatus.DONE).order_by(CompanyLoad.as_at.desc())
    )
    if newest is not None and newest > load.as_at:
        raise Conflict("A newer file has been loaded. This one would bring back what has changed since.")
    found = queries.findings(load)
    changes = _write_companies(load, _entries(load, found))
    filled = _write_employers(load, found, take)
    load.counts = {
        "matched": found.matched,
        "filled": len(filled),
        "differing": len(found.differences),
        "warnings": len(found.warnings) + (len(found.not_found) if load.is_whole else 0),
        "not_found": len(found.not_found),
    }
    load.changes, load.entries = [*changes, *filled], None
    load.status, load.ended_at = LoadStatus.DONE, at
    db.session.flush()
    return load


def undo(load: CompanyLoad, *, at: datetime) -> int:
    """Put back what a load changed, but for what somebody has changed since. Returns how many values that kept.

    Raises Conflict unless it is the last one that was loaded.
    """
    _must_be(load, LoadStatus.DONE, "This file was undone meanwhile.")
    if queries.last_done_id() != load.id:
        raise Conflict("A later file has been loaded. Undo that one first.")
    changes = load.changes or []
    _restore_companies([each for each in changes if "number" in each])
    kept = _restore_employers(load, [each for each in changes if "employer_id" in each])
    load.status, load.changes, load.ended_at = LoadStatus.UNDONE, None, at
    db.session.flush()
    return kept


def _must_be(load: CompanyLoad, status: LoadStatus, otherwise: str) -> None:
    db.session.refresh(load, with_for_update=True)
    if load.status is not status:
        raise Conflict(otherwise)


def _entries(load: CompanyLoad, found: queries.Findings) -> list[dict[str, Any]]:
    """What to note of each number; of one that the whole register lacks, that it does."""
    entries = list(load.entries or ())
    if load.is_whole:
        gone = dict.fromkeys(STATED) | {"status": CompanyStatus.NOT_ON_REGISTER.value}
        entries += [{**gone, "number": each.number} for each in found.not_found]
    return entries


def _write_companies(load: CompanyLoad, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    for start in range(0, len(entries), AT_A_TIME):
        part = {entry["number"]: entry for entry in entries[start : start + AT_A_TIME]}
        known = {each.number: each for each in db.session.scalars(select(Company).where(Company.number.in_(part)))}
        for number, entry in part.items():
            company = known.get(number)
            changes.append({"number": number, "before": _as_json(company) if company else None})
            if company is None:
                company = Company(number=number)
                db.session.add(company)
            _state(company, entry, load.as_at)
        db.session.flush()
    return changes


def _state(company: Company, entry: Mapping[str, Any], as_at: date) -> None:
    """A company that is gone keeps what was known of it."""
    for column in STATED:
        value = entry[column]
        if value is not None or company.status is None:
            setattr(company, column, _typed(column, value))
    company.as_at = as_at


def _typed(column: str, value: str | None) -> Any:
    if value is None:
        return None
    return {"status": CompanyStatus, "legal_form": LegalForm}.get(column, str)(value)


def _as_json(company: Company) -> dict[str, Any]:
    stated = {column: getattr(company, column) for column in STATED}
    return {**stated, "as_at": company.as_at.isoformat()}


def _write_employers(load: CompanyLoad, found: queries.Findings, take: Sequence[str]) -> list[dict[str, Any]]:
    wanted: dict[int, dict[str, str]] = {}
    for employer_id, column, value in found.fills:
        wanted.setdefault(employer_id, {})[column] = value
    for each in found.differences:
        if each.column in take:
            wanted.setdefault(each.employer_id, {})[each.column] = each.theirs
    changes: list[dict[str, Any]] = []
    with because(_reason(load)):
        for employer in _by_id(wanted):
            before = {column: _plain(getattr(employer, column)) for column in wanted[employer.id]}
            for column, value in wanted[employer.id].items():
                _set(employer, column, value)
            changes.append({"employer_id": employer.id, "before": before, "after": wanted[employer.id]})
        db.session.flush()
    return changes


def _restore_companies(changes: Sequence[Mapping[str, Any]]) -> None:
    before = {each["number"]: each["before"] for each in changes}
    for start in range(0, len(before), AT_A_TIME):
        numbers = list(before)[start : start + AT_A_TIME]
        for company in db.session.scalars(select(Company).where(Company.number.in_(numbers))):
            if was := before[company.number]:
                for column in STATED:
                    setattr(company, column, _typed(column, was[column]))
                company.as_at = date.fromisoformat(was["as_at"])
            else:
                db.session.delete(company)
        db.session.flush()


def _restore_employers(load: CompanyLoad, changes: Sequence[Mapping[str, Any]]) -> int:
    known, kept = {each["employer_id"]: each for each in changes}, 0
    with because(f"{_reason(load)}, undone"):
        for employer in _by_id(known):
            change = known[employer.id]
            for column, value in change["after"].items():
                if _plain(getattr(employer, column)) == value:
                    _set(employer, column, change["before"][column])
                else:
                    kept += 1
        db.session.flush()
    return kept


def _by_id(wanted: Mapping[int, Any]) -> Sequence[Employer]:
    ids, employers = sorted(wanted), list[Employer]()
    for start in range(0, len(ids), AT_A_TIME):
        part = select(Employer).where(Employer.id.in_(ids[start : start + AT_A_TIME])).order_by(Employer.id)
        employers += db.session.scalars(part)
    return employers


def _set(employer: Employer, column: str, value: str | None) -> None:
    if column == "sic_code":
        employer.sic_code = value
        employer.sic_version = SicVersion.SIC_2007 if value else None
    else:
        employer.legal_form = LegalForm(value) if value else None


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _reason(load: CompanyLoad) -> str:
    return f"Companies House, file {load.file_name}"
