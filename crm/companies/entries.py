"""One row of the file in our words. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm.employers.companies import CompanyStatus
from crm.employers.models import LegalForm

ADDRESS = (
    "RegAddress.CareOf",
    "RegAddress.POBox",
    "RegAddress.AddressLine1",
    "RegAddress.AddressLine2",
    "RegAddress.PostTown",
    "RegAddress.County",
    "RegAddress.PostCode",
)
# What a status begins with or contains, the more telling first.
STATUSES = (
    ("proposal to strike off", CompanyStatus.STRIKING_OFF),
    ("dissolved", CompanyStatus.DISSOLVED),
    ("converted", CompanyStatus.NOT_ON_REGISTER),
    ("removed", CompanyStatus.NOT_ON_REGISTER),
    ("closed", CompanyStatus.NOT_ON_REGISTER),
    ("liquidation", CompanyStatus.LIQUIDATION),
    ("administration", CompanyStatus.ADMINISTRATION),
    ("administrative", CompanyStatus.ADMINISTRATION),
    ("receiver", CompanyStatus.RECEIVERSHIP),
    ("voluntary arrangement", CompanyStatus.ARRANGEMENT),
    ("active", CompanyStatus.ACTIVE),
    ("registered", CompanyStatus.ACTIVE),
)
# What a category contains. An English limited partnership has no personality of its own, so for e-mail it counts as
# the people in it; Scottish ones and registered societies are neither that nor companies.
CATEGORIES = (
    ("limited liability partnership", LegalForm.LLP),
    ("charitable incorporated", LegalForm.CHARITY),
    ("scottish", LegalForm.OTHER),
    ("partnership", LegalForm.PARTNERSHIP),
    ("community interest", LegalForm.COMPANY),
    ("private", LegalForm.COMPANY),
    ("public limited", LegalForm.COMPANY),
    ("unlimited company", LegalForm.COMPANY),
    ("old public company", LegalForm.COMPANY),
    ("societas", LegalForm.COMPANY),
    ("european public", LegalForm.COMPANY),
    ("overseas", LegalForm.COMPANY),
)
SIC = re.compile(r"\s*(\d{4,5})\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the file says of one number."""

    number: str
    name: str
    status: str
    category: str
    legal_form: str | None
    sic_code: str | None
    address: str | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def entry_of(number: str, row: Sequence[str], columns: Mapping[str, int]) -> Entry:
    def cell(name: str) -> str:
        place = columns.get(name)
        return " ".join(row[place].split()) if place is not None else ""

    dissolved = bool(cell("DissolutionDate"))
    return Entry(
        number=number,
        name=cell("CompanyName")[:255],
        status=(CompanyStatus.DISSOLVED if dissolved else status_of(cell("CompanyStatus"))).value,
        category=cell("CompanyCategory")[:255],
        legal_form=legal_form_of(cell("CompanyCategory")),
        sic_code=sic_code_of(cell("SICCode.SicText_1")),
        address="\n".join(part for name in ADDRESS if (part := cell(name))) or None,
    )


def status_of(text: str) -> CompanyStatus:
    lower = text.lower()
    return next((status for words, status in STATUSES if words in lower), CompanyStatus.OTHER)


def legal_form_of(text: str) -> str | None:
    """None where the category says nothing that matters to us: it is then left to the officer."""
    lower = text.lower()
    return next((form.value for words, form in CATEGORIES if words in lower), None)


def sic_code_of(text: str) -> str | None:
    """The figures of "1110 - Growing of cereals", which has lost its first zero; none for "None Supplied"."""
    found = SIC.match(text)
    return found[1].zfill(5) if found else None
