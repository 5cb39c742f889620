"""Choosing what a merged employer is to be."""

from collections.abc import Mapping
from dataclasses import dataclass

from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from crm.core.forms import STALE, FilterForm, Form
from crm.employers.forms.shared import EmployerField
from crm.merging.queries.comparing import Comparison

SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Picked:
    """What was picked on the page that compares two employers; what is missing or odd is as suggested."""

    stays: str  # "left" or "right"
    answers: Mapping[str, str]  # question to side
    promises: Mapping[str, str]  # academic year to side

    @property
    def goes(self) -> str:
        return "right" if self.stays == "left" else "left"

    @property
    def from_loser(self) -> frozenset[str]:
        return frozenset(key for key, side in self.answers.items() if side == self.goes)

    @property
    def loser_pledge_years(self) -> frozenset[str]:
        return frozenset(year for year, side in self.promises.items() if side == self.goes)


def read_picked(arguments: Mapping[str, str], comparison: Comparison) -> Picked:
    """Read the address of the page."""
    differing = {each.question.key: each.default for each in comparison.answers if each.differs}
    stays = _side(arguments, "stays", comparison.stays)
    return Picked(
        stays,
        {key: _side(arguments, key, default) for key, default in differing.items()},
        {each.year: _side(arguments, f"pledge-{each.year}", stays) for each in comparison.promises},
    )


def _side(arguments: Mapping[str, str], name: str, otherwise: str) -> str:
    return arguments[name] if arguments.get(name) in SIDES else otherwise


class ChooseForm(FilterForm):
    other = EmployerField("The other employer", [], description="", render_kw={"width": 30})


class MergeForm(Form):
    """The press of the button, with the versions that were compared."""

    left_version = IntegerField(widget=HiddenInput(), validators=[InputRequired(STALE)])
    right_version = IntegerField(widget=HiddenInput(), validators=[InputRequired(STALE)])
    numbers_checked = BooleanField("I have checked that the two company numbers belong to one employer")

    def ask_about_numbers(self, *, differ: bool) -> None:
        """Ask for the tick only where there is something to check."""
        self.differ = differ
        if not differ:
            del self.numbers_checked

    def validate_numbers_checked(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Tick the box if you have checked that they are one employer, or leave them as two")
