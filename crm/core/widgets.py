"""WTForms fields drawn with GOV.UK Frontend's macros: label, hint, error and their aria wiring.

`crm.core.forms` uses this for every field of every form, whichever WTForms class it is. What a field may say in its
`render_kw`, or a template in the call (`form.postcode(width=10)`):

width           2, 3, 4, 5, 10, 20 or 30 characters
label_class     "govuk-label--s", "--m" or "--l"; `label_hidden` hides it from the eye
page_heading    the label is the page's h1
rows            height of a text area; `max_characters` adds a counter
inline, small   radios and checkboxes beside each other; and small ones
prefix, suffix  text before and after the box
hints           for radios and checkboxes, {value: text}
group_class     a class on the whole group

Anything else becomes an attribute of the input.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    SubmitField,
    TextAreaField,
)
from wtforms.widgets import HiddenInput

Params = dict[str, Any]
Draw = Callable[[Field, Params], Markup]

PASSED_ON = ("autocomplete", "autocapitalize", "inputmode", "pattern", "spellcheck", "disabled", "type", "javascript")


@cache
def _macros() -> Environment:
    """An environment of its own: GOV.UK's macros need undefined values to be harmless, ours are strict about them."""
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _macro(component: str, name: str) -> Callable[[Params], str]:
    template = _macros().get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    macro: Callable[[Params], str] = getattr(template.module, name)
    return macro


def draw(field: Field, options: Mapping[str, Any]) -> Markup:
    """The whole form group of a field."""
    described = {"hint": field.description} if field.description else {}
    options = {**getattr(field, "drawn_with", {}), **described, **(field.render_kw or {}), **options}
    if isinstance(field.widget, HiddenInput):
        return hidden(field)
    own: Callable[[Params], Markup] | None = getattr(field, "draw", None)
    if own is not None:
        return own(options)
    for kind, drawing in DRAWINGS:
        if isinstance(field, kind):
            return drawing(field, options)
    return text_input(field, options)


def draw_filter(field: Field, options: Mapping[str, Any]) -> Markup:
    """A field of a form that narrows a list, with the tags of GOV.UK's components.

    Choices are written by hand: their macros take longer for a panel of filters than the list beside it does.
    """
    if field.errors or field.description or isinstance(field, RadioField):
        return draw(field, options)
    if isinstance(field, SelectMultipleField):
        return _light_checkboxes(field)
    if isinstance(field, SelectField):
        return _light_select(field)
    return draw(field, options)


_SELECT = Markup(
    '<div class="govuk-form-group"><label class="govuk-label" for="{0}">{1}</label>'
    '<select class="govuk-select" id="{0}" name="{2}">{3}</select></div>'
)
_OPTION = Markup('<option value="{}"{}>{}</option>')
_CHECKBOXES = Markup(
    '<div class="govuk-form-group"><fieldset class="govuk-fieldset"><legend class="govuk-fieldset__legend">{}</legend>'
    '<div class="govuk-checkboxes govuk-checkboxes--small" data-module="govuk-checkboxes">{}</div></fieldset></div>'
)
_CHECKBOX = Markup(
    '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" id="{0}" name="{1}" type="checkbox"'
    ' value="{2}"{3}><label class="govuk-label govuk-checkboxes__label" for="{0}">{4}</label></div>'
)


def _light_select(field: SelectField) -> Markup:
    chosen = Markup(" selected")
    options = [
        _OPTION.format(value, chosen if selected else "", label) for value, label, selected, *_ in field.iter_choices()
    ]
    return _SELECT.format(field.id, field.label.text, field.name, Markup().join(options))


def _light_checkboxes(field: SelectMultipleField) -> Markup:
    ticked = Markup(" checked")
    boxes = [
        _CHECKBOX.format(
            f"{field.id}-{place}" if place > 1 else field.id, field.name, value, ticked if on else "", label
        )
        for place, (value, label, on, *_) in enumerate(field.iter_choices(), start=1)
    ]
    return _CHECKBOXES.format(field.label.text, Markup().join(boxes))


def hidden(field: Field) -> Markup:
    """Without an id: several forms on a page would share it."""
    value = field._value() if hasattr(field, "_value") else field.data  # noqa: SLF001  # WTForms' way to ask a field
    return Markup('<input type="hidden" name="{}" value="{}">').format(field.name, "" if value is None else value)


def text_input(field: Field, options: Params) -> Markup:
    params = _described(field, options)
    classes = [f"govuk-input--width-{options.pop('width')}"] if options.get("width") else []
    params["classes"] = " ".join([*classes, options.pop("class", "")]).strip()
    for side in ("prefix", "suffix"):
        if side in options:
            params[side] = {"text": options.pop(side)}
    params["value"] = _text_of(field)
    return _drawn("input", "govukInput", params, options)


def password(field: Field, options: Params) -> Markup:
    """With a button that shows what was typed, where scripts run. Never sent back to the browser."""
    return _drawn("password-input", "govukPasswordInput", _described(field, options), options)


def text_area(field: Field, options: Params) -> Markup:
    params = _described(field, options)
    params["value"] = _text_of(field)
    params["rows"] = str(options.pop("rows", 5))
    limit = options.pop("max_characters", None)
    if limit is None:
        return _drawn("textarea", "govukTextarea", params, options)
    params["maxlength"] = limit
    params["threshold"] = 75
    return _drawn("character-count", "govukCharacterCount", params, options)


