"""Rows as Companies House's public file has them, with its headings: some have a space before them."""

import csv
import io

HEADINGS = (
    "CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,RegAddress.AddressLine1, RegAddress.AddressLine2,"
    "RegAddress.PostTown,RegAddress.County,RegAddress.Country,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
    "CountryOfOrigin,DissolutionDate,IncorporationDate,Accounts.AccountRefDay,Accounts.AccountRefMonth,"
    "Accounts.NextDueDate,Accounts.LastMadeUpDate,Accounts.AccountCategory,Returns.NextDueDate,"
    "Returns.LastMadeUpDate,Mortgages.NumMortCharges,Mortgages.NumMortOutstanding,Mortgages.NumMortPartSatisfied,"
    "Mortgages.NumMortSatisfied,SICCode.SicText_1,SICCode.SicText_2,SICCode.SicText_3,SICCode.SicText_4,"
    "LimitedPartnerships.NumGenPartners,LimitedPartnerships.NumLimPartners,URI,PreviousName_1.CONDATE,"
    " PreviousName_1.CompanyName, ConfStmtNextDueDate, ConfStmtLastMadeUpDate"
)
COLUMNS = [heading.strip() for heading in HEADINGS.split(",")]
DULLEST = {
    "CompanyName": "MOORCROFT LANE TIMBER FRAME LIMITED",
    "CompanyNumber": "01234567",
    "RegAddress.AddressLine1": "1 LONG LANE",
    "RegAddress.PostTown": "STOKE-ON-TRENT",
    "RegAddress.PostCode": "ST1 4HT",
    "CompanyCategory": "Private Limited Company",
    "CompanyStatus": "Active",
    "SICCode.SicText_1": "16230 - Manufacture of other builders' carpentry and joinery",
}


def company_file(*companies: dict[str, str]) -> bytes:
    """A CSV file of companies, each told by what is not the dullest about it."""
    lines = io.StringIO()
    lines.write(f"{HEADINGS}\r\n")
    table = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for company in companies:
        row = DULLEST | company
        table.writerow([row.get(column, "") for column in COLUMNS])
    return lines.getvalue().encode()
