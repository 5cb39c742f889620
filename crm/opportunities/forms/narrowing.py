"""What narrows the lists of opportunities and of young people."""

from collections.abc import Sequence

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField

from crm.accounts.models import User
from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, UkDateField
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.particulars import Meaning, Programme
from crm.opportunities.queries import Wanted, WantedPeople
from crm.opportunities.queries.describing import WantedParticulars
from crm.pledges.kinds import OpportunityKind
from crm.providers.forms import YEAR_GROUPS
from crm.providers.models import Provider, YearGroup

STATUS_LABELS = {status: status.value.capitalize() for status in OpportunityStatus}


class OpportunityFilterForm(FilterForm):
    q = StringField("Title or employer contains", render_kw={"autocomplete": "off"})
    first_day = UkDateField("From", description="Empty for everything that is past as well")
    last_day = UkDateField("To", description="")
    kind = SelectMultipleField("Kind", choices=[(kind.value, kind.label) for kind in OpportunityKind])
    status = SelectMultipleField("Status", choices=[(status.value, STATUS_LABELS[status]) for status in STATUS_LABELS])
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    officer = SelectField("Officer", coerce=id_or_none, validate_choice=False)
    mine = BooleanField("My employers only")
    year_group = SelectField("Year group", choices=[("", "Any"), *YEAR_GROUPS[1:]], validate_choice=False)
    sector = SelectField("Sector", coerce=id_or_none, validate_choice=False)
    programme = SelectMultipleField("Programme", choices=[(each.value, each.label) for each in Programme])
    meaningful = SelectField(
        "Meaningful", choices=[("", "Any"), *((each.value, each.label) for each in Meaning)], validate_choice=False
    )
    exempt = BooleanField("Exempt from a rule only")
    asked = BooleanField("Places are asked for")
    employer = HiddenField()

    def offer_sectors(self, sectors: Sequence[tuple[int, str]]) -> None:
        self.sector.choices = [("", "Any"), *((str(each), name) for each, name in sectors)]

    def offer(self, providers: Sequence[Provider], officers: Sequence[User]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]
        self.officer.choices = [("", "Any"), *((str(each.id), each.name) for each in officers)]
        if "first_day" not in request.args:
            self.first_day.data = clock.today()

    def wanted(self, viewer: User) -> Wanted:
        """Values that mean nothing are left out: an address may come from anywhere."""
        return Wanted(
            text=self.q.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            kinds=[kind for kind in OpportunityKind if kind.value in (self.kind.data or ())],
            statuses=[status for status in OpportunityStatus if status.value in (self.status.data or ())],
            provider_id=self.provider.data,
            employer_id=id_or_none(self.employer.data),
            owner_id=viewer.id if self.mine.data else self.officer.data,
            particulars=self._particulars(viewer),
            asked_for=bool(self.asked.data) and viewer.is_staff,
        )

    def _particulars(self, viewer: User) -> WantedParticulars:
        """What concerns staff alone does not narrow what others see."""
        groups = {group.value: group for group in YearGroup}
        meanings = {meaning.value: meaning for meaning in Meaning} if viewer.is_staff else {}
        return WantedParticulars(
            programmes=[each for each in Programme if each.value in (self.programme.data or ())],
            sector_id=self.sector.data,
            year_group=groups.get(self.year_group.data or ""),
            meaning=meanings.get(self.meaningful.data or ""),
            only_exempt=bool(self.exempt.data) and viewer.is_staff,
        )


class PeopleFilterForm(FilterForm):
    q = StringField("Reference contains", render_kw={"autocomplete": "off"})
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    year_group = SelectField("Year group", choices=[("", "Any"), *YEAR_GROUPS[1:]], validate_choice=False)
    without_places = BooleanField("Only those without a place")
    left_too = BooleanField("Also those who left")

    def offer(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]

    def wanted(self) -> WantedPeople:
        known = {group.value: group for group in YearGroup}
        return WantedPeople(
            provider_id=self.provider.data,
            year_group=known.get(self.year_group.data or ""),
            text=self.q.data or "",
            without_places=bool(self.without_places.data),
            left_too=bool(self.left_too.data),
        )
