"""The forms of requests."""

from collections.abc import Sequence

from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, UkDateField, WholeNumberField
from crm.providers.models import Provider, YearGroup
from crm.providers.requests.models import OPEN_STATUSES, Request, RequestStatus
from crm.providers.requests.queries import WantedRequests
from crm.providers.requests.services import RequestDetails
from crm.reference.kinds import OpportunityKind

MOST = 10_000  # young people
LONGEST = 4000  # characters
KINDS = [(kind.value, kind.label) for kind in OpportunityKind]
OPEN, ALL = "open", "all"


class RequestForm(Form):
    """What a provider asks for. The view offers providers, where there are several, and sectors."""

    provider = SelectField("Provider", coerce=id_or_none, validators=[InputRequired("Select the provider")])
    kind = SelectField(
        "What are you looking for?",
        choices=[("", "Choose"), *KINDS],
        validators=[InputRequired("Select what you are looking for")],
    )
    young_people = WholeNumberField(
        "How many young people?",
        validators=[
            InputRequired("Enter how many young people, like 6"),
            NumberRange(1, MOST, "The number of young people must be between 1 and 10,000"),
        ],
    )
    year_groups = SelectMultipleField(
        "Year groups",
        description="Select all that apply, or none",
        choices=[(each.value, each.label) for each in YearGroup],
        render_kw={"small": True, "inline": True},
    )
    wanted_from = UkDateField("From", description="Leave it empty if any day will do", validators=[Optional()])
    wanted_by = UkDateField(
        "By when?",
        description="For example, 17 7 2027",
        validators=[InputRequired("Enter by when, like 17 7 2027")],
    )
    words = TextAreaField(
        "What would help?",
        description="In your own words: what they are interested in, days that do not suit. No young person’s name",
        validators=[
            InputRequired("Enter what would help, in a sentence or two"),
            Length(max=LONGEST, message="Shorten this to 4,000 characters"),
        ],
        render_kw={"rows": 4},
    )
    sectors = SelectMultipleField(
        "Sectors",
        description="If you have some in mind",
        choices=[],
        coerce=int,
        validators=[Optional()],
        render_kw={"small": True},
    )

    def offer(self, providers: Sequence[Provider], sectors: Sequence[tuple[int, str]]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]
        self.sectors.choices = [(str(each), name) for each, name in sectors]

    def validate_wanted_by(self, field: UkDateField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError("The day must be today or later")
        if field.data and self.wanted_from.data and field.data < self.wanted_from.data:
            raise ValidationError("The last day must not be before the first")

    def details(self) -> RequestDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.young_people.data is not None
        assert self.wanted_by.data is not None
        assert self.words.data
        return RequestDetails(
            kind=OpportunityKind(self.kind.data),
            young_people=self.young_people.data,
            wanted_from=self.wanted_from.data,
            wanted_by=self.wanted_by.data,
            words=self.words.data,
            year_groups=frozenset(YearGroup(each) for each in self.year_groups.data or ()),
            sector_ids=frozenset(self.sectors.data or ()),
        )


class EditRequestForm(RequestForm, EditForm):
    def show(self, request: Request) -> None:
        """Open the form on what is stored."""
        self.provider.data, self.kind.data = request.provider_id, request.kind.value
        self.young_people.data, self.words.data = request.young_people, request.words
        self.wanted_from.data, self.wanted_by.data = request.wanted_from, request.wanted_by
        self.year_groups.data = [each.year_group.value for each in request.year_groups]
        self.sectors.data = [each.id for each in request.sectors]
        self.version.data = request.version


class DeclineForm(Form):
    reason = TextAreaField(
        "Why can it not be done?",
        description="The provider reads this",
        validators=[
            InputRequired("Enter why it cannot be done"),
            Length(max=LONGEST, message="Shorten the reason to 4,000 characters"),
        ],
        render_kw={"rows": 3},
    )


class RequestFilterForm(FilterForm):
    """What narrows the list of requests."""

    status = SelectField(
        "Status",
        choices=[(OPEN, "Open"), *((each.value, each.label) for each in RequestStatus), (ALL, "All")],
        validate_choice=False,
    )
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    kind = SelectField("Kind", choices=[("", "Any"), *KINDS], validate_choice=False)

    def begin_with(self, status: str) -> None:
        """What is shown while the address says nothing."""
        if not self.status.raw_data:
            self.status.data = status

    def offer(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]

    def wanted(self) -> WantedRequests:
        """What the list shows; what the address does not spell right is left out."""
        kind, status = self.kind.data, self.status.data
        statuses: tuple[RequestStatus, ...] = tuple(sorted(OPEN_STATUSES))
        if status == ALL:
            statuses = ()
        elif status in set(RequestStatus):
            statuses = (RequestStatus(status),)
        return WantedRequests(
            statuses=statuses,
            provider_id=self.provider.data,
            kind=OpportunityKind(kind) if kind in set(OpportunityKind) else None,
        )
