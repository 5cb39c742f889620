"""The columns of the list of employers."""

from collections.abc import Callable
from typing import Any

from crm.core.formatting import phone as written
from crm.core.spreadsheets.cells import CellValue, Column
from crm.desk.employers_list.queries import EmployerRow
from crm.employers.models import LegalForm
from crm.employers.wording import LEGAL_FORM_LABELS
from crm.interactions.models import Channel
from crm.lists.columns import ListColumn
from crm.pledges.wording import STATUS_LABELS


def _more(key: str, heading: str, look: str = "text", **options: Any) -> ListColumn[EmployerRow]:
    """A column that shows what `more.MORE` reads under its key."""
    return ListColumn(key, heading, lambda row: row.more[key], look, **options)


def _labelled(key: str, label: Callable[[Any], str]) -> Callable[[EmployerRow], CellValue]:
    return lambda row: label(row.more[key]) if row.more[key] else None


def _phone(key: str) -> Callable[[EmployerRow], CellValue]:
    return _labelled(key, written)


COLUMNS: tuple[ListColumn[EmployerRow], ...] = (
    ListColumn(
        "name",
        "Employer",
        lambda row: row.name,
        "name",
        sort="name",
        is_default=True,
        file=(
            Column("Reference", lambda row: row.id, width=10),
            Column("Employer", lambda row: row.name, width=36),
            Column("Area", lambda row: row.area),
            Column("Postcode", lambda row: row.postcode, width=10),
            Column("Archived", lambda row: row.archived_at.date() if row.archived_at else None, width=12),
        ),
    ),
    _more("sectors", "Sectors", "wide", is_default=True, width=30),
    ListColumn("contact", "Main contact", lambda row: row.contact, is_default=True, for_staff=True, width=22),
    ListColumn(
        "last_contact",
        "Last contact",
        lambda row: row.last_contact,
        "last_contact",
        sort="last_contact",
        is_default=True,
        width=12,
    ),
    ListColumn(
        "pledge",
        "Pledge",
        lambda row: STATUS_LABELS[row.pledge] if row.pledge else None,
        "pledge",
        is_default=True,
        file=(Column("Pledge this year", lambda row: STATUS_LABELS[row.pledge] if row.pledge else None),),
    ),
    ListColumn(
        "progress",
        "Places attended",
        lambda row: row.attended,
        "progress",
        is_default=True,
        for_staff=True,
        file=(
            Column("Places promised", lambda row: row.promised, width=10),
            Column("Places attended", lambda row: row.attended, width=10),
        ),
    ),
    ListColumn(
        "next_step",
        "Next action",
        lambda row: row.next_step,
        "next_step",
        is_default=True,
        for_staff=True,
        file=(
            Column("Next action", lambda row: row.next_step, width=30),
            Column("Due", lambda row: row.next_due, width=12),
        ),
    ),
    ListColumn("owner", "Officer", lambda row: row.owner, "owner", sort="owner", is_default=True),
    _more("tags", "Tags", width=24),
    _more("trading_name", "Trading name", width=24),
    _more("company_number", "Company number", sort="company_number"),
    ListColumn(
        "legal_form",
        "Legal form",
        _labelled("legal_form", lambda form: LEGAL_FORM_LABELS[LegalForm(form)]),
        width=22,
    ),
    _more("size", "Size"),
    _more("headcount", "People employed here", "number", numeric=True),
    ListColumn("area", "Area", lambda row: row.area),
    ListColumn("postcode", "Postcode", lambda row: row.postcode, sort="postcode", width=10),
    ListColumn("phone", "Phone", _phone("phone"), "phone"),
    _more("email", "E-mail", "email", width=28),
    _more("website", "Website", "website", width=28),
    ListColumn("contact_phone", "Contact’s phone", _phone("contact_phone"), "phone", for_staff=True),
    ListColumn("contact_mobile", "Contact’s mobile", _phone("contact_mobile"), "phone", for_staff=True),
    _more("contact_email", "Contact’s e-mail", "email", for_staff=True, width=28),
    _more("last_by", "Last contact by", width=20),
    ListColumn("last_how", "How", _labelled("last_how", lambda channel: Channel(channel).label), width=10),
    _more("quiet_until", "Quiet until", "date", sort="quiet_until", width=12),
    _more("created", "Added", "date", sort="created", width=12),
)
