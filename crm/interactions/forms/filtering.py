"""Narrowing the contact log."""

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, ValidationError

from crm.core.forms import Chip, FilterForm, UkDateField
from crm.core.pagination import address_with
from crm.interactions.forms.fields import People, id_or_none
from crm.interactions.models import Channel
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
        known = set(Channel)
        return LogFilters(
            employer_id=id_or_none(self.employer.data),
            employer_name=self.employer_name.data or "",
            officer_id=self.officer.data,
            channels=tuple(Channel(each) for each in self.channel.data or [] if each in known),
            first_day=None if self.first_day.errors else self.first_day.data,
            last_day=None if self.last_day.errors else self.last_day.data,
            text="" if self.text is None else self.text.data or "",  # taken away from who may not read notes
        )

    def described(self, employer: str | None) -> list[Chip]:
        """The filters in use, with the employer the list was opened for."""
        own = [Chip(f"Employer: {employer}", address_with(employer=None))] if employer else []
        return [*own, *self.chips()]
