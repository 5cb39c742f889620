"""Who takes part, and what narrows the list of series."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from crm.core.dates import WEEKDAYS
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, Form
from crm.opportunities.series.policies import SERIES_KINDS
from crm.opportunities.series.queries import Wanted
from crm.opportunities.series.rule import MOST_WEEKS_APART, ORDINALS
from crm.providers.forms import LONGEST_PASTE, NO_NAMES, NotNames
from crm.providers.models import Provider

LARGEST = 10_000  # young people
LONGEST_TEXT = 2000
WEEKDAY_CHOICES = [(str(number), name.capitalize()) for number, name in enumerate(WEEKDAYS)]
RHYTHMS = [("1", "Every week"), *((str(n), f"Every {ORDINALS[n]} week") for n in range(2, MOST_WEEKS_APART + 1))]


class MenteesForm(NotNames, Form):
    """Who takes part from here on."""

    provider = SelectField("Provider", coerce=id_or_none, validators=[InputRequired("Select the provider")])
    references = TextAreaField(
        "References, one on each line",
        description=NO_NAMES,
        validators=[
            InputRequired("Enter at least one reference"),
            Length(max=LONGEST_PASTE, message="Paste fewer references at once"),
        ],
        render_kw={"rows": 4, "spellcheck": "false", "autocomplete": "off"},
    )
    not_names = BooleanField("These are references, not names")

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]


class SeriesFilterForm(FilterForm):
    q = StringField("Title or employer contains", render_kw={"autocomplete": "off"})
    kind = SelectMultipleField("Kind", choices=[(kind.value, kind.label) for kind in SERIES_KINDS])
    provider = SelectField("Provider", coerce=id_or_none, validate_choice=False)
    mine = BooleanField("My employers only")
    past = BooleanField("Also those that are over")

    def offer(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Any"), *((str(each.id), each.name) for each in providers)]

    def wanted(self, viewer_id: int) -> Wanted:
        """Values that mean nothing are left out: an address may come from anywhere."""
        chosen: Sequence[Any] = self.kind.data or ()
        return Wanted(
            text=self.q.data or "",
            kinds=[kind for kind in SERIES_KINDS if kind.value in chosen],
            provider_id=self.provider.data,
            owner_id=viewer_id if self.mine.data else None,
            with_past=bool(self.past.data),
        )
