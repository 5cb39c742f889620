"""The forms of a check: strings become values here, and nowhere else."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crm.checks.models import CheckKind, SiteCheck
from crm.checks.services import Acceptance, Checked, Refusal, Seen
from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, Form, UkDateField
from crm.employers.forms.shared import short

LONGEST_TEXT = 2000
SOMEBODY_ELSE = ("", "Somebody else")


def _texts(label: str, description: str) -> TextAreaField:
    too_long = Length(max=LONGEST_TEXT, message="Shorten this to 2,000 characters")
    return TextAreaField(label, description=description, validators=[Optional(), too_long], render_kw={"rows": 3})


class _Decision(EditForm):
    """Who looked and when. `current` is the row the form was opened on; version 0 stands for no row yet."""

    current = HiddenField()
    checked_by = SelectField("Who checked?", choices=[], coerce=id_or_none)
    checked_by_name = StringField(
        "Their name",
        description="If somebody else checked, like the school’s work experience lead",
        validators=[Optional(), short("The name")],
        render_kw={"width": 30, "autocomplete": "off"},
    )
    checked_on = UkDateField("Checked on", validators=[InputRequired("Enter the day it was checked, like 17 7 2027")])

    def offer(self, colleagues: Sequence[tuple[int, str]]) -> None:
        self.checked_by.choices = [*((str(each), name) for each, name in colleagues), SOMEBODY_ELSE]

    def open_on(self, check: SiteCheck | None) -> None:
        """Let the next save replace what is stored now."""
        self.current.data = str(check.id) if check else ""
        self.move_to(check.version if check else 0)

    def validate_checked_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("The day it was checked must not be in the future")

    def validate_checked_by(self, field: SelectField) -> None:
        if field.data is None and not self.checked_by_name.data:
            raise ValidationError("Select who checked, or enter their name")

    @property
    def seen(self) -> Seen:
        check_id = id_or_none(self.current.data) if (self.current.data or "").isdecimal() else None
        return Seen(check_id, self.version.data) if check_id else Seen()

    @property
    def checked(self) -> Checked:
        """A colleague who is selected counts; the name is for nobody of us."""
        assert self.checked_on.data is not None
        by_id = self.checked_by.data
        return Checked(self.checked_on.data, by_id, None if by_id else self.checked_by_name.data)


class AcceptForm(_Decision):
    """An acceptance, of either kind: insurance has two questions more (`for_kind`)."""

    insurer = StringField(
        "Insurer",
        validators=[InputRequired("Enter the insurer, as the certificate names it"), short("The insurer")],
        render_kw={"width": 30, "autocomplete": "off"},
    )
    policy_number = StringField(
        "Policy number",
        validators=[Optional(), short("The policy number")],
        render_kw={"width": 20, "autocomplete": "off"},
    )
    valid_from = UkDateField(
        "Valid from",
        description="Leave it empty if it is valid already",
        validators=[Optional()],
    )
    valid_to = UkDateField("Valid to", validators=[InputRequired("Enter the last day it is valid, like 31 3 2027")])
    note = _texts("Note", "What was seen, in a line. Copies of certificates are not needed")

    def for_kind(self, kind: CheckKind) -> None:
        """Ask only what concerns the kind. Call before validating or drawing."""
        if kind is not CheckKind.INSURANCE:
            del self.insurer
            del self.policy_number

    def validate_valid_to(self, field: UkDateField) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError("The last day must not be before the first")

    def details(self) -> Acceptance:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.valid_to.data is not None
        insured = "insurer" in self
        return Acceptance(
            checked=self.checked,
            valid_to=self.valid_to.data,
            valid_from=self.valid_from.data,
            insurer=self.insurer.data if insured else None,
            policy_number=(self.policy_number.data or None) if insured else None,
            note=self.note.data or None,
        )


class RefuseForm(_Decision):
    """Why a check was not accepted, or is not needed."""

    reason = TextAreaField(
        "Why?",
        validators=[
            InputRequired("Enter the reason"),
            Length(max=LONGEST_TEXT, message="Shorten the reason to 2,000 characters"),
        ],
        render_kw={"rows": 3},
    )
    note = _texts("Note", "")

    def details(self) -> Refusal:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return Refusal(checked=self.checked, reason=self.reason.data or "", note=self.note.data or None)


class UndoForm(EditForm):
    """The button that takes a decision back, pressed on a version of it."""


class AskedForm(Form):
    """That we asked otherwise than by an e-mail from here: by phone, at a visit."""

    of = StringField(
        "Whom did you ask?",
        validators=[InputRequired("Enter whom you asked"), short("The name")],
        render_kw={"width": 30, "autocomplete": "off"},
    )
    on = UkDateField("On", validators=[InputRequired("Enter the day you asked, like 17 7 2027")])

    def validate_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("The day you asked must not be in the future")


def fresh_answers(officer_id: int, today: date, before: SiteCheck | None = None) -> dict[str, Any]:
    """What a new decision begins with: me, today; the insurer of the last time, from the day after it ends."""
    insured: dict[str, Any] = {}
    if before is not None and before.insurer and before.valid_to:
        insured = {"insurer": before.insurer, "policy_number": before.policy_number}
        insured["valid_from"] = before.valid_to + timedelta(days=1)
    return {
        "checked_by": officer_id,
        "checked_on": today,
        "version": before.version if before else 0,
        "current": str(before.id) if before else "",
        **insured,
    }


def answers_of(check: SiteCheck) -> dict[str, Any]:
    """A check as a form's `data`."""
    names = ("insurer", "policy_number", "valid_from", "valid_to", "reason", "note", "checked_by_name", "checked_on")
    plain = {name: getattr(check, name) for name in (*names, "version")}
    return plain | {"checked_by": check.checked_by_id, "current": str(check.id)}
