"""One factory per model. Defaults are the dullest valid thing; tests spell out what matters to them."""

from datetime import UTC, date, datetime, time
from typing import Generic, TypeVar

import factory
from factory.alchemy import SQLAlchemyModelFactory

from crm.accounts.models import User
from crm.calendars.models import CalendarFeed, FeedPurpose
from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.core.access import Role
from crm.core.db import db
from crm.correspondence.models import Mail, MailAttachment, Mailbox, MailboxMessage, MailStatus, Source, Why
from crm.correspondence.reading.letter import LetterKind
from crm.employers.models import Contact, Employer, Site
from crm.groups.models import EmployerGroup, Membership
from crm.interactions.models import Channel, Direction, FollowUp, Interaction, PlannedInteraction
from crm.invitations.models import Invitation, Invitee, Party
from crm.lists.models import ListName, SavedView
from crm.opportunities.models import ENDED_WITHOUT, Opportunity, Place, PlaceStatus, Side
from crm.opportunities.particulars import Venue
from crm.opportunities.series.models import Series
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Appetite, Attitude, Pledge, PledgeLine, PledgeStatus
from crm.providers.closed_days.models import ClosedDay
from crm.providers.models import Cohort, Provider, ProviderMember, ProviderType, YearGroup, YoungPerson
from crm.providers.requests.models import Request
from crm.reference.models import Area, DeclineReason, Sector, Tag, Term

ModelT = TypeVar("ModelT")


class _Factory(SQLAlchemyModelFactory, Generic[ModelT]):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731
        sqlalchemy_session_persistence = "flush"

    @classmethod
    def make(cls, **given: object) -> ModelT:
        """A saved instance, typed."""
        made: ModelT = cls.create(**given)
        return made


class UserFactory(_Factory[User]):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Officer {n}")
    email = factory.Sequence(lambda n: f"officer{n}@council.example")
    role = Role.OFFICER


class SavedViewFactory(_Factory[SavedView]):
    class Meta:
        model = SavedView

    owner = factory.SubFactory(UserFactory)
    list_name = ListName.EMPLOYERS
    name = factory.Sequence(lambda n: f"View {n}")
    query = "pledge=none"


class SectorFactory(_Factory[Sector]):
    class Meta:
        model = Sector

    name = factory.Sequence(lambda n: f"Sector {n}")


class AreaFactory(_Factory[Area]):
    class Meta:
        model = Area

    name = factory.Sequence(lambda n: f"Area {n}")


class TagFactory(_Factory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"Tag {n}")


class EmployerFactory(_Factory[Employer]):
    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"Employer {n}")
    name_key = factory.LazyAttribute(lambda employer: employer.name.casefold())


class SiteFactory(_Factory[Site]):
    class Meta:
        model = Site

    employer = factory.SubFactory(EmployerFactory)
    name = factory.Sequence(lambda n: f"Site {n}")


class SiteCheckFactory(_Factory[SiteCheck]):
    """An accepted health and safety check that somebody outside made."""

    class Meta:
        model = SiteCheck

    site = factory.SubFactory(SiteFactory)
    kind = CheckKind.HEALTH_AND_SAFETY
    status = CheckStatus.ACCEPTED
    valid_to = date(2027, 8, 31)
    checked_on = date(2026, 9, 1)
    checked_by_name = "Jo Safe"


class ContactFactory(_Factory[Contact]):
    class Meta:
        model = Contact

    employer = factory.SubFactory(EmployerFactory)
    name = factory.Sequence(lambda n: f"Contact {n}")


class GroupFactory(_Factory[EmployerGroup]):
    class Meta:
        model = EmployerGroup

    name = factory.Sequence(lambda n: f"Group {n}")


class MembershipFactory(_Factory[Membership]):
    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    employer = factory.SubFactory(EmployerFactory)
    joined_on = date(2026, 9, 1)


class ProviderFactory(_Factory[Provider]):
    class Meta:
        model = Provider

    name = factory.Sequence(lambda n: f"School {n}")
    type = ProviderType.SCHOOL


class ProviderMemberFactory(_Factory[ProviderMember]):
    class Meta:
        model = ProviderMember

    user = factory.SubFactory(UserFactory, role=Role.PROVIDER)
    provider = factory.SubFactory(ProviderFactory)


class CohortFactory(_Factory[Cohort]):
    class Meta:
        model = Cohort

    provider = factory.SubFactory(ProviderFactory)
    year_group = YearGroup.YEAR_10
    size = 100
    counted_on = date(2026, 9, 1)


class ClosedDayFactory(_Factory[ClosedDay]):
    class Meta:
        model = ClosedDay

    provider = factory.SubFactory(ProviderFactory)
    first_day = date(2026, 11, 27)
    last_day = factory.SelfAttribute("first_day")
    reason = "Staff training"


