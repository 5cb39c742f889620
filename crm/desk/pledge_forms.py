"""What the list of pledges can be narrowed to."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectField, StringField

from crm.core.fields import id_or_none
from crm.core.forms import FilterForm
from crm.desk.pledge_rows import LIVE, PledgeFilter
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import PledgeStatus
from crm.pledges.wording import STATUS_LABELS
from crm.reference.academic_years import AcademicYear

ALL = "all"


class PledgeFilterForm(FilterForm):
    q = StringField("Employer’s name")
    year = SelectField("Academic year")
    status = SelectField(
        "Status",
        choices=[
            ("", "Draft, sent, offered or confirmed"),
            *((status.value, STATUS_LABELS[status]) for status in PledgeStatus),
            (ALL, "Any status"),
        ],
    )
    kind = SelectField(
        "What is promised", choices=[("", "Anything"), *((each.value, each.label) for each in OpportunityKind)]
    )
    officer = SelectField("Officer", validate_choice=False)
    behind = BooleanField("Only those behind")
    without_number = BooleanField("Only where a number is not known yet")

    def offer(self, years: Sequence[AcademicYear], current: AcademicYear) -> None:
        """The years that can be chosen, latest first; the current one where nothing sensible is asked for."""
        self.year.choices = [(year.name, year.name) for year in years]
        if self.year.data not in {year.name for year in years}:
            self.year.data = current.name

    def offer_officers(self, officers: Sequence[tuple[int, str]]) -> None:
        self.officer.choices = [("", "Anyone"), *((str(user_id), name) for user_id, name in officers)]

    @property
    def chosen_year(self) -> AcademicYear:
        return AcademicYear(str(self.year.data))

    def wanted(self) -> PledgeFilter:
        """What to show. Anything odd in the address counts as not asked for."""
        status, kind, officer = (str(each.data or "") for each in (self.status, self.kind, self.officer))
        return PledgeFilter(
            year=self.chosen_year,
            statuses=tuple(PledgeStatus)
            if status == ALL
            else (PledgeStatus(status),)
            if _is(status, PledgeStatus)
            else LIVE,
            kind=OpportunityKind(kind) if _is(kind, OpportunityKind) else None,
            owner_id=id_or_none(officer),
            behind=bool(self.behind.data),
            without_number=bool(self.without_number.data),
            words=str(self.q.data or ""),
        )


def _is(text: str, kind: type[PledgeStatus] | type[OpportunityKind]) -> bool:
    return text in {member.value for member in kind}
