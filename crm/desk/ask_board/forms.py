"""Narrowing the ask board, and giving a request places."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, NumberRange

from crm.accounts.models import User
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, Form, WholeNumberField
from crm.desk.ask_board.queries import WantedAsks
from crm.providers.models import Provider
from crm.reference.kinds import OpportunityKind

MOST = 10_000  # young people


class AskFilterForm(FilterForm):
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    kind = SelectField(
        "Kind",
        choices=[("", "Any"), *((kind.value, kind.label) for kind in OpportunityKind)],
        validate_choice=False,
    )
    mine = BooleanField("Only those I took")

    def offer(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]

    def wanted(self, viewer: User) -> WantedAsks:
        """What the board shows; what the address does not spell right is left out."""
        kind = self.kind.data
        return WantedAsks(
            provider_id=self.provider.data,
            kind=OpportunityKind(kind) if kind in set(OpportunityKind) else None,
            taken_by_id=viewer.id if self.mine.data else None,
        )


class FindForm(Form):
    """How many of an opportunity's places are for a request."""

    places = WholeNumberField(
        "Places",
        validators=[
            InputRequired("Enter how many places are for this request, like 4"),
            NumberRange(1, MOST, "Enter a number from 1 to 10,000"),
        ],
    )
