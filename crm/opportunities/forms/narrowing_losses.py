"""What narrows the ledger of what fell through."""

from collections.abc import Sequence

from flask import request
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, UkDateField
from crm.opportunities.models import Side
from crm.opportunities.queries.fell_through import WantedLosses, What
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider
from crm.reference.academic_years import AcademicYear


class LossesFilterForm(FilterForm):
    q = StringField("Title, employer or reason contains", render_kw={"autocomplete": "off"})
    first_day = UkDateField("Fell through from", description="Empty for earlier years as well")
    last_day = UkDateField("To", description="")
    what = SelectMultipleField("What", choices=[(each.value, each.label) for each in What])
    side = SelectMultipleField("On the side of", choices=[(each.value, each.label) for each in Side])
    kind = SelectMultipleField("Kind", choices=[(kind.value, kind.label) for kind in OpportunityKind])
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    employer = HiddenField()

    def offer(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]
        if "first_day" not in request.args:
            self.first_day.data = AcademicYear.of(clock.today()).first_day

    def wanted(self) -> WantedLosses:
        """Values that mean nothing are left out: an address may come from anywhere."""
        return WantedLosses(
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            whats=[each for each in What if each.value in (self.what.data or ())],
            sides=[each for each in Side if each.value in (self.side.data or ())],
            kinds=[kind for kind in OpportunityKind if kind.value in (self.kind.data or ())],
            provider_id=self.provider.data,
            employer_id=id_or_none(self.employer.data),
            text=self.q.data or "",
        )
