"""What the list of employers can show beside its usual columns, in SQL: read only where a column asks for it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.accounts.models import User
from crm.employers.models import Contact, Employer, EmployerSector, EmployerTag
from crm.interactions.models import Interaction, InteractionOfficer
from crm.reference.models import SizeBand

Source = Callable[[], ColumnElement[Any]]


def _own(column: InstrumentedAttribute[Any]) -> Source:
    return lambda: column.expression


def _joined_ids(column: InstrumentedAttribute[int], of: InstrumentedAttribute[int]) -> Source:
    """The ids of what an employer has several of, as "3,17". Their names and order are known to who asks."""
    ids = func.aggregate_strings(cast(column, String), ",")
    return lambda: select(ids).where(of == Employer.id).correlate(Employer).scalar_subquery()


def _of_main_contact(column: InstrumentedAttribute[Any]) -> Source:
    return lambda: main_contact(column).correlate(Employer).scalar_subquery()


def main_contact(column: InstrumentedAttribute[Any]) -> Select[Any]:
    """Of whoever signs pledges; otherwise of the first who was added and is still there."""
    return (
        select(column)
        .where(Contact.employer_id == Employer.id, Contact.left_at.is_(None))
        .order_by(Contact.signs_pledges.desc(), Contact.id)
        .limit(1)
    )


def _of_last_contact(wanted: Select[Any]) -> Source:
    newest = (
        wanted.where(Interaction.employer_id == Employer.id)
        .order_by(Interaction.happened_on.desc(), Interaction.id.desc())
        .limit(1)
    )
    return lambda: newest.correlate(Employer).scalar_subquery()


def _who() -> Select[Any]:
    """Of several officers the first by number."""
    first = (
        select(InteractionOfficer.user_id)
        .where(InteractionOfficer.interaction_id == Interaction.id)
        .order_by(InteractionOfficer.id)
        .limit(1)
        .correlate(Interaction)
        .scalar_subquery()
    )
    return select(select(User.name).where(User.id == first).correlate(Interaction).scalar_subquery())


MORE: Mapping[str, Source] = {
    "sectors": _joined_ids(EmployerSector.sector_id, EmployerSector.employer_id),
    "tags": _joined_ids(EmployerTag.tag_id, EmployerTag.employer_id),
    "trading_name": _own(Employer.trading_name),
    "company_number": _own(Employer.company_number),
    "legal_form": _own(Employer.legal_form),
    "size": lambda: (
        select(SizeBand.name).where(SizeBand.id == Employer.size_band_id).correlate(Employer).scalar_subquery()
    ),
    "headcount": _own(Employer.local_headcount),
    "phone": _own(Employer.phone),
    "email": _own(Employer.email),
    "website": _own(Employer.website),
    "created": _own(Employer.created_at),
    "quiet_until": _own(Employer.quiet_until),
    "contact_phone": _of_main_contact(Contact.phone),
    "contact_mobile": _of_main_contact(Contact.mobile),
    "contact_email": _of_main_contact(Contact.email),
    "last_by": _of_last_contact(_who()),
    "last_how": _of_last_contact(select(Interaction.channel)),
}
