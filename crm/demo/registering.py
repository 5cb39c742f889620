"""What Companies House says of Northmoor's companies: nearly all are active, and one is not any more."""

from collections.abc import Sequence
from datetime import date, datetime, time

from crm.companies.entries import Entry
from crm.companies.reading import Read
from crm.companies.services import apply, new_load, stage
from crm.core.clock import LONDON
from crm.demo.organisations import Known
from crm.employers.companies import CompanyStatus

UNUSUAL = {5: CompanyStatus.STRIKING_OFF, 11: CompanyStatus.LIQUIDATION, 17: CompanyStatus.DISSOLVED}
CODES = ("62020", "16230", "41100", "10710", "69201")


def load_the_register(everybody: Sequence[Known], today: date) -> None:
    """The file of the first of the month, loaded on that morning."""
    first = today.replace(day=1)
    at = datetime.combine(first, time(9), tzinfo=LONDON)
    employers = [known.employer for known in everybody if known.employer.company_number]
    entries = [
        Entry(
            number=employer.company_number or "",
            name=employer.name.upper(),
            status=UNUSUAL.get(place, CompanyStatus.ACTIVE).value,
            category="Private Limited Company",
            legal_form=employer.legal_form.value if employer.legal_form else None,
            sic_code=CODES[place % len(CODES)],
            address=f"{place + 1} REGISTER STREET\nNORTHMOOR\n{employer.postcode}",
        )
        for place, employer in enumerate(employers)
    ]
    read = Read(entries=entries, rows=5_600_000)
    name = f"BasicCompanyDataAsOneFile-{first.isoformat()}.csv"
    apply(stage(new_load(read, file_name=name, as_at=first, is_whole=True, at=at), None), at=at)
