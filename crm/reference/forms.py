"""The forms of the council's lists, settings and term dates."""

from typing import Any

from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core.forms import EditForm, Form, UkDateField, WholeNumberField
from crm.reference.queries import Entry
from crm.reference.services import (
    AreaDetails,
    DeclineReasonDetails,
    Details,
    SectorDetails,
    SizeBandDetails,
    TagDetails,
)
from crm.reference.settings import CHOICES
from crm.reference.terms import TermDetails

LONGEST_NAME = 120
LONGEST_TEXT = 2000
MOST_EMPLOYEES = 10_000_000
TOO_LONG = "This must be 2,000 characters or fewer"


def _name() -> StringField:
    return StringField(
        "Name",
        validators=[
            InputRequired("Enter a name"),
            Length(max=LONGEST_NAME, message=f"The name must be {LONGEST_NAME} characters or fewer"),
        ],
        render_kw={"width": 30},
    )


def _other_words() -> TextAreaField:
    return TextAreaField(
        "Other words for it",
        description="What spreadsheets call it, one a line. An import finds it by these",
        validators=[Optional(), Length(max=LONGEST_TEXT, message=TOO_LONG)],
        render_kw={"rows": 4},
    )


class _Sector:
    name = _name()
    definition = TextAreaField(
        "What belongs to it", validators=[Optional(), Length(max=LONGEST_TEXT, message=TOO_LONG)], render_kw={"rows": 2}
    )
    also_known_as = _other_words()
    is_growth = BooleanField("A growth sector of the strategy", render_kw={"small": True})

    def details(self) -> Details:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return SectorDetails(
            name=self.name.data or "",
            definition=self.definition.data or "",
            also_known_as=self.also_known_as.data or "",
            is_growth=bool(self.is_growth.data),
        )


class _Area:
    name = _name()
    also_known_as = _other_words()
    valid_from = UkDateField(
        "First day", description="If its boundaries changed, like 1 4 2026", validators=[Optional()]
    )
    valid_to = UkDateField("Last day", description="If it is no more, like 31 3 2027", validators=[Optional()])

    def validate_valid_to(self, field: Field) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError("Enter a last day that is not before the first day")

    def details(self) -> Details:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return AreaDetails(
            name=self.name.data or "",
            also_known_as=self.also_known_as.data or "",
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


class _SizeBand:
    name = _name()
    description = StringField(
        "In a word",
        description="Like micro or small",
        validators=[Optional(), Length(max=LONGEST_NAME, message="The word must be 120 characters or fewer")],
        render_kw={"width": 20},
    )
    fewest = WholeNumberField(
        "Fewest employees",
        validators=[
            InputRequired("Enter the fewest employees, like 10"),
            NumberRange(0, MOST_EMPLOYEES, "The fewest employees must be between 0 and 10,000,000"),
        ],
    )
    most = WholeNumberField(
        "Most employees",
        description="Leave empty if there is no upper end",
        validators=[
            Optional(),
            NumberRange(0, MOST_EMPLOYEES, "The most employees must be between 0 and 10,000,000"),
        ],
    )

    def validate_most(self, field: Field) -> None:
        if field.data is not None and self.fewest.data is not None and field.data < self.fewest.data:
            raise ValidationError("Enter a number that is not below the fewest employees")

    def details(self) -> Details:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.fewest.data is not None
        return SizeBandDetails(
            name=self.name.data or "",
            description=self.description.data or "",
            fewest=self.fewest.data,
            most=self.most.data,
        )


class _Tag:
    name = _name()
    description = StringField(
        "What it is for",
        description="So that colleagues use it alike",
        validators=[Optional(), Length(max=LONGEST_NAME, message="This must be 120 characters or fewer")],
        render_kw={"width": 30},
    )

    def details(self) -> Details:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return TagDetails(name=self.name.data or "", description=self.description.data or "")


class _DeclineReason:
    name = _name()

    def details(self) -> Details:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return DeclineReasonDetails(name=self.name.data or "")


class AddSectorForm(_Sector, Form):
    """A new sector."""


class ChangeSectorForm(_Sector, EditForm):
    """A sector, opened on a version of it."""


class AddAreaForm(_Area, Form):
    """A new area."""


class ChangeAreaForm(_Area, EditForm):
    """An area, opened on a version of it."""


class AddSizeBandForm(_SizeBand, Form):
    """A new size."""


class ChangeSizeBandForm(_SizeBand, EditForm):
    """A size, opened on a version of it."""


class AddTagForm(_Tag, Form):
    """A new tag."""


class ChangeTagForm(_Tag, EditForm):
    """A tag, opened on a version of it."""


class AddDeclineReasonForm(_DeclineReason, Form):
    """A new reason."""


class ChangeDeclineReasonForm(_DeclineReason, EditForm):
    """A reason, opened on a version of it."""


AddEntryForm = AddSectorForm | AddAreaForm | AddSizeBandForm | AddTagForm | AddDeclineReasonForm
ChangeEntryForm = ChangeSectorForm | ChangeAreaForm | ChangeSizeBandForm | ChangeTagForm | ChangeDeclineReasonForm
ANSWERS = (
    "name",
    "definition",
    "also_known_as",
    "is_growth",
    "valid_from",
    "valid_to",
    "description",
    "fewest",
    "most",
)


def entry_answers(entry: Entry) -> dict[str, Any]:
    """An entry's details as the form's `data`."""
    return {name: getattr(entry, name) for name in (*ANSWERS, "version") if hasattr(entry, name)}


class SettingForm(EditForm):
    """One setting. `ask` puts its question; version 0 stands for a setting nobody has chosen yet."""

    value = StringField("Value", validators=[Length(max=LONGEST_TEXT, message=TOO_LONG)], render_kw={"width": 30})
    setting = ""

    def ask(self, name: str) -> None:
        self.setting = name
        self.value.label.text = CHOICES[name].label
        self.value.description = CHOICES[name].hint

    def validate_value(self, field: StringField) -> None:
        try:
            CHOICES[self.setting].check(field.data or "")
        except ValueError as advice:
            raise ValidationError(str(advice)) from advice


class _Term:
    name = _name()
    first_day = UkDateField(
        "First day of school",
        description="Like 2 9 2026",
        validators=[InputRequired("Enter the first day of school, like 2 9 2026")],
    )
    last_day = UkDateField(
        "Last day of school",
        description="Like 18 12 2026",
        validators=[InputRequired("Enter the last day of school, like 18 12 2026")],
    )

    def validate_last_day(self, field: Field) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("Enter a last day that is not before the first day")

    def details(self) -> TermDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.first_day.data
        assert self.last_day.data
        return TermDetails(name=self.name.data or "", first_day=self.first_day.data, last_day=self.last_day.data)


class AddTermForm(_Term, Form):
    """A new term, or the part of one before or after half-term."""


class ChangeTermForm(_Term, EditForm):
    """A term, opened on a version of it."""
