"""Narrowing the contact log."""

from dataclasses import replace

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, ValidationError

from crm.core.fields import id_or_none
from crm.core.forms import Chip, FilterForm, UkDateField
from crm.core.pagination import address_with
from crm.interactions.forms.fields import People
from crm.interactions.models import OUTCOME_LABELS, Channel, Direction, Outcome
from crm.interactions.queries.log import LogFilters


class LogFilterForm(FilterForm):
    """What narrows the contact log. It lives in the address."""

    employer = HiddenField()
    employer_name = StringField("Employer’s name", name="name")
    officer = SelectField("Officer", coerce=id_or_none, validate_choice=False)
    channel = SelectMultipleField(
        "How",
        choices=[(channel.value, channel.label) for channel in Channel],
        validate_choice=False,
        render_kw={"small": True},
    )
    direction = SelectField(
        "Who contacted whom",
        choices=[("", "Either"), *((direction.value, direction.label) for direction in Direction)],
        validate_choice=False,
    )
    contact_name = StringField("Contact’s name", name="contact")
    outcome = SelectMultipleField(
        "What came of it",
        choices=[(outcome.value, label) for outcome, label in OUTCOME_LABELS.items()],
        validate_choice=False,
        render_kw={"small": True},
    )
    first_day = UkDateField("From", name="from")
    last_day = UkDateField("To", name="to")
    text = StringField("What was said")

    def validate_last_day(self, field: UkDateField) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("The last day must not be before the first")

    def offer_officers(self, officers: People) -> None:
        self.officer.choices = [("", "Anybody"), *((str(each), name) for each, name in officers)]

    def filters(self) -> LogFilters:
        """What was asked for; what could not be read narrows nothing."""
        channels, directions = set(Channel), set(Direction)
        filters = LogFilters(
            employer_id=id_or_none(self.employer.data),
            employer_name=self.employer_name.data or "",
            officer_id=self.officer.data,
            channels=tuple(Channel(each) for each in self.channel.data or [] if each in channels),
            direction=Direction(self.direction.data) if self.direction.data in directions else None,
            first_day=None if self.first_day.errors else self.first_day.data,
            last_day=None if self.last_day.errors else self.last_day.data,
        )
        return filters if "text" not in self else self._of_notes(filters)

    def _of_notes(self, filters: LogFilters) -> LogFilters:
        known = set(Outcome)
        return replace(
            filters,
            contact_name=self.contact_name.data or "",
            outcomes=tuple(Outcome(each) for each in self.outcome.data or [] if each in known),
            text=self.text.data or "",
        )

    def without_notes(self) -> None:
        """Take away what asks for what a partner may not read."""
        del self.contact_name
        del self.outcome
        del self.text

    def described(self, employer: str | None) -> list[Chip]:
        """The filters in use, with the employer the list was opened for."""
        own = [Chip(f"Employer: {employer}", address_with(employer=None))] if employer else []
        return [*own, *self.chips()]
