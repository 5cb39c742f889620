"""What Companies House says of a company number. `crm.companies` loads it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base
from crm.employers.models import LegalForm


class CompanyStatus(StrEnum):
    """Where a company stands.

    The file lists companies on the register: one that is gone from it has been dissolved, converted or removed.
    """

    ACTIVE = "active"
    STRIKING_OFF = "striking_off"
    LIQUIDATION = "liquidation"
    ADMINISTRATION = "administration"
    RECEIVERSHIP = "receivership"
    ARRANGEMENT = "arrangement"
    DISSOLVED = "dissolved"
    NOT_ON_REGISTER = "not_on_register"
    OTHER = "other"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]

    @property
    def is_worth_a_warning(self) -> bool:
        return self not in (CompanyStatus.ACTIVE, CompanyStatus.OTHER)


STATUS_LABELS = {
    CompanyStatus.ACTIVE: "Active",
    CompanyStatus.STRIKING_OFF: "To be struck off",
    CompanyStatus.LIQUIDATION: "In liquidation",
    CompanyStatus.ADMINISTRATION: "In administration",
    CompanyStatus.RECEIVERSHIP: "In receivership",
    CompanyStatus.ARRANGEMENT: "In a voluntary arrangement with its creditors",
    CompanyStatus.DISSOLVED: "Dissolved",
    CompanyStatus.NOT_ON_REGISTER: "No longer on the register",
    CompanyStatus.OTHER: "Something else",
}


class Company(Base):
    """What the register says of a number. Beside what officers typed, which it never overwrites by itself.

    Known by its number, as the employer is: a merged or corrected employer finds its own entry.
    """

    __tablename__ = "company"

    number: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str | None]
    status: Mapped[CompanyStatus]
    as_at: Mapped[date]
    category: Mapped[str | None]  # in the register's words
    legal_form: Mapped[LegalForm | None]
    sic_code: Mapped[str | None] = mapped_column(String(5))  # the first of up to four, of SIC 2007
    address: Mapped[str | None] = mapped_column(Text)  # the registered office
