"""The form of the next version of a counting policy."""

from decimal import Decimal, InvalidOperation

from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core.forms import EditForm, WholeNumberField
from crm.counting.models import FEWEST, MOST
from crm.counting.services import PolicyDetails
from crm.fulfilment.counting import CountingPolicy
from crm.pledges.kinds import OpportunityKind

MOST_HOURS = 1000


class CountingPolicyForm(EditForm):
    """What counts. `version` is the number of the year's latest version."""

    year = HiddenField()
    kinds = SelectMultipleField(
        "Which kinds count towards the three?",
        description="The others are encounters: shown on their own, and never added to these",
        choices=[(kind.value, kind.label) for kind in OpportunityKind],
        validators=[InputRequired("Select at least one kind")],
        render_kw={"small": True},
    )
    minimum_hours = StringField(
        "Shortest place that counts, in hours",
        description="Leave it empty if every length counts. With one, a place whose hours are not known does not count",
        validators=[Optional()],
        render_kw={"width": 5, "inputmode": "decimal"},
    )
    target = WholeNumberField(
        "How many for each young person?",
        validators=[
            InputRequired("Enter how many for each young person, like 3"),
            NumberRange(FEWEST, MOST, f"Enter a number from {FEWEST} to {MOST}"),
        ],
    )
    different_employers = WholeNumberField(
        "With how many different employers at least?",
        validators=[
            InputRequired("Enter how many different employers, like 1 or 2"),
            NumberRange(FEWEST, MOST, f"Enter a number from {FEWEST} to {MOST}"),
        ],
    )
    note = StringField(
        "What changes, and who decided so?",
        description="Like “Talks of two hours count, decided at the partnership meeting of 12 March”",
        validators=[
            InputRequired("Enter what changes and who decided so"),
            Length(max=500, message="Shorten this to 500 characters"),
        ],
    )

    def show(self, policy: CountingPolicy, number: int) -> None:
        """Open the form on the policy in force."""
        self.year.data = policy.academic_year.name
        self.kinds.data = [kind.value for kind in OpportunityKind if kind in policy.kinds]
        self.minimum_hours.data = f"{policy.minimum_hours:g}" if policy.minimum_hours else ""
        self.target.data, self.different_employers.data = policy.target, policy.different_employers
        self.version.data = number

    def validate_minimum_hours(self, field: StringField) -> None:
        if field.data and self._hours is None:
            raise ValidationError(f"Enter the hours as a number from 0.25 to {MOST_HOURS:,}, like 4 or 1.5")

    def validate_different_employers(self, field: WholeNumberField) -> None:
        if field.data and self.target.data and field.data > self.target.data:
            raise ValidationError("Enter no more employers than opportunities each")

    @property
    def _hours(self) -> Decimal | None:
        try:
            hours = Decimal((self.minimum_hours.data or "").replace(",", ""))
        except InvalidOperation:
            return None
        if not hours.is_finite() or not Decimal("0.25") <= hours <= MOST_HOURS:
            return None
        return hours.quantize(Decimal("0.01"))

    def details(self) -> PolicyDetails:
        """The validated answers. Call only after the form was found valid."""
        return PolicyDetails(
            kinds=frozenset(OpportunityKind(each) for each in self.kinds.data or ()),
            target=self.target.data or 0,
            different_employers=self.different_employers.data or 0,
            minimum_hours=self._hours if self.minimum_hours.data else None,
            note=self.note.data or "",
        )
