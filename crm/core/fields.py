"""Fields that recur in the council's forms. Each reads what people type; what can't be read stays in the box.

`crm.core.forms` passes these on: import them from there.
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any, ClassVar

from flask import url_for
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import StopValidation

from crm.core import clock, dates, formatting, normalise, widgets
from crm.core.normalise import as_text

LONGEST_NUMBER = 9  # figures: what a database's integer holds


class _ReadField(StringField):
    """A text box whose text is read into something else. What was typed stays in the box when it can't be read."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = as_text(valuelist[0]) if valuelist else ""
        if text:
            self.data = self.read(text)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms fixes the signature
        """What could not be read has its message already; validators of the value would only hide it."""
        if self.process_errors:
            raise StopValidation

    def read(self, text: str) -> Any:
        """What the text means. Raises ValueError with a message that says what to do."""
        return text

    def written(self, value: Any) -> str:
        return str(value)


class UkDateField(_ReadField):
    """A date in one box: "17 7 2027", "17/7/27", "17 July", "tomorrow", "mon". `data` is a date."""

    data: date | None  # type: ignore[assignment]  # the base class says str
    drawn_with: ClassVar = {"width": 10, "hint": "For example, 17 7 2027", "autocomplete": "off"}

    def read(self, text: str) -> date:
        return dates.read_date(text, today=clock.today())

    def written(self, value: date) -> str:
        return f"{value.day} {value.month} {value.year}"


class TimeField(_ReadField):
    """A time of day in one box: "9.30", "2pm", "14:00". `data` is a time, in London."""

    data: time | None  # type: ignore[assignment]  # the base class says str
    drawn_with: ClassVar = {"width": 5, "hint": "For example, 9:30am or 14:00", "autocomplete": "off"}

    def read(self, text: str) -> time:
        return dates.read_time(text)

    def written(self, value: time) -> str:
        return f"{value.hour}:{value.minute:02}"


class WholeNumberField(_ReadField):
    """A whole number that is not negative; "1,000" and "1 000" are a thousand. `data` is an int."""

    data: int | None  # type: ignore[assignment]  # the base class says str
    drawn_with: ClassVar = {"width": 5, "inputmode": "numeric"}

    def read(self, text: str) -> int:
        figures = text.replace(",", "").replace(" ", "")
        if not (figures.isascii() and figures.isdigit()):
            raise ValueError("Enter a whole number, like 12")
        if len(figures) > LONGEST_NUMBER:
            raise ValueError("Enter a smaller number")
        return int(figures)


class PostcodeField(_ReadField):
    drawn_with: ClassVar = {"width": 10, "autocomplete": "postal-code"}

    def read(self, text: str) -> str:
        return normalise.postcode(text)


class PhoneField(_ReadField):
    drawn_with: ClassVar = {"width": 20, "type": "tel", "autocomplete": "tel"}

    def read(self, text: str) -> str:
        return normalise.phone(text)

    def written(self, value: str) -> str:
        return formatting.phone(value)


class EmailField(_ReadField):
    drawn_with: ClassVar = {"width": 30, "type": "email", "autocomplete": "email", "spellcheck": False}

    def read(self, text: str) -> str:
        return normalise.email(text)


class CompanyNumberField(_ReadField):
    drawn_with: ClassVar = {"width": 10, "autocomplete": "off", "spellcheck": False}

    def read(self, text: str) -> str:
        return normalise.company_number(text)


class WebsiteField(_ReadField):
    drawn_with: ClassVar = {"width": 30, "inputmode": "url", "autocomplete": "url", "spellcheck": False}

    def read(self, text: str) -> str:
        return normalise.website(text)


class SearchSelectField(StringField):
    """One of many, found by typing part of the name. `data` is the id, or None.

    With scripts, suggestions come from `source`, an endpoint that answers ?q= with [{"id", "text", "hint"}]. Without,
    the form is sent with the name; `find` (set it before validation) gives the (id, name) pairs it could mean, and if
    they are several the form comes back with them as a list to choose from.
    """

    data: int | None  # type: ignore[assignment]  # the base class says str

    def __init__(self, label: str, validators: Sequence[Any] = (), *, source: str, noun: str, **options: Any) -> None:
        super().__init__(label, list(validators), **options)
        self.source, self.noun = source, noun
        self.find: Callable[[str], Sequence[tuple[int, str]]] = lambda _text: []
        self.typed = ""
        self.candidates: Sequence[tuple[int, str]] = []

    def show(self, chosen: int, name: str) -> None:
        """Open the form with something chosen."""
        self.data, self.typed = chosen, name

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata is None or self.name not in formdata:
            return
        self.typed = as_text(formdata.get(self.name, ""))
        chosen = formdata.get(f"{self.name}-id", "")
        self.data = int(chosen) if _is_id(chosen) else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms fixes the signature
        """Without scripts no id arrives: look the name up."""
        if self.data is not None or not self.typed:
            return
        found = list(self.find(self.typed))
        if len(found) == 1:
            self.data = found[0][0]
            return
        self.candidates = found
        if found:
            raise StopValidation(f"Select which {self.noun} you mean")
        raise StopValidation(f"We could not find that {self.noun}. Check the spelling, or type less of the name")

    def _value(self) -> str:
        return self.typed

    def draw(self, options: dict[str, Any]) -> Markup:
        """The box, with the chosen id beside it; or, when a name fits several, with those to choose from."""
        if self.candidates:
            several = widgets.choices(f"{self.name}-id", f"Which {self.noun}?", self.candidates)
            return widgets.text_input(self, options) + several
        options["data-typeahead"] = url_for(self.source)
        options["autocomplete"] = "off"
        chosen = Markup('<input type="hidden" id="{0}-id" name="{1}-id" value="{2}">')
        return widgets.text_input(self, options) + chosen.format(self.id, self.name, self.data or "")


def id_or_none(text: Any) -> int | None:
    """The id a browser sent, or nothing: also for what no id can be."""
    figures = str(text or "")
    return int(figures) if _is_id(figures) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
