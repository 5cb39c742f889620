"""Which column of a spreadsheet is which field of an employer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm.core.spreadsheets.reading import ReadValue, find_header


class Target(StrEnum):
    """What a column can be imported as. The value is stored with a run."""

    NAME = "name"
    TRADING_NAME = "trading_name"
    COMPANY_NUMBER = "company_number"
    LEGAL_FORM = "legal_form"
    SIZE = "size"
    LOCAL_HEADCOUNT = "local_headcount"
    SECTORS = "sectors"
    SIC_CODES = "sic_codes"
    ADDRESS = "address"
    POSTCODE = "postcode"
    WEBSITE = "website"
    OWNER = "owner"
    CONTACTS = "contacts"
    JOB_TITLE = "job_title"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    MAIN_PHONE = "main_phone"
    MAIN_EMAIL = "main_email"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Target.NAME: "Employer name",
    Target.TRADING_NAME: "Trading name",
    Target.COMPANY_NUMBER: "Company number",
    Target.LEGAL_FORM: "Legal form",
    Target.SIZE: "Size (people in the whole enterprise)",
    Target.LOCAL_HEADCOUNT: "Local headcount",
    Target.SECTORS: "Sectors",
    Target.SIC_CODES: "SIC code",
    Target.ADDRESS: "Address",
    Target.POSTCODE: "Postcode",
    Target.WEBSITE: "Website",
    Target.OWNER: "Owner (officer)",
    Target.CONTACTS: "Contact names",
    Target.JOB_TITLE: "Contact’s job title",
    Target.PHONE: "Phone (of the contact, if one is named)",
    Target.MOBILE: "Mobile (of the contact)",
    Target.EMAIL: "E-mail (of the contact, if one is named)",
    Target.MAIN_PHONE: "Main phone of the employer",
    Target.MAIN_EMAIL: "Main e-mail of the employer",
}

# The usual headings without spaces, points and capitals.
USUAL = {
    Target.NAME: "employer employername nameofemployer name company companyname business businessname organisation "
    "organisationname organization firm",
    Target.TRADING_NAME: "tradingname tradingas tradesas knownas aka",
    Target.COMPANY_NUMBER: "companynumber companyno cono conumber crn companyregistrationnumber companyregno "
    "companieshousenumber companieshouseno registrationnumber registeredno registerednumber",
    Target.LEGAL_FORM: "legalform legalstatus companytype organisationtype businesstype",
    Target.SIZE: "employersize size sizeband companysize noofemployees numberofemployees employees employeenumbers "
    "staff noofstaff numberofstaff headcount workforce",
    Target.LOCAL_HEADCOUNT: "localheadcount localstaff localemployees staffonsite employeesonsite",
    Target.SECTORS: "sector sectors industry industries growthsector",
    Target.SIC_CODES: "siccode siccodes sic sic2007 sic07",
    Target.ADDRESS: "address fulladdress registeredaddress postaladdress businessaddress",
    Target.POSTCODE: "postcode postalcode postzip zip",
    Target.WEBSITE: "website web webaddress websiteaddress url homepage",
    Target.OWNER: "officer owner leadofficer engagementofficer accountmanager relationshipmanager ourcontact",
    Target.CONTACTS: "contact contacts contactname contactnames contactperson keycontact maincontact namedcontact",
    Target.JOB_TITLE: "jobtitle contactjobtitle role contactrole position",
    Target.PHONE: "tel telephone telno telephoneno telephonenumber phone phoneno phonenumber contactnumber "
    "contactphone contacttel contacttelephone",
    Target.MOBILE: "mobile mob mobileno mobilenumber mobilephone contactmobile",
    Target.EMAIL: "email emailaddress contactemail contactemailaddress mail",
    Target.MAIN_PHONE: "mainphone maintelephone switchboard mainnumber officephone",
    Target.MAIN_EMAIL: "mainemail generalemail officeemail enquiriesemail",
}
MEANINGS = {heading: target for target, headings in USUAL.items() for heading in headings.split()}


@dataclass(frozen=True)
class Layout:
    """Where the table begins and what its columns are.

    Attributes:
        header: index of the row with the headings.
        headings: their text; columns without one are named by their letter.
        targets: column index to what it is imported as, each target at most once.
    """

    header: int
    headings: tuple[str, ...]
    targets: Mapping[int, Target]

    def column_of(self, target: Target) -> int | None:
        return next((column for column, each in self.targets.items() if each is target), None)


def recognise(heading: str) -> Target | None:
    """What a heading usually stands for."""
    return MEANINGS.get(re.sub(r"[\W_]+", "", heading.casefold()))


def find_layout(rows: Sequence[Sequence[ReadValue]]) -> Layout | None:
    """The best guess at a sheet's layout; None if no row looks like headings."""
    header = find_header(rows, recognise)
    return None if header is None else layout_of(rows, header)


def layout_of(
    rows: Sequence[Sequence[ReadValue]], header: int, corrected: Mapping[int, Target | None] | None = None
) -> Layout:
    """The layout with its headings on a given row: columns as recognised, or as somebody corrected them.

    Of two columns that mean the same, the first counts.
    """
    width = max((len(row) for row in rows), default=0)
    cells = [*rows[header], *[None] * width][:width]
    headings = tuple(" ".join(str(cell).split()) if cell is not None else letter(i) for i, cell in enumerate(cells))
    targets: dict[int, Target] = {}
    for column, cell in enumerate(cells):
        target = corrected.get(column) if corrected is not None else recognise(cell) if isinstance(cell, str) else None
        if target is not None and target not in targets.values():
            targets[column] = target
    return Layout(header, headings, targets)


def letter(column: int) -> str:
    """The letter a spreadsheet program shows above a column."""
    letters, number = "", column + 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return f"Column {letters}"
