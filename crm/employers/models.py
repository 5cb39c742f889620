"""Employers, sites and contacts."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.employers.domains import own_domain
from crm.reference.models import Area, Sector, SizeBand, Tag

if TYPE_CHECKING:
    from crm.employers.companies import Company


class LegalForm(StrEnum):
    """Decides whether marketing e-mail needs consent (PECR): the first two count as individuals."""

    SOLE_TRADER = "sole_trader"
    PARTNERSHIP = "partnership"
    COMPANY = "company"
    LLP = "llp"
    CHARITY = "charity"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


def _goes_with(day: str, words: str, *, name: str) -> CheckConstraint:
    """A day and the words that explain it: both or neither."""
    both = f"({day} IS NULL) = ({words} IS NULL)"
    return CheckConstraint(f"{both} AND ({words} IS NULL OR length(trim({words})) > 0)", name=name)


class SicVersion(StrEnum):
    SIC_2007 = "2007"
    SIC_2026 = "2026"


class EmployerSector(Base):
    """That an employer works in a sector. Sectors overlap, so an employer may have several."""

    __tablename__ = "employer_sector"
    __table_args__ = (UniqueConstraint("employer_id", "sector_id", name="uq_employer_sector_pair"),)

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id", ondelete="RESTRICT"), index=True)


class EmployerTag(Base):
    """That an employer is marked with one of the council's tags."""

    __tablename__ = "employer_tag"
    __table_args__ = (UniqueConstraint("employer_id", "tag_id", name="uq_employer_tag_pair"),)

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="RESTRICT"), index=True)


class Employer(Audited, Timestamped, Versioned, Base):
    """An organisation that can offer opportunities. Never deleted: archived with a reason."""

    __tablename__ = "employer"
    __history_lists__ = {"sectors": "name", "tags": "name"}
    __history_hides__ = frozenset({"name_key", "domain"})
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        CheckConstraint("(archived_at IS NULL) = (archived_reason IS NULL)", name="archived_with_a_reason"),
        CheckConstraint("local_headcount IS NULL OR local_headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("(sic_code IS NULL) = (sic_version IS NULL)", name="sic_code_has_its_version"),
        _goes_with("quiet_until", "quiet_reason", name="quiet_says_why"),
        CheckConstraint("merged_into_id IS NULL OR archived_at IS NOT NULL", name="merged_away_is_archived"),
        Index("ix_employer_in_order", "archived_at", "name_key", "id"),
        Index("ix_employer_last_contact", "archived_at", "last_contact_on", "name_key", "id"),
        Index("ix_employer_name_key", "name_key"),
        Index("ix_employer_owner", "owner_id", "archived_at"),
        Index("ix_employer_postcode", "postcode"),
        Index("ix_employer_domain", "domain"),  # this one and the next: to find likely duplicates
        Index("ix_employer_phone", "phone"),
    )

    name: Mapped[str]
    name_key: Mapped[str]  # core.normalise.name_key(name): what two spellings of one name share
    trading_name: Mapped[str | None]
    company_number: Mapped[str | None] = mapped_column(String(8), unique=True)
    legal_form: Mapped[LegalForm | None]
    size_band_id: Mapped[int | None] = mapped_column(ForeignKey("size_band.id", ondelete="RESTRICT"), index=True)
    local_headcount: Mapped[int | None]  # people at the local site, apart from the enterprise's size
    sic_code: Mapped[str | None] = mapped_column(String(5))
    sic_version: Mapped[SicVersion | None]
    address: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(String(8))  # "ST1 4HT"
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="RESTRICT"), index=True)
    website: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(32))  # "+441632960961", with " x21" for an extension
    email: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    quiet_until: Mapped[date | None]  # the first day, in London, on which they may be called again
    quiet_reason: Mapped[str | None]
    last_contact_on: Mapped[date | None]  # of the contact log; kept by triggers (crm.interactions.latest)
    archived_at: Mapped[datetime | None]
    archived_reason: Mapped[str | None] = mapped_column(Text)

    domain: Mapped[str | None]  # of the website, else of the e-mail address; written below, never by hand
    # The employer this one turned out to be. Nothing may be added to it any more (crm.employers.guards); its reference
    # leads to that one. Always the last of a chain.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)

    sectors: Mapped[list[Sector]] = relationship(
        secondary="employer_sector", order_by="Sector.position, Sector.id", lazy="raise_on_sql"
    )
    tags: Mapped[list[Tag]] = relationship(
        secondary="employer_tag", order_by="Tag.position, Tag.id", lazy="raise_on_sql"
    )
    company: Mapped["Company | None"] = relationship(
        primaryjoin="foreign(Employer.company_number) == Company.number", viewonly=True, lazy="raise_on_sql"
    )
    size_band: Mapped[SizeBand | None] = relationship(lazy="raise_on_sql")
    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def is_quiet(self, on: date) -> bool:
        """Whether they asked to be left in peace on a day."""
        return self.quiet_until is not None and on < self.quiet_until


@event.listens_for(Employer, "before_insert")
@event.listens_for(Employer, "before_update")
def keep_domain(_mapper: object, _connection: object, employer: Employer) -> None:
    """Whoever writes a website or an address – a form, an import, a merge – writes the domain to compare by."""
    domain = own_domain(employer.website, employer.email)
    if employer.domain != domain:
        employer.domain = domain


class Site(Audited, Timestamped, Versioned, Base):
    """A place of an employer's where young people would go. Never deleted: closed with a reason."""

    __tablename__ = "site"
    __history_parent__ = ("employer", "employer_id")
    __table_args__ = (
        UniqueConstraint("employer_id", "name", name="uq_site_name"),
        CheckConstraint("(closed_at IS NULL) = (closed_reason IS NULL)", name="closed_with_a_reason"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str]
    address: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(String(8))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="RESTRICT"), index=True)
    closed_at: Mapped[datetime | None]  # not offered any more
    closed_reason: Mapped[str | None] = mapped_column(Text)

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class Contact(Audited, Timestamped, Versioned, Base):
    """A person at an employer, and what they do for us."""

    __tablename__ = "contact"
    __history_parent__ = ("employer", "employer_id")
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        _goes_with("consented_on", "consented_how", name="consented_says_how"),
        _goes_with("opted_in_on", "opted_in_how", name="opted_in_says_how"),
        _goes_with("objected_on", "objected_how", name="objected_says_how"),
        Index("ix_contact_email", "email"),  # to find everybody with an address, at whichever employer
        Index("uq_contact_email", "employer_id", "email", unique=True),  # nulls do not clash
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str]
    job_title: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(32))
    mobile: Mapped[str | None] = mapped_column(String(32))
    signs_pledges: Mapped[bool] = mapped_column(default=False)
    is_speaker: Mapped[bool] = mapped_column(default=False)
    is_mentor: Mapped[bool] = mapped_column(default=False)
    is_supervisor: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None]  # no longer works there
    # About e-mail: days in London, and how we know. What follows from them, `crm.employers.emailing` says.
    consented_on: Mapped[date | None]
    consented_how: Mapped[str | None]
    opted_in_on: Mapped[date | None]  # the soft opt-in: they gave their address when we spoke of opportunities
    opted_in_how: Mapped[str | None]
    objected_on: Mapped[date | None]
    objected_how: Mapped[str | None]

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
