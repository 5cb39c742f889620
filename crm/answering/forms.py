"""The form by which an employer answers, and those by which an officer decides about an offer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from crm.answering.models import AnswerKind, Insured
from crm.core import clock
from crm.core.forms import Form, PartForm, PhoneField, UkDateField, WholeNumberField
from crm.employers.models import Contact
from crm.pledges.forms.lines import SO_MANY_EACH, SO_MANY_YOUNG_PEOPLE, IfGiven
from crm.pledges.kinds import OpportunityKind
from crm.pledges.lines import LineDetails, details_of
from crm.pledges.models import PledgeLine

CHOICES = [
    (AnswerKind.CONFIRM.value, "Yes, we confirm"),
    (AnswerKind.DIFFER.value, "We can offer something different"),
    (AnswerKind.DECLINE.value, "Not this year"),
]
HINTS = {
    AnswerKind.DIFFER.value: "Change the numbers here. We look at them and tell you",
    AnswerKind.DECLINE.value: "Tell us why, and we leave you in peace",
}
INSURED = [
    (Insured.YES.value, "Yes"),
    (Insured.NOT_YET.value, "Not yet"),
    (Insured.NOT_KNOWN.value, "I do not know"),
]
LONGEST_NAME, LONGEST_DETAIL = 200, 2000


def short(field: str) -> Length:
    return Length(max=LONGEST_NAME, message=f"Shorten {field} to 200 characters")


class OfferedLineForm(PartForm):
    """What an employer can offer instead of one line."""

    line_id = IntegerField(widget=HiddenInput(), validators=[IfGiven()])
    left_out = BooleanField("We cannot offer this")
    young_people = WholeNumberField(
        "Young people",
        validators=[IfGiven(), SO_MANY_YOUNG_PEOPLE],
    )
    each = WholeNumberField("Each", validators=[IfGiven(), SO_MANY_EACH])


class AddedLineForm(OfferedLineForm):
    """Something we did not ask for."""

    kind = SelectField(
        "Something else",
        choices=[("", "Nothing else"), *((each.value, each.label) for each in OpportunityKind)],
        validate_choice=False,
    )

    @property
    def chosen(self) -> OpportunityKind | None:
        return OpportunityKind(self.kind.data) if self.kind.data in {each.value for each in OpportunityKind} else None


class AnswerForm(PartForm):
    """An employer's answer. It carries no key and no CSRF token: the link is used once, and is a secret."""

    statement_id = HiddenField()
    kind = RadioField("Your answer", choices=CHOICES, validate_choice=False)
    lines = FieldList(FormField(OfferedLineForm), max_entries=20)
    added = FormField(AddedLineForm)
    reason = RadioField("Why not this year?", validate_choice=False)
    detail = TextAreaField(
        "Anything you would like to tell us",
        validators=[Optional(), Length(max=LONGEST_DETAIL, message="Shorten it to 2,000 characters")],
        render_kw={"rows": 3},
    )
    typed_name = StringField(
        "Your full name",
        validators=[InputRequired("Enter your full name"), short("your name")],
        render_kw={"autocomplete": "name"},
    )
    job_title = StringField(
        "Your job title",
        validators=[InputRequired("Enter your job title, like owner or HR manager"), short("your job title")],
        render_kw={"autocomplete": "organization-title"},
    )
    phone = PhoneField("Your phone number", validators=[Optional()], render_kw={"autocomplete": "tel"})
    address = TextAreaField(
        "Where young people would go",
        validators=[Optional(), Length(max=LONGEST_DETAIL, message="Shorten the address")],
        render_kw={"rows": 3},
        description="Only if it is not where we think it is",
    )
    insured = RadioField(
        "Do you have employers’ liability insurance?",
        choices=INSURED,
        validators=[Optional()],
        description="We need it before the first young person comes, not today",
    )
    insured_until = UkDateField(
        "Until when is it valid?", validators=[Optional()], description="For example, 31 3 2027"
    )
    may_be_named = RadioField(
        "May we name you publicly as one of our employers?",
        choices=[("yes", "Yes"), ("no", "No")],
        validators=[Optional()],
    )

    def show(self, lines: Sequence[PledgeLine], contact: Contact) -> None:
        """Open the form on what was asked for. Nothing is chosen, and nobody's name is typed, for them."""
        for line in lines:
            self.lines.append_entry({"line_id": line.id, "young_people": line.young_people, "each": line.each})
        self.phone.data = contact.phone

    def offer_reasons(self, reasons: Sequence[tuple[int, str]]) -> None:
        self.reason.choices = [(str(reason_id), name) for reason_id, name in reasons]

    @property
    def reason_in_words(self) -> str | None:
        """The reason chosen, as the list says it."""
        return next((str(label) for value, label, *_ in self.reason.iter_choices() if value == self.reason.data), None)

    @property
    def chosen(self) -> AnswerKind | None:
        return AnswerKind(self.kind.data) if self.kind.data in {each.value for each in AnswerKind} else None

    def rows(self, lines: Sequence[PledgeLine]) -> Iterator[tuple[OfferedLineForm, PledgeLine]]:
        """The part of the form for each line that was asked for."""
        by_id = {line.id: line for line in lines}
        for entry in self.lines.entries:
            line = by_id.get(entry.form.line_id.data or 0)
            if line is not None:
                yield entry.form, line

    def offered(self, lines: Sequence[PledgeLine]) -> list[LineDetails]:
        """What they can offer, as far as it can be read."""
        kept = [_with_numbers(details_of(line), row) for row, line in self.rows(lines) if not row.left_out.data]
        extra = self.added.form
        if extra.chosen:
            kept.append(_with_numbers(LineDetails(extra.chosen, each=1), extra))
        return kept

    def refuse_unchanged(self, lines: Sequence[PledgeLine]) -> bool:
        """Ask what is different, if nothing is and nothing was written. Returns whether it had to."""
        unchanged = self.offered(lines) == [details_of(line) for line in lines] and not self.detail.data
        if self.chosen is AnswerKind.DIFFER and unchanged:
            self.refuse("Change what you can offer, or select “Yes, we confirm”", self.kind)
            return True
        return False

    def total(self, lines: Sequence[PledgeLine]) -> int:
        """Places in all, of what can be read so far."""
        return sum((line.young_people or 0) * line.each for line in self.offered(lines))

    def validate_kind(self, _field: RadioField) -> None:
        if self.chosen is None:
            raise ValidationError("Select your answer")
        if self.chosen is AnswerKind.DIFFER and not (
            any(not entry.form.left_out.data for entry in self.lines.entries) or self.added.form.chosen
        ):
            raise ValidationError("Offer at least one thing, or select “Not this year”")

    def validate_reason(self, _field: RadioField) -> None:
        if self.chosen is AnswerKind.DECLINE and not self.reason_in_words:
            raise StopValidation("Select why it is not possible this year")

    def validate_insured_until(self, field: UkDateField) -> None:
        if field.data and self.insured.data != Insured.YES:
            raise ValidationError("Select “Yes” above if you have the insurance, or leave the date empty")
        if field.data and field.data < clock.today():
            raise ValidationError("The date must be today or later")

    @property
    def insured_until_day(self) -> date | None:
        return self.insured_until.data if self.insured.data == Insured.YES else None


def _with_numbers(details: LineDetails, row: OfferedLineForm) -> LineDetails:
    return replace(details, young_people=row.young_people.data, each=row.each.data or details.each)


class RefuseOfferForm(Form):
    reason = StringField(
        "Why not?",
        validators=[InputRequired("Enter why we cannot take it up"), Length(max=1000, message="Shorten the reason")],
        description="The employer is not told by itself: ring them, or begin the next version and send it",
    )
