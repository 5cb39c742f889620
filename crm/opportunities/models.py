"""Opportunities and places."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, Numeric, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Audited, Base, Timestamped, Versioned, values
from crm.employers.models import Contact, Employer, Site
from crm.opportunities.particulars import OpportunityPart, OpportunityYearGroup, Programme, Venue
from crm.opportunities.series.models import Series
from crm.opportunities.timing import Timing
from crm.pledges.kinds import Mode, OpportunityKind
from crm.pledges.models import PledgeLine
from crm.providers.models import Provider, YoungPerson
from crm.reference.models import Sector
from crm.skills.models import Skill


class OpportunityStatus(StrEnum):
    """draft → open → delivered or cancelled. Full is derived."""

    DRAFT = "draft"
    OPEN = "open"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


ONGOING = (OpportunityStatus.DRAFT, OpportunityStatus.OPEN)


class Side(StrEnum):
    """On whose side something fell through."""

    EMPLOYER = "employer"
    PROVIDER = "provider"
    YOUNG_PERSON = "young_person"
    COUNCIL = "council"
    OTHER = "other"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Opportunity(Audited, Timestamped, Versioned, Base):
    """One dated thing with a capacity: a placement, a visit, a talk, a mentoring meeting."""

    __tablename__ = "opportunity"
    __history_parent__ = ("employer", "employer_id")
    __history_hides__ = frozenset({"taken"})  # places tell that story
    __history_lists__ = {"sectors": "name", "skills": "name", "year_groups": "label", "parts": "label"}
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity_in_range"),
        # Confirmed places never exceed the capacity, whoever books at the same moment.
        CheckConstraint("taken BETWEEN 0 AND capacity", name="never_overbooked"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("hours IS NULL OR hours > 0", name="hours_are_positive"),
        CheckConstraint(
            "(status = 'cancelled') = (cancelled_side IS NOT NULL AND cancelled_reason IS NOT NULL)",
            name="cancelled_with_side_and_reason",
        ),
        CheckConstraint("site_id IS NULL OR venue = 'site'", name="a_site_is_where_it_is"),
        CheckConstraint("venue <> 'online' OR mode = 'online'", name="online_is_online"),
        CheckConstraint(
            "(exempt_reason IS NULL) = (exempt_by_id IS NULL) AND (exempt_reason IS NULL) = (exempt_at IS NULL)",
            name="exempt_by_somebody_for_a_reason",
        ),
        CheckConstraint(
            "(block_reason IS NULL) = (block_allowed_by_id IS NULL)"
            " AND (block_reason IS NULL) = (block_allowed_at IS NULL)",
            name="block_allowed_by_somebody_for_a_reason",
        ),
        CheckConstraint("(series_id IS NULL) = (series_number IS NULL)", name="numbered_in_its_series"),
        CheckConstraint("series_id IS NULL OR kind <> 'mentoring' OR capacity <= 6", name="few_mentees"),
        UniqueConstraint("series_id", "series_number", name="uq_opportunity_in_series"),
        Index("ix_opportunity_starts", "starts_at", "id"),
        Index("ix_opportunity_employer", "employer_id", "starts_at"),
        Index("ix_opportunity_provider", "provider_id", "starts_at"),
    )

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="RESTRICT"))
    series_number: Mapped[int | None]  # 1 is the first meeting that was arranged; never given twice
    kind: Mapped[OpportunityKind]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # of the last day
    hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))  # per young person, over all its days
    mode: Mapped[Mode] = mapped_column(default=Mode.IN_PERSON)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    place_or_link: Mapped[str] = mapped_column(Text, default="")  # where, when it is not a site; or the online address
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="RESTRICT"), index=True)
    capacity: Mapped[int]  # young people
    taken: Mapped[int] = mapped_column(default=0)  # seats held; moved only by a guarded UPDATE
    group_limit_reason: Mapped[str | None] = mapped_column(Text)  # why a small-group kind is larger than the limit
    status: Mapped[OpportunityStatus] = mapped_column(default=OpportunityStatus.OPEN)
    cancelled_at: Mapped[datetime | None]
    cancelled_side: Mapped[Side | None]
    cancelled_reason: Mapped[str | None] = mapped_column(Text)
    activity: Mapped[str] = mapped_column(Text, default="", server_default="")  # what the young people will do
    programme: Mapped[Programme | None]
    venue: Mapped[Venue] = mapped_column(default=Venue.ELSEWHERE, server_default="elsewhere")
    # Takes place without its site's checks: why, and who answers for it.
    exempt_reason: Mapped[str | None] = mapped_column(Text)
    exempt_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    exempt_at: Mapped[datetime | None]
    # Years 7–9 take part in a block placement: why, and which manager allowed it.
    block_reason: Mapped[str | None] = mapped_column(Text)
    block_allowed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    block_allowed_at: Mapped[datetime | None]

    employer: Mapped[Employer] = relationship(lazy="raise_on_sql")
    provider: Mapped[Provider | None] = relationship(lazy="raise_on_sql")
    series: Mapped[Series | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    leader: Mapped[Contact | None] = relationship(lazy="raise_on_sql")  # speaker, mentor or supervisor
    exempt_by: Mapped[User | None] = relationship(foreign_keys=exempt_by_id, lazy="raise_on_sql")
    block_allowed_by: Mapped[User | None] = relationship(foreign_keys=block_allowed_by_id, lazy="raise_on_sql")
    sectors: Mapped[list[Sector]] = relationship(
        secondary="opportunity_sector", order_by="Sector.position, Sector.id", lazy="raise_on_sql"
    )
    skills: Mapped[list[Skill]] = relationship(
        secondary="opportunity_skill", order_by="Skill.name, Skill.id", lazy="raise_on_sql"
    )
    year_groups: Mapped[list[OpportunityYearGroup]] = relationship(
        cascade="all, delete-orphan", order_by=OpportunityYearGroup.id, lazy="raise_on_sql"
    )
    parts: Mapped[list[OpportunityPart]] = relationship(
        cascade="all, delete-orphan", order_by=OpportunityPart.id, lazy="raise_on_sql"
    )
    places: Mapped[list["Place"]] = relationship(back_populates="opportunity", order_by="Place.id", lazy="raise_on_sql")

    @property
    def seats_left(self) -> int:
        return self.capacity - self.taken

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity

    @property
    def is_block(self) -> bool:
        """Whether it is a placement of several days that are not online: days on which somebody of school age works.

        The Education Act 1996, section 560, lets pupils do so in the last two years of compulsory school age.
        """
        in_person = self.kind is OpportunityKind.PLACEMENT and self.mode is not Mode.ONLINE
        return in_person and not Timing.of(self).is_one_day


class PlaceStatus(StrEnum):
    """requested → offered → confirmed → attended or part_attended; or one of the ends; waitlisted when full."""

    REQUESTED = "requested"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    PART_ATTENDED = "part_attended"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    WAITLISTED = "waitlisted"

    @property
    def label(self) -> str:
        return {"no_show": "No-show", "part_attended": "Attended in part"}.get(self.value, self.value.capitalize())


# Who is on the register: nobody else is booked. An offer holds its seat too, until it is answered or lapses.
TAKES_PART = frozenset({PlaceStatus.CONFIRMED, PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED, PlaceStatus.NO_SHOW})
HOLDS_A_SEAT = TAKES_PART | {PlaceStatus.OFFERED}  # what `Opportunity.taken` counts
ENDED_WITHOUT = frozenset({PlaceStatus.DECLINED, PlaceStatus.WITHDRAWN, PlaceStatus.CANCELLED})
LIVE = frozenset(PlaceStatus) - ENDED_WITHOUT
UNDECIDED = frozenset({PlaceStatus.REQUESTED, PlaceStatus.OFFERED, PlaceStatus.WAITLISTED})
CAN_END = UNDECIDED | {PlaceStatus.CONFIRMED}  # nothing is marked yet
CAME = frozenset({PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED})  # what counts as an attended place

# Beside `status`, whose values the table checks under the type's own name.
_A_STATUS = Enum(PlaceStatus, native_enum=False, length=32, values_callable=values)
_LIVE_SQL = text("status NOT IN ('declined', 'withdrawn', 'cancelled')")


class Place(Audited, Timestamped, Versioned, Base):
    """One young person's part in an opportunity, or that of so many who are not named (a headcount)."""

    __tablename__ = "place"
    __history_parent__ = ("opportunity", "opportunity_id")
    __table_args__ = (
        # One live place per person per opportunity.
        Index(
            "uq_place_live_person",
            "opportunity_id",
            "young_person_id",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        CheckConstraint("(young_person_id IS NULL) = (provider_id IS NOT NULL)", name="person_or_headcount"),
        CheckConstraint("seats >= 1 AND (young_person_id IS NULL OR seats = 1)", name="a_person_takes_one_seat"),
        CheckConstraint(
            "(status IN ('attended', 'part_attended')) = (came IS NOT NULL)", name="attendance_has_its_number"
        ),
        CheckConstraint("came IS NULL OR came BETWEEN 1 AND seats", name="no_more_came_than_seats"),
        CheckConstraint(
            "status NOT IN ('declined', 'withdrawn', 'cancelled') OR (ended_side IS NOT NULL"
            " AND ended_reason IS NOT NULL AND ended_at IS NOT NULL AND ended_from IS NOT NULL)",
            name="ended_with_side_and_reason",
        ),
        CheckConstraint("(status = 'offered') = (answer_by IS NOT NULL)", name="an_offer_has_its_day"),
        CheckConstraint(
            "(status = 'waitlisted') = (waits_for IS NOT NULL) AND (waits_for IS NULL OR waiting_since IS NOT NULL)"
            " AND (waits_for IS NULL OR waits_for IN ('offered', 'confirmed'))",
            name="waits_for_something",
        ),
        CheckConstraint(
            "ended_from IS NULL OR ended_from IN ('requested', 'offered', 'confirmed', 'waitlisted')",
            name="ended_from_what_can_end",
        ),
        CheckConstraint("passed_over IS NULL OR status = 'waitlisted'", name="passed_over_while_waiting"),
        CheckConstraint("NOT is_over_delivery OR pledge_line_id IS NOT NULL", name="over_delivery_of_a_line"),
        Index("ix_place_opportunity", "opportunity_id", "status"),
        Index("ix_place_answer_by", "answer_by", "id"),
        Index("ix_place_ended", "ended_at", "id"),
        Index("ix_place_young_person", "young_person_id", "status"),
        Index("ix_place_pledge_line", "pledge_line_id", "status"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="RESTRICT"))
    young_person_id: Mapped[int | None] = mapped_column(ForeignKey("young_person.id", ondelete="RESTRICT"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="RESTRICT"), index=True)
    seats: Mapped[int] = mapped_column(default=1)  # 1 for a young person; the headcount otherwise
    came: Mapped[int | None]  # how many of the seats were filled on the day
    status: Mapped[PlaceStatus] = mapped_column(default=PlaceStatus.CONFIRMED)
    pledge_line_id: Mapped[int | None] = mapped_column(ForeignKey("pledge_line.id", ondelete="RESTRICT"))
    # Somebody chose that it fulfils its line although everything promised there was booked or delivered.
    is_over_delivery: Mapped[bool] = mapped_column(default=False, server_default=false())
    answer_by: Mapped[date | None]  # the last day, in London, on which an offer can be answered
    waits_for: Mapped[PlaceStatus | None] = mapped_column(_A_STATUS)  # becomes this, moved up
    waiting_since: Mapped[datetime | None]  # its turn in the queue; kept once it moved up
    moved_up_at: Mapped[datetime | None]
    passed_over: Mapped[str | None] = mapped_column(Text)  # why somebody behind it moved up instead
    ended_from: Mapped[PlaceStatus | None] = mapped_column(_A_STATUS)  # what it was until then
    ended_side: Mapped[Side | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]

    opportunity: Mapped[Opportunity] = relationship(back_populates="places", lazy="raise_on_sql")
    young_person: Mapped[YoungPerson | None] = relationship(lazy="raise_on_sql")
    provider: Mapped[Provider | None] = relationship(lazy="raise_on_sql")  # whose headcount it is
    pledge_line: Mapped[PledgeLine | None] = relationship(lazy="raise_on_sql")

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def whose(self) -> str:
        """The name of the provider. Whose young person or headcount it is must be loaded."""
        provider = self.young_person.provider if self.young_person else self.provider
        return provider.name if provider else ""

    @property
    def who(self) -> str:
        """How sentences call it. The young person must be loaded."""
        return self.young_person.reference if self.young_person else f"{self.seats} by number"