def select(field: Field, options: Params) -> Markup:
    assert isinstance(field, SelectField)  # noqa: S101  # DRAWINGS says so
    params = _described(field, options)
    params["items"] = [
        {"value": value, "text": label, "selected": selected} for value, label, selected, *_ in field.iter_choices()
    ]
    return _drawn("select", "govukSelect", params, options)


def radios(field: Field, options: Params) -> Markup:
    assert isinstance(field, RadioField)  # noqa: S101
    params = _grouped(field, options)
    params["items"] = _items(field, options)
    params["classes"] = _group_classes("govuk-radios", options)
    return _drawn("radios", "govukRadios", params, options)


def checkboxes(field: Field, options: Params) -> Markup:
    assert isinstance(field, SelectMultipleField)  # noqa: S101
    params = _grouped(field, options)
    params["items"] = _items(field, options)
    params["classes"] = _group_classes("govuk-checkboxes", options)
    return _drawn("checkboxes", "govukCheckboxes", params, options)


def checkbox(field: Field, options: Params) -> Markup:
    """A single box: its label is the question, so it needs no legend."""
    params = _described(field, options)
    label, hint = params.pop("label"), params.pop("hint", None)
    item: Params = {"value": "y", "text": label["text"], "checked": bool(field.data), "id": field.id}
    if hint:
        item["hint"] = hint
    params["items"] = [item]
    params["idPrefix"] = params.pop("id")
    params["classes"] = _group_classes("govuk-checkboxes", options)
    return _drawn("checkboxes", "govukCheckboxes", params, options)


def file_upload(field: Field, options: Params) -> Markup:
    params = _described(field, options)
    params["multiple"] = bool(getattr(field.widget, "multiple", False))
    return _drawn("file-upload", "govukFileUpload", params, options)


def choices(name: str, legend: str, pairs: Sequence[tuple[int, str]]) -> Markup:
    """Radios that belong to no field of their own."""
    items = [{"value": str(value), "text": text} for value, text in pairs]
    params: Params = {"name": name, "idPrefix": name, "items": items, "fieldset": {"legend": {"text": legend}}}
    return _drawn("radios", "govukRadios", params, {"class": "govuk-radios--small"})


def button(field: Field, options: Params) -> Markup:
    params: Params = {"text": field.label.text, "name": field.name, "preventDoubleClick": True}
    params["classes"] = options.pop("class", "")
    return _drawn("button", "govukButton", params, options)


DRAWINGS: tuple[tuple[type[Field], Draw], ...] = (
    (SubmitField, button),
    (BooleanField, checkbox),
    (RadioField, radios),
    (SelectMultipleField, checkboxes),
    (SelectField, select),
    (TextAreaField, text_area),
    (PasswordField, password),
    (FileField, file_upload),
)


def _text_of(field: Field) -> str:
    value = field._value() if hasattr(field, "_value") else field.data  # noqa: SLF001
    return "" if value is None else str(value)


def _label_of(field: Field) -> str:
    optional = field.flags.optional and not field.flags.required and "(optional" not in field.label.text
    return f"{field.label.text} (optional)" if optional and field.label.text else field.label.text


def _described(field: Field, options: Params) -> Params:
    """What every component takes: id, name, label, hint and error. Uses up the options that concern those."""
    hide = options.pop("label_hidden", False)
    classes = "govuk-visually-hidden" if hide else options.pop("label_class", "")
    heading = options.pop("page_heading", False)
    label = {"text": _label_of(field), "classes": classes, "isPageHeading": heading}
    params: Params = {"id": field.id, "name": field.name, "label": label}
    hint = options.pop("hint", "")
    if hint:
        params["hint"] = {"text": hint}
    if field.errors:
        params["errorMessage"] = {"text": str(field.errors[0])}
    if "group_class" in options:
        params["formGroup"] = {"classes": options.pop("group_class")}
    return params


def _grouped(field: Field, options: Params) -> Params:
    """The same for radios and checkboxes, whose label is a legend."""
    params = _described(field, options)
    label = params.pop("label")
    classes = label["classes"].replace("govuk-label--", "govuk-fieldset__legend--")
    params["fieldset"] = {"legend": {**label, "classes": classes}}
    params["idPrefix"] = params.pop("id")
    return params


def _items(field: SelectField, options: Params) -> list[Params]:
    hints, disabled = options.pop("hints", {}), options.pop("disabled", ())
    items: list[Params] = []
    for value, label, checked, *_ in field.iter_choices():
        item: Params = {"value": value, "text": label, "checked": checked}
        if value in hints:
            item["hint"] = {"text": hints[value]}
        if value in disabled:
            item["disabled"] = True
        items.append(item)
    return items


def _group_classes(component: str, options: Params) -> str:
    wanted = [name for name in ("inline", "small") if options.pop(name, False)]
    return " ".join(f"{component}--{name}" for name in wanted)


def _drawn(component: str, macro: str, params: Params, options: Params) -> Markup:
    """Call the macro; what is left of the options are parameters it knows or attributes of the input."""
    for name in PASSED_ON:
        if name in options:
            params[name] = options.pop(name)
    options.pop("width", None)
    classes = options.pop("class", None)
    if classes:
        params["classes"] = f"{params.get('classes', '')} {classes}".strip()
    params["attributes"] = {name.replace("_", "-"): value for name, value in options.items() if value is not None}
    return Markup(_macro(component, macro)(params))  # noqa: S704  # the macro escapes every text it is given
