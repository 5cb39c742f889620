"""What a matching is asked about, and what is decided about its places."""

from collections.abc import Iterable, Sequence
from datetime import date

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, Form, UkDateField
from crm.fulfilment.counting import CountingPolicy
from crm.matching.models import MatchedState
from crm.matching.queries import WantedRows
from crm.matching.scope import Scope
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider, YearGroup

DECISIONS = ("accept", "take_off", "put_back")


class MatchingForm(Form):
    first_day = UkDateField(
        "From",
        description="The first day on which a place may begin",
        validators=[InputRequired("Enter the first day, like 1 2 2027")],
    )
    last_day = UkDateField(
        "To", description="The last such day", validators=[InputRequired("Enter the last day, like 31 7 2027")]
    )
    provider_ids = SelectMultipleField(
        "Only young people of", description="Select none for all providers", coerce=int, render_kw={"small": True}
    )
    year_groups = SelectMultipleField(
        "Only these year groups",
        description="Select none for all",
        choices=[(each.value, each.label) for each in YearGroup],
        render_kw={"small": True},
    )
    kinds = SelectMultipleField(
        "Only these kinds", description="Select none for all that count", render_kw={"small": True}
    )
    two_employers = BooleanField("Nobody’s three all with one employer")

    def offer(self, providers: Sequence[Provider], policy: CountingPolicy) -> None:
        self.provider_ids.choices = [(each.id, each.name) for each in providers]
        self.kinds.choices = [(kind.value, kind.label) for kind in OpportunityKind if kind in policy.kinds]

    def begin(self, first_day: date, last_day: date) -> None:
        self.first_day.data, self.last_day.data = first_day, last_day

    def show(self, scope: Scope) -> None:
        """Open the form on what an earlier matching was narrowed to."""
        self.begin(scope.first_day, scope.last_day)
        self.provider_ids.data = sorted(scope.provider_ids)
        self.year_groups.data = [each.value for each in scope.year_groups]
        self.kinds.data = [each.value for each in scope.kinds]
        self.two_employers.data = scope.different_employers > 1

    def validate_last_day(self, field: UkDateField) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("Enter a last day that is not before the first")

    def scope(self) -> Scope:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.first_day.data is not None
        assert self.last_day.data is not None
        return Scope(
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            provider_ids=frozenset(self.provider_ids.data or ()),
            year_groups=frozenset(YearGroup(each) for each in self.year_groups.data or ()),
            kinds=frozenset(OpportunityKind(each) for each in self.kinds.data or ()),
            different_employers=2 if self.two_employers.data else 1,
        )


class PlacesFilterForm(FilterForm):
    q = StringField("Title, employer or reference contains", render_kw={"autocomplete": "off"})
    state = SelectField(
        "State", choices=[("", "Any"), *((each.value, each.label) for each in MatchedState)], validate_choice=False
    )
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    opportunity = SelectField("Opportunity", coerce=id_or_none, validate_choice=False)

    def offer(self, providers: Iterable[tuple[int, str]], opportunities: Iterable[tuple[int, str]]) -> None:
        self.provider.choices = [("", "Any"), *((str(each), name) for each, name in providers)]
        self.opportunity.choices = [("", "Any"), *((str(each), name) for each, name in opportunities)]

    def wanted(self) -> WantedRows:
        """Values that mean nothing are left out: an address may come from anywhere."""
        known = {each.value: each for each in MatchedState}
        return WantedRows(
            state=known.get(self.state.data or ""),
            provider_id=self.provider.data,
            opportunity_id=self.opportunity.data,
            text=self.q.data or "",
        )


class DecideForm(Form):
    """What the buttons above a proposal post."""

    row = SelectMultipleField("Places", coerce=int, validate_choice=False)
    everything = BooleanField("All that match")
    decision = SelectField("Decision", choices=[(each, each) for each in DECISIONS])