class YoungPersonFactory(_Factory[YoungPerson]):
    class Meta:
        model = YoungPerson

    provider = factory.SubFactory(ProviderFactory)
    reference = factory.Sequence(lambda n: f"YP-{n:04}")
    year_group = YearGroup.YEAR_10
    sectors = factory.LazyFunction(list)


class TermFactory(_Factory[Term]):
    class Meta:
        model = Term

    academic_year_name = "2026/27"
    name = "Autumn"
    first_day = date(2026, 9, 2)
    last_day = date(2026, 12, 18)


class DeclineReasonFactory(_Factory[DeclineReason]):
    class Meta:
        model = DeclineReason

    name = factory.Sequence(lambda n: f"Reason {n}")


class AppetiteFactory(_Factory[Appetite]):
    class Meta:
        model = Appetite

    employer = factory.SubFactory(EmployerFactory)
    academic_year_name = "2026/27"
    attitude = Attitude.INTERESTED
    recorded_on = date(2026, 9, 14)


class PledgeLineFactory(_Factory[PledgeLine]):
    class Meta:
        model = PledgeLine

    kind = OpportunityKind.PLACEMENT
    young_people = 1
    each = 3
    window_starts_on = date(2026, 9, 1)
    window_ends_on = date(2027, 8, 31)
    site = None
    sectors = factory.LazyFunction(list)
    year_groups = factory.LazyFunction(list)


class PledgeFactory(_Factory[Pledge]):
    """A confirmed pledge without lines for 2026/27; give `lines=[PledgeLineFactory.build(...)]`."""

    class Meta:
        model = Pledge

    employer = factory.SubFactory(EmployerFactory)
    academic_year_name = "2026/27"
    number = 1
    status = PledgeStatus.CONFIRMED
    confirmed_on = date(2026, 9, 14)
    lines = factory.LazyFunction(list)

    @classmethod
    def make(cls, **given: object) -> Pledge:
        """Made as a draft and then decided, because the database adds no lines to a decided pledge."""
        status = PledgeStatus(str(given.pop("status", PledgeStatus.CONFIRMED)))
        pledge = super().make(**given, status=PledgeStatus.DRAFT)
        pledge.status = status
        db.session.flush()
        return pledge


class InteractionFactory(_Factory[Interaction]):
    class Meta:
        model = Interaction

    employer = factory.SubFactory(EmployerFactory)
    logged_by = factory.SubFactory(UserFactory)
    contacts = factory.LazyFunction(list)
    officers = factory.LazyAttribute(lambda interaction: [interaction.logged_by])
    channel = Channel.CALL
    happened_on = date(2026, 11, 2)
    summary = "Spoke about placements."
    created_at = datetime(2026, 11, 24, 9, tzinfo=UTC)


class MailFactory(_Factory[Mail]):
    """An e-mail in the tray that nobody knows where to file."""

    class Meta:
        model = Mail

    status = MailStatus.WAITING
    why = Why.UNKNOWN
    source = Source.MAILBOX
    arrived_at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    kind = LetterKind.EMAIL
    direction = Direction.INCOMING
    message_id = factory.Sequence(lambda n: f"mail-{n}@employer.example")
    message_key = factory.Sequence(lambda n: f"{n:064x}")
    content_key = factory.Sequence(lambda n: f"{n:064x}")
    sender_name = "Jo Fairclough"
    sender_email = "jo@employer.example"
    people = factory.LazyFunction(lambda: [["Officer", "officer@council.example"]])
    happened_on = date(2026, 11, 2)
    subject = "Placements"
    text = "We could take two."
    earlier = ""
    note = ""
    remarks = factory.LazyFunction(list)
    not_kept = factory.LazyFunction(list)


class MailAttachmentFactory(_Factory[MailAttachment]):
    class Meta:
        model = MailAttachment

    name = "plan.pdf"
    size = 5
    sha256 = "0" * 64
    content = b"%PDF-"


class MailboxFactory(_Factory[Mailbox]):
    class Meta:
        model = Mailbox

    name = factory.Sequence(lambda n: f"crm@mail{n}.example/INBOX")


class MailboxMessageFactory(_Factory[MailboxMessage]):
    class Meta:
        model = MailboxMessage

    uidvalidity = 4_140_972_563
    uid = factory.Sequence(lambda n: n + 1)
    arrival_key = factory.Sequence(lambda n: f"{n:064x}")
    taken_at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class PlanFactory(_Factory[PlannedInteraction]):
    class Meta:
        model = PlannedInteraction

    employer = factory.SubFactory(EmployerFactory)
    planned_by_id = factory.LazyFunction(lambda: UserFactory.make().id)
    contacts = factory.LazyFunction(list)
    officers = factory.LazyFunction(lambda: [UserFactory.make()])
    channel = Channel.MEETING
    planned_on = date(2026, 12, 3)
    about = "The pledge"


