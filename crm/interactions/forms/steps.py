"""Planning a next step that follows no contact, and changing one."""

from datetime import date

from wtforms import HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.core.forms import EditForm, Form, UkDateField
from crm.employers.forms.shared import EmployerField
from crm.interactions.forms.fields import LONGEST_STEP, StepFields
from crm.interactions.models import FollowUp
from crm.interactions.services import NextStep


class _WhatField:
    what = StringField(
        "What is to be done?",
        validators=[
            InputRequired("Enter what is to be done, like Ring back"),
            Length(max=LONGEST_STEP, message="Shorten this to 255 characters"),
        ],
    )


class NewStepForm(_WhatField, StepFields, Form):
    """A next step that follows no contact."""

    employer = EmployerField()
    came_from = HiddenField()

    def validate_due(self, field: RadioField) -> None:
        if not field.data:
            raise ValidationError("Select when it is due")

    def step(self, today: date) -> NextStep:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        due_on = self.due_day(today)
        assert due_on
        assert self.what.data
        return NextStep(self.what.data, due_on, self.owner.data)


class EditStepForm(_WhatField, EditForm):
    due_on = UkDateField("When is it due?", validators=[InputRequired("Enter a date, like fri or 17 7")])
    owner = SelectField("Who will do it?", coerce=int)
    came_from = HiddenField()

    def fill(self, follow_up: FollowUp) -> None:
        """Open the form with what is stored."""
        self.what.data = follow_up.what
        self.due_on.data = follow_up.due_on
        self.owner.data = follow_up.owner_id
        self.version.data = follow_up.version

    def step(self) -> NextStep:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.what.data
        assert self.due_on.data
        return NextStep(self.what.data, self.due_on.data, self.owner.data)
