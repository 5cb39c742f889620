"""Fields these forms share: a day that has been, people who took part, when a next step is due."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Optional

from crm.core import clock
from crm.core.dates import read_date
from crm.core.fields import id_or_none
from crm.core.forms import EmailField, PhoneField, UkDateField
from crm.employers.forms.shared import short
from crm.employers.services import ContactDetails
from crm.interactions.due import quick_days

People = Sequence[tuple[int, str]]  # id and name

LONGEST_STEP = 255
UNWORDED = "Get back in touch"  # a next step that has a day and no words
A_YEAR = timedelta(days=365)
NO_STEP, ON_A_DAY = "none", "date"


class DayPastField(UkDateField):
    """A day that has been: "friday" is last Friday, "3 November" the last one."""

    def read(self, text: str) -> date:
        today = clock.today()
        day = super().read(text)
        if day <= today:
            return day
        if text.isalpha():  # a weekday, or tomorrow, which stays what it is
            return day if text.lower() == "tomorrow" else day - timedelta(weeks=1)
        year_before = read_date(text, today=today - A_YEAR)
        return year_before if year_before <= today else day


class PeopleField(SelectMultipleField):
    """Several people, ticked. The service checks who they are; what no id can be is nobody."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, coerce=id_or_none, validate_choice=False, **options)
        self.offer([])

    def offer(self, people: People) -> None:
        self.choices = [(str(each), name) for each, name in people]

    def show(self, chosen: Iterable[int]) -> None:
        """Open the form with somebody ticked."""
        self.data = list(chosen)

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(each for each in self.data or [] if each is not None)


class NewcomerFields:
    """Somebody at the employer whom we did not know yet: added with the contact they took part in, or not at all."""

    new_name = StringField("Name", validators=[short("The name")], render_kw={"autocomplete": "off"})
    new_job_title = StringField("Job title", validators=[short("The job title")], render_kw={"autocomplete": "off"})
    new_phone = PhoneField("Phone", validators=[Optional()], render_kw={"autocomplete": "off"})
    new_email = EmailField("E-mail address", validators=[Optional()], render_kw={"autocomplete": "off"})

    @property
    def has_newcomer(self) -> bool:
        """Whether anything was typed about somebody new."""
        return any(field.data or field.errors for field in (self.new_name, *self._about_them()))

    def validate_new_name(self, field: StringField) -> None:
        if not field.data and any(each.raw_data and each.raw_data[0] for each in self._about_them()):
            raise ValidationError("Enter the new contact’s name, or clear what you typed about them")

    def newcomer(self) -> ContactDetails | None:
        """Who is to be added, if anybody. Call only after `validate_on_submit()` was true."""
        if not self.new_name.data:
            return None
        return ContactDetails(
            name=self.new_name.data,
            job_title=self.new_job_title.data or None,
            phone=self.new_phone.data or None,
            email=self.new_email.data or None,
        )

    def _about_them(self) -> tuple[StringField, ...]:
        return (self.new_job_title, self.new_phone, self.new_email)


class StepFields:
    """What is to happen next, by when, by whom."""

    due = RadioField("When is it due?", validate_choice=False, render_kw={"inline": True, "small": True})
    due_on = UkDateField("Date", description="Fri, 17 7 or 17 7 2027")
    owner = SelectField("Who will do it?", coerce=int)

    def offer_days(self, today: date, *, none: str = "") -> None:
        """Name the days. With words for it, none of them may be chosen, and is to begin with."""
        days = [(key, f"{words}, {day.day} {day:%b}") for key, (words, day) in quick_days(today).items()]
        self.due.choices = [*([(NO_STEP, none)] if none else []), *days, (ON_A_DAY, "On a date")]
        if none and not self.due.raw_data:
            self.due.data = NO_STEP

    def offer_owners(self, owners: People, chosen: int) -> None:
        """Let one of these be chosen, this one to begin with."""
        self.owner.choices = [(owner, name) for owner, name in owners]
        if not self.owner.raw_data:
            self.owner.data = chosen

    def validate_due_on(self, field: UkDateField) -> None:
        chosen = self.due.data
        if field.data is None:
            if chosen == ON_A_DAY:
                raise ValidationError("Enter the date the next step is due, like fri or 17 7")
            return
        if chosen != ON_A_DAY:
            raise ValidationError("Select “On a date”, or clear the date")
        if field.data < clock.today():
            raise ValidationError("The next step must be due today or later")

    def due_day(self, today: date) -> date | None:
        """The day chosen, if one was."""
        if self.due.data == ON_A_DAY:
            return self.due_on.data
        days = quick_days(today)
        return days[self.due.data][1] if self.due.data in days else None
