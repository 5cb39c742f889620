"""What an import reads: the council's lists, employers that may be meant, earlier runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Contact, Employer
from crm.imports.findings import Finding
from crm.imports.interpreting import Lists
from crm.imports.models import ImportProblem, ImportRun, RunStatus
from crm.imports.words import Band, Names, spellings_of_person
from crm.reference.models import Sector, SizeBand

AT_ONCE = 400  # SQLite takes only so many values in one statement
MOST_RUNS = 25


@dataclass(frozen=True)
class Known:
    """An employer in the database, as far as matching needs it."""

    id: int
    name: str
    name_key: str
    company_number: str | None
    postcode: str | None


def lists() -> tuple[Lists, dict[str, dict[int, str]]]:
    """The council's lists by the words for them, and the names behind ids."""
    bands = db.session.execute(
        select(SizeBand.id, SizeBand.name, SizeBand.description, SizeBand.fewest, SizeBand.most).order_by(
            SizeBand.fewest
        )
    ).all()
    sectors = db.session.execute(select(Sector.id, Sector.name, Sector.also_known_as)).all()
    staff = db.session.execute(
        select(User.id, User.name, User.email).where(User.role.in_(STAFF), User.disabled_at.is_(None))
    ).all()
    found = Lists(
        bands=[Band(*band) for band in bands],
        sectors=Names((id_, name) for id_, own, others in sectors for name in (own, *others.splitlines())),
        officers=Names((id_, each) for id_, name, email in staff for each in (*spellings_of_person(name), email)),
    )
    return found, {
        "size_band_id": {band.id: band.name for band in bands},
        "owner_id": {id_: name for id_, name, _ in staff},
    }


def employers_that_may_be_meant(numbers: Iterable[str], keys: Iterable[str]) -> list[Known]:
    """Every employer with one of the company numbers or one of the names, archived ones too."""
    found: dict[int, Known] = {}
    columns = select(Employer.id, Employer.name, Employer.name_key, Employer.company_number, Employer.postcode)
    for column, values in ((Employer.company_number, numbers), (Employer.name_key, keys)):
        for some in _pieces(sorted(set(values))):
            for row in db.session.execute(columns.where(column.in_(some)).order_by(Employer.id)):
                found[row.id] = Known(*row)
    return [found[id_] for id_ in sorted(found)]


def employers_to_update(ids: Sequence[int]) -> dict[int, Employer]:
    employers: dict[int, Employer] = {}
    for some in _pieces(ids):
        statement = select(Employer).where(Employer.id.in_(some)).options(selectinload(Employer.sectors))
        employers |= {employer.id: employer for employer in db.session.scalars(statement)}
    return employers


def last_employer_id() -> int:
    return db.session.scalar(select(func.max(Employer.id))) or 0


def contacts_of(ids: Sequence[int]) -> dict[int, list[Contact]]:
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for some in _pieces(ids):
        for contact in db.session.scalars(
            select(Contact).where(Contact.employer_id.in_(some)).order_by(Contact.employer_id, Contact.id)
        ):
            contacts[contact.employer_id].append(contact)
    return contacts


def sectors_by_id() -> dict[int, Sector]:
    return {sector.id: sector for sector in db.session.scalars(select(Sector))}


def get_run(run_id: int) -> ImportRun:
    """Raises NotFound."""
    run = db.session.get(ImportRun, run_id)
    if run is None or run.status is RunStatus.DISCARDED:
        raise NotFound("We could not find that import.")
    return run


def recent_runs() -> Sequence[ImportRun]:
    return db.session.scalars(
        select(ImportRun).where(ImportRun.status != RunStatus.DISCARDED).order_by(ImportRun.id.desc()).limit(MOST_RUNS)
    ).all()


def findings_of(run: ImportRun) -> list[Finding]:
    statement = (
        select(ImportProblem).where(ImportProblem.run_id == run.id).order_by(ImportProblem.row, ImportProblem.id)
    )
    return [
        Finding(each.severity, each.row, each.column, each.value, each.reason) for each in db.session.scalars(statement)
    ]


def waiting_runs() -> Sequence[int]:
    """Runs to do, oldest first: queued ones, and any left behind by a process that died."""
    statement = select(ImportRun.id).where(
        or_(ImportRun.status == RunStatus.QUEUED, ImportRun.status == RunStatus.RUNNING)
    )
    return db.session.scalars(statement.order_by(ImportRun.id)).all()


def _pieces(values: Sequence[int] | Sequence[str]) -> Iterator[Sequence[int] | Sequence[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
