"""The house form: one parent, and the fields that recur. Widgets are drawn by `crm.core.widgets`.

Plain WTForms fields (StringField, TextAreaField, SelectField, RadioField, SelectMultipleField, BooleanField …) are
drawn as GOV.UK components, lose odd white space, and may be used as they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, cast

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, FieldList, FormField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from crm.core import widgets
from crm.core.errors import Conflict
from crm.core.fields import (
    CompanyNumberField,
    EmailField,
    PhoneField,
    PostcodeField,
    SearchSelectField,
    TimeField,
    UkDateField,
    WebsiteField,
    WholeNumberField,
)
from crm.core.formatting import as_recorded
from crm.core.pagination import address_with

__all__ = [
    "ActionForm",
    "Chip",
    "CompanyNumberField",
    "Difference",
    "EditForm",
    "EmailField",
    "FilterForm",
    "Form",
    "FormError",
    "PartForm",
    "PhoneField",
    "PostcodeField",
    "SearchSelectField",
    "TimeField",
    "UkDateField",
    "WebsiteField",
    "WholeNumberField",
    "differences",
    "tidy",
]

LONGEST_KEY = 100
STALE = "This page is out of date. Open it again, then save."


def tidy(text: Any) -> Any:
    """Text without white space around it, control characters, or the line ends of Windows."""
    if not isinstance(text, str):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in text if each.isprintable() or each in "\n\t").strip()


@dataclass(frozen=True)
class FormError:
    """One line of the error summary."""

    href: str
    text: str


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address of the list without it."""

    text: str
    href: str


@dataclass(frozen=True)
class Difference:
    """A question two versions of a form answer differently, for components/edit_conflict.html."""

    label: str
    saved: Any
    yours: Any


class _House(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped; this is the one place that matters
    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the same
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Every text field but a password loses odd white space."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, (PasswordField, HiddenField)):
                options["filters"] = (*unbound_field.kwargs.get("filters", ()), tidy)
            return cast(Field, unbound_field.bind(form=form, **options))

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            return widgets.draw(field, render_kw)

    def validate(self, extra_validators: Any = None) -> bool:
        """What cannot be seen is no answer: without this, InputRequired would be content with it."""
        for field in self:
            if isinstance(field, StringField) and field.raw_data and not tidy(str(field.raw_data[0])):
                field.raw_data = [""]
        return bool(super().validate(extra_validators))

    @property
    def error_list(self) -> list[FormError]:
        """What the error summary shows, in the order of the page."""
        general = [FormError("", str(message)) for message in self.form_errors]
        return [*general, *_errors_of(self)]

    def refuse(self, message: str, field: Field | None = None) -> None:
        """Show what only a service could know, beside a field if it concerns one."""
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    def hidden_tag(self, *_fields: str) -> Markup:
        """The hidden fields, without ids, so that several forms fit on a page."""
        return Markup().join(widgets.hidden(each) for each in self if isinstance(each.widget, HiddenInput))


def _errors_of(fields: Iterable[Field]) -> Iterator[FormError]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _errors_of(field.form)
        elif isinstance(field, FieldList):
            yield from _errors_of(field.entries)
            yield from (FormError("", text) for text in field.errors if isinstance(text, str))
        elif field.errors:
            place = "" if isinstance(field.widget, HiddenInput) else f"#{field.id}"
            yield FormError(place, str(field.errors[0]))


class Form(_House):
    """Parent of every form that saves something. `submission_key` makes a second click lead where the first one led."""

    submission_key = HiddenField(default=lambda: token_urlsafe(24), validators=[Length(max=LONGEST_KEY, message=STALE)])


class EditForm(Form):
    """Parent of forms that change a stored row: `version` is the row's version when the form was opened."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(STALE)])

    def move_to(self, version: int) -> None:
        """Let the next save overwrite what is stored now, after showing both versions."""
        self.version.data = version
        self.version.raw_data = [str(version)]


def differences(saved: EditForm, yours: EditForm) -> list[Difference]:
    """What two versions of one form answer differently, in the order of the page; choices by their words."""
    return [
        Difference(mine.label.text, _answer(theirs), _answer(mine))
        for theirs, mine in zip(saved, yours, strict=True)
        if not isinstance(mine.widget, HiddenInput) and _answer(theirs) != _answer(mine)
    ]


def _answer(field: Field) -> Any:
    choices = getattr(field, "iter_choices", None)
    if choices is None:
        return field.data or (field.data if isinstance(field.data, (bool, int)) else None)
    return [str(label) for value, label, selected, *_ in choices() if selected and value]


class ActionForm(Form):
    """A form with nothing to fill in: what a button posts (components/button_form.html)."""


def pressed() -> ActionForm:
    """The form of the button that was pressed. Raises Conflict if the page it stands on is out of date."""
    form = ActionForm()
    if not form.validate_on_submit():
        raise Conflict(STALE)
    return form


class PartForm(_House):
    """Parent of the rows inside another form: FieldList(FormField(LineForm))."""

    class Meta(_House.Meta):
        csrf = False


class FilterForm(_House):
    """Parent of forms that narrow a list. They live in the address: no CSRF token, nothing is saved."""

    class Meta(_House.Meta):
        csrf = False

        def wrap_formdata(self, _form: Any, _formdata: Any) -> Any:
            return request.args

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            return widgets.draw_filter(field, render_kw)

    def chips(self) -> list[Chip]:
        """The filters in use, each with the address of the list without it."""
        return [chip for field in self if field.raw_data for chip in _chips_of(field)]


def _chips_of(field: Field) -> Iterator[Chip]:
    choices = getattr(field, "iter_choices", None)
    if choices is None:
        if field.data is True:
            yield Chip(field.label.text, address_with(**{field.name: None}))
        elif field.data and not isinstance(field.widget, HiddenInput):
            yield Chip(f"{field.label.text}: {as_recorded(field.data)}", address_with(**{field.name: None}))
        return
    chosen = [value for value, _, selected, *_ in choices() if selected and value]
    for value, label, selected, *_ in choices():
        if selected and value:
            rest = [other for other in chosen if other != value]
            yield Chip(str(label), address_with(**{field.name: rest}))
