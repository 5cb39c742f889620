"""Adding places and marking the register."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.core.fields import id_or_none
from crm.core.forms import Form, PartForm, WholeNumberField
from crm.opportunities.models import Place, PlaceStatus
from crm.opportunities.queries import LineChoice
from crm.opportunities.services import NOT_MARKED, Adding, Attendance, headcount
from crm.providers.forms import LONGEST_PASTE, NO_NAMES, YEAR_GROUPS, NotNames
from crm.providers.models import Provider, YearGroup

LARGEST = 10_000  # young people
CHOICES = (PlaceStatus.CONFIRMED, PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED, PlaceStatus.NO_SHOW)


def _how() -> RadioField:
    choices = [("confirmed", "Confirm their places now"), ("offered", "Offer them places, to be answered")]
    return RadioField("How?", choices=choices, default="confirmed")


def _rest_waits() -> BooleanField:
    return BooleanField("If there are too few places, put the rest on the waiting list")


def _over_delivery() -> BooleanField:
    return BooleanField("Count what is more than was promised as over-delivery")


def _adding(how: Field, rest_waits: Field, over_delivery: Field) -> Adding:
    return Adding(
        status=PlaceStatus(how.data), rest_waits=bool(rest_waits.data), over_delivery=bool(over_delivery.data)
    )


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
    how = _how()
    rest_waits = _rest_waits()
    over_delivery = _over_delivery()

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]

    def validate_year_group(self, field: SelectField) -> None:
        if self.create.data and not field.data:
            raise ValidationError("Select the year group of references that are recorded now")

    @property
    def adding(self) -> Adding:
        """Call only after `validate_on_submit()` was true."""
        return _adding(self.how, self.rest_waits, self.over_delivery)

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
    # Two forms stand on one page: their fields have names of their own.
    group_how = _how()
    group_rest_waits = _rest_waits()
    group_over_delivery = _over_delivery()

    @property
    def adding(self) -> Adding:
        """Call only after `validate_on_submit()` was true."""
        return _adding(self.group_how, self.group_rest_waits, self.group_over_delivery)

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.headcount_provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]


class PledgeLineForm(Form):
    """Which promise a place fulfils."""

    line = SelectField("Which promise does this place fulfil?", coerce=id_or_none)
    over_delivery = BooleanField("Count it as over-delivery if nothing is left of that promise")

    def offer(self, lines: Sequence[LineChoice]) -> None:
        self.line.choices = [("", "None"), *((str(line.root_id), line.label) for line in lines)]


class MarkForm(PartForm):
    """One line of the register: how a person's day went, or how many of a headcount came."""

    place_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    seen = HiddenField()  # what was saved when the register was opened
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
            opened = {"place_id": place.id, "seen": _saved(place), "status": place.status.value, "came": came}
            self.marks.append_entry(opened)

    @property
    def rows(self) -> dict[int, MarkForm]:
        """The lines by place id."""
        return {entry.form.place_id.data or 0: entry.form for entry in self.marks.entries}

    def marks_for(self, places: Sequence[Place], *, rest_attended: bool = False) -> dict[int, Attendance]:
        """What the form changes of these places; `rest_attended` marks whoever nobody has marked as attended.

        A line left as it was opened stays out, so that it undoes nothing somebody else has marked meanwhile.
        Call only after `validate_on_submit()` was true.
        """
        rows, marks = self.rows, {}
        for place in places:
            if place.id not in rows:
                continue
            mark = _attendance(place, rows[place.id])
            if rest_attended and mark == NOT_MARKED:
                if place.status is PlaceStatus.CONFIRMED:
                    marks[place.id] = Attendance(PlaceStatus.ATTENDED)
            elif _written(place, mark) != rows[place.id].seen.data:
                marks[place.id] = mark
        return marks

    def marked_otherwise(self, places: Sequence[Place]) -> list[Place]:
        """Places that somebody else has marked since the register was opened, and this form marks differently."""
        rows, marks = self.rows, self.marks_for(places)
        return [
            place
            for place in places
            if place.id in marks
            and rows[place.id].seen.data
            and _saved(place) not in (rows[place.id].seen.data, _written(place, marks[place.id]))
        ]

    def saved(self, places: Sequence[Place]) -> dict[int, str]:
        """How the lines of this form are saved now, by place id, as its `seen` fields write it."""
        return {place.id: _saved(place) for place in places if place.id in self.rows}

    def move_to(self, places: Sequence[Place]) -> None:
        """Let the next save replace what is saved now, after saying what that is."""
        for place in places:
            if place.id in self.rows:
                self.rows[place.id].seen.data = _saved(place)


def _attendance(place: Place, row: MarkForm) -> Attendance:
    if place.young_person_id is None:
        return headcount(row.came.data)
    return Attendance(PlaceStatus(row.status.data))


def _saved(place: Place) -> str:
    return _written(place, Attendance(place.status, place.came))


def _written(place: Place, mark: Attendance) -> str:
    """A mark as the form remembers it: a person's status, or how many of a headcount came."""
    if place.young_person_id is not None or mark.status is not PlaceStatus.ATTENDED:
        return mark.status.value
    return str(mark.came)
