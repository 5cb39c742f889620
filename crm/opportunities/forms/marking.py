"""Adding places and marking the register."""

from collections.abc import Sequence

from wtforms import BooleanField, FieldList, FormField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.core.forms import Form, PartForm, WholeNumberField
from crm.opportunities.models import Place, PlaceStatus
from crm.opportunities.queries import LineChoice
from crm.opportunities.services import NOT_MARKED, Attendance, headcount
from crm.providers.forms import LONGEST_PASTE, NO_NAMES, YEAR_GROUPS, NotNames, id_or_none
from crm.providers.models import Provider, YearGroup

LARGEST = 10_000  # young people
ATTENDED = Attendance(PlaceStatus.ATTENDED)
CHOICES = (PlaceStatus.CONFIRMED, PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED, PlaceStatus.NO_SHOW)


class ReferencesForm(NotNames, Form):
    """Several young people of one provider at once."""

    provider = SelectField("Provider", coerce=id_or_none, validators=[InputRequired("Select the provider")])
    references = TextAreaField(
        "References, one on each line",
        description=NO_NAMES,
        validators=[
            InputRequired("Enter at least one reference"),
            Length(max=LONGEST_PASTE, message="Paste fewer references at once"),
        ],
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    create = BooleanField("Record references that are not known yet")
    year_group = SelectField("Year group of those", choices=YEAR_GROUPS)

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]

    def validate_year_group(self, field: SelectField) -> None:
        if self.create.data and not field.data:
            raise ValidationError("Select the year group of references that are recorded now")

    @property
    def create_as(self) -> YearGroup | None:
        return YearGroup(self.year_group.data) if self.create.data else None


class HeadcountForm(Form):
    """Young people who are not named."""

    headcount_provider = SelectField("Provider", coerce=id_or_none, validators=[InputRequired("Select the provider")])
    seats = WholeNumberField(
        "How many young people?",
        validators=[
            InputRequired("Enter how many young people, like 12"),
            NumberRange(1, LARGEST, "The number must be between 1 and 10,000"),
        ],
    )

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.headcount_provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]


class PledgeLineForm(Form):
    """Which promise a place fulfils."""

    line = SelectField("Which promise does this place fulfil?", coerce=id_or_none)

    def offer(self, lines: Sequence[LineChoice]) -> None:
        self.line.choices = [("", "None"), *((str(line.root_id), line.label) for line in lines)]


class MarkForm(PartForm):
    """One line of the register: how a person's day went, or how many of a headcount came."""

    place_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    status = RadioField(
        "Attendance",
        choices=[(each.value, each.label) for each in CHOICES],
        validators=[Optional()],
        default="confirmed",
    )
    came = WholeNumberField("How many came", validators=[Optional()])


class RegisterForm(Form):
    """Everybody who holds a seat, on one page."""

    marks = FieldList(FormField(MarkForm))

    def show(self, places: Sequence[Place]) -> None:
        """Open the register on what is stored."""
        for place in places:
            came = 0 if place.status is PlaceStatus.NO_SHOW else place.came
            self.marks.append_entry({"place_id": place.id, "status": place.status.value, "came": came})

    @property
    def rows(self) -> dict[int, MarkForm]:
        """The lines by place id."""
        return {entry.form.place_id.data or 0: entry.form for entry in self.marks.entries}

    def marks_for(self, places: Sequence[Place], *, rest_attended: bool = False) -> dict[int, Attendance]:
        """The validated answers for these places; `rest_attended` marks whoever is not marked as attended.

        Places that are not on the form stay out.
        """
        rows = self.rows
        marks = {place.id: _attendance(place, rows[place.id]) for place in places if place.id in rows}
        if rest_attended:
            return {place_id: ATTENDED if mark == NOT_MARKED else mark for place_id, mark in marks.items()}
        return marks


def _attendance(place: Place, row: MarkForm) -> Attendance:
    if place.young_person_id is None:
        return headcount(row.came.data)
    return Attendance(PlaceStatus(row.status.data))
