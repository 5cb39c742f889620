"""What narrows the report of checks, and what is picked from it."""

from collections.abc import Iterable, Sequence

from flask import request
from wtforms import SelectField, SelectMultipleField

from crm.accounts.models import User
from crm.checks.models import CheckKind
from crm.checks.states import KIND_LABELS
from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm, Form
from crm.desk.checks_due.narrowing import USUAL, Part, Wanted
from crm.desk.checks_due.queries import Pick
from crm.employers.forms.shared import Choices

ME, NOBODY = "me", "nobody"
PART_LABELS = {
    Part.RAN_OUT: "Ran out",
    Part.RUNS_OUT: "Runs out soon",
    Part.MISSING: "Missing, something booked",
    Part.MISSING_UNBOOKED: "Missing, nothing booked",
}
MOST_PICKS = 200


class DueFilterForm(FilterForm):
    owner = SelectField("Officer", choices=[])
    kind = SelectField("Check", choices=[("", "Either"), *((kind.value, KIND_LABELS[kind]) for kind in CheckKind)])
    area = SelectField("Area", choices=[])
    show = SelectMultipleField(
        "Show", choices=[(part.value, label) for part, label in PART_LABELS.items()], render_kw={"small": True}
    )

    def offer(self, owners: Choices, areas: Choices) -> None:
        """What can be chosen. Anything else in the address counts as not asked for."""
        self.owner.choices = [("", "Anyone"), (ME, "Me"), (NOBODY, "Nobody yet"), *_texts(owners)]
        self.area.choices = [("", "Anywhere"), *_texts(areas)]
        for field in (self.owner, self.kind, self.area):
            known = {value for value, *_ in field.iter_choices()}
            field.data = field.data if field.data in known else ""

    def wanted(self, viewer: User, notice_months: int) -> Wanted:
        owner = self.owner.data
        asked = tuple(part for part in Part if part.value in (self.show.data or ()))
        return Wanted(
            today=clock.today(),
            notice_months=notice_months,
            parts=asked or USUAL,
            kind=CheckKind(self.kind.data) if self.kind.data else None,
            area_id=int(self.area.data) if self.area.data else None,
            owner_id=viewer.id if owner == ME else int(owner) if owner and owner != NOBODY else None,
            nobodys=owner == NOBODY,
        )


class RequestForm(Form):
    """The button under a preview; what was picked comes beside it, as ?pick= or hidden fields of that name."""


def picks_asked() -> Sequence[Pick]:
    """What the address or the form picks ("17-insurance"). Anything else is passed over."""
    return list(_read(request.values.getlist("pick")[:MOST_PICKS]))


def _read(texts: Iterable[str]) -> Iterable[Pick]:
    for text in texts:
        number, _, kind = text.partition("-")
        site_id = id_or_none(number)
        if site_id is not None and kind in set(CheckKind):
            yield Pick(site_id, CheckKind(kind))


def _texts(pairs: Choices) -> list[tuple[str, str]]:
    return [(str(each), name) for each, name in pairs]