class FollowUpFactory(_Factory[FollowUp]):
    class Meta:
        model = FollowUp

    employer = factory.SubFactory(EmployerFactory)
    owner = factory.SubFactory(UserFactory)
    what = "Ring back"
    due_on = date(2026, 11, 9)


class OpportunityFactory(_Factory[Opportunity]):
    class Meta:
        model = Opportunity

    employer = factory.SubFactory(EmployerFactory)
    provider = factory.SubFactory(ProviderFactory)
    kind = OpportunityKind.PLACEMENT
    title = "A week in the workshop"
    starts_at = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
    ends_at = datetime(2026, 11, 13, 16, 0, tzinfo=UTC)
    capacity = 10
    venue = factory.LazyAttribute(lambda made: Venue.SITE if _has_site(made) else Venue.ELSEWHERE)
    sectors = factory.LazyFunction(list)
    year_groups = factory.LazyFunction(list)
    parts = factory.LazyFunction(list)


def _has_site(made: object) -> bool:
    return bool(getattr(made, "site", None) or getattr(made, "site_id", None))


class CalendarFeedFactory(_Factory[CalendarFeed]):
    """A person's own, unless it is said otherwise."""

    class Meta:
        model = CalendarFeed

    purpose = FeedPurpose.PERSON
    label = ""
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    user_id = factory.LazyAttribute(lambda made: UserFactory.make().id if made.purpose is FeedPurpose.PERSON else None)
    made_by_id = factory.LazyAttribute(lambda made: made.user_id)


class InviteeFactory(_Factory[Invitee]):
    class Meta:
        model = Invitee

    opportunity = factory.SubFactory(OpportunityFactory)
    party = Party.LEADER
    chosen_by = factory.SubFactory(UserFactory)


class InvitationFactory(_Factory[Invitation]):
    """An entry that was mailed; the mail itself has gone out and is forgotten."""

    class Meta:
        model = Invitation

    invitee = factory.SubFactory(InviteeFactory)
    opportunity_id = factory.SelfAttribute("invitee.opportunity_id")
    uid = factory.Sequence(lambda n: f"{n:032x}@threefold.example")
    mails = 1
    told_at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    name = "Jo Hall"
    address = "jo@alder.example"
    organiser = "priya@council.example"
    starts_at = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
    ends_at = datetime(2026, 11, 13, 16, 0, tzinfo=UTC)
    location = ""
    title = "A week in the workshop"


class SeriesFactory(_Factory[Series]):
    """The rule alone: it has no meetings. Use the service for those."""

    class Meta:
        model = Series

    employer = factory.SubFactory(EmployerFactory)
    kind = OpportunityKind.MENTORING
    title = "Mentoring after school"
    every_weeks = 1
    weekday = 1
    first_on = date(2026, 11, 3)
    starts = time(15, 30)
    ends = time(16, 30)
    times = 4


class PlaceFactory(_Factory[Place]):
    """A confirmed place. It does not move the opportunity's seat counter: use the service for that."""

    class Meta:
        model = Place

    opportunity = factory.SubFactory(OpportunityFactory)
    young_person = factory.SubFactory(YoungPersonFactory)
    status = PlaceStatus.CONFIRMED
    answer_by = factory.LazyAttribute(lambda made: date(2026, 11, 8) if made.status == "offered" else None)
    waits_for = factory.LazyAttribute(lambda made: PlaceStatus.CONFIRMED if made.status == "waitlisted" else None)
    waiting_since = factory.LazyAttribute(lambda made: datetime(2026, 11, 1, tzinfo=UTC) if made.waits_for else None)
    ended_from = factory.LazyAttribute(lambda made: PlaceStatus.CONFIRMED if made.status in ENDED_WITHOUT else None)
    ended_side = factory.LazyAttribute(lambda made: Side.OTHER if made.ended_from else None)
    ended_reason = factory.LazyAttribute(lambda made: "Something came up" if made.ended_from else None)
    ended_at = factory.LazyAttribute(lambda made: datetime(2026, 11, 4, tzinfo=UTC) if made.ended_from else None)


class RequestFactory(_Factory[Request]):
    class Meta:
        model = Request

    provider = factory.SubFactory(ProviderFactory)
    asked_by = factory.SubFactory(UserFactory, role=Role.PROVIDER)
    kind = OpportunityKind.WORKPLACE_VISIT
    young_people = 8
    wanted_by = date(2027, 3, 31)
    words = "Eight who like to build things."
    year_groups = factory.LazyFunction(list)
    sectors = factory.LazyFunction(list)
